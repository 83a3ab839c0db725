package dev.resound.socketio.packet;

import static dev.resound.socketio.packet.MalformedPacket.ILLEGAL_COUNT;
import static dev.resound.socketio.packet.MalformedPacket.ILLEGAL_PLACEHOLDER;
import static dev.resound.socketio.packet.MalformedPacket.INVALID_PAYLOAD;
import static dev.resound.socketio.packet.MalformedPacket.TOO_MANY;
import static dev.resound.socketio.packet.MalformedPacket.UNEXPECTED_BINARY;
import static dev.resound.socketio.packet.MalformedPacket.UNEXPECTED_TEXT;
import static dev.resound.socketio.packet.MalformedPacket.UNKNOWN_TYPE;

import dev.resound.socketio.packet.JsonRules.Shape;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the text form; attachments are collected until the packet is whole. */
final class JsonPacketDecoder implements PacketDecoder {
    private static final int MAX_ID_DIGITS = 16;
    private static final byte[] EMPTY_ARRAY = {'[', ']'};

    private final int maxAttachments;

    /** The packet that waits for attachments; its own payload has none yet. */
    private @Nullable Packet partial;

    private int outstanding;
    private List<byte[]> attachments = List.of();

    JsonPacketDecoder(int maxAttachments) {
        this.maxAttachments = maxAttachments;
    }

    @Override
    public boolean isWaiting() {
        return partial != null;
    }

    @Override
    public @Nullable Packet onText(byte[] buffer, int offset, int length) throws MalformedPacket {
        if (partial != null) {
            forget();
            throw new MalformedPacket(UNEXPECTED_TEXT);
        }
        var text = new Text(buffer, offset, offset + length);
        int type = text.type();
        boolean binary = type == JsonPacketCodec.BINARY_EVENT || type == JsonPacketCodec.BINARY_ACK;
        int announced = binary ? text.attachments() : 0;
        Packet packet = text.packet(type, text.namespace(), text.id(), announced);
        if (announced == 0) {
            return packet;
        }
        partial = packet;
        outstanding = announced;
        attachments = new ArrayList<>(announced);
        return null;
    }

    @Override
    public @Nullable Packet onBinary(byte[] buffer, int offset, int length) throws MalformedPacket {
        Packet waiting = partial;
        if (waiting == null) {
            throw new MalformedPacket(UNEXPECTED_BINARY);
        }
        attachments.add(Arrays.copyOfRange(buffer, offset, offset + length));
        if (--outstanding > 0) {
            return null;
        }
        Packet whole = withAttachments(waiting, attachments);
        forget();
        return whole;
    }

    private void forget() {
        partial = null;
        outstanding = 0;
        attachments = List.of();
    }

    private static Packet withAttachments(Packet partial, List<byte[]> attachments) {
        return switch (partial) {
            case Packet.Event(var namespace, var id, var arguments) ->
                    new Packet.Event(namespace, id, new Payload(arguments.json(), attachments));
            case Packet.Ack(var namespace, var id, var arguments) ->
                    new Packet.Ack(namespace, id, new Payload(arguments.json(), attachments));
            case Packet.Connect connect -> throw new AssertionError(connect);
            case Packet.Disconnect disconnect -> throw new AssertionError(disconnect);
            case Packet.ConnectError error -> throw new AssertionError(error);
        };
    }

    /** One text message, read from left to right. */
    private final class Text {
        private final byte[] buffer;
        private final int end;
        private int at;

        Text(byte[] buffer, int offset, int end) {
            this.buffer = buffer;
            this.at = offset;
            this.end = end;
        }

        int type() throws MalformedPacket {
            if (at == end || buffer[at] < '0' || buffer[at] > '6') {
                throw new MalformedPacket(UNKNOWN_TYPE);
            }
            return buffer[at++] - '0';
        }

        /** How many attachments are announced; at least one. */
        int attachments() throws MalformedPacket {
            int start = at;
            // A count can only grow; beyond the limit its value no longer matters.
            long count = 0;
            while (isDigit()) {
                count = Math.min(count * 10 + buffer[at++] - '0', Integer.MAX_VALUE);
            }
            if (at == start || at == end || buffer[at] != '-' || count == 0) {
                throw new MalformedPacket(ILLEGAL_COUNT);
            }
            at++;
            if (count > maxAttachments) {
                throw new MalformedPacket(TOO_MANY);
            }
            return (int) count;
        }

        String namespace() throws MalformedPacket {
            if (at == end || buffer[at] != '/') {
                return "/";
            }
            int start = at;
            while (at < end && buffer[at] != ',') {
                at++;
            }
            if (!Utf8.isWellFormed(buffer, start, at - start)) {
                throw new MalformedPacket(INVALID_PAYLOAD);
            }
            var namespace = new String(buffer, start, at - start, StandardCharsets.UTF_8);
            at = Math.min(at + 1, end);
            return namespace.equals("/") ? "/" : namespace;
        }

        long id() throws MalformedPacket {
            int start = at;
            long id = 0;
            while (isDigit()) {
                if (at - start == MAX_ID_DIGITS) {
                    throw new MalformedPacket(INVALID_PAYLOAD);
                }
                id = id * 10 + buffer[at++] - '0';
            }
            if (id > Packet.MAX_ID) {
                throw new MalformedPacket(INVALID_PAYLOAD);
            }
            return at == start ? Packet.NO_ID : id;
        }

        Packet packet(int type, String namespace, long id, int announced) throws MalformedPacket {
            return switch (type) {
                case JsonPacketCodec.CONNECT ->
                        // An id is legal here and means nothing.
                        new Packet.Connect(namespace, at == end ? null : payload(Shape.OBJECT, 0));
                case JsonPacketCodec.DISCONNECT -> {
                    if (at < end) {
                        throw new MalformedPacket(INVALID_PAYLOAD);
                    }
                    yield new Packet.Disconnect(namespace);
                }
                case JsonPacketCodec.EVENT, JsonPacketCodec.BINARY_EVENT ->
                        new Packet.Event(namespace, id, payload(Shape.EVENT, announced));
                case JsonPacketCodec.ACK, JsonPacketCodec.BINARY_ACK ->
                        new Packet.Ack(
                                namespace,
                                id,
                                at == end
                                        ? Payload.of(EMPTY_ARRAY)
                                        : payload(Shape.ARRAY, announced));
                case JsonPacketCodec.CONNECT_ERROR ->
                        new Packet.ConnectError(namespace, payload(Shape.STRING_OR_OBJECT, 0));
                default -> throw new MalformedPacket(UNKNOWN_TYPE);
            };
        }

        /** The rest, as JSON; its attachments are still missing. */
        private Payload payload(Shape shape, int announced) throws MalformedPacket {
            int start = at;
            int stop = end;
            while (start < stop && isSpace(buffer[start])) {
                start++;
            }
            while (start < stop && isSpace(buffer[stop - 1])) {
                stop--;
            }
            if (!Utf8.isWellFormed(buffer, start, stop - start)) {
                throw new MalformedPacket(INVALID_PAYLOAD);
            }
            JsonRules.check(shape, buffer, start, stop - start);
            if (announced > 0) {
                checkPlaceholders(announced, start, stop);
            }
            return Payload.of(Arrays.copyOfRange(buffer, start, stop));
        }

        /**
         * Every placeholder must stand for an attachment. One attachment may stand in several
         * places, but not in more than there might be attachments: who sends the packet on may have
         * to write each of them out.
         */
        private void checkPlaceholders(int announced, int start, int stop) throws MalformedPacket {
            List<Placeholder> placeholders = Placeholder.in(buffer, start, stop - start);
            for (Placeholder placeholder : placeholders) {
                if (placeholder.attachment() < 0 || placeholder.attachment() >= announced) {
                    throw new MalformedPacket(ILLEGAL_PLACEHOLDER);
                }
            }
            if (placeholders.size() > maxAttachments) {
                throw new MalformedPacket(TOO_MANY);
            }
        }

        private boolean isDigit() {
            return at < end && buffer[at] >= '0' && buffer[at] <= '9';
        }

        private static boolean isSpace(byte b) {
            return b == ' ' || b == '\t' || b == '\n' || b == '\r';
        }
    }
}
