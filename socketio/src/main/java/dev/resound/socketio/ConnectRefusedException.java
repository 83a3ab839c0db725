package dev.resound.socketio;

import org.jspecify.annotations.Nullable;

/** Thrown by a {@link Middleware} to keep a socket out. */
public final class ConnectRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient @Nullable Object data;

    /**
     * @param message seen by the client
     */
    public ConnectRefusedException(String message) {
        this(message, null);
    }

    /**
     * @param message seen by the client
     * @param data written as JSON for the client, who finds it at {@code error.data}
     */
    public ConnectRefusedException(String message, @Nullable Object data) {
        super(message, null, false, false); // clients decide how often it is thrown
        this.data = data;
    }

    /** What the client is told beside the message. */
    public @Nullable Object data() {
        return data;
    }

    String text() {
        String message = getMessage();
        return message == null ? "" : message;
    }
}
