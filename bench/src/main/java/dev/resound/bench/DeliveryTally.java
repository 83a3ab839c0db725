package dev.resound.bench;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Which published messages reached which subscriber.
 *
 * <p><b>Thread:</b> the client's loop.
 */
final class DeliveryTally {

    private final int subscribers;
    private final int publishers;
    private final SequenceCheck[] checks;
    private final long[] published;
    private long unique;
    private long late;
    private long duplicates;
    private long unreadable;

    DeliveryTally(int subscribers, int publishers) {
        this.subscribers = subscribers;
        this.publishers = publishers;
        this.published = new long[publishers];
        this.checks = new SequenceCheck[subscribers * publishers];
        Arrays.setAll(checks, each -> new SequenceCheck());
    }

    /** The sequence number of the next message of that publisher. */
    long publish(int publisher) {
        return published[publisher]++;
    }

    /**
     * Counts a message that arrived.
     *
     * @param stampAt where its stamp begins
     * @return whether it is the first time this subscriber gets it
     */
    boolean accept(int subscriber, ByteBuf buffer, int stampAt) {
        long packed = Stamp.packedAt(buffer, stampAt);
        int publisher = Stamp.publisherOf(packed);
        long sequence = Stamp.sequenceOf(packed);
        if (publisher >= publishers || sequence >= published[publisher]) {
            unreadable++;
            return false;
        }
        return switch (checks[subscriber * publishers + publisher].accept(sequence)) {
            case FRESH -> {
                unique++;
                yield true;
            }
            case LATE -> {
                unique++;
                late++;
                yield true;
            }
            case DUPLICATE -> {
                duplicates++;
                yield false;
            }
        };
    }

    long published() {
        return Arrays.stream(published).sum();
    }

    /** The next sequence number of each publisher. */
    long[] nextSequences() {
        return published.clone();
    }

    long expected() {
        return published() * subscribers;
    }

    long unique() {
        return unique;
    }

    long missing() {
        return expected() - unique;
    }

    /** Arrived after a later message of the same publisher. */
    long late() {
        return late;
    }

    long duplicates() {
        return duplicates;
    }

    /** Stamped messages that nobody published: the server changed them. */
    long unreadable() {
        return unreadable;
    }
}
