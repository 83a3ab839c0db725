package dev.resound.redis;

import dev.resound.core.Envelope;
import dev.resound.core.TopicName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePackException;
import org.msgpack.core.MessageUnpacker;

/**
 * An envelope as it crosses to other nodes: a MessagePack array of {@code [1, node, sequence,
 * scope, name, event, kind, data, user, except]}. Versions that follow may append elements, which
 * this one passes over.
 *
 * @param node who says it
 * @param sequence how many that node has said, this one included
 * @param except the socket that does not get it
 */
record BusMessage(String node, long sequence, Envelope envelope, @Nullable String except) {
    private static final int VERSION = 1;
    private static final int FIELDS = 10;

    /** Beyond it nobody can have published: more than any protocol takes as one message. */
    private static final int MOST_BYTES = 32 << 20;

    private static final int MOST_NAME_BYTES = 4_096;
    private static final int HEAD_BYTES = 128;
    private static final MessagePack.UnpackerConfig UNPACKER =
            new MessagePack.UnpackerConfig()
                    .withAllowReadingBinaryAsString(false)
                    .withAllowReadingStringAsBinary(false);

    /** What all messages of a node begin with. */
    static byte[] head(String node) {
        try (MessageBufferPacker out = MessagePack.newDefaultBufferPacker()) {
            out.packArrayHeader(FIELDS);
            out.packInt(VERSION);
            out.packString(node);
            return out.toByteArray();
        } catch (IOException impossible) {
            throw new UncheckedIOException("writing to memory", impossible);
        }
    }

    static byte[] encode(String node, long sequence, Envelope envelope, @Nullable String except) {
        byte[] data = envelope.data();
        TopicName topic = envelope.topic();
        var config = new MessagePack.PackerConfig().withBufferSize(data.length + HEAD_BYTES);
        try (MessageBufferPacker out = config.newBufferPacker()) {
            out.packArrayHeader(FIELDS);
            out.packInt(VERSION);
            out.packString(node);
            out.packLong(sequence);
            out.packString(topic.scope());
            out.packString(topic.name());
            out.packString(envelope.event());
            out.packInt(
                    switch (envelope.kind()) {
                        case JSON -> 0;
                        case TEXT -> 1;
                        case BINARY -> 2;
                    });
            out.packBinaryHeader(data.length);
            out.writePayload(data);
            packOptional(out, envelope.userId());
            packOptional(out, except);
            return out.toByteArray();
        } catch (IOException impossible) {
            throw new UncheckedIOException("writing to memory", impossible);
        }
    }

    private static void packOptional(MessageBufferPacker out, @Nullable String text)
            throws IOException {
        if (text == null) {
            out.packNil();
        } else {
            out.packString(text);
        }
    }

    /** Null if these bytes are no message, or of a version that says so. */
    static @Nullable BusMessage decode(byte[] bytes) {
        if (bytes.length > MOST_BYTES) {
            return null;
        }
        try (MessageUnpacker in = UNPACKER.newUnpacker(bytes)) {
            int fields = in.unpackArrayHeader();
            if (fields < FIELDS || in.unpackInt() != VERSION) {
                return null;
            }
            String node = name(in, bytes);
            long sequence = in.unpackLong();
            TopicName topic = new TopicName(name(in, bytes), name(in, bytes));
            String event = name(in, bytes);
            Envelope.Kind kind = kind(in.unpackInt());
            int length = in.unpackBinaryHeader();
            if (kind == null || sequence < 1 || length > bytes.length) {
                return null;
            }
            byte[] data = in.readPayload(length);
            String user = in.tryUnpackNil() ? null : name(in, bytes);
            String except = in.tryUnpackNil() ? null : name(in, bytes);
            var envelope = new Envelope(topic, event, kind, data, user);
            return new BusMessage(node, sequence, envelope, except);
        } catch (IOException | MessagePackException malformed) {
            return null;
        }
    }

    private static String name(MessageUnpacker in, byte[] bytes) throws IOException {
        int length = in.unpackRawStringHeader();
        if (length > MOST_NAME_BYTES || length > bytes.length) {
            throw new IOException("a name is too long");
        }
        return new String(in.readPayload(length), StandardCharsets.UTF_8);
    }

    private static Envelope.@Nullable Kind kind(int number) {
        return switch (number) {
            case 0 -> Envelope.Kind.JSON;
            case 1 -> Envelope.Kind.TEXT;
            case 2 -> Envelope.Kind.BINARY;
            default -> null;
        };
    }
}
