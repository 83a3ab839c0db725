package dev.resound.socketio;

import dev.resound.core.Envelope;
import dev.resound.core.Frame;
import dev.resound.core.Message;
import dev.resound.core.TopicName;
import dev.resound.core.WireFormat;
import dev.resound.socketio.packet.Argument;
import dev.resound.socketio.packet.Arguments;
import dev.resound.socketio.packet.Packet;
import dev.resound.socketio.packet.Payload;
import java.io.ByteArrayOutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An event on its way to many sockets of a namespace, written once per format. <b>Thread:</b> any;
 * two loops may write the same form at once, and one of the results is forgotten.
 */
final class Broadcast implements Message {
    private final Namespace<?> namespace;
    private final long id;
    private final Payload payload;
    private final Payload plain;
    private final boolean compress;
    private volatile @Nullable Written written;

    private record Written(PacketFormat format, List<Frame> frames, @Nullable Written next) {}

    /**
     * @param id what the receivers answer with, or {@link Packet#NO_ID}
     * @param payload what the sockets of the namespace are told, which may end with an offset
     * @param plain what is told to others in the same rooms, who know nothing of offsets
     * @param compress false to send it as it is
     */
    Broadcast(Namespace<?> namespace, long id, Payload payload, Payload plain, boolean compress) {
        this.namespace = namespace;
        this.id = id;
        this.payload = payload;
        this.plain = plain;
        this.compress = compress;
    }

    Payload payload() {
        return payload;
    }

    long id() {
        return id;
    }

    @Override
    public List<Frame> in(WireFormat format) {
        return format instanceof PacketFormat own ? framesFor(own) : List.of();
    }

    List<Frame> framesFor(PacketFormat format) {
        for (Written w = written; w != null; w = w.next) {
            if (w.format == format) {
                return w.frames;
            }
        }
        // another namespace in the same rooms has not registered for an answer
        List<Frame> frames =
                asWanted(
                        format.namespace() == namespace
                                ? format.event(id, payload)
                                : format.event(Packet.NO_ID, plain));
        written = new Written(format, frames, written);
        return frames;
    }

    private List<Frame> asWanted(List<Frame> frames) {
        return compress ? frames : Flags.uncompressed(frames);
    }

    @Override
    public int weight() {
        return weight(payload);
    }

    static int weight(Payload payload) {
        int bytes = 256 + payload.json().length;
        for (byte[] attachment : payload.attachments()) {
            bytes += attachment.length;
        }
        return bytes;
    }

    /** The same to a room that others share: they get it in no protocol's form. */
    Message sharedIn(TopicName topic) {
        return new Shared(topic, this);
    }

    private record Shared(TopicName topic, Broadcast broadcast) implements Message {

        @Override
        public List<Frame> in(WireFormat format) {
            if (format instanceof PacketFormat own) {
                return broadcast.framesFor(own);
            }
            Envelope envelope = envelope(topic, broadcast.plain);
            return envelope == null ? List.of() : broadcast.asWanted(format.encode(envelope));
        }

        @Override
        public int weight() {
            return broadcast.weight();
        }
    }

    /** In no protocol's form; null if there is none, because of attachments. */
    static @Nullable Envelope envelope(TopicName topic, Payload payload) {
        if (!payload.attachments().isEmpty()) {
            return null;
        }
        List<Argument> elements = Arguments.split(payload);
        var data = new ByteArrayOutputStream(payload.json().length);
        if (elements.size() == 2) {
            write(elements.get(1), data);
        } else {
            data.write('[');
            for (int i = 1; i < elements.size(); i++) {
                if (i > 1) {
                    data.write(',');
                }
                write(elements.get(i), data);
            }
            data.write(']');
        }
        return Envelope.json(topic, elements.getFirst().asString(), data.toByteArray());
    }

    private static void write(Argument element, ByteArrayOutputStream data) {
        data.write(element.json(), element.offset(), element.length());
    }
}
