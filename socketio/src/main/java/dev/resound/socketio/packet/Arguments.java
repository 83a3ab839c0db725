package dev.resound.socketio.packet;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.AnnotationIntrospector;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.introspect.AnnotatedParameter;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.introspect.NopAnnotationIntrospector;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;

/** The arguments of a payload, and how objects are mapped to them. <b>Thread:</b> any. */
public final class Arguments {
    private Arguments() {}

    /**
     * A mapper that writes dates as JavaScript does, ignores properties a class does not have, and
     * otherwise does what Jackson does, but for two things: text is no number or truth value, and a
     * primitive that a record needs must be there. Its {@code rebuild()} is the way to one's own.
     */
    public static JsonMapper defaultMapper() {
        var factory =
                JsonFactory.builder()
                        .streamReadConstraints(JsonRules.CONSTRAINTS)
                        .streamWriteConstraints(
                                StreamWriteConstraints.builder()
                                        .maxNestingDepth(JsonRules.MAX_DEPTH)
                                        .build())
                        .build();
        return JsonMapper.builder(factory)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .annotationIntrospector(
                        AnnotationIntrospector.pair(
                                new RequiredPrimitives(), new JacksonAnnotationIntrospector()))
                .addModule(
                        new SimpleModule("resound-dates")
                                .addSerializer(new DateSerializer())
                                .addSerializer(new InstantSerializer()))
                .build();
    }

    /**
     * The elements of a packet's array, an event's name included. Cost: one look at every byte, no
     * copies.
     *
     * @throws IllegalArgumentException when the payload is no array
     */
    public static List<Argument> split(Payload array) {
        byte[] json = array.json();
        var elements = new ArrayList<Argument>();
        int depth = 0;
        int start = -1;
        int stop = -1;
        int at = 0;
        while (at < json.length) {
            byte b = json[at];
            int next = b == '"' ? endOfString(json, at) : at + 1;
            if (b == ']' || b == '}') {
                depth--;
            }
            boolean ends = (depth == 0 && b == ']') || (depth == 1 && b == ',');
            if (ends && start >= 0) {
                elements.add(
                        new Argument(
                                elements.size(), json, start, stop - start, array.attachments()));
                start = -1;
            } else if (depth > 0 && !ends && !isSpace(b)) {
                start = start < 0 ? at : start;
                stop = next;
            }
            if (b == '[' || b == '{') {
                depth++;
            }
            at = next;
        }
        if (depth != 0 || json.length == 0 || json[0] != '[') {
            throw new IllegalArgumentException("the payload is no array");
        }
        return elements;
    }

    private static int endOfString(byte[] json, int start) {
        int at = start + 1;
        while (at < json.length && json[at] != '"') {
            at += json[at] == '\\' ? 2 : 1;
        }
        return at + 1;
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\t' || b == '\n' || b == '\r';
    }

    private static void writeDate(JsonGenerator json, @Nullable String date) {
        if (date == null) {
            json.writeNull();
        } else {
            json.writeString(date);
        }
    }

    /** What a constructor takes as a primitive has no value that stands for its absence. */
    private static final class RequiredPrimitives extends NopAnnotationIntrospector {
        private static final long serialVersionUID = 1L;

        @Override
        public @Nullable Boolean hasRequiredMarker(MapperConfig<?> config, AnnotatedMember member) {
            return (member instanceof AnnotatedParameter && member.getRawType().isPrimitive())
                    ? Boolean.TRUE
                    : null;
        }
    }

    private static final class DateSerializer extends StdSerializer<Date> {
        DateSerializer() {
            super(Date.class);
        }

        @Override
        @SuppressWarnings("JavaUtilDate") // applications have such dates
        public void serialize(Date value, JsonGenerator json, SerializationContext context) {
            writeDate(json, JavaScriptDate.format(value.getTime()));
        }
    }

    private static final class InstantSerializer extends StdSerializer<Instant> {
        InstantSerializer() {
            super(Instant.class);
        }

        @Override
        public void serialize(Instant value, JsonGenerator json, SerializationContext context) {
            writeDate(json, JavaScriptDate.format(value));
        }
    }
}
