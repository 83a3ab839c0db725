package dev.resound.redis;

import dev.resound.socketio.PacketData;
import dev.resound.socketio.Selection;
import dev.resound.socketio.SocketDescription;
import dev.resound.socketio.packet.MalformedPacket;
import dev.resound.socketio.packet.MessagePackReader;
import dev.resound.socketio.packet.Payload;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePackException;
import tools.jackson.databind.JsonNode;

/**
 * The messages of {@code @socket.io/redis-adapter} on the wire. Broadcasts, and what comes with a
 * packet, are MessagePack; everything else is JSON, unless it holds something binary: receivers
 * tell one from the other by the first byte, though Node's servers do not make use of it.
 */
final class ClassicCodec {
    private static final String DEFAULT_NAMESPACE = "/";

    /** What packets of an event say of their type; the second is of old servers, for binary. */
    private static final int EVENT = 2;

    private static final int BINARY_EVENT = 5;

    /** Node, packet, options. */
    private static final int BROADCAST_FIELDS = 3;

    private ClassicCodec() {}

    /** Types of requests, and of responses that have one. */
    private static final class Type {
        static final int SOCKET_IDS = 0;
        static final int ALL_ROOMS = 1;
        static final int JOIN = 2;
        static final int LEAVE = 3;
        static final int DISCONNECT = 4;
        static final int FETCH = 5;
        static final int SERVER_SIDE_EMIT = 6;
        static final int BROADCAST = 7;
        static final int CLIENT_COUNT = 8;
        static final int CLIENT_ANSWER = 9;
    }

    // ---- broadcasts

    /**
     * An event to sockets of other nodes.
     *
     * @param uid of the node, or emitter, that sends it
     */
    record Broadcast(String uid, String namespace, Selection selection, PacketData event) {}

    /** What all broadcasts of a node begin with. */
    static byte[] head(String uid) {
        try (MessageBufferPacker out = MessagePack.newDefaultBufferPacker()) {
            out.packArrayHeader(BROADCAST_FIELDS);
            out.packString(uid);
            return out.toByteArray();
        } catch (IOException impossible) {
            throw new UncheckedIOException("writing to memory", impossible);
        }
    }

    static byte[] write(Broadcast broadcast) {
        var out = new MessageText().raw("[").string(broadcast.uid()).raw(",");
        packet(out, broadcast.namespace(), broadcast.event()).raw(",");
        return Selections.write(out, broadcast.selection(), null).raw("]").messagePack();
    }

    private static MessageText packet(MessageText out, String namespace, PacketData event) {
        return out.raw("{\"type\":2,\"data\":")
                .data(event)
                .raw(",\"nsp\":")
                .string(namespace)
                .raw("}");
    }

    /**
     * Reads a broadcast as far as it is of interest.
     *
     * @param ownUid whose broadcasts are not
     * @param ownNamespace whose broadcasts are
     * @return null if it is not
     */
    static @Nullable Broadcast readBroadcast(byte[] message, String ownUid, String ownNamespace)
            throws MalformedMessage {
        if (message.length > MessageFields.MOST_BYTES) {
            throw new MalformedMessage("its size");
        }
        try (var in = new MessagePackReader(message, 0, message.length)) {
            if (in.arrayHeader() < 2) {
                throw new MalformedMessage("no broadcast");
            }
            String uid = in.string();
            if (uid.equals(ownUid)) {
                return null;
            }
            return new BroadcastReader(in).read(uid, ownNamespace);
        } catch (IOException | MalformedPacket | MessagePackException malformed) {
            throw new MalformedMessage("no MessagePack");
        }
    }

    /** The packet's fields, in whatever order they come, and the selection. */
    private static final class BroadcastReader {
        private final MessagePackReader in;
        private long type = -1;
        private String namespace = DEFAULT_NAMESPACE;
        private @Nullable Payload data;

        BroadcastReader(MessagePackReader in) {
            this.in = in;
        }

        @Nullable Broadcast read(String uid, String ownNamespace)
                throws IOException, MalformedPacket, MalformedMessage {
            int fields = in.mapHeader();
            for (int i = 0; i < fields; i++) {
                field(in.string());
            }
            if (!namespace.equals(ownNamespace)) {
                return null;
            }
            if ((type != EVENT && type != BINARY_EVENT) || data == null) {
                throw new MalformedMessage("no event");
            }
            PacketData event = MessageFields.event(data);
            Selection selection = Selections.read(MessageFields.json(in.payload(0)));
            return new Broadcast(uid, namespace, selection, event);
        }

        private void field(String name) throws IOException, MalformedPacket {
            if (in.takeUndefined()) {
                return;
            }
            switch (name) {
                case "type" -> type = in.integer();
                case "nsp" -> namespace = in.string();
                case "data" -> data = in.unambiguousPayload(MessageFields.MOST_ATTACHMENTS);
                default -> in.payload(MessageFields.MOST_ATTACHMENTS);
            }
        }
    }

    // ---- requests

    static byte[] write(ClassicRequest request, String namespace) {
        var out = new MessageText().raw("{");
        if (request.uid() != null) {
            out.raw("\"uid\":").string(request.uid()).raw(",");
        }
        switch (request) {
            case ClassicRequest.SocketIds(var uid, var requestId, var rooms) -> {
                id(out, requestId);
                type(out, Type.SOCKET_IDS).raw(",\"rooms\":").strings(rooms);
            }
            case ClassicRequest.AllRooms(var uid, var requestId) -> {
                id(out, requestId);
                type(out, Type.ALL_ROOMS);
            }
            case ClassicRequest.Join(var uid, var selection, var rooms) -> {
                options(type(out, Type.JOIN), selection).raw(",\"rooms\":").strings(rooms);
            }
            case ClassicRequest.Leave(var uid, var selection, var rooms) -> {
                options(type(out, Type.LEAVE), selection).raw(",\"rooms\":").strings(rooms);
            }
            case ClassicRequest.Disconnect(var uid, var selection, var close) ->
                    options(type(out, Type.DISCONNECT), selection)
                            .raw(",\"close\":")
                            .raw(Boolean.toString(close));
            case ClassicRequest.OfSocket(var uid, var requestId, var socket, var change) -> {
                if (requestId != null) {
                    id(out, requestId);
                }
                change(out, change).raw(",\"sid\":").string(socket);
            }
            case ClassicRequest.Fetch(var uid, var requestId, var selection) -> {
                id(out, requestId);
                options(type(out, Type.FETCH), selection);
            }
            case ClassicRequest.ServerSideEmit(var uid, var requestId, var event) -> {
                if (requestId != null) {
                    id(out, requestId);
                }
                type(out, Type.SERVER_SIDE_EMIT).raw(",\"data\":").data(event);
            }
            case ClassicRequest.Broadcast(
                            var uid,
                            var requestId,
                            var selection,
                            var event,
                            var timeout) -> {
                id(out, requestId);
                type(out, Type.BROADCAST).raw(",\"packet\":");
                packet(out, namespace, event).raw(",\"opts\":");
                return Selections.write(out, selection, timeout).raw("}").messagePack();
            }
        }
        return out.raw("}").jsonIfPossible();
    }

    private static void id(MessageText out, String requestId) {
        out.raw("\"requestId\":").string(requestId).raw(",");
    }

    private static MessageText type(MessageText out, int type) {
        return out.raw("\"type\":" + type);
    }

    private static MessageText options(MessageText out, Selection selection) {
        return Selections.writeRooms(out.raw(",\"opts\":"), selection);
    }

    private static MessageText change(MessageText out, ClassicRequest.Change change) {
        return switch (change) {
            case ClassicRequest.Change.JoinRoom(var room) ->
                    type(out, Type.JOIN).raw(",\"room\":").string(room);
            case ClassicRequest.Change.LeaveRoom(var room) ->
                    type(out, Type.LEAVE).raw(",\"room\":").string(room);
            case ClassicRequest.Change.End(var close) ->
                    type(out, Type.DISCONNECT).raw(",\"close\":").raw(Boolean.toString(close));
        };
    }

    /** A request; what this node asked itself is none. */
    static @Nullable ClassicRequest readRequest(byte[] message, String ownUid)
            throws MalformedMessage {
        MessageFields in = MessageFields.read(message);
        String uid = in.idOrNull("uid");
        if (ownUid.equals(uid)) {
            return null;
        }
        long type = in.integer("type");
        return switch (type <= Type.CLIENT_ANSWER ? (int) type : -1) {
            case Type.SOCKET_IDS ->
                    new ClassicRequest.SocketIds(uid, in.id("requestId"), in.rooms("rooms"));
            case Type.ALL_ROOMS -> new ClassicRequest.AllRooms(uid, in.id("requestId"));
            case Type.JOIN ->
                    in.has("opts")
                            ? new ClassicRequest.Join(uid, selection(in), in.rooms("rooms"))
                            : of(in, uid, new ClassicRequest.Change.JoinRoom(in.room("room")));
            case Type.LEAVE ->
                    in.has("opts")
                            ? new ClassicRequest.Leave(uid, selection(in), in.rooms("rooms"))
                            : of(in, uid, new ClassicRequest.Change.LeaveRoom(in.room("room")));
            case Type.DISCONNECT ->
                    in.has("opts")
                            ? new ClassicRequest.Disconnect(uid, selection(in), in.isTrue("close"))
                            : of(in, uid, new ClassicRequest.Change.End(in.isTrue("close")));
            case Type.FETCH -> new ClassicRequest.Fetch(uid, in.id("requestId"), selection(in));
            case Type.SERVER_SIDE_EMIT ->
                    new ClassicRequest.ServerSideEmit(
                            uid, in.idOrNull("requestId"), in.event("data"));
            case Type.BROADCAST ->
                    new ClassicRequest.Broadcast(
                            uid,
                            in.id("requestId"),
                            selection(in),
                            in.object("packet").event("data"),
                            Selections.timeout(in.object("opts")));
            default -> throw new MalformedMessage("an unknown type");
        };
    }

    private static Selection selection(MessageFields in) throws MalformedMessage {
        return Selections.read(in.object("opts"));
    }

    private static ClassicRequest of(
            MessageFields in, @Nullable String uid, ClassicRequest.Change change)
            throws MalformedMessage {
        return new ClassicRequest.OfSocket(uid, in.idOrNull("requestId"), in.id("sid"), change);
    }

    // ---- responses

    static byte[] write(ClassicResponse response) {
        var out = new MessageText().raw("{");
        switch (response) {
            case ClassicResponse.SocketIds(var id, var ids) ->
                    requestId(out, id).raw(",\"sockets\":").strings(ids);
            case ClassicResponse.Rooms(var id, var rooms) ->
                    requestId(out, id).raw(",\"rooms\":").strings(rooms);
            case ClassicResponse.Done(var id) -> {
                if (id != null) {
                    requestId(out, id);
                }
            }
            case ClassicResponse.Sockets(var id, var sockets) ->
                    Sockets.write(requestId(out, id).raw(",\"sockets\":"), sockets);
            case ClassicResponse.Answer(var id, var arguments) -> {
                requestId(type(out, Type.SERVER_SIDE_EMIT).raw(","), id);
                out.first("data", arguments);
            }
            case ClassicResponse.ClientCount(var id, var clients) ->
                    requestId(type(out, Type.CLIENT_COUNT).raw(","), id)
                            .raw(",\"clientCount\":" + clients);
            case ClassicResponse.ClientAnswer(var id, var arguments) -> {
                requestId(type(out, Type.CLIENT_ANSWER).raw(","), id);
                out.first("packet", arguments);
                return out.raw("}").messagePack();
            }
        }
        return out.raw("}").jsonIfPossible();
    }

    private static MessageText requestId(MessageText out, String requestId) {
        return out.raw("\"requestId\":").string(requestId);
    }

    /** A response; null if it can be of no interest, for this node asks nothing of the kind. */
    static @Nullable ClassicResponse readResponse(byte[] message) throws MalformedMessage {
        MessageFields in = MessageFields.read(message);
        if (!in.has("requestId")) {
            return null; // nobody waits for it
        }
        String id = in.id("requestId");
        if (!in.has("type")) {
            return in.has("sockets") ? sockets(id, in) : null;
        }
        long type = in.integer("type");
        if (type == Type.SERVER_SIDE_EMIT) {
            return new ClassicResponse.Answer(id, in.argument("data"));
        }
        if (type == Type.CLIENT_COUNT) {
            int clients = (int) Math.min(in.integer("clientCount"), Integer.MAX_VALUE / 2);
            return new ClassicResponse.ClientCount(id, clients);
        }
        if (type == Type.CLIENT_ANSWER) {
            return new ClassicResponse.ClientAnswer(id, in.argument("packet"));
        }
        throw new MalformedMessage("an unknown type");
    }

    private static ClassicResponse sockets(String id, MessageFields in) throws MalformedMessage {
        List<SocketDescription> sockets = new ArrayList<>();
        for (JsonNode socket : in.array("sockets")) {
            if (socket.isString()) {
                return new ClassicResponse.SocketIds(id, List.of()); // not asked by this node
            }
            sockets.add(Sockets.read(new MessageFields(socket, List.of())));
        }
        return new ClassicResponse.Sockets(id, sockets);
    }
}
