package dev.resound.core;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What was published to topics lately, in one order for all nodes. Each entry has a number, one
 * more than the entry before. Numbers belong to an epoch: if what is kept is lost, or older than it
 * was, another epoch begins.
 *
 * <p><b>Thread:</b> any, event loops among them: no method waits.
 */
public interface Journal extends AutoCloseable {

    /** How much is kept of a topic: so many entries, of so many bytes, for so many seconds. */
    record Limits(int entries, int bytes, int seconds) {}

    /** A place in what is kept of a topic. */
    record Position(String epoch, long number) {
        /** Before everything. */
        public static final Position BEGINNING = new Position("", 0);
    }

    /**
     * One entry.
     *
     * @param except the id, in its protocol, of a socket that does not get it
     */
    record Entry(long number, Envelope envelope, @Nullable String except) {}

    /**
     * What is kept of a topic.
     *
     * @param newest the number of the last entry there ever was; 0: none yet
     * @param entries those that were asked for and are still kept, in their order
     */
    record Past(String epoch, long newest, List<Entry> entries) {}

    /** Who reads it. <b>Thread:</b> one of the journal's; one call after another. */
    interface Reader {
        /**
         * An entry was written, by whatever node.
         *
         * @param deliveredHere whether it was delivered on this node already, which then wrote it
         *     while it was alone
         * @return false if a lane is so far behind that nobody got it: try again
         */
        boolean onEntry(String epoch, Entry entry, boolean deliveredHere);

        /** The answer to a question, told between the entries before and after it. */
        void onPast(TopicName topic, Past past);

        /** Entries may have been missed. */
        void onDoubt();
    }

    /** Of a node that is alone: it keeps nothing. */
    Journal NONE =
            new Journal() {
                @Override
                public void connect(String scopePrefix, Reader reader) {}

                @Override
                public boolean isShared() {
                    return false;
                }

                @Override
                public boolean isConnected() {
                    return true;
                }

                @Override
                public boolean hasRoom() {
                    return true;
                }

                @Override
                public CompletionStage<Void> append(
                        Envelope envelope,
                        @Nullable String except,
                        Limits limits,
                        Position heard,
                        boolean deliveredHere) {
                    return CompletableFuture.completedFuture(null);
                }

                @Override
                public void read(TopicName topic, long after, Limits limits) {}

                @Override
                public void close() {}
            };

    /** From here on what is written to topics of such scopes is told; called once. */
    void connect(String scopePrefix, Reader reader);

    /** Whether there is one: otherwise each node keeps by itself what it wants to keep. */
    boolean isShared();

    /** Whether what is written is told soon, as far as is known. */
    boolean isConnected();

    /** Whether something more can wait to be written. */
    boolean hasRoom();

    /**
     * Writes an entry. It is told to all nodes, this one included, when it is written.
     *
     * @param heard the last entry of the topic this node has heard of: if what is kept ends before,
     *     it is not what it was
     * @param deliveredHere handed back with the entry
     * @return done when it is written; fails if it never will be: too much waits
     */
    CompletionStage<Void> append(
            Envelope envelope,
            @Nullable String except,
            Limits limits,
            Position heard,
            boolean deliveredHere);

    /**
     * Asks for what was written after a number; there may be no answer while the others are away.
     */
    void read(TopicName topic, long after, Limits limits);

    @Override
    void close();
}
