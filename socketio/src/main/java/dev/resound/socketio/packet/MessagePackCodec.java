package dev.resound.socketio.packet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePacker;

/** The MessagePack form: a map of {@code type}, {@code data}, {@code nsp} and {@code id}. */
final class MessagePackCodec implements PacketCodec {
    static final String TYPE = "type";
    static final String NAMESPACE = "nsp";
    static final String DATA = "data";
    static final String ID = "id";

    /** For the map, its keys, the type and the id. */
    private static final int HEAD_BYTES = 64;

    @Override
    public Encoded encode(Packet packet) {
        return switch (packet) {
            case Packet.Connect(var namespace, var auth) ->
                    binary(JsonPacketCodec.CONNECT, namespace, Packet.NO_ID, auth);
            case Packet.Disconnect(var namespace) ->
                    binary(JsonPacketCodec.DISCONNECT, namespace, Packet.NO_ID, null);
            case Packet.Event(var namespace, var id, var arguments) ->
                    binary(JsonPacketCodec.EVENT, namespace, id, arguments);
            case Packet.Ack(var namespace, var id, var arguments) ->
                    binary(JsonPacketCodec.ACK, namespace, id, arguments);
            case Packet.ConnectError(var namespace, var problem) ->
                    binary(JsonPacketCodec.CONNECT_ERROR, namespace, Packet.NO_ID, problem);
        };
    }

    @Override
    public PacketDecoder newDecoder(int maxAttachments) {
        return new MessagePackDecoder(maxAttachments);
    }

    private static Encoded binary(int type, String namespace, long id, @Nullable Payload payload) {
        // MessagePack is rarely longer than the JSON; attachments are taken over as they are.
        int estimate =
                HEAD_BYTES + namespace.length() + (payload == null ? 0 : payload.json().length);
        var config = new MessagePack.PackerConfig().withBufferSize(estimate);
        try (var out = config.newBufferPacker()) {
            // A client takes a nil for malformed: what is absent is left out.
            out.packMapHeader(2 + (payload == null ? 0 : 1) + (id == Packet.NO_ID ? 0 : 1));
            pack(out, TYPE);
            out.packInt(type);
            if (payload != null) {
                pack(out, DATA);
                MessagePackWriter.write(out, payload);
            }
            pack(out, NAMESPACE);
            pack(out, namespace);
            if (id != Packet.NO_ID) {
                pack(out, ID);
                out.packLong(id);
            }
            return new Encoded(null, List.of(out.toByteArray()));
        } catch (IOException impossible) {
            throw new UncheckedIOException("writing to memory", impossible);
        }
    }

    private static void pack(MessagePacker out, String text) throws IOException {
        MessagePackWriter.string(out, text);
    }
}
