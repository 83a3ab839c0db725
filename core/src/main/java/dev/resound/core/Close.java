package dev.resound.core;

/**
 * How a WebSocket ends.
 *
 * @param code a close code that may be sent (1000..1003, 1007..1014, 3000..4999), {@link
 *     #NO_STATUS}'s, or {@link #ABNORMAL}
 * @param reason at most 123 bytes of UTF-8; seen by the peer
 */
public record Close(int code, String reason) {
    /** No close frame was seen: the TCP connection broke. Never sent. */
    public static final int ABNORMAL = 1006;

    /** Ends with a close frame that has no code: what the peer's end then calls 1005. */
    public static final Close NO_STATUS = new Close(1005, "");

    public static final Close NORMAL = new Close(1000, "");
    public static final Close GOING_AWAY = new Close(1001, "");
    public static final Close LOST = new Close(ABNORMAL, "");

    /** What the transport must end a connection for; each protocol has its own words for it. */
    public enum Cause {
        /**
         * The peer does not read fast enough: its backlog has passed its limit, or the loop's log
         * has overtaken it.
         */
        OVERFLOW,
        /** The peer sent a message above the limit it was accepted with. */
        MESSAGE_TOO_BIG,
        /** The server stops. */
        SHUTDOWN
    }
}
