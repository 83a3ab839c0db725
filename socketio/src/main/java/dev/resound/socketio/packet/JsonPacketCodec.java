package dev.resound.socketio.packet;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The text form: {@code type [attachments "-"] [namespace ","] [id] [json]}. */
final class JsonPacketCodec implements PacketCodec {
    static final int CONNECT = 0;
    static final int DISCONNECT = 1;
    static final int EVENT = 2;
    static final int ACK = 3;
    static final int CONNECT_ERROR = 4;
    static final int BINARY_EVENT = 5;
    static final int BINARY_ACK = 6;

    /** What a message begins with on a text transport. */
    private static final byte MESSAGE = '4';

    @Override
    public Encoded encode(Packet packet) {
        return switch (packet) {
            case Packet.Connect(var namespace, var auth) ->
                    text(CONNECT, namespace, Packet.NO_ID, plain(auth));
            case Packet.Disconnect(var namespace) ->
                    text(DISCONNECT, namespace, Packet.NO_ID, null);
            case Packet.Event(var namespace, var id, var arguments) ->
                    arguments.attachments().isEmpty()
                            ? text(EVENT, namespace, id, arguments)
                            : text(BINARY_EVENT, namespace, id, arguments);
            case Packet.Ack(var namespace, var id, var arguments) ->
                    arguments.attachments().isEmpty()
                            ? text(ACK, namespace, id, arguments)
                            : text(BINARY_ACK, namespace, id, arguments);
            case Packet.ConnectError(var namespace, var problem) ->
                    text(CONNECT_ERROR, namespace, Packet.NO_ID, plain(problem));
        };
    }

    @Override
    public PacketDecoder newDecoder(int maxAttachments) {
        return new JsonPacketDecoder(maxAttachments);
    }

    private static @Nullable Payload plain(@Nullable Payload payload) {
        if (payload != null && !payload.attachments().isEmpty()) {
            throw new IllegalArgumentException("only events and acks have attachments in JSON");
        }
        return payload;
    }

    private static Encoded text(int type, String namespace, long id, @Nullable Payload payload) {
        List<byte[]> attachments = payload == null ? List.of() : payload.attachments();
        byte[] head = head(type, attachments.size(), namespace, id);
        if (payload == null) {
            return new Encoded(head, attachments);
        }
        byte[] json = payload.json();
        byte[] text = new byte[head.length + json.length];
        System.arraycopy(head, 0, text, 0, head.length);
        System.arraycopy(json, 0, text, head.length, json.length);
        return new Encoded(text, attachments);
    }

    private static byte[] head(int type, int attachments, String namespace, long id) {
        var head = new StringBuilder(24 + namespace.length());
        head.append((char) MESSAGE).append(type);
        if (attachments > 0) {
            head.append(attachments).append('-');
        }
        if (!namespace.equals("/")) {
            head.append(namespace).append(',');
        }
        if (id != Packet.NO_ID) {
            head.append(id);
        }
        return head.toString().getBytes(StandardCharsets.UTF_8);
    }
}
