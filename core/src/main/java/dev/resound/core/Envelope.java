package dev.resound.core;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message to the members of a topic, in no protocol's form. Each {@link WireFormat} makes its own
 * frames of it, which is how members of different protocols share a topic and how a message crosses
 * to another node.
 *
 * @param event the event's name; empty for raw sockets, which know no events
 * @param kind what {@code data} holds
 * @param data the payload; shared, never changed after the envelope was made
 * @param userId the sender's user id as a JSON scalar ({@code 7}, {@code "ann"}), when the protocol
 *     vouches for it
 */
public record Envelope(
        TopicName topic, String event, Kind kind, byte[] data, @Nullable String userId)
        implements Message {

    /** What the payload is. */
    public enum Kind {
        /**
         * One JSON value as UTF-8 text, ready to be placed into a JSON document. An empty array: no
         * value at all.
         */
        JSON,
        /** Text as it is, UTF-8. */
        TEXT,
        /** Bytes as they are. */
        BINARY
    }

    /** An event without a sender: published by a back end or by the server itself. */
    public static Envelope json(TopicName topic, String event, byte[] json) {
        return new Envelope(topic, event, Kind.JSON, json, null);
    }

    @Override
    public List<Frame> in(WireFormat format) {
        return format.encode(this);
    }

    @Override
    public int weight() {
        return data.length;
    }

    /** Shape only: payloads do not get into logs. */
    @Override
    public String toString() {
        return "envelope to " + topic + ", " + kind + ", " + data.length + " bytes";
    }
}
