package dev.resound.socketio.packet;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/** From application objects to payloads, with one mapper. <b>Thread:</b> any. */
public final class PayloadWriter {
    private final ObjectWriter writer;

    /** Writes with this mapper, but as JavaScript does where that makes a difference. */
    public PayloadWriter(JsonMapper mapper) {
        this.writer = PayloadGenerator.writer(mapper);
    }

    /**
     * The array of a packet.
     *
     * @param event the event's name, which comes first; null for an acknowledgement
     * @param arguments anything the mapper can write, null and {@link Argument}s included. {@code
     *     byte[]}, {@code ByteBuffer} and binary nodes become attachments at any depth; their bytes
     *     are copied
     * @throws IllegalArgumentException when an object looks like a placeholder and there is binary
     * @throws tools.jackson.core.JacksonException when the mapper cannot write an argument
     */
    public Payload array(@Nullable String event, List<? extends @Nullable Object> arguments) {
        try (var json = PayloadGenerator.create(writer)) {
            json.writeStartArray();
            if (event != null) {
                json.writeString(event);
            }
            for (Object argument : arguments) {
                writeValue(json, argument);
            }
            json.writeEndArray();
            return json.finish();
        }
    }

    /**
     * A single value, as {@link Packet.Connect} and {@link Packet.ConnectError} have it.
     *
     * @throws IllegalArgumentException when there is binary in it
     * @throws tools.jackson.core.JacksonException when the mapper cannot write it
     */
    public Payload single(@Nullable Object value) {
        try (var json = PayloadGenerator.create(writer)) {
            writeValue(json, value);
            Payload payload = json.finish();
            if (!payload.attachments().isEmpty()) {
                throw new IllegalArgumentException("binary is for events and acks only");
            }
            return payload;
        }
    }

    private void writeValue(JsonGenerator json, @Nullable Object value) {
        if (value == null) {
            json.writeNull();
        } else {
            writer.writeValue(json, value);
        }
    }
}
