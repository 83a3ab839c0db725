package dev.resound.core;

/**
 * A rate that may be saved up for bursts: a bucket that holds so many tokens, refilled evenly. It
 * may be overdrawn, for what is taken whole. <b>Thread:</b> one at a time.
 */
public final class TokenBucket {
    private final double perMilli;
    private final double capacity;
    private double tokens;
    private long asOfMillis;

    /**
     * A full bucket.
     *
     * @param perSecond tokens that come back every second; more than 0
     * @param capacity the most that can be saved up; 1 or more
     * @param nowMillis of the clock that {@link #take} is asked with
     */
    public TokenBucket(double perSecond, int capacity, long nowMillis) {
        this.perMilli = perSecond / 1_000;
        this.capacity = capacity;
        this.tokens = capacity;
        this.asOfMillis = nowMillis;
    }

    /** Takes one token if there is one. */
    public boolean take(long nowMillis) {
        return take(1, nowMillis);
    }

    /**
     * Takes so many if there are as many. A wish for more than the bucket can ever hold is granted
     * when it is full.
     */
    public boolean take(int wanted, long nowMillis) {
        refill(nowMillis);
        if (tokens < Math.min(wanted, capacity)) {
            return false;
        }
        tokens -= wanted;
        return true;
    }

    /** Whole tokens there are; 0 while it is overdrawn. */
    public int left(long nowMillis) {
        refill(nowMillis);
        return (int) Math.max(0, tokens);
    }

    /** Milliseconds until so many can be taken; 0 if they can now. */
    public long waitMillis(int wanted, long nowMillis) {
        refill(nowMillis);
        double missing = Math.min(wanted, capacity) - tokens;
        return missing <= 0 ? 0 : (long) Math.ceil(missing / perMilli);
    }

    private void refill(long nowMillis) {
        if (nowMillis > asOfMillis) {
            tokens = Math.min(capacity, tokens + (nowMillis - asOfMillis) * perMilli);
            asOfMillis = nowMillis;
        }
    }
}
