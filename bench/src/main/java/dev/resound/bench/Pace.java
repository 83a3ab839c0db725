package dev.resound.bench;

/**
 * When messages are due: evenly spread, whatever became of those before. With several senders in
 * turn each has its own even share, and no two are due together.
 *
 * <p><b>Thread:</b> one.
 */
final class Pace {

    private final long startNanos;
    private final double perSecond;
    private long taken;

    Pace(long startNanos, double perSecond) {
        this.startNanos = startNanos;
        this.perSecond = perSecond;
    }

    /** When the next message is due, on {@link System#nanoTime()}'s clock. */
    long dueNanos() {
        return startNanos + Math.round(taken * 1e9 / perSecond);
    }

    /** Takes the next message; whose turn it is of so many senders. */
    int take(int senders) {
        return (int) (taken++ % senders);
    }
}
