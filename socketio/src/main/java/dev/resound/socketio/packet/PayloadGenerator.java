package dev.resound.socketio.packet;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.Base64Variant;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.core.util.JsonGeneratorDelegate;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes JSON as a payload has it, whatever the depth at which databind meets a value: binary goes
 * to the attachments and leaves a placeholder, and a number JSON does not have becomes null.
 * <b>Thread:</b> one.
 */
final class PayloadGenerator extends JsonGeneratorDelegate {
    private final Utf8Writer out;
    private final List<byte[]> attachments = new ArrayList<>();
    private int placeholders;

    private PayloadGenerator(JsonGenerator json, Utf8Writer out) {
        // Whole objects and trees must come through here again, hence no copying past us.
        super(json, false);
        this.out = out;
    }

    static PayloadGenerator create(ObjectWriter writer) {
        var out = new Utf8Writer();
        return new PayloadGenerator(writer.createGenerator(out), out);
    }

    /** The mapper's writer, made to write as JavaScript does. */
    static ObjectWriter writer(JsonMapper mapper) {
        return mapper.writer()
                .without(SerializationFeature.INDENT_OUTPUT)
                .without(SerializationFeature.FLUSH_AFTER_WRITE_VALUE)
                .without(JsonWriteFeature.WRITE_HEX_UPPER_CASE)
                .without(JsonWriteFeature.ESCAPE_FORWARD_SLASHES);
    }

    /**
     * What was written.
     *
     * @throws IllegalArgumentException when an object that is none of our placeholders looks like
     *     one and there are attachments: every receiver would take it for one
     */
    Payload finish() {
        close();
        byte[] json = out.toByteArray();
        if (!attachments.isEmpty() && Placeholder.in(json, 0, json.length).size() != placeholders) {
            throw new IllegalArgumentException(
                    "an object with \"_placeholder\":true cannot be sent along with binary values");
        }
        return new Payload(json, attachments);
    }

    /** The element as it came, its attachments after those that are here already. */
    void writeArgument(Argument argument) {
        // An empty value makes the generator write what is due before a value, and no more.
        writeRawValue("");
        flush();
        int at = argument.offset();
        int[] numbers = new int[argument.attachments().size()];
        Arrays.fill(numbers, Placeholder.NONE);
        for (Placeholder placeholder : argument.placeholders()) {
            int start = argument.offset() + placeholder.start();
            out.write(argument.json(), at, start - at);
            int old = placeholder.attachment();
            if (numbers[old] == Placeholder.NONE) {
                numbers[old] = attachments.size();
                attachments.add(argument.attachments().get(old));
            }
            String text = Placeholder.text(numbers[old]);
            out.write(text, 0, text.length());
            placeholders++;
            at = argument.offset() + placeholder.end();
        }
        out.write(argument.json(), at, argument.offset() + argument.length() - at);
    }

    @Override
    public JsonGenerator writeBinary(Base64Variant variant, byte[] data, int offset, int length) {
        // A copy: the caller may use its array again once the event is on its way.
        return attach(Arrays.copyOfRange(data, offset, offset + length));
    }

    @Override
    public int writeBinary(Base64Variant variant, InputStream data, int length) {
        try {
            byte[] bytes = length < 0 ? data.readAllBytes() : data.readNBytes(length);
            attach(bytes);
            return bytes.length;
        } catch (IOException broken) {
            throw JacksonIOException.construct(broken, this);
        }
    }

    @Override
    public JsonGenerator writeEmbeddedObject(@Nullable Object value) {
        if (value instanceof byte[] data) {
            return attach(data.clone());
        }
        return super.writeEmbeddedObject(value);
    }

    private JsonGenerator attach(byte[] data) {
        writeRawValue(Placeholder.text(attachments.size()));
        attachments.add(data);
        placeholders++;
        return this;
    }

    /**
     * A surrogate without its partner is legal in a name, too, but Jackson cannot read it there: it
     * becomes U+FFFD.
     */
    @Override
    public JsonGenerator writeName(String name) {
        return super.writeName(Utf8.wellFormed(name));
    }

    @Override
    public JsonGenerator writeNumber(double value) {
        return Double.isFinite(value) ? super.writeNumber(value) : writeNull();
    }

    @Override
    public JsonGenerator writeNumber(float value) {
        return Float.isFinite(value) ? super.writeNumber(value) : writeNull();
    }

    @Override
    public JsonGenerator writeArray(double[] values, int offset, int length) {
        writeStartArray(values, length);
        for (int i = offset; i < offset + length; i++) {
            writeNumber(values[i]);
        }
        return writeEndArray();
    }
}
