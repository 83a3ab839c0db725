package dev.resound.socketio.packet;

import static dev.resound.socketio.packet.MalformedPacket.INVALID_PAYLOAD;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/** What JSON a packet may hold. Reads over the bytes and keeps nothing. */
final class JsonRules {
    /** Arrays and objects open at once, the array of an event's arguments included. */
    static final int MAX_DEPTH = 512;

    /** Characters of one number. */
    static final int MAX_NUMBER_LENGTH = 1_000;

    /** A string or a name may be as long as its message, which is limited elsewhere. */
    static final StreamReadConstraints CONSTRAINTS =
            StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(MAX_NUMBER_LENGTH)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build();

    /** UTF-8 and nothing else; names are not interned, for peers choose them. */
    private static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .streamReadConstraints(CONSTRAINTS)
                    .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
                    .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
                    .build();

    private JsonRules() {}

    /** The outermost form of a payload. */
    enum Shape {
        /** Of {@link Packet.Connect}. */
        OBJECT,
        /** Of {@link Packet.ConnectError}. */
        STRING_OR_OBJECT,
        /** Of {@link Packet.Event}: an array that begins with a name a user may give. */
        EVENT,
        /** Of {@link Packet.Ack}. */
        ARRAY
    }

    /** A parser over a range that is known to be well-formed UTF-8. */
    static JsonParser parser(byte[] buffer, int offset, int length) {
        return FACTORY.createParser(ObjectReadContext.empty(), buffer, offset, length);
    }

    /**
     * Checks that the range is one JSON text of the shape wanted, from its first byte to its last.
     *
     * @throws MalformedPacket when it is not
     */
    static void check(Shape shape, byte[] buffer, int offset, int length) throws MalformedPacket {
        try (JsonParser parser = parser(buffer, offset, length)) {
            if (!beginsAs(shape, parser) || !endsOnce(parser)) {
                throw new MalformedPacket(INVALID_PAYLOAD);
            }
        } catch (JacksonException notJson) {
            throw new MalformedPacket(INVALID_PAYLOAD);
        }
    }

    /**
     * Checks the shape of what is known to be a JSON text.
     *
     * @throws MalformedPacket when it is another
     */
    static void checkShape(Shape shape, byte[] json) throws MalformedPacket {
        try (JsonParser parser = parser(json, 0, json.length)) {
            if (!beginsAs(shape, parser)) {
                throw new MalformedPacket(INVALID_PAYLOAD);
            }
        }
    }

    /** Reads as far as the shape has a say. */
    private static boolean beginsAs(Shape shape, JsonParser parser) {
        JsonToken first = parser.nextToken();
        return switch (shape) {
            case OBJECT -> first == JsonToken.START_OBJECT;
            case STRING_OR_OBJECT ->
                    first == JsonToken.START_OBJECT || first == JsonToken.VALUE_STRING;
            case ARRAY -> first == JsonToken.START_ARRAY;
            case EVENT -> first == JsonToken.START_ARRAY && isEventName(parser, parser.nextToken());
        };
    }

    private static boolean isEventName(JsonParser parser, JsonToken token) {
        if (token == JsonToken.VALUE_STRING) {
            return parser.getStringLength() > EventNames.LONGEST_RESERVED
                    || !EventNames.isReserved(parser.getString());
        }
        return token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT;
    }

    /** Reads to the end of the outermost value; nothing may follow it. */
    private static boolean endsOnce(JsonParser parser) {
        while (!parser.streamReadContext().inRoot()) {
            if (parser.nextToken() == null) {
                return false;
            }
        }
        return parser.nextToken() == null;
    }
}
