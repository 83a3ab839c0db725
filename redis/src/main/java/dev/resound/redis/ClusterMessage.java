package dev.resound.redis;

import dev.resound.socketio.PacketData;
import dev.resound.socketio.Selection;
import dev.resound.socketio.SocketDescription;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the nodes of a cluster say to each other in one namespace where they speak as {@code
 * socket.io-adapter}'s {@code ClusterAdapter} does: with the sharded adapter, with that of Redis
 * Streams, and with others.
 */
sealed interface ClusterMessage {

    /** A node is there, and asks who else is. */
    record InitialHeartbeat() implements ClusterMessage {}

    /** A node is there. */
    record Heartbeat() implements ClusterMessage {}

    /**
     * An event to sockets of other nodes.
     *
     * @param requestId null if no answers are wanted
     * @param timeout of the answers; null if it was not said
     */
    record Broadcast(
            @Nullable String requestId,
            Selection selection,
            PacketData event,
            @Nullable Duration timeout)
            implements ClusterMessage {

        /** One that wants no answers. */
        Broadcast(Selection selection, PacketData event) {
            this(null, selection, event, null);
        }
    }

    record Join(Selection selection, Set<String> rooms) implements ClusterMessage {}

    record Leave(Selection selection, Set<String> rooms) implements ClusterMessage {}

    record Disconnect(Selection selection, boolean closeConnection) implements ClusterMessage {}

    /**
     * Answered with {@link Sockets}.
     *
     * @param timeout of the answers; null if it was not said
     */
    record Fetch(String requestId, Selection selection, @Nullable Duration timeout)
            implements ClusterMessage {}

    /**
     * Something said by one server to the others.
     *
     * @param requestId null if no {@link Answer} is wanted
     */
    record ServerSideEmit(@Nullable String requestId, PacketData event) implements ClusterMessage {}

    /** A node is no longer there. */
    record AdapterClose() implements ClusterMessage {}

    /** What is of interest only to the node that has asked. */
    sealed interface Response extends ClusterMessage {
        String requestId();
    }

    record Sockets(String requestId, List<SocketDescription> sockets) implements Response {
        public Sockets {
            sockets = List.copyOf(sockets);
        }
    }

    /**
     * To something said by one server to another.
     *
     * @param arguments a JSON array of one argument, or none
     */
    record Answer(String requestId, PacketData arguments) implements Response {}

    /** How many clients a node has asked. */
    record ClientCount(String requestId, int clients) implements Response {}

    /**
     * The answer of a client.
     *
     * @param arguments a JSON array of one argument, or none
     */
    record ClientAnswer(String requestId, PacketData arguments) implements Response {}
}
