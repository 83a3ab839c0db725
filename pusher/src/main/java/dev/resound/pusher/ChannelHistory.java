package dev.resound.pusher;

import dev.resound.core.Envelope;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The latest events of one channel, each with its position: the history's epoch and a number that
 * counts up. Another epoch is another history, of which nothing can be said. <b>Thread:</b> only
 * inside {@link dev.resound.core.Hub#inTopic} of its channel, but for {@link #weight} and {@link
 * #timeToLive}.
 */
final class ChannelHistory {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int BYTES_PER_EVENT = 256;
    private static final int BYTES_PER_CHANNEL = 512;

    private final String epoch = Long.toString(RANDOM.nextLong() & Long.MAX_VALUE, 36);
    private final ArrayDeque<Kept> events = new ArrayDeque<>(2);
    private volatile App.History limits = App.History.DEFAULT;
    private long newest;
    private volatile int bytes = BYTES_PER_CHANNEL;

    private record Kept(
            long number, long nanos, @Nullable String exceptSocket, PositionedEvent event) {
        int weight() {
            return BYTES_PER_EVENT + event.envelope().data().length;
        }
    }

    /**
     * What a client has missed.
     *
     * @param recovered whether that is all it has missed; otherwise nobody knows what else
     * @param position the newest; what is published from here on has later ones
     */
    record Missed(boolean recovered, String position, List<PositionedEvent> events) {}

    int weight() {
        return bytes;
    }

    Duration timeToLive() {
        return History.seconds(limits);
    }

    void limit(App.History limits) {
        this.limits = limits;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one at a time; volatile is for the weigher
    PositionedEvent add(
            Envelope envelope, @Nullable String exceptSocket, App.History limits, long nanos) {
        this.limits = limits;
        newest++;
        PositionedEvent event = new PositionedEvent(envelope, position(newest));
        Kept kept = new Kept(newest, nanos, exceptSocket, event);
        events.addLast(kept);
        bytes += kept.weight();
        while (events.size() > limits.events()
                || (bytes - BYTES_PER_CHANNEL > limits.bytes() && !events.isEmpty())) {
            forgetOldest();
        }
        forgetOld(nanos);
        return event;
    }

    private void forgetOld(long nanos) {
        long keptNanos = timeToLive().toNanos();
        while (!events.isEmpty() && nanos - events.getFirst().nanos > keptNanos) {
            forgetOldest();
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate")
    private void forgetOldest() {
        bytes -= events.removeFirst().weight();
    }

    Missed since(@Nullable String position, @Nullable String formerSocket, long nanos) {
        forgetOld(nanos);
        long seen = number(position);
        long oldest = events.isEmpty() ? newest + 1 : events.getFirst().number;
        if (seen < oldest - 1 || seen > newest) {
            return new Missed(false, position(newest), List.of());
        }
        List<PositionedEvent> missed = new ArrayList<>();
        for (Kept kept : events) {
            if (kept.number > seen
                    && (kept.exceptSocket == null || !kept.exceptSocket.equals(formerSocket))) {
                missed.add(kept.event);
            }
        }
        return new Missed(true, position(newest), missed);
    }

    /** The number of a position in this history; -1 if it is none. */
    private long number(@Nullable String position) {
        int dash = position == null ? -1 : position.indexOf('-');
        if (position == null || dash < 0 || !position.substring(0, dash).equals(epoch)) {
            return -1;
        }
        try {
            return Long.parseLong(position, dash + 1, position.length(), 10);
        } catch (NumberFormatException forged) {
            return -1;
        }
    }

    private String position(long number) {
        return epoch + "-" + number;
    }
}
