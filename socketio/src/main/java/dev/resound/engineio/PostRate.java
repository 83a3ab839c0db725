package dev.resound.engineio;

/**
 * How fast one peer posts: a bucket of tokens, one for each packet, that holds those of two
 * seconds. Posts are taken whole, so that it may be overdrawn. <b>Thread:</b> the session's loop.
 */
final class PostRate {
    private static final double BURST_SECONDS = 2;

    private final int perSecond;
    private double tokens;
    private long asOfMillis;

    /**
     * @param perSecond 0 for no limit
     */
    PostRate(int perSecond, long nowMillis) {
        this.perSecond = perSecond;
        this.tokens = BURST_SECONDS * perSecond;
        this.asOfMillis = nowMillis;
    }

    /** Takes so many; returns after how many milliseconds they are paid for, 0 if they are. */
    long take(int packets, long nowMillis) {
        if (perSecond == 0) {
            return 0;
        }
        double earned = (nowMillis - asOfMillis) / 1_000.0 * perSecond;
        asOfMillis = nowMillis;
        tokens = Math.min(BURST_SECONDS * perSecond, tokens + earned) - packets;
        return tokens >= 0 ? 0 : (long) Math.ceil(-tokens * 1_000 / perSecond);
    }
}
