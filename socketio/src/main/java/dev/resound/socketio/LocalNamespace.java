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

    /**
     * Has the one watcher there is told of the rooms that come and go on this node from here on;
     * for an adapter that is being made.
     */
    void watchRooms(RoomWatcher watcher);

    /**
     * How long a client that is gone may come back to its rooms, and to what was sent to them
     * meanwhile; zero if it may not.
     */
    Duration memory();

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

    /**
     * Hears of rooms that come and go on this node. Members may be of whatever protocol, and every
     * socket is in the room of its own id. <b>Thread:</b> that of the change, event loops among
     * them, inside the step that changes the room: calls about one room come in the order of its
     * changes. Must be quick, and must neither wait nor ask anything of the server.
     */
    interface RoomWatcher {

        /** There is somebody in the room now. */
        void onCreated(String room);

        /** There is nobody in the room any more. */
        void onDeleted(String room);
    }
}
