package dev.resound.server;

import dev.resound.core.Frame;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A frame of the Pusher protocol, read. A broadcast's frame is one object for all of a loop's
 * members and comes to them one after the other, so the last one read is kept per thread.
 *
 * @param channel empty if the frame names none
 * @param data what it holds; a string that is JSON is read as such, as pusher-js does
 */
record ChannelEvent(String name, String channel, JsonNode data) {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final ThreadLocal<@Nullable Last> LAST = new ThreadLocal<>();

    private record Last(Frame frame, ChannelEvent event) {}

    static ChannelEvent of(Frame frame) {
        Last last = LAST.get();
        if (last != null && last.frame == frame) {
            return last.event;
        }
        JsonNode read = JSON.readTree(frame.payload());
        ChannelEvent event =
                new ChannelEvent(
                        read.path("event").asString(""),
                        read.path("channel").asString(""),
                        unwrapped(read.path("data")));
        LAST.set(new Last(frame, event));
        return event;
    }

    private static JsonNode unwrapped(JsonNode data) {
        if (data.isMissingNode()) {
            return JSON.nullNode();
        }
        if (!data.isString()) {
            return data;
        }
        try {
            JsonNode inner = JSON.readTree(data.asString());
            return inner.isMissingNode() ? data : inner;
        } catch (JacksonException plainText) {
            return data;
        }
    }
}
