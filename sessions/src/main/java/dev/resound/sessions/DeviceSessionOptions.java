package dev.resound.sessions;

import java.time.Duration;

/**
 * Times and sizes.
 *
 * @param closeSuperseded whether a socket that a newer one has taken over from is closed; otherwise
 *     it is left to itself
 * @param closeExpired whether a socket is closed when the token it came with expires
 * @param dismissFirst whether a companion that is asked anew and knows nothing of its past is told
 *     first that its old conversation is over
 */
public record DeviceSessionOptions(
        Grace grace,
        Liveness liveness,
        Pace pace,
        Bounds bounds,
        boolean closeSuperseded,
        boolean closeExpired,
        boolean dismissFirst) {

    /**
     * How long is waited for whom.
     *
     * @param device to come back; then its session is over
     * @param companion to come back; then it is asked anew
     * @param invited to join once it was asked
     * @param introduction a companion's, once its socket is open
     */
    public record Grace(
            Duration device, Duration companion, Duration invited, Duration introduction) {
        public Grace {
            notNegative(device, companion, invited, introduction);
        }
    }

    /**
     * How dead sockets are found.
     *
     * @param pingInterval after it a peer is sent a ping, heard of or not
     * @param silence a peer that was not heard of for so long is gone; zero: never, for networks
     *     that answer pings themselves
     * @param idle the same, whatever {@code silence} says; zero: never
     */
    public record Liveness(Duration pingInterval, Duration silence, Duration idle) {
        public Liveness {
            notNegative(silence, idle);
            if (!pingInterval.isPositive()) {
                throw new IllegalArgumentException("between two pings there is some time");
            }
        }

        /** The shorter one that counts, in milliseconds; 0: neither does. */
        long patienceMillis() {
            long first = silence.toMillis();
            long last = idle.toMillis();
            return first == 0 || last == 0 ? first + last : Math.min(first, last);
        }
    }

    /**
     * What is not done at once.
     *
     * @param emptySubscription how long after its join a companion's empty list is not believed
     *     yet: libraries send one before the real one
     * @param show between two things shown to the device; zero: none is held back
     * @param changes between two notes to the device that its companions have changed
     */
    public record Pace(Duration emptySubscription, Duration show, Duration changes) {
        public Pace {
            notNegative(emptySubscription, show, changes);
        }
    }

    /**
     * The most there may be.
     *
     * @param messageBytes of a binary message of a device, and any of a companion
     * @param textBytes of a device's text message
     * @param mediaFrames waiting for a slow companion; the oldest are dropped
     * @param mediaBytes the same
     * @param companions in a session
     * @param subscriptions of a companion
     * @param pending answers a companion waits for
     * @param replayed messages kept for a device that is away; 0: none
     */
    public record Bounds(
            int messageBytes,
            int textBytes,
            int mediaFrames,
            int mediaBytes,
            int companions,
            int subscriptions,
            int pending,
            int replayed) {
        public Bounds {
            if (messageBytes < 1
                    || textBytes < 1
                    || mediaFrames < 1
                    || mediaBytes < 1
                    || companions < 1
                    || subscriptions < 1
                    || pending < 1
                    || replayed < 0) {
                throw new IllegalArgumentException("bounds leave some room");
            }
        }
    }

    private static void notNegative(Duration... times) {
        for (Duration time : times) {
            if (time.isNegative()) {
                throw new IllegalArgumentException("no time is negative");
            }
        }
    }

    /**
     * A minute of grace for devices, five seconds for companions; pings every 10 s, 30 s of
     * silence; 16 MiB.
     */
    public static DeviceSessionOptions defaults() {
        return new DeviceSessionOptions(
                new Grace(seconds(60), seconds(5), seconds(6), seconds(10)),
                new Liveness(seconds(10), seconds(30), seconds(120)),
                new Pace(seconds(8), Duration.ofMillis(300), Duration.ofMillis(150)),
                new Bounds(16 << 20, 1 << 20, 64, 256 << 10, 32, 256, 64, 0),
                true,
                false,
                true);
    }

    private static Duration seconds(int seconds) {
        return Duration.ofSeconds(seconds);
    }

    public DeviceSessionOptions with(Grace grace) {
        return new DeviceSessionOptions(
                grace, liveness, pace, bounds, closeSuperseded, closeExpired, dismissFirst);
    }

    public DeviceSessionOptions with(Liveness liveness) {
        return new DeviceSessionOptions(
                grace, liveness, pace, bounds, closeSuperseded, closeExpired, dismissFirst);
    }

    public DeviceSessionOptions with(Pace pace) {
        return new DeviceSessionOptions(
                grace, liveness, pace, bounds, closeSuperseded, closeExpired, dismissFirst);
    }

    public DeviceSessionOptions with(Bounds bounds) {
        return new DeviceSessionOptions(
                grace, liveness, pace, bounds, closeSuperseded, closeExpired, dismissFirst);
    }

    public DeviceSessionOptions withCloseSuperseded(boolean close) {
        return new DeviceSessionOptions(
                grace, liveness, pace, bounds, close, closeExpired, dismissFirst);
    }

    public DeviceSessionOptions withCloseExpired(boolean close) {
        return new DeviceSessionOptions(
                grace, liveness, pace, bounds, closeSuperseded, close, dismissFirst);
    }

    public DeviceSessionOptions withDismissFirst(boolean dismiss) {
        return new DeviceSessionOptions(
                grace, liveness, pace, bounds, closeSuperseded, closeExpired, dismiss);
    }
}
