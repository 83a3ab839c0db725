package dev.resound.socketio;

/** The socket was gone before it answered. */
public final class SocketDisconnectedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final DisconnectReason reason;

    SocketDisconnectedException(DisconnectReason reason) {
        super("socket has been disconnected: " + reason.wireName());
        this.reason = reason;
    }

    /** Why it is gone. */
    public DisconnectReason reason() {
        return reason;
    }
}
