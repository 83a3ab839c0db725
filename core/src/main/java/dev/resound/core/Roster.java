package dev.resound.core;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Who is in topics, on all nodes. Each node says who is there on it, which is its part of a topic,
 * and is told of the other parts of those topics it watches. Nodes that die lose their parts.
 *
 * <p>Members are counted. Some topics also know their members by name: as users, each of whom may
 * be several members, on several nodes.
 *
 * <p><b>Thread:</b> any, event loops among them: no method waits.
 */
public interface Roster extends AutoCloseable {

    /** Who is told. <b>Thread:</b> one of the roster's; one call after another. */
    interface Listener {
        /** A watched topic has another number of members on the other nodes together. */
        void onMembers(TopicName topic, int elsewhere);

        /** A user of a watched topic is on another node, and was on none of them before. */
        void onArrival(TopicName topic, String user, String data);

        /** A user of a watched topic is on none of the other nodes any more. */
        void onDeparture(TopicName topic, String user);

        /**
         * Something has changed for all nodes together. One of them is told, for all of a topic the
         * same one; if it dies, another is told what happened last, perhaps once more. If the node
         * is alone, it is told on the thread of the change, inside its step on the topic.
         */
        void onTurn(Turn turn);

        /** Whether this node, and so any, wants to be told of turns. Asked once. */
        boolean wantsTurns();
    }

    /** What is told once in a cluster. */
    sealed interface Turn {

        /** The number of members has changed. */
        record Members(TopicName topic, int before, int after) implements Turn {}

        /** A user is there who was nowhere before. */
        record Came(TopicName topic, String user, String data) implements Turn {}

        /** A user is nowhere any more. */
        record Went(TopicName topic, String user, String data) implements Turn {}
    }

    /**
     * A topic on the other nodes.
     *
     * @param users what is said of each, by name
     */
    record Elsewhere(int members, Map<String, String> users) {
        /** Nobody. */
        public static final Elsewhere NOBODY = new Elsewhere(0, Map.of());
    }

    /**
     * What is known of other nodes.
     *
     * @param complete whether that is everything; false: not all could be asked in time
     */
    record Answer<T>(T value, boolean complete) {}

    /** Of a node that is alone. */
    static Roster alone() {
        return new Alone();
    }

    /** From here on the listener is told; called once. */
    void connect(Listener listener);

    /** Whether there may be other nodes. */
    boolean isShared();

    /** This node's part of a topic has another number of members. */
    void members(TopicName topic, int before, int after);

    /** A user is on this node now, or is one of whom something else is said. */
    void join(TopicName topic, String user, String data);

    /** A user is not on this node any more. */
    void leave(TopicName topic, String user, String data);

    /**
     * Watches a topic, until {@link #unwatch} is called as often.
     *
     * @return completes when {@link #elsewhere} knows the topic; within about a second in any case,
     *     and if it was too late, what is missing arrives later
     */
    CompletionStage<Void> watch(TopicName topic);

    void unwatch(TopicName topic);

    /** A watched topic as far as is known. What changes afterwards is told afterwards. */
    Elsewhere elsewhere(TopicName topic);

    /** Topics, watched or not. */
    CompletionStage<Answer<Map<TopicName, Elsewhere>>> ask(Collection<TopicName> topics);

    /** How many members those topics of the scope have that have any on other nodes, by name. */
    CompletionStage<Answer<Map<String, Integer>>> occupied(String scope);

    /** Takes this node's part back. May take a moment; afterwards nothing is told. */
    @Override
    void close();

    /** Everything there is is here. */
    final class Alone implements Roster {
        private Listener listener = NOBODY;

        private static final Listener NOBODY =
                new Listener() {
                    @Override
                    public void onMembers(TopicName topic, int elsewhere) {}

                    @Override
                    public void onArrival(TopicName topic, String user, String data) {}

                    @Override
                    public void onDeparture(TopicName topic, String user) {}

                    @Override
                    public void onTurn(Turn turn) {}

                    @Override
                    public boolean wantsTurns() {
                        return false;
                    }
                };

        private Alone() {}

        @Override
        public void connect(Listener listener) {
            this.listener = listener;
        }

        @Override
        public boolean isShared() {
            return false;
        }

        @Override
        public void members(TopicName topic, int before, int after) {
            listener.onTurn(new Turn.Members(topic, before, after));
        }

        @Override
        public void join(TopicName topic, String user, String data) {
            listener.onTurn(new Turn.Came(topic, user, data));
        }

        @Override
        public void leave(TopicName topic, String user, String data) {
            listener.onTurn(new Turn.Went(topic, user, data));
        }

        @Override
        public CompletionStage<Void> watch(TopicName topic) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void unwatch(TopicName topic) {}

        @Override
        public Elsewhere elsewhere(TopicName topic) {
            return Elsewhere.NOBODY;
        }

        @Override
        public CompletionStage<Answer<Map<TopicName, Elsewhere>>> ask(
                Collection<TopicName> topics) {
            return CompletableFuture.completedFuture(new Answer<>(Map.of(), true));
        }

        @Override
        public CompletionStage<Answer<Map<String, Integer>>> occupied(String scope) {
            return CompletableFuture.completedFuture(new Answer<>(Map.of(), true));
        }

        @Override
        public void close() {}
    }
}
