package dev.resound.sessions;

import dev.resound.core.Close;

/**
 * How we end sockets. The texts matter: libraries of companions look for some of them, and so they
 * know whether to come back.
 */
enum Ending {
    /** A device's socket has a younger sibling. */
    SUPERSEDED(4409, "superseded"),
    /** A companion's socket has one. */
    REPLACED(1000, "Replaced"),
    STOPPED(1000, "App stopped"),
    SESSION_ENDED(1000, "User session ended"),
    SHUTDOWN(1001, "Server shutting down"),
    DEVICE_SILENT(1001, "Ping timeout - no pong received"),
    /** Not 1001, which would make a companion give up instead of coming back. */
    COMPANION_SILENT(1011, "Ping timeout"),
    BROKEN(1011, "Internal server error"),
    SLOW(1013, "Slow consumer"),
    TOO_BIG(1009, "Message too big"),
    /** In this moment the session is being made elsewhere. */
    AGAIN(1013, "Try again later"),
    EXPIRED(4401, "Token expired");

    private final int code;
    private final String reason;

    Ending(int code, String reason) {
        this.code = code;
        this.reason = reason;
    }

    Close close() {
        return new Close(code, reason);
    }

    /** In the words of device sessions. */
    static Close of(Close.Cause cause) {
        return switch (cause) {
            case OVERFLOW -> SLOW.close();
            case MESSAGE_TOO_BIG -> TOO_BIG.close();
            case SHUTDOWN -> SHUTDOWN.close();
        };
    }
}
