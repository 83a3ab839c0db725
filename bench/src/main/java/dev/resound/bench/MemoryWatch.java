package dev.resound.bench;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.function.Consumer;

/**
 * Waits until the server's memory stands still.
 *
 * <p><b>Thread:</b> the client's loop.
 */
final class MemoryWatch {

    static final Duration SAMPLE_EVERY = Duration.ofMillis(250);

    /** Memory stands still when all samples of a while lie so close together. */
    private static final long TOLERANCE_BYTES = 256 << 10;

    /**
     * @param settled false: memory was still moving
     */
    record Reading(ProcessView.Memory memory, boolean settled) {}

    private final ClientLoop loop;
    private final ProcessView server;
    private final int samplesWanted;
    private final long atMostNanos;
    private final ArrayDeque<Long> samples = new ArrayDeque<>();
    private boolean stopped;

    /**
     * @param still how long memory must stand still before it counts
     * @param atMost then memory counts as it is
     */
    MemoryWatch(ClientLoop loop, ProcessView server, Duration still, Duration atMost) {
        this.loop = loop;
        this.server = server;
        this.samplesWanted = 1 + (int) still.dividedBy(SAMPLE_EVERY);
        this.atMostNanos = atMost.toNanos();
    }

    /** One call at a time. */
    void settle(Consumer<Reading> whenSettled) {
        samples.clear();
        sampleSoon(System.nanoTime(), whenSettled);
    }

    void stop() {
        stopped = true;
    }

    private void sampleSoon(long sinceNanos, Consumer<Reading> whenSettled) {
        loop.later(SAMPLE_EVERY, () -> sample(sinceNanos, whenSettled));
    }

    private void sample(long sinceNanos, Consumer<Reading> whenSettled) {
        if (stopped) {
            return;
        }
        samples.add(server.memory().bytes());
        if (samples.size() > samplesWanted) {
            samples.remove();
        }
        boolean settled = samples.size() == samplesWanted && spread() <= TOLERANCE_BYTES;
        if (settled || System.nanoTime() - sinceNanos > atMostNanos) {
            whenSettled.accept(new Reading(server.memory(), settled));
        } else {
            sampleSoon(sinceNanos, whenSettled);
        }
    }

    private long spread() {
        return samples.stream().mapToLong(Long::longValue).max().orElse(0)
                - samples.stream().mapToLong(Long::longValue).min().orElse(0);
    }
}
