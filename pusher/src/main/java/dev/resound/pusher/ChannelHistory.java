package dev.resound.pusher;

import dev.resound.core.Envelope;
import dev.resound.core.Journal;
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
 * #timeToLive}, {@link #heardOf} and {@link #doubt}.
 */
final class ChannelHistory {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int BYTES_PER_EVENT = 256;
    private static final int BYTES_PER_CHANNEL = 512;

    private static final int MOST_HELD = 1_000;
    private static final long PATIENCE_NANOS = 2_000_000_000;

    private final ArrayDeque<Kept> events = new ArrayDeque<>(2);
    private final ArrayDeque<Journal.Entry> held = new ArrayDeque<>(0); // behind some not heard of
    private volatile String epoch;
    private volatile boolean known; // what the newest is
    private volatile boolean doubtful; // whether something newer was missed
    private long askedNanos;
    private volatile App.History limits = App.History.DEFAULT;
    private volatile long newest;
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

    private ChannelHistory(String epoch, boolean known) {
        this.epoch = epoch;
        this.known = known;
    }

    /** Of a node that is alone. */
    static ChannelHistory own() {
        return new ChannelHistory(Long.toString(RANDOM.nextLong() & Long.MAX_VALUE, 36), true);
    }

    /** What this node has heard of the history that all share. */
    static ChannelHistory shared() {
        return new ChannelHistory("", false);
    }

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
        if (!known || seen < oldest() - 1 || seen > newest) {
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

    // ---- a history that is shared

    /**
     * What is to be delivered.
     *
     * @param except the socket that does not get it
     */
    record Due(PositionedEvent event, @Nullable String except) {}

    private Due due(Journal.Entry entry, App.History limits, long nanos) {
        return new Due(add(entry.envelope(), entry.except(), limits, nanos), entry.except());
    }

    /** The newest that was heard of. */
    Journal.Position heardOf() {
        return known ? new Journal.Position(epoch, newest) : Journal.Position.BEGINNING;
    }

    /** Something may have been missed. */
    void doubt() {
        doubtful = true;
    }

    /** Whether {@link #since} tells of this position what there is to tell. */
    boolean covers(@Nullable String position) {
        if (!known || doubtful || !held.isEmpty()) {
            return false;
        }
        long seen = number(position);
        return position == null || (seen >= oldest() - 1 && seen <= newest);
    }

    private long oldest() {
        return events.isEmpty() ? newest + 1 : events.getFirst().number;
    }

    /** An entry was heard; returns what is to be delivered now, in its order. */
    List<Due> heard(String epoch, Journal.Entry entry, App.History limits, long nanos) {
        if (!epoch.equals(this.epoch)) {
            begin(epoch, entry.number() - 1);
        }
        if (entry.number() <= newest) {
            return List.of(); // heard before
        }
        List<Due> deliver = new ArrayList<>(1);
        held.add(entry);
        release(deliver, limits, nanos);
        if (held.size() > MOST_HELD) {
            giveUp(deliver, limits, nanos);
        }
        return deliver;
    }

    /** Whether the others are to be asked for what is missing; if so, it counts as asked. */
    boolean mustAsk(long nanos) {
        if (held.isEmpty() || (askedNanos != 0 && nanos - askedNanos < PATIENCE_NANOS)) {
            return false;
        }
        askedNanos = nanos;
        return true;
    }

    /** What is kept was looked up; returns what is to be delivered now, in its order. */
    List<Due> filled(Journal.Past past, App.History limits, long nanos) {
        this.limits = limits;
        List<Due> deliver = new ArrayList<>();
        boolean fresh = !known;
        List<Journal.Entry> entries = past.entries();
        long first = entries.isEmpty() ? past.newest() + 1 : entries.getFirst().number();
        if (!past.epoch().equals(epoch)) {
            begin(past.epoch(), fresh ? first - 1 : Math.min(first - 1, past.newest()));
        }
        for (Journal.Entry entry : entries.reversed()) {
            if (entry.number() == oldest() - 1) {
                addFirst(entry, nanos);
            }
        }
        for (Journal.Entry entry : entries) {
            if (entry.number() > newest) {
                newest = entry.number() - 1; // what is missing in between is kept no more
                deliver.add(due(entry, limits, nanos));
            }
        }
        newest = Math.max(newest, past.newest());
        doubtful = false;
        askedNanos = 0;
        if (fresh) {
            deliver.clear(); // who is here has heard what was said since
        }
        release(deliver, limits, nanos);
        if (!held.isEmpty()) {
            giveUp(deliver, limits, nanos); // not even Redis has it
        }
        return deliver;
    }

    private void begin(String epoch, long newest) {
        while (!events.isEmpty()) {
            forgetOldest();
        }
        held.clear();
        this.epoch = epoch;
        this.newest = newest;
        known = true;
        doubtful = false;
    }

    /** Those that are held and follow what there is. */
    private void release(List<Due> deliver, App.History limits, long nanos) {
        while (!held.isEmpty() && held.getFirst().number() <= newest + 1) {
            Journal.Entry next = held.removeFirst();
            if (next.number() == newest + 1) {
                deliver.add(due(next, limits, nanos));
            }
        }
    }

    /** What is missing is lost; nobody is told that there is a history across it. */
    private void giveUp(List<Due> deliver, App.History limits, long nanos) {
        while (!events.isEmpty()) {
            forgetOldest();
        }
        while (!held.isEmpty()) {
            Journal.Entry next = held.removeFirst();
            newest = Math.max(newest, next.number() - 1);
            deliver.add(due(next, limits, nanos));
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate")
    private void addFirst(Journal.Entry entry, long nanos) {
        var event = new PositionedEvent(entry.envelope(), position(entry.number()));
        Kept kept = new Kept(entry.number(), nanos, entry.except(), event);
        events.addFirst(kept);
        bytes += kept.weight();
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
