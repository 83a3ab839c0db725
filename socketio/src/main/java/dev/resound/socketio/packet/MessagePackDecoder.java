package dev.resound.socketio.packet;

import static dev.resound.socketio.packet.MalformedPacket.INVALID_PAYLOAD;
import static dev.resound.socketio.packet.MalformedPacket.UNKNOWN_TYPE;

import dev.resound.socketio.packet.JsonRules.Shape;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.msgpack.core.MessagePackException;
import org.msgpack.value.ValueType;

/** Reads the MessagePack form: one binary message, one packet. */
final class MessagePackDecoder implements PacketDecoder {
    private static final byte[] EMPTY_ARRAY = {'[', ']'};

    private final int maxAttachments;

    MessagePackDecoder(int maxAttachments) {
        this.maxAttachments = maxAttachments;
    }

    /** There is no text in this form. */
    @Override
    public @Nullable Packet onText(byte[] buffer, int offset, int length) throws MalformedPacket {
        throw new MalformedPacket(INVALID_PAYLOAD);
    }

    @Override
    public Packet onBinary(byte[] buffer, int offset, int length) throws MalformedPacket {
        try (var in = new MessagePackReader(buffer, offset, length)) {
            var fields = new Fields(in);
            int entries = in.mapHeader();
            for (int i = 0; i < entries; i++) {
                fields.read();
            }
            if (in.remaining() > 0) {
                throw new MalformedPacket(INVALID_PAYLOAD);
            }
            return fields.packet();
        } catch (IOException | MessagePackException malformed) {
            throw new MalformedPacket(INVALID_PAYLOAD);
        }
    }

    /** Always false: nothing follows a packet. */
    @Override
    public boolean isWaiting() {
        return false;
    }

    /**
     * The entries of the map, in whatever order they come; of a key given twice the last counts.
     */
    private final class Fields {
        private final MessagePackReader in;
        private long type = -1;
        private @Nullable String namespace;
        private @Nullable Payload data;
        private long id = Packet.NO_ID;

        Fields(MessagePackReader in) {
            this.in = in;
        }

        void read() throws IOException, MalformedPacket {
            switch (in.string()) {
                case MessagePackCodec.TYPE -> type = type();
                case MessagePackCodec.NAMESPACE -> namespace = namespace();
                case MessagePackCodec.ID -> id = in.takeUndefined() ? Packet.NO_ID : id();
                case MessagePackCodec.DATA -> data = in.takeUndefined() ? null : data();
                default -> in.payload(maxAttachments);
            }
        }

        private long type() throws IOException, MalformedPacket {
            if (in.nextType() != ValueType.INTEGER) {
                throw new MalformedPacket(UNKNOWN_TYPE);
            }
            return in.integer();
        }

        /** What the text form could not say either is no namespace. */
        private String namespace() throws IOException, MalformedPacket {
            String name = in.string();
            if (!name.startsWith("/") || name.indexOf(',') >= 0) {
                throw new MalformedPacket(INVALID_PAYLOAD);
            }
            return name;
        }

        private long id() throws IOException, MalformedPacket {
            long value = in.integer();
            if (value < 0 || value > Packet.MAX_ID) {
                throw new MalformedPacket(INVALID_PAYLOAD);
            }
            return value;
        }

        private Payload data() throws IOException, MalformedPacket {
            ValueType outermost = in.nextType();
            if (outermost == ValueType.BINARY || outermost == ValueType.EXTENSION) {
                throw new MalformedPacket(INVALID_PAYLOAD);
            }
            return in.unambiguousPayload(maxAttachments);
        }

        Packet packet() throws MalformedPacket {
            if (type < JsonPacketCodec.CONNECT || type > JsonPacketCodec.CONNECT_ERROR) {
                throw new MalformedPacket(UNKNOWN_TYPE);
            }
            String name = namespace;
            if (name == null) {
                throw new MalformedPacket(INVALID_PAYLOAD);
            }
            return switch ((int) type) {
                case JsonPacketCodec.CONNECT ->
                        new Packet.Connect(name, data == null ? null : checked(Shape.OBJECT));
                case JsonPacketCodec.DISCONNECT -> {
                    if (data != null) {
                        throw new MalformedPacket(INVALID_PAYLOAD);
                    }
                    yield new Packet.Disconnect(name);
                }
                case JsonPacketCodec.EVENT -> new Packet.Event(name, id, checked(Shape.EVENT));
                case JsonPacketCodec.ACK ->
                        new Packet.Ack(
                                name,
                                id,
                                data == null ? Payload.of(EMPTY_ARRAY) : checked(Shape.ARRAY));
                default -> new Packet.ConnectError(name, checked(Shape.STRING_OR_OBJECT));
            };
        }

        private Payload checked(Shape shape) throws MalformedPacket {
            Payload payload = data;
            if (payload == null) {
                throw new MalformedPacket(INVALID_PAYLOAD);
            }
            JsonRules.checkShape(shape, payload.json());
            return payload;
        }
    }
}
