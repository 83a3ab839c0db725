package dev.resound.socketio;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * This node's part of a namespace, as an {@link Adapter} sees it: what other nodes ask for is done
 * to the sockets here. <b>Thread:</b> any but an event loop; calls of one thread take effect in
 * their order, and may wait while a loop is far behind.
 */
public interface LocalNamespace {

    /** With the slash in front. */
    String name();

    /**
     * Whether anybody here may be in the room, or may come back to it; if not, what is sent to it
     * need not be delivered. <b>Cost:</b> little.
     */
    boolean hasRoom(String room);

    /** Sends an event to the chosen sockets. */
    void deliver(Selection selection, PacketData event);

    /**
     * Sends an event of the adapter's {@link RecoveryStore} to the chosen sockets.
     *
     * @param offset where it is there; later than all before
     */
    void deliver(Selection selection, PacketData event, String offset);

    /**
     * Sends an event to the chosen sockets and passes their answers on.
     *
     * @param timeout after which nobody waits any more
     * @param count told once how many were asked
     * @param answer told of each answer: a JSON array of its arguments
     */
    void deliverWithAck(
            Selection selection,
            PacketData event,
            Duration timeout,
            IntConsumer count,
            Consumer<PacketData> answer);

    /** The chosen sockets. */
    List<SocketDescription> sockets(Selection selection);

    void join(Selection selection, Set<String> rooms);

    void leave(Selection selection, Set<String> rooms);

    void disconnect(Selection selection, boolean closeConnection);

    /**
     * Another node has said something to this one.
     *
     * @param answer told of the answer, if one is wanted: a JSON array of its arguments
     */
    void onServerSideEmit(PacketData event, @Nullable Consumer<PacketData> answer);
}
