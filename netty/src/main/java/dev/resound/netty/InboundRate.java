package dev.resound.netty;

/**
 * How fast one peer sends: two token buckets, one for messages, one for control frames. Either may
 * save up for bursts, of two seconds (messages) and five (control frames). <b>Thread:</b> the
 * connection's loop.
 */
final class InboundRate {
    private static final int MESSAGE_BURST_SECONDS = 2;
    private static final int CONTROL_BURST_SECONDS = 5;
    private static final long FLOOD_MILLIS = 10_000;
    private static final long NO_FLOOD = Long.MAX_VALUE;

    private long messageDebtUntil; // the time up to which the messages taken so far are paid for
    private long controlDebtUntil;
    private long floodSinceMillis = NO_FLOOD;

    /**
     * Takes one message; returns for how long to stop reading, 0 while within the rate. A rate of 0
     * is no limit.
     */
    long message(long nowMillis, int perSecond) {
        return messages(1, nowMillis, perSecond);
    }

    /** As {@link #message}, for so many at once. */
    long messages(int count, long nowMillis, int perSecond) {
        if (perSecond == 0) {
            return 0;
        }
        messageDebtUntil = owe(count, messageDebtUntil, nowMillis, perSecond);
        return pause(messageDebtUntil, nowMillis, perSecond, MESSAGE_BURST_SECONDS);
    }

    long control(long nowMillis, int perSecond) {
        if (perSecond == 0) {
            return 0;
        }
        long burst = (long) CONTROL_BURST_SECONDS * 1_000 * perSecond;
        if (controlDebtUntil - nowMillis * perSecond < burst / 2) {
            floodSinceMillis = NO_FLOOD; // the peer has held back for a while
        }
        controlDebtUntil = owe(1, controlDebtUntil, nowMillis, perSecond);
        long pause = pause(controlDebtUntil, nowMillis, perSecond, CONTROL_BURST_SECONDS);
        if (pause > 0 && floodSinceMillis == NO_FLOOD) {
            floodSinceMillis = nowMillis;
        }
        return pause;
    }

    /** Whether control frames have come as fast as they are read for ten seconds on end. */
    boolean isFlooded(long nowMillis) {
        return floodSinceMillis != NO_FLOOD && nowMillis - floodSinceMillis >= FLOOD_MILLIS;
    }

    // Debts are kept in units of 1/perSecond milliseconds: a message costs exactly 1000 of them.
    private static long owe(int count, long debtUntil, long nowMillis, int perSecond) {
        return Math.max(debtUntil, nowMillis * perSecond) + count * 1_000L;
    }

    private static long pause(long debtUntil, long nowMillis, int perSecond, int burstSeconds) {
        long aheadMillis = debtUntil / perSecond - nowMillis;
        long over = aheadMillis - burstSeconds * 1_000L;
        return over <= 0 ? 0 : Math.max(50, over);
    }
}
