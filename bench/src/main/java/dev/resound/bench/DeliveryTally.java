package dev.resound.bench;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Which published messages reached which subscriber. Subscribers are spread over rooms in turn, and
 * each gets the messages of its room. What one publisher sends to one room is a <i>stream</i>, and
 * counts for itself.
 *
 * <p><b>Thread:</b> the client's loop.
 */
final class DeliveryTally {

    private final int rooms;
    private final int perRoom;
    private final int publishers;

    /** By subscriber, then by publisher: a subscriber hears one room only. */
    private final SequenceCheck[] checks;

    private final long[] publishedByStream;
    private long published;
    private long unique;
    private long late;
    private long duplicates;
    private long unreadable;

    DeliveryTally(int rooms, int perRoom, int publishers) {
        this.rooms = rooms;
        this.perRoom = perRoom;
        this.publishers = publishers;
        this.publishedByStream = new long[rooms * publishers];
        this.checks = new SequenceCheck[rooms * perRoom * publishers];
        Arrays.setAll(checks, each -> new SequenceCheck());
    }

    /** The stamp of the next message of that publisher to that room. */
    Stamp publish(int publisher, int room, long nanos) {
        published++;
        int stream = room * publishers + publisher;
        return new Stamp(stream, publishedByStream[stream]++, nanos);
    }

    /**
     * Counts a message that arrived.
     *
     * @param stampAt where its stamp begins
     * @return whether it is the first time this subscriber gets it
     */
    boolean accept(int subscriber, ByteBuf buffer, int stampAt) {
        long packed = Stamp.packedAt(buffer, stampAt);
        return accept(subscriber, Stamp.publisherOf(packed), Stamp.sequenceOf(packed));
    }

    /** The same, when the stamp was read elsewhere. */
    boolean accept(int subscriber, int stream, long sequence) {
        if (stream >= publishedByStream.length
                || sequence >= publishedByStream[stream]
                || stream / publishers != subscriber % rooms) {
            unreadable++;
            return false;
        }
        int check = subscriber * publishers + stream % publishers;
        return switch (checks[check].accept(sequence)) {
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
        return published;
    }

    long expected() {
        return published * perRoom;
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

    /** Stamped messages that nobody published to that subscriber's room: the server errs. */
    long unreadable() {
        return unreadable;
    }
}
