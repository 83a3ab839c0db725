package dev.resound.redis;

import dev.resound.socketio.PacketData;
import dev.resound.socketio.Selection;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a node of the classic adapter asks of the others. Those that say no {@code uid} come from an
 * emitter outside the cluster.
 */
sealed interface ClassicRequest {
    /** Who asks. */
    @Nullable String uid();

    /** Of the ids of sockets in rooms; no longer asked by nodes of our time. */
    record SocketIds(@Nullable String uid, String requestId, Set<String> rooms)
            implements ClassicRequest {}

    record AllRooms(@Nullable String uid, String requestId) implements ClassicRequest {}

    record Join(@Nullable String uid, Selection selection, Set<String> rooms)
            implements ClassicRequest {}

    record Leave(@Nullable String uid, Selection selection, Set<String> rooms)
            implements ClassicRequest {}

    record Disconnect(@Nullable String uid, Selection selection, boolean closeConnection)
            implements ClassicRequest {}

    /**
     * To do something to a single socket, as older nodes ask it; only its node answers.
     *
     * @param requestId null if nobody waits
     */
    record OfSocket(
            @Nullable String uid, @Nullable String requestId, String socketId, Change change)
            implements ClassicRequest {}

    /** What is to be done to a single socket. */
    sealed interface Change {
        record JoinRoom(String room) implements Change {}

        record LeaveRoom(String room) implements Change {}

        record End(boolean closeConnection) implements Change {}
    }

    record Fetch(@Nullable String uid, String requestId, Selection selection)
            implements ClassicRequest {}

    /**
     * Something said by one server to the others.
     *
     * @param requestId null if no answer is wanted
     */
    record ServerSideEmit(@Nullable String uid, @Nullable String requestId, PacketData event)
            implements ClassicRequest {}

    /**
     * A broadcast that wants answers.
     *
     * @param timeout null if it was not said
     */
    record Broadcast(
            @Nullable String uid,
            String requestId,
            Selection selection,
            PacketData event,
            @Nullable Duration timeout)
            implements ClassicRequest {}
}
