package dev.resound.socketio.packet;

import static dev.resound.socketio.packet.MalformedPacket.ILLEGAL_PLACEHOLDER;
import static dev.resound.socketio.packet.MalformedPacket.INVALID_PAYLOAD;
import static dev.resound.socketio.packet.MalformedPacket.TOO_MANY;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.msgpack.core.ExtensionTypeHeader;
import org.msgpack.core.MessageFormat;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessageUnpacker;
import org.msgpack.value.ValueType;

/**
 * Reads MessagePack into payloads. A size that is claimed is never more than a claim: nothing is
 * allocated for bytes that have not come. Every method may throw a MessagePackException where the
 * bytes are no MessagePack.
 */
public final class MessagePackReader implements AutoCloseable {
    private static final MessagePack.UnpackerConfig CONFIG =
            new MessagePack.UnpackerConfig()
                    .withAllowReadingBinaryAsString(false)
                    .withAllowReadingStringAsBinary(false);

    /** What the JavaScript encoder uses for all that it adds to MessagePack. */
    private static final byte JAVASCRIPT = 0;

    private static final byte TIMESTAMP = -1;
    private static final int FIXEXT1 = 0xd4;

    private final byte[] buffer;
    private final int offset;
    private final int end;
    private final MessageUnpacker in;

    /** Reads a range; nobody changes it meanwhile. */
    public MessagePackReader(byte[] buffer, int offset, int length) {
        this.buffer = buffer;
        this.offset = offset;
        this.end = offset + length;
        this.in = CONFIG.newUnpacker(buffer, offset, length);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    /** Bytes not yet read. */
    public int remaining() {
        return end - position();
    }

    ValueType nextType() throws IOException {
        return in.getNextFormat().getValueType();
    }

    /** A map's entries, at most as many as the bytes allow. */
    public int mapHeader() throws IOException, MalformedPacket {
        return within(remaining() / 2, in.unpackMapHeader());
    }

    /** An array's elements, at most as many as the bytes allow. */
    public int arrayHeader() throws IOException, MalformedPacket {
        return within(remaining(), in.unpackArrayHeader());
    }

    /** A string. */
    public String string() throws IOException, MalformedPacket {
        int length = stringHeader();
        int start = skip(length);
        return new String(buffer, start, length, StandardCharsets.UTF_8);
    }

    /** An integer, also where it is written as a float. */
    public long integer() throws IOException, MalformedPacket {
        if (nextType() != ValueType.FLOAT) {
            return in.unpackLong();
        }
        double value = in.unpackDouble();
        if (!isSafeInteger(value)) {
            throw new MalformedPacket(INVALID_PAYLOAD);
        }
        return (long) value;
    }

    /** Whether JavaScript's undefined is next; it has been read then. */
    public boolean takeUndefined() throws IOException, MalformedPacket {
        int at = position();
        if (end - at < 2 || (buffer[at] & 0xff) != FIXEXT1 || buffer[at + 1] != JAVASCRIPT) {
            return false;
        }
        skip(in.unpackExtensionTypeHeader().getLength());
        return true;
    }

    /**
     * The next value.
     *
     * @param maxAttachments how many binary values may be in it
     */
    public Payload payload(int maxAttachments) throws IOException, MalformedPacket {
        var json = new Json(maxAttachments);
        json.value(0);
        return new Payload(json.out.toByteArray(), json.attachments);
    }

    /**
     * The same; a map that looks like a placeholder must not stand beside binary: it would become
     * one.
     */
    public Payload unambiguousPayload(int maxAttachments) throws IOException, MalformedPacket {
        Payload payload = payload(maxAttachments);
        int binaries = payload.attachments().size();
        byte[] json = payload.json();
        if (binaries > 0 && Placeholder.in(json, 0, json.length).size() != binaries) {
            throw new MalformedPacket(ILLEGAL_PLACEHOLDER);
        }
        return payload;
    }

    private int position() {
        return offset + (int) in.getTotalReadBytes();
    }

    private static int within(int limit, int claimed) throws MalformedPacket {
        if (claimed > limit) {
            throw new MalformedPacket(INVALID_PAYLOAD);
        }
        return claimed;
    }

    /** Passes bytes; they begin in the buffer where this says. */
    private int skip(int length) throws IOException, MalformedPacket {
        int start = position();
        in.readPayloadAsReference(within(end - start, length));
        return start;
    }

    private byte[] bytes(int length) throws IOException, MalformedPacket {
        int start = skip(length);
        return Arrays.copyOfRange(buffer, start, start + length);
    }

    /** The length of a string that is there and well-formed. */
    private int stringHeader() throws IOException, MalformedPacket {
        int length = in.unpackRawStringHeader();
        within(remaining(), length); // now that the header is no longer among what remains
        if (!Utf8.isWellFormed(buffer, position(), length)) {
            throw new MalformedPacket(INVALID_PAYLOAD);
        }
        return length;
    }

    private static boolean isSafeInteger(double value) {
        return value == Math.rint(value) && Math.abs(value) <= Packet.MAX_ID;
    }

    /** A value on its way to JSON. */
    private final class Json {
        final Utf8Writer out = new Utf8Writer();
        final List<byte[]> attachments = new ArrayList<>();
        private final int maxAttachments;

        Json(int maxAttachments) {
            this.maxAttachments = maxAttachments;
        }

        void value(int depth) throws IOException, MalformedPacket {
            MessageFormat format = in.getNextFormat();
            switch (format.getValueType()) {
                case NIL -> {
                    in.unpackNil();
                    write("null");
                }
                case BOOLEAN -> write(Boolean.toString(in.unpackBoolean()));
                case INTEGER ->
                        write(
                                format == MessageFormat.UINT64
                                        ? in.unpackBigInteger().toString()
                                        : Long.toString(in.unpackLong()));
                case FLOAT -> number(in.unpackDouble());
                case STRING -> string();
                case BINARY -> attach(bytes(in.unpackBinaryHeader()));
                case ARRAY -> array(depth + 1);
                case MAP -> map(depth + 1);
                case EXTENSION -> extension(format, in.unpackExtensionTypeHeader());
            }
        }

        private void write(String text) {
            out.write(text, 0, text.length());
        }

        /** As JavaScript would say it: no fraction that is none, null for what JSON has not. */
        private void number(double value) {
            if (isSafeInteger(value)) {
                write(Long.toString((long) value));
            } else {
                write(Double.isFinite(value) ? Double.toString(value) : "null");
            }
        }

        private void string() throws IOException, MalformedPacket {
            int length = stringHeader();
            out.quote(buffer, skip(length), length);
        }

        private void attach(byte[] bytes) throws MalformedPacket {
            if (attachments.size() == maxAttachments) {
                throw new MalformedPacket(TOO_MANY);
            }
            write(Placeholder.text(attachments.size()));
            attachments.add(bytes);
        }

        private void array(int depth) throws IOException, MalformedPacket {
            within(JsonRules.MAX_DEPTH, depth);
            int size = within(remaining(), in.unpackArrayHeader());
            out.write('[');
            for (int i = 0; i < size; i++) {
                if (i > 0) {
                    out.write(',');
                }
                value(depth);
            }
            out.write(']');
        }

        private void map(int depth) throws IOException, MalformedPacket {
            within(JsonRules.MAX_DEPTH, depth);
            int size = mapHeader();
            out.write('{');
            boolean first = true;
            for (int i = 0; i < size; i++) {
                int length = stringHeader();
                int name = skip(length);
                // As in JSON, what is undefined is not there.
                if (!takeUndefined()) {
                    if (!first) {
                        out.write(',');
                    }
                    first = false;
                    out.quote(buffer, name, length);
                    out.write(':');
                    value(depth);
                }
            }
            out.write('}');
        }

        private void extension(MessageFormat format, ExtensionTypeHeader header)
                throws IOException, MalformedPacket {
            int length = within(remaining(), header.getLength());
            if (header.getType() == TIMESTAMP) {
                date(timestamp(header));
            } else if (header.getType() != JAVASCRIPT) {
                throw new MalformedPacket(INVALID_PAYLOAD);
            } else if (format == MessageFormat.FIXEXT1) {
                skip(length);
                write("null");
            } else if (format == MessageFormat.FIXEXT8) {
                date(JavaScriptDate.format(in.readPayloadAsReference(length).getLong(0)));
            } else {
                attach(bytes(length));
            }
        }

        private @Nullable String timestamp(ExtensionTypeHeader header) throws IOException {
            try {
                return JavaScriptDate.format(in.unpackTimestamp(header));
            } catch (DateTimeException | ArithmeticException beyondAllDates) {
                return null;
            }
        }

        private void date(@Nullable String date) {
            write(date == null ? "null" : '"' + date + '"');
        }
    }
}
