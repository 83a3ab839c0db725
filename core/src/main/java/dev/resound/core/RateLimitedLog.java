package dev.resound.core;

import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/**
 * The log of one place in the code which peers, or an application's callbacks, can have speak as
 * often as they like: {@value #LINES_PER_SECOND} lines a second, what is more is counted. The first
 * line after that second comes with the count of those left out; if no other line comes, they stay
 * untold.
 *
 * <p>One instance for each place, or the most frequent failure would hide the others.
 *
 * <p><b>Thread:</b> any.
 */
public final class RateLimitedLog {
    /** Lines, each with its stack trace; the one that tells of those left out is not counted. */
    static final int LINES_PER_SECOND = 5;

    private static final long SECOND_NANOS = 1_000_000_000;

    private final Logger log;
    private final LongSupplier nanoTime;
    private long secondBegan; // this and the rest guarded by this
    private int lines;
    private long leftOut;

    /** Limits what this place says through the logger. */
    public RateLimitedLog(Logger log) {
        this(log, System::nanoTime);
    }

    RateLimitedLog(Logger log, LongSupplier nanoTime) {
        this.log = log;
        this.nanoTime = nanoTime;
        this.secondBegan = nanoTime.getAsLong();
    }

    /** A failure of ours, or of foreign code that was called. */
    public void error(String message, @Nullable Throwable failure) {
        say(Level.ERROR, message, failure);
    }

    /** Something an operator can act on. */
    public void warn(String message) {
        say(Level.WARN, message, null);
    }

    private void say(Level level, String message, @Nullable Throwable failure) {
        if (!log.isEnabledForLevel(level)) {
            return;
        }
        long now = nanoTime.getAsLong();
        long untold;
        synchronized (this) {
            if (now - secondBegan >= SECOND_NANOS) {
                secondBegan = now;
                lines = 0;
            }
            if (lines == LINES_PER_SECOND) {
                leftOut++;
                return;
            }
            lines++;
            untold = leftOut;
            leftOut = 0;
        }
        if (untold > 0) {
            log.atLevel(level).log("{} more were left out: {}", untold, message);
        }
        log.atLevel(level).setCause(failure).log(message);
    }
}
