package dev.resound.pusher;

import dev.resound.core.TokenBucket;
import org.jspecify.annotations.Nullable;

/**
 * A rate that all of an app share on this node. The setting may change at any time. <b>Thread:</b>
 * any; a lock, taken only where there is such a limit.
 */
final class AppRate {
    private @Nullable TokenBucket bucket; // this and the rest guarded by this
    private int perSecond;

    /**
     * Takes so many at once, or nothing.
     *
     * @param rate 0 is no limit
     * @return milliseconds after which to try again; 0: taken
     */
    long take(int wanted, int rate) {
        if (rate == 0) {
            return 0;
        }
        long now = System.nanoTime() / 1_000_000;
        synchronized (this) {
            TokenBucket tokens = bucket;
            if (tokens == null || perSecond != rate) {
                tokens = new TokenBucket(rate, rate, now);
                bucket = tokens;
                perSecond = rate;
            }
            return tokens.take(wanted, now) ? 0 : Math.max(1, tokens.waitMillis(wanted, now));
        }
    }

    /** How many are left right now. */
    synchronized int left() {
        TokenBucket tokens = bucket;
        return tokens == null ? 0 : tokens.left(System.nanoTime() / 1_000_000);
    }
}
