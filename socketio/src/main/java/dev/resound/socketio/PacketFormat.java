package dev.resound.socketio;

import dev.resound.core.Envelope;
import dev.resound.core.Frame;
import dev.resound.core.WireFormat;
import dev.resound.engineio.BinaryForm;
import dev.resound.socketio.packet.Encoded;
import dev.resound.socketio.packet.EventNames;
import dev.resound.socketio.packet.Packet;
import dev.resound.socketio.packet.PacketCodec;
import dev.resound.socketio.packet.Payload;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the sockets of one namespace whose connections take binary in the same form are written to.
 * <b>Thread:</b> any.
 */
final class PacketFormat implements WireFormat {
    private final Namespace<?> namespace;
    private final PacketCodec codec;
    private final BinaryForm binary;

    PacketFormat(Namespace<?> namespace, PacketCodec codec, BinaryForm binary) {
        this.namespace = namespace;
        this.codec = codec;
        this.binary = binary;
    }

    Namespace<?> namespace() {
        return namespace;
    }

    List<Frame> event(long id, Payload arguments) {
        return frames(codec, binary, new Packet.Event(namespace.name(), id, arguments));
    }

    /** A packet as frames: the text, if there is one, then the attachments. */
    static List<Frame> frames(PacketCodec codec, BinaryForm binary, Packet packet) {
        Encoded encoded = codec.encode(packet);
        byte[] text = encoded.text();
        if (encoded.binaries().isEmpty() && text != null) {
            return List.of(Frame.text(text));
        }
        List<Frame> frames = new ArrayList<>(encoded.binaries().size() + 1);
        if (text != null) {
            frames.add(Frame.text(text));
        }
        for (byte[] attachment : encoded.binaries()) {
            frames.add(binary.frame(attachment));
        }
        return frames;
    }

    /** What comes from elsewhere: from Pusher clients and their back ends, from other nodes. */
    @Override
    public List<Frame> encode(Envelope envelope) {
        String event = envelope.event().isEmpty() ? "message" : envelope.event();
        if (EventNames.isReserved(event)) {
            return List.of(); // clients take it for a breach of the protocol
        }
        @Nullable Object channel =
                namespace.roomEvents() == RoomEvents.WITH_CHANNEL ? envelope.topic().name() : null;
        Json json = namespace.json();
        Payload payload =
                switch (envelope.kind()) {
                    case JSON -> json.received(event, channel, envelope.data());
                    case TEXT ->
                            json.event(
                                    event,
                                    arguments(
                                            channel,
                                            new String(envelope.data(), StandardCharsets.UTF_8)));
                    case BINARY -> json.event(event, arguments(channel, envelope.data()));
                };
        return event(Packet.NO_ID, payload);
    }

    private static Object[] arguments(@Nullable Object channel, Object data) {
        return channel == null ? new Object[] {data} : new Object[] {channel, data};
    }
}
