package dev.resound.socketio.packet;

/**
 * An argument is not of the type it was to be read as. The message holds nothing of the argument.
 */
public final class ArgumentMismatch extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /** The cause stays behind: Jackson's messages quote what they were given. */
    ArgumentMismatch(int position, String expected) {
        super("element " + position + " of the packet cannot be read as " + expected);
    }
}
