package dev.resound.redis;

/**
 * What came over Redis is nothing a node says. The message is one of a few fixed texts and never
 * holds anything that came. Has no stack trace, for others decide how often it is created.
 */
final class MalformedMessage extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedMessage(String message) {
        super(message, null, false, false);
    }
}
