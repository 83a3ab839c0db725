package dev.resound.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that stands still until it is told to move on. <b>Thread:</b> any. */
public final class ManualClock implements InstantSource {
    private final AtomicLong nowMillis;

    /** Starts at noon UTC on the first day of 2026. */
    public ManualClock() {
        this(Instant.parse("2026-01-01T12:00:00Z"));
    }

    public ManualClock(Instant start) {
        nowMillis = new AtomicLong(start.toEpochMilli());
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(millis());
    }

    @Override
    public long millis() {
        return nowMillis.get();
    }

    /**
     * Moves on, by whole milliseconds. Nothing happens by itself: loops see the time as they turn.
     */
    public void advance(Duration by) {
        if (by.isNegative()) {
            throw new IllegalArgumentException("a clock does not run backwards: " + by);
        }
        nowMillis.addAndGet(by.toMillis());
    }

    @Override
    public String toString() {
        return instant().toString();
    }
}
