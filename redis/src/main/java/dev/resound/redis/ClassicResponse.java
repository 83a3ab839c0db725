package dev.resound.redis;

import dev.resound.socketio.PacketData;
import dev.resound.socketio.SocketDescription;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a node of the classic adapter answers. */
sealed interface ClassicResponse {
    @Nullable String requestId();

    record SocketIds(String requestId, List<String> ids) implements ClassicResponse {}

    record Rooms(String requestId, Collection<String> rooms) implements ClassicResponse {}

    /** Something has been done to a single socket. */
    record Done(@Nullable String requestId) implements ClassicResponse {}

    record Sockets(String requestId, List<SocketDescription> sockets) implements ClassicResponse {}

    /**
     * To something said by one server to another.
     *
     * @param arguments a JSON array of one argument, or none
     */
    record Answer(String requestId, PacketData arguments) implements ClassicResponse {}

    /** How many clients a node has asked. */
    record ClientCount(String requestId, int clients) implements ClassicResponse {}

    /**
     * The answer of a client.
     *
     * @param arguments a JSON array of one argument, or none
     */
    record ClientAnswer(String requestId, PacketData arguments) implements ClassicResponse {}
}
