package dev.resound.bench;

import org.HdrHistogram.Histogram;

/** Durations, kept to three digits, from 1 µs to a minute; longer ones count as a minute. */
final class Latency {

    private static final long MAX_NANOS = 60_000_000_000L;

    private final Histogram histogram = new Histogram(1_000, MAX_NANOS, 3);

    void record(long nanos) {
        histogram.recordValue(Math.clamp(nanos, 0, MAX_NANOS));
    }

    void reset() {
        histogram.reset();
    }

    /**
     * @param percentile in percent
     */
    double micros(double percentile) {
        return histogram.getTotalCount() == 0
                ? 0
                : histogram.getValueAtPercentile(percentile) / 1e3;
    }
}
