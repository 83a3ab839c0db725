package dev.resound.redis;

import dev.resound.socketio.PacketData;
import dev.resound.socketio.packet.EventNames;
import dev.resound.socketio.packet.MalformedPacket;
import dev.resound.socketio.packet.MessagePackReader;
import dev.resound.socketio.packet.Payload;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.msgpack.core.MessagePackException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The fields of a message of another node, or of an object in it. It came over Redis, from whoever
 * may write there: nothing is taken for granted. Fields nobody asks for may hold anything.
 *
 * @param attachments what is binary anywhere in the message
 */
record MessageFields(JsonNode object, List<byte[]> attachments) {
    /** Beyond, a message is not looked at. */
    static final int MOST_BYTES = 16 << 20;

    static final int MOST_ATTACHMENTS = 10_000;

    private static final int MOST_NAMES = 100_000;
    private static final int LONGEST_ID = 256;
    private static final int DEEPEST = 512;
    private static final int LONGEST_NUMBER = 1_000;
    private static final double MAX_SAFE_INTEGER = 0x1p53 - 1;

    /** UTF-8 and nothing else; names are not interned, for others choose them. */
    static final JsonMapper MAPPER =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(DEEPEST)
                                                    .maxNumberLength(LONGEST_NUMBER)
                                                    .maxStringLength(MOST_BYTES)
                                                    .maxNameLength(MOST_BYTES)
                                                    .build())
                                    .streamWriteConstraints(
                                            StreamWriteConstraints.builder()
                                                    .maxNestingDepth(2 * DEEPEST)
                                                    .build())
                                    .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
                                    .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
                                    .build())
                    .build();

    MessageFields {
        attachments = List.copyOf(attachments);
    }

    /** JSON if it begins like an object of JSON, else MessagePack. */
    static MessageFields read(byte[] message) throws MalformedMessage {
        if (message.length == 0 || message.length > MOST_BYTES) {
            throw new MalformedMessage("its size");
        }
        return message[0] == '{'
                ? json(Payload.of(message))
                : json(messagePack(new MessagePackReader(message, 0, message.length)));
    }

    private static Payload messagePack(MessagePackReader reader) throws MalformedMessage {
        try (reader) {
            Payload payload = reader.unambiguousPayload(MOST_ATTACHMENTS);
            if (reader.remaining() > 0) {
                throw new MalformedMessage("no MessagePack");
            }
            return payload;
        } catch (IOException | MalformedPacket | MessagePackException malformed) {
            throw new MalformedMessage("no MessagePack");
        }
    }

    /** An object. */
    static MessageFields json(Payload payload) throws MalformedMessage {
        try {
            return new MessageFields(MAPPER.readTree(payload.json()), payload.attachments())
                    .checked();
        } catch (JacksonException malformed) {
            throw new MalformedMessage("no JSON");
        }
    }

    private MessageFields checked() throws MalformedMessage {
        if (!object.isObject()) {
            throw new MalformedMessage("no object");
        }
        return this;
    }

    boolean has(String name) {
        return object.has(name);
    }

    MessageFields object(String name) throws MalformedMessage {
        return new MessageFields(object.path(name), attachments).checked();
    }

    /** A node's name for itself, a request or a socket; null if it is not there. */
    @Nullable String idOrNull(String name) throws MalformedMessage {
        return has(name) ? id(name) : null;
    }

    String id(String name) throws MalformedMessage {
        JsonNode id = object.path(name);
        if (!id.isString() || id.stringValue().length() > LONGEST_ID) {
            throw new MalformedMessage("an id");
        }
        return id.stringValue();
    }

    /** A name of any length. */
    String text(String name) throws MalformedMessage {
        JsonNode text = object.path(name);
        if (!text.isString()) {
            throw new MalformedMessage("a name");
        }
        return text.stringValue();
    }

    /** An integer from 0 up, however it is written. */
    long integer(String name) throws MalformedMessage {
        JsonNode number = object.path(name);
        double value = number.isNumber() ? number.doubleValue() : -1;
        if (!(value >= 0 && value <= MAX_SAFE_INTEGER && value == Math.rint(value))) {
            throw new MalformedMessage("a number");
        }
        return (long) value;
    }

    /** Whether it is there and true. */
    boolean isTrue(String name) {
        return object.path(name).isBoolean() && object.path(name).booleanValue();
    }

    /** Whether it is there and false. */
    boolean isFalse(String name) {
        return object.path(name).isBoolean() && !object.path(name).booleanValue();
    }

    /** Names of rooms in their order; none if the field is not there. */
    Set<String> rooms(String name) throws MalformedMessage {
        JsonNode array = object.path(name);
        if (array.isMissingNode() || array.isNull()) {
            return Set.of();
        }
        if (!array.isArray() || array.size() > MOST_NAMES) {
            throw new MalformedMessage("rooms");
        }
        Set<String> rooms = new LinkedHashSet<>();
        for (JsonNode room : array) {
            rooms.add(room(room));
        }
        return rooms;
    }

    String room(String name) throws MalformedMessage {
        return room(object.path(name));
    }

    /** In JavaScript a room may be named by a number. */
    private static String room(JsonNode room) throws MalformedMessage {
        if (room.isString()) {
            return room.stringValue();
        }
        double number = room.isNumber() ? room.doubleValue() : Double.NaN;
        if (number == Math.rint(number) && Math.abs(number) <= MAX_SAFE_INTEGER) {
            return Long.toString((long) number);
        }
        throw new MalformedMessage("a room");
    }

    /** Elements of an array. */
    ArrayNode array(String name) throws MalformedMessage {
        if (object.path(name) instanceof ArrayNode array) {
            return array;
        }
        throw new MalformedMessage("no array");
    }

    /** An event: an array with its name and its arguments. */
    PacketData event(String name) throws MalformedMessage {
        return event(new Payload(json(object.path(name)), attachments));
    }

    /**
     * The same.
     *
     * @param payload known to be JSON, so that only its beginning is looked at
     */
    static PacketData event(Payload payload) throws MalformedMessage {
        try (JsonParser parser = MAPPER.createParser(payload.json())) {
            // Clients end a connection on which one of the reserved events comes.
            if (parser.nextToken() != JsonToken.START_ARRAY
                    || parser.nextToken() != JsonToken.VALUE_STRING
                    || EventNames.isReserved(parser.getString())) {
                throw new MalformedMessage("no event");
            }
        }
        return new PacketData(payload.json(), payload.attachments());
    }

    /** A value as the only element of an array; an empty array if it is not there. */
    PacketData argument(String name) {
        ArrayNode arguments = MAPPER.createArrayNode();
        if (has(name)) {
            arguments.add(object.path(name));
        }
        return new PacketData(json(arguments), attachments);
    }

    /** The same value, with what is binary in it instead of the references to it. */
    JsonNode withBinary(JsonNode value) {
        if (attachments.isEmpty()) {
            return value;
        }
        return switch (value) {
            case ArrayNode array -> {
                ArrayNode copy = MAPPER.createArrayNode();
                array.forEach(each -> copy.add(withBinary(each)));
                yield copy;
            }
            case ObjectNode placeholder when placeholder.path("_placeholder").isBoolean() -> {
                int index = placeholder.path("num").asInt(-1);
                yield index >= 0 && index < attachments.size()
                        ? MAPPER.getNodeFactory().binaryNode(attachments.get(index))
                        : placeholder;
            }
            case ObjectNode object -> {
                ObjectNode copy = MAPPER.createObjectNode();
                object.forEachEntry((name, each) -> copy.set(name, withBinary(each)));
                yield copy;
            }
            default -> value;
        };
    }

    private static byte[] json(JsonNode node) {
        return MAPPER.writeValueAsBytes(node);
    }

    /** Shape only: payloads do not get into logs. */
    @Override
    public String toString() {
        return object.size() + " fields and " + attachments.size() + " attachments";
    }
}
