package dev.resound.socketio;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Where an {@link Adapter} keeps what it takes to let clients go on at any node: the events of a
 * namespace in one order for all nodes, and the sessions of its clients. It is used instead of what
 * a node keeps by itself, see {@link Recovery}.
 *
 * <p><b>Thread:</b> any, event loops among them: no method may wait.
 */
public interface RecoveryStore {

    /**
     * A client as it is kept.
     *
     * @param privateId a secret: who has it can take the client's place
     * @param rooms its own among them
     * @param data what the application keeps with the socket
     */
    record Session(String id, String privateId, Set<String> rooms, JsonNode data) {
        public Session {
            rooms = Set.copyOf(rooms);
        }

        /** Without the secret, and without data. */
        @Override
        public String toString() {
            return "session of socket " + id;
        }
    }

    /** An event, and what a client that has got it says to go on from there. */
    record Missed(String offset, PacketData event) {}

    /**
     * A session that was taken.
     *
     * @param missed what was for it since, in order
     * @param upTo the last offset that was looked at
     */
    record Found(Session session, List<Missed> missed, String upTo) {
        public Found {
            missed = List.copyOf(missed);
        }
    }

    /** What is kept of one client. Once somebody else has taken it, nothing more is kept here. */
    interface Entry {
        /**
         * Keeps this, instead of what was kept.
         *
         * @param life how long
         */
        void save(Session session, Duration life);

        /** Nobody can go on with it any more. */
        void remove();
    }

    /**
     * Puts an event into the order of all nodes, and sends it to the chosen sockets of the others.
     *
     * @param delivery brings it to the sockets of this node: called once, in the order of all
     *     deliveries here, with the event's offset; with null if there is none, because the store
     *     is away. It may wait for event loops, unless it is called at once
     */
    void publish(Selection selection, PacketData event, Consumer<@Nullable String> delivery);

    /** Whether it is no use to wait before the next {@link #publish}. */
    boolean hasRoom();

    /**
     * Does something once everything that was published before has been delivered here; at once if
     * it has.
     */
    void afterwards(Runnable action);

    /** A client that has just connected, or goes on. */
    Entry entry(String privateId);

    /**
     * Takes a session, so that nobody else can.
     *
     * @param offset of the last event the client has got, as it says
     * @param mostEvents how many it may have missed
     * @param mostBytes in all
     * @return nothing if there is no such session, or something of what was missed is gone; then
     *     the session may still be there
     */
    CompletionStage<Optional<Found>> take(
            String privateId, String offset, int mostEvents, long mostBytes);

    /** Compares offsets by their order. */
    int compare(String offset, String other);
}
