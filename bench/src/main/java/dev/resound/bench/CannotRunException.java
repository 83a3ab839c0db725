package dev.resound.bench;

/**
 * The run cannot take place: wrong options, no server, or a server that refuses us. The message is
 * written for the person at the terminal; the tool ends with exit code 2.
 */
final class CannotRunException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    CannotRunException(String message) {
        super(message);
    }
}
