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
 */
public record Recovery(
        Duration maxDisconnection, boolean skipMiddlewares, int maxPackets, long maxBytes) {

    public Recovery {
        if (maxDisconnection.isNegative() || maxDisconnection.isZero()) {
            throw new IllegalArgumentException(
                    "maxDisconnection is " + maxDisconnection + ", must be more than nothing");
        }
        if (maxPackets < 1 || maxBytes < 1) {
            throw new IllegalArgumentException(
                    "maxPackets is "
                            + maxPackets
                            + " and maxBytes "
                            + maxBytes
                            + ", both must be more than nothing");
        }
    }

    /** Two minutes, without asking the middlewares again, 10 000 packets, 64 MiB. */
    public static Recovery defaults() {
        return new Recovery(Duration.ofMinutes(2), true, 10_000, 64L << 20);
    }
}
