package dev.resound.socketio;

import dev.resound.socketio.packet.Argument;
import dev.resound.socketio.packet.Payload;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** From application objects to payloads and back, with one mapper. <b>Thread:</b> any. */
record Json(JsonMapper mapper) {

    Payload event(String event, @Nullable Object @Nullable [] arguments) {
        return dev.resound.socketio.packet.Arguments.write(
                mapper, EventNames.checked(event), list(arguments));
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
        return dev.resound.socketio.packet.Arguments.write(mapper, event, arguments);
    }

    Payload answer(@Nullable Object @Nullable [] arguments) {
        return dev.resound.socketio.packet.Arguments.write(mapper, null, list(arguments));
    }

    Payload object(Object value) {
        return dev.resound.socketio.packet.Arguments.single(mapper, value);
    }

    Arguments arguments(Payload array, int skip, Ack ack) {
        var elements = dev.resound.socketio.packet.Arguments.split(array);
        return new Arguments(this, elements.subList(skip, elements.size()), ack);
    }

    /** The event's name: a string, or a number as it was written. */
    static String eventName(Payload array) {
        byte[] json = array.json();
        Argument first = dev.resound.socketio.packet.Arguments.split(array).getFirst();
        return first.isString()
                ? first.asString()
                : new String(json, first.offset(), first.length(), StandardCharsets.UTF_8);
    }

    /** {@code emit("x", null)} means one argument that is null. */
    private static List<@Nullable Object> list(@Nullable Object @Nullable [] arguments) {
        return arguments == null ? Collections.singletonList(null) : Arrays.asList(arguments);
    }
}
