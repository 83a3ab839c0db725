package dev.resound.socketio;

import dev.resound.socketio.packet.Argument;
import dev.resound.socketio.packet.EventNames;
import dev.resound.socketio.packet.Payload;
import dev.resound.socketio.packet.PayloadWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** From application objects to payloads and back, with one mapper. <b>Thread:</b> any. */
final class Json {
    private final JsonMapper mapper;
    private final PayloadWriter writer;

    /**
     * What the other side says.
     *
     * @param name a string, or a number as it was written
     */
    record Event(String name, Arguments arguments) {}

    Json(JsonMapper mapper) {
        this.mapper = mapper;
        this.writer = new PayloadWriter(mapper);
    }

    JsonMapper mapper() {
        return mapper;
    }

    Payload event(String event, @Nullable Object @Nullable [] arguments) {
        return writer.array(EventNames.checked(event), list(arguments));
    }

    /**
     * An event from elsewhere.
     *
     * @param channel comes before the data, if it is to be told
     * @param data one JSON value, or nothing
     */
    Payload received(String event, @Nullable Object channel, byte[] data) {
        List<Object> arguments = new ArrayList<>(2);
        if (channel != null) {
            arguments.add(channel);
        }
        if (data.length > 0) {
            arguments.add(new Argument(1, data, 0, data.length, List.of()));
        }
        return writer.array(event, arguments);
    }

    Payload answer(@Nullable Object @Nullable [] arguments) {
        return writer.array(null, list(arguments));
    }

    Payload object(Object value) {
        return writer.single(value);
    }

    /** The arguments of an answer. */
    Arguments arguments(Payload array, Ack ack) {
        return new Arguments(this, dev.resound.socketio.packet.Arguments.split(array), ack);
    }

    /** An event that came. */
    Event read(Payload array, Ack ack) {
        var elements = dev.resound.socketio.packet.Arguments.split(array);
        var arguments = new Arguments(this, elements.subList(1, elements.size()), ack);
        return new Event(name(elements.getFirst()), arguments);
    }

    private static String name(Argument first) {
        return first.isString()
                ? first.asString()
                : new String(first.json(), first.offset(), first.length(), StandardCharsets.UTF_8);
    }

    /** {@code emit("x", null)} means one argument that is null. */
    private static List<@Nullable Object> list(@Nullable Object @Nullable [] arguments) {
        return arguments == null ? Collections.singletonList(null) : Arrays.asList(arguments);
    }
}
