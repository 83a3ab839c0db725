package dev.resound.server;

/** What was asked for cannot be done as it was asked. The message is for who asked. */
final class WrongUsage extends Exception {
    private static final long serialVersionUID = 1;

    WrongUsage(String message) {
        super(message);
    }
}
