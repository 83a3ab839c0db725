package dev.resound.socketio.packet;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JacksonSerializable;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.TypeSerializer;
import tools.jackson.databind.util.TokenBuffer;

/**
 * One element of a packet's array, still as it came; it is read when somebody asks. Given back to
 * {@link PayloadWriter#array}, on its own or inside other objects, it is sent on byte by byte. The
 * arrays are the payload's own: not to be changed, nor are those that {@link #asBytes} and {@link
 * #as} hand out.
 *
 * @param position which element of the array it is; an event's name is element 0
 * @param json holds the element
 * @param offset where the element begins
 * @param length its bytes
 * @param attachments all attachments of the packet
 */
public record Argument(int position, byte[] json, int offset, int length, List<byte[]> attachments)
        implements JacksonSerializable {
    public Argument {
        Objects.checkFromIndexSize(offset, length, json.length);
        attachments = List.copyOf(attachments);
    }

    /** Whether it is the value null. */
    public boolean isNull() {
        return json[offset] == 'n';
    }

    /** Whether it is a string. */
    public boolean isString() {
        return json[offset] == '"';
    }

    /** Whether it is an attachment, as a whole. */
    public boolean isBinary() {
        return wholeAttachment() != null;
    }

    /**
     * The string it is.
     *
     * @throws ArgumentMismatch when it is none
     */
    public String asString() {
        if (!isString()) {
            throw new ArgumentMismatch(position, "a string");
        }
        int end = offset + length - 1;
        for (int i = offset + 1; i < end; i++) {
            if (json[i] == '\\') {
                return unescaped();
            }
        }
        return new String(json, offset + 1, end - offset - 1, StandardCharsets.UTF_8);
    }

    private String unescaped() {
        try (JsonParser parser = JsonRules.parser(json, offset, length)) {
            parser.nextToken();
            return parser.getString();
        }
    }

    /**
     * The bytes of the attachment it is; shared, not to be changed.
     *
     * @throws ArgumentMismatch when it is none
     */
    public byte[] asBytes() {
        byte[] attachment = wholeAttachment();
        if (attachment == null) {
            throw new ArgumentMismatch(position, "binary");
        }
        return attachment;
    }

    /** As a tree; attachments are {@link tools.jackson.databind.node.BinaryNode}s in it. */
    public JsonNode node(JsonMapper mapper) {
        return as(mapper, JsonNode.class);
    }

    /**
     * As an object of the type; where it has binary, {@code byte[]} and {@code ByteBuffer} take it.
     *
     * @return the object; null where that is what the mapper makes of it, as it does of null
     * @throws ArgumentMismatch when the mapper finds no such object in it
     */
    @SuppressWarnings("unchecked") // a primitive's class cannot cast, so the mapper is trusted
    public <T> T as(JsonMapper mapper, Class<T> type) {
        return (T) as(mapper, mapper.constructType(type));
    }

    /** The same for a type with parameters. */
    @SuppressWarnings("unchecked")
    public <T> T as(JsonMapper mapper, TypeReference<T> type) {
        return (T) as(mapper, mapper.constructType(type));
    }

    /** The same for a type that is known at run time only. */
    public Object as(JsonMapper mapper, JavaType type) {
        try {
            if (attachments.isEmpty()) {
                return mapper.readValue(json, offset, length, type);
            }
            try (TokenBuffer tokens = tokens()) {
                return mapper.readValue(tokens, type);
            }
        } catch (JacksonException mismatch) {
            throw new ArgumentMismatch(position, type.toCanonical());
        }
    }

    @Override
    public void serialize(JsonGenerator json, SerializationContext context) {
        if (json instanceof PayloadGenerator payload) {
            payload.writeArgument(this);
        } else {
            try (TokenBuffer tokens = tokens()) {
                tokens.serialize(json);
            }
        }
    }

    @Override
    public void serializeWithType(
            JsonGenerator json, SerializationContext context, TypeSerializer types) {
        serialize(json, context);
    }

    /** Sizes only: arguments are nothing for logs. */
    @Override
    public String toString() {
        return "Argument[" + position + ", " + length + " bytes]";
    }

    /** Where attachments go in; offsets count from the element's beginning. */
    List<Placeholder> placeholders() {
        return attachments.isEmpty() ? List.of() : Placeholder.in(json, offset, length);
    }

    private byte @Nullable [] wholeAttachment() {
        if (attachments.isEmpty() || json[offset] != '{') {
            return null;
        }
        List<Placeholder> placeholders = placeholders();
        return !placeholders.isEmpty() && placeholders.getFirst().start() == 0
                ? attachments.get(placeholders.getFirst().attachment())
                : null;
    }

    /** The tokens, with the attachments in their places. */
    private TokenBuffer tokens() {
        var buffer = TokenBuffer.forGeneration();
        try (var tokens = new PayloadTokens(json, offset, length, attachments, placeholders())) {
            for (var token = tokens.next(); token != null; token = tokens.next()) {
                if (token == JsonToken.VALUE_EMBEDDED_OBJECT) {
                    buffer.writeEmbeddedObject(tokens.attachment());
                } else {
                    buffer.copyCurrentEvent(tokens.parser());
                }
            }
        }
        return buffer;
    }
}
