package dev.resound.socketio;

/** An argument that is needed was not sent, or is null. */
final class MissingArgument extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    MissingArgument(int position, String expected) {
        super("argument " + position + " was not sent; expected " + expected);
    }
}
