package dev.resound.socketio;

import dev.resound.engineio.CloseReason;

/** Why a socket is no longer connected. */
public enum DisconnectReason {
    /** The client left the namespace. */
    CLIENT_NAMESPACE_DISCONNECT("client namespace disconnect", false),
    /** The application disconnected the socket. */
    SERVER_NAMESPACE_DISCONNECT("server namespace disconnect", false),
    /** {@link SocketIo#close} was called. */
    SERVER_SHUTTING_DOWN("server shutting down", true),
    /** The connection was closed, or is gone. */
    TRANSPORT_CLOSE("transport close", true),
    /** The client broke the transport's rules, or could not be written to. */
    TRANSPORT_ERROR("transport error", true),
    /** The client was not heard of in time. */
    PING_TIMEOUT("ping timeout", true),
    /** The client sent an Engine.IO packet that is none. */
    PARSE_ERROR("parse error", false),
    /** The server closed the connection, for example because the client broke the protocol. */
    FORCED_CLOSE("forced close", true),
    /** The same, while the transport still had something to send. */
    FORCED_SERVER_CLOSE("forced server close", true);

    private final String wireName;
    private final boolean recoverable;

    DisconnectReason(String wireName, boolean recoverable) {
        this.wireName = wireName;
        this.recoverable = recoverable;
    }

    /** The reason as the Node server spells it. */
    public String wireName() {
        return wireName;
    }

    /** Whether a client that comes back may take up its session again, see {@link Recovery}. */
    public boolean isRecoverable() {
        return recoverable;
    }

    static DisconnectReason of(CloseReason reason) {
        return switch (reason) {
            case TRANSPORT_CLOSE -> TRANSPORT_CLOSE;
            case TRANSPORT_ERROR -> TRANSPORT_ERROR;
            case PING_TIMEOUT -> PING_TIMEOUT;
            case PARSE_ERROR -> PARSE_ERROR;
            case FORCED_CLOSE -> FORCED_CLOSE;
        };
    }
}
