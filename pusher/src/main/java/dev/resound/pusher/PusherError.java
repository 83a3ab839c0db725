package dev.resound.pusher;

/**
 * What a client is told when it does something wrong: code and text of {@code pusher:error} and,
 * where it ends the connection, of the close frame.
 *
 * <p>Close codes decide what pusher-js does next: 4000..4099 it gives up, 4100..4199 it comes back
 * after a second, 4200..4299 at once. Codes from 4300 on are for error events only: as close codes
 * they would keep a browser away for good.
 */
enum PusherError {
    TLS_ONLY(4000, "Application only accepts TLS connections"),
    UNKNOWN_APP(4001, "Application does not exist"),
    APP_DISABLED(4003, "Application is disabled"),
    OVER_QUOTA(4004, "Application is over connection quota"),
    VERSION(4006, "Invalid version string format"),
    PROTOCOL(4007, "Unsupported protocol version"),
    NO_PROTOCOL(4008, "No protocol version supplied"),
    ORIGIN(4009, "Origin not allowed"),
    UNAUTHORIZED(4009, "Connection is unauthorized"),
    NOT_A_MEMBER(4009, "The client is not a member of the specified channel."),
    TERMINATED(4009, "You got disconnected by the app."),
    SIGN_IN(4009, "Connection is unauthorized"),
    NOT_AUTHENTICATED(4009, "Connection not authorized within timeout."),
    OVERFLOW(4100, "Too far behind"),
    APPS_UNAVAILABLE(4100, "Apps cannot be looked up right now, try again later"),
    INVALID_MESSAGE(4200, "Invalid message format"),
    SHUTDOWN(4200, "Server is shutting down"),
    TOO_MANY_CHANNELS(4200, "Too many channels on one connection"),
    NO_PONG(4201, "Pong reply not received in time"),
    CLIENT_EVENTS_OFF(4301, "The app does not have client messaging enabled."),
    CLIENT_EVENT_CHANNEL(4301, "Client events are for private and presence channels."),
    CLIENT_EVENT_SIZE(4301, "The data of the client event is too large."),
    CLIENT_EVENT_RATE(4301, "Client events come too fast"),
    CLIENT_EVENT_NAME(4301, "Event name is too long or has control characters."),
    WATCHLIST(4302, "The watchlist has too many users, only the first are watched"),
    RATE(4301, "Rate limit exceeded"),
    BUSY(4301, "The server is too far behind, try again later");

    final int code;
    final String message;

    PusherError(int code, String message) {
        this.code = code;
        this.message = message;
    }
}
