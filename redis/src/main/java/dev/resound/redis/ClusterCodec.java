package dev.resound.redis;

import dev.resound.socketio.SocketDescription;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * {@link ClusterMessage}s on the wire, whole or only what is in their field {@code data}. They are
 * JSON, or MessagePack where they hold something binary: the first byte tells.
 */
final class ClusterCodec {
    /** Of packets. */
    private static final int EVENT = 2;

    private ClusterCodec() {}

    /** Types of messages. */
    private static final class Type {
        static final int INITIAL_HEARTBEAT = 1;
        static final int HEARTBEAT = 2;
        static final int BROADCAST = 3;
        static final int JOIN = 4;
        static final int LEAVE = 5;
        static final int DISCONNECT = 6;
        static final int FETCH = 7;
        static final int SOCKETS = 8;
        static final int SERVER_SIDE_EMIT = 9;
        static final int ANSWER = 10;
        static final int CLIENT_COUNT = 11;
        static final int CLIENT_ANSWER = 12;
        static final int ADAPTER_CLOSE = 13;
    }

    /**
     * A message with its sender.
     *
     * @param uid of the node, or emitter
     */
    record Sent(String uid, String namespace, ClusterMessage message) {}

    /** The number that says what a message is. */
    static int type(ClusterMessage message) {
        return switch (message) {
            case ClusterMessage.InitialHeartbeat() -> Type.INITIAL_HEARTBEAT;
            case ClusterMessage.Heartbeat() -> Type.HEARTBEAT;
            case ClusterMessage.Broadcast ignored -> Type.BROADCAST;
            case ClusterMessage.Join ignored -> Type.JOIN;
            case ClusterMessage.Leave ignored -> Type.LEAVE;
            case ClusterMessage.Disconnect ignored -> Type.DISCONNECT;
            case ClusterMessage.Fetch ignored -> Type.FETCH;
            case ClusterMessage.Sockets ignored -> Type.SOCKETS;
            case ClusterMessage.ServerSideEmit ignored -> Type.SERVER_SIDE_EMIT;
            case ClusterMessage.Answer ignored -> Type.ANSWER;
            case ClusterMessage.ClientCount ignored -> Type.CLIENT_COUNT;
            case ClusterMessage.ClientAnswer ignored -> Type.CLIENT_ANSWER;
            case ClusterMessage.AdapterClose() -> Type.ADAPTER_CLOSE;
        };
    }

    // ---- writing

    /** JSON; MessagePack if there is anything binary. */
    static byte[] write(Sent sent) {
        return whole(sent).jsonIfPossible();
    }

    static byte[] writeMessagePack(Sent sent) {
        return whole(sent).messagePack();
    }

    /**
     * Only what is in the field {@code data}: JSON, or MessagePack if there is anything binary.
     *
     * @param message must not be one that has no data
     */
    static byte[] writeData(ClusterMessage message) {
        var out = new MessageText();
        data(out, message);
        return out.jsonIfPossible();
    }

    private static boolean hasData(ClusterMessage message) {
        return switch (type(message)) {
            case Type.INITIAL_HEARTBEAT, Type.HEARTBEAT, Type.ADAPTER_CLOSE -> false;
            default -> true;
        };
    }

    private static MessageText whole(Sent sent) {
        ClusterMessage message = sent.message();
        var out = new MessageText().raw("{\"type\":" + type(message));
        if (hasData(message)) {
            data(out.raw(",\"data\":"), message);
        }
        return out.raw(",\"uid\":")
                .string(sent.uid())
                .raw(",\"nsp\":")
                .string(sent.namespace())
                .raw("}");
    }

    private static void data(MessageText out, ClusterMessage message) {
        out.raw("{");
        switch (message) {
            case ClusterMessage.InitialHeartbeat() -> {}
            case ClusterMessage.Heartbeat() -> {}
            case ClusterMessage.AdapterClose() -> {}
            case ClusterMessage.Broadcast(var requestId, var selection, var event, var timeout) -> {
                out.raw("\"packet\":{\"type\":" + EVENT + ",\"data\":").data(event).raw("},");
                if (requestId != null) {
                    requestId(out, requestId).raw(",");
                }
                Selections.write(out.raw("\"opts\":"), selection, timeout);
            }
            case ClusterMessage.Join(var selection, var rooms) ->
                    Selections.write(out.raw("\"opts\":"), selection, null)
                            .raw(",\"rooms\":")
                            .strings(rooms);
            case ClusterMessage.Leave(var selection, var rooms) ->
                    Selections.write(out.raw("\"opts\":"), selection, null)
                            .raw(",\"rooms\":")
                            .strings(rooms);
            case ClusterMessage.Disconnect(var selection, var close) ->
                    Selections.write(out.raw("\"opts\":"), selection, null)
                            .raw(",\"close\":")
                            .raw(Boolean.toString(close));
            case ClusterMessage.Fetch(var requestId, var selection, var timeout) ->
                    requestId(
                            Selections.write(out.raw("\"opts\":"), selection, timeout).raw(","),
                            requestId);
            case ClusterMessage.Sockets(var requestId, var sockets) ->
                    Sockets.write(requestId(out, requestId).raw(",\"sockets\":"), sockets);
            case ClusterMessage.ServerSideEmit(var requestId, var event) -> {
                if (requestId != null) {
                    requestId(out, requestId).raw(",");
                }
                out.raw("\"packet\":").data(event);
            }
            case ClusterMessage.Answer(var requestId, var arguments) ->
                    requestId(out, requestId).first("packet", arguments);
            case ClusterMessage.ClientCount(var requestId, var clients) ->
                    requestId(out, requestId).raw(",\"clientCount\":" + clients);
            case ClusterMessage.ClientAnswer(var requestId, var arguments) ->
                    requestId(out, requestId).first("packet", arguments);
        }
        out.raw("}");
    }

    private static MessageText requestId(MessageText out, String requestId) {
        return out.raw("\"requestId\":").string(requestId);
    }

    // ---- reading

    /**
     * Reads a message as far as it is of interest.
     *
     * @param ownUid whose messages are not
     * @param ownNamespace whose messages are
     * @return null if it is not
     */
    static @Nullable Sent read(byte[] message, String ownUid, String ownNamespace)
            throws MalformedMessage {
        MessageFields in = MessageFields.read(message);
        String uid = in.id("uid");
        String namespace = in.text("nsp");
        if (uid.equals(ownUid) || !namespace.equals(ownNamespace)) {
            return null;
        }
        int type = knownType(in.integer("type"));
        return new Sent(
                uid,
                namespace,
                hasNoData(type) ? withoutData(type) : withData(type, in.object("data")));
    }

    /**
     * Reads what was in the field {@code data} of a message.
     *
     * @param type what the message is
     */
    static ClusterMessage readData(long type, byte[] data) throws MalformedMessage {
        int known = knownType(type);
        return hasNoData(known) ? withoutData(known) : withData(known, MessageFields.read(data));
    }

    private static int knownType(long type) throws MalformedMessage {
        if (type < Type.INITIAL_HEARTBEAT || type > Type.ADAPTER_CLOSE) {
            throw new MalformedMessage("an unknown type");
        }
        return (int) type;
    }

    private static boolean hasNoData(int type) {
        return type <= Type.HEARTBEAT || type == Type.ADAPTER_CLOSE;
    }

    private static ClusterMessage withoutData(int type) {
        return switch (type) {
            case Type.INITIAL_HEARTBEAT -> new ClusterMessage.InitialHeartbeat();
            case Type.HEARTBEAT -> new ClusterMessage.Heartbeat();
            default -> new ClusterMessage.AdapterClose();
        };
    }

    private static ClusterMessage withData(int type, MessageFields in) throws MalformedMessage {
        return switch (type) {
            case Type.BROADCAST -> broadcast(in);
            case Type.JOIN ->
                    new ClusterMessage.Join(Selections.read(in.object("opts")), in.rooms("rooms"));
            case Type.LEAVE ->
                    new ClusterMessage.Leave(Selections.read(in.object("opts")), in.rooms("rooms"));
            case Type.DISCONNECT ->
                    new ClusterMessage.Disconnect(
                            Selections.read(in.object("opts")), in.isTrue("close"));
            case Type.FETCH -> {
                MessageFields options = in.object("opts");
                yield new ClusterMessage.Fetch(
                        in.id("requestId"), Selections.read(options), Selections.timeout(options));
            }
            case Type.SOCKETS -> new ClusterMessage.Sockets(in.id("requestId"), sockets(in));
            case Type.SERVER_SIDE_EMIT ->
                    new ClusterMessage.ServerSideEmit(in.idOrNull("requestId"), in.event("packet"));
            case Type.ANSWER ->
                    new ClusterMessage.Answer(in.id("requestId"), in.argument("packet"));
            case Type.CLIENT_COUNT ->
                    new ClusterMessage.ClientCount(
                            in.id("requestId"),
                            (int) Math.min(in.integer("clientCount"), Integer.MAX_VALUE / 2));
            case Type.CLIENT_ANSWER ->
                    new ClusterMessage.ClientAnswer(in.id("requestId"), in.argument("packet"));
            default -> throw new MalformedMessage("an unknown type");
        };
    }

    private static ClusterMessage broadcast(MessageFields in) throws MalformedMessage {
        MessageFields packet = in.object("packet");
        if (packet.integer("type") != EVENT) {
            throw new MalformedMessage("no event");
        }
        MessageFields options = in.object("opts");
        return new ClusterMessage.Broadcast(
                in.idOrNull("requestId"),
                Selections.read(options),
                packet.event("data"),
                Selections.timeout(options));
    }

    private static List<SocketDescription> sockets(MessageFields in) throws MalformedMessage {
        List<SocketDescription> sockets = new ArrayList<>();
        for (JsonNode socket : in.array("sockets")) {
            sockets.add(Sockets.read(new MessageFields(socket, in.attachments())));
        }
        return sockets;
    }
}
