package dev.resound.socketio;

import java.time.Duration;

/**
 * Lets clients that were away for a short while go on where they were: same id, same rooms, same
 * data, and what they missed.
 *
 * @param maxDisconnection how long a client may be away
 * @param skipMiddlewares whether a client that comes back is let in without asking the middlewares
 * @param maxPackets how many packets are kept per namespace; the oldest go
 * @param maxBytes how many bytes are kept per namespace; the oldest go
 * @param maxSessions how many clients may be away per namespace; those who left first are forgotten
 *     first
 */
public record Recovery(
        Duration maxDisconnection,
        boolean skipMiddlewares,
        int maxPackets,
        long maxBytes,
        int maxSessions) {
    private static final int DEFAULT_MAX_SESSIONS = 10_000;

    public Recovery {
        if (maxDisconnection.isNegative() || maxDisconnection.isZero()) {
            throw new IllegalArgumentException(
                    "maxDisconnection is " + maxDisconnection + ", must be more than nothing");
        }
        if (maxPackets < 1 || maxBytes < 1 || maxSessions < 1) {
            throw new IllegalArgumentException(
                    "maxPackets is "
                            + maxPackets
                            + ", maxBytes "
                            + maxBytes
                            + " and maxSessions "
                            + maxSessions
                            + ", all must be more than nothing");
        }
    }

    /** For 10 000 clients who are away. */
    public Recovery(
            Duration maxDisconnection, boolean skipMiddlewares, int maxPackets, long maxBytes) {
        this(maxDisconnection, skipMiddlewares, maxPackets, maxBytes, DEFAULT_MAX_SESSIONS);
    }

    /**
     * Two minutes, without asking the middlewares again, 10 000 packets, 64 MiB, 10 000 clients.
     */
    public static Recovery defaults() {
        return new Recovery(Duration.ofMinutes(2), true, 10_000, 64L << 20);
    }
}
