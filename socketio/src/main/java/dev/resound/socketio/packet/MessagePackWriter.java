package dev.resound.socketio.packet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePacker;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Writes a payload as MessagePack. As arrays and maps there begin with their size, the JSON is read
 * twice: to count, and to write.
 */
public final class MessagePackWriter {
    private static final BigInteger MAX_UNSIGNED =
            BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

    private final MessagePacker out;
    private final Payload payload;
    private final List<Placeholder> placeholders;

    /** How many elements or entries the containers have, in the order in which they begin. */
    private int[] sizes = new int[16];

    private MessagePackWriter(MessagePacker out, Payload payload) {
        this.out = out;
        this.payload = payload;
        this.placeholders =
                payload.attachments().isEmpty()
                        ? List.of()
                        : Placeholder.in(payload.json(), 0, payload.json().length);
    }

    /** Writes it; nothing else is to be written with this. */
    static void write(MessagePacker out, Payload payload) throws IOException {
        new MessagePackWriter(out, payload).write();
    }

    /** The whole of a payload. */
    public static byte[] bytes(Payload payload) {
        var config = new MessagePack.PackerConfig().withBufferSize(payload.json().length + 1);
        try (var out = config.newBufferPacker()) {
            write(out, payload);
            return out.toByteArray();
        } catch (IOException impossible) {
            throw new UncheckedIOException("writing to memory", impossible);
        }
    }

    private void write() throws IOException {
        try (var tokens = tokens()) {
            count(tokens);
        }
        try (var tokens = tokens()) {
            write(tokens);
        }
    }

    private PayloadTokens tokens() {
        byte[] json = payload.json();
        return new PayloadTokens(json, 0, json.length, payload.attachments(), placeholders);
    }

    private void count(PayloadTokens tokens) {
        int[] open = new int[16];
        boolean[] array = new boolean[16];
        int depth = 0;
        int containers = 0;
        for (var token = tokens.next(); token != null; token = tokens.next()) {
            if (token == JsonToken.END_ARRAY || token == JsonToken.END_OBJECT) {
                depth--;
                continue;
            }
            // An element counts where it is, an entry where its name is.
            if (depth > 0 && (token == JsonToken.PROPERTY_NAME || array[depth - 1])) {
                sizes[open[depth - 1]]++;
            }
            if (token == JsonToken.START_ARRAY || token == JsonToken.START_OBJECT) {
                if (depth == open.length) {
                    open = Arrays.copyOf(open, depth * 2);
                    array = Arrays.copyOf(array, depth * 2);
                }
                if (containers == sizes.length) {
                    sizes = Arrays.copyOf(sizes, containers * 2);
                }
                array[depth] = token == JsonToken.START_ARRAY;
                open[depth++] = containers++;
            }
        }
    }

    private void write(PayloadTokens tokens) throws IOException {
        int containers = 0;
        for (var token = tokens.next(); token != null; token = tokens.next()) {
            switch (token) {
                case START_ARRAY -> out.packArrayHeader(sizes[containers++]);
                case START_OBJECT -> out.packMapHeader(sizes[containers++]);
                case PROPERTY_NAME -> string(out, tokens.parser().currentName());
                case VALUE_STRING -> string(out, tokens.parser().getString());
                case VALUE_NUMBER_INT -> integer(tokens.parser());
                case VALUE_NUMBER_FLOAT -> out.packDouble(tokens.parser().getDoubleValue());
                case VALUE_TRUE -> out.packBoolean(true);
                case VALUE_FALSE -> out.packBoolean(false);
                case VALUE_NULL -> out.packNil();
                case VALUE_EMBEDDED_OBJECT -> {
                    byte[] attachment = tokens.attachment();
                    out.packBinaryHeader(attachment.length);
                    out.addPayload(attachment);
                }
                case END_ARRAY, END_OBJECT -> {}
                case NOT_AVAILABLE ->
                        throw new AssertionError("a parser over bytes has all of them");
            }
        }
    }

    /** An integer beyond 64 bits is a double, as it is for whoever reads the JSON in JavaScript. */
    private void integer(JsonParser number) throws IOException {
        if (number.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
            out.packLong(number.getLongValue());
            return;
        }
        BigInteger value = number.getBigIntegerValue();
        if (value.signum() > 0 && value.compareTo(MAX_UNSIGNED) <= 0) {
            out.packBigInteger(value);
        } else {
            out.packDouble(value.doubleValue());
        }
    }

    /** Text; in place of a surrogate without its partner, which UTF-8 does not have, U+FFFD. */
    static void string(MessagePacker out, String text) throws IOException {
        byte[] utf8 = Utf8.wellFormed(text).getBytes(StandardCharsets.UTF_8);
        out.packRawStringHeader(utf8.length);
        out.writePayload(utf8);
    }
}
