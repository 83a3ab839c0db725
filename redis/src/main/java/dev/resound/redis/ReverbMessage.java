package dev.resound.redis;

import dev.resound.core.Envelope;
import dev.resound.pusher.json.JsonArray;
import dev.resound.pusher.json.JsonObject;
import dev.resound.pusher.json.JsonScanner;
import dev.resound.pusher.json.JsonText;
import dev.resound.pusher.json.JsonValue;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is said on the channel of a Reverb cluster: JSON, in which the app and the requests are
 * strings of PHP. Nodes of Resound sign what they say with a key of their own beside the others,
 * which PHP does not look at and which no client gets to see.
 */
sealed interface ReverbMessage {
    /** Larger ones are none: Reverb itself takes requests of ten thousand bytes. */
    int MOST_BYTES = 16 << 20;

    /** An event to more is none: each channel costs a delivery, and a name only two bytes. */
    int MOST_CHANNELS = 10_000;

    /** Reverb's keys have ten characters. */
    int LONGEST_KEY = 64;

    String SIGNATURE = "resound";
    String CLIENT_EVENT = "client-";

    int LONGEST_NAME = 4_096;

    /**
     * An event to channels of an app.
     *
     * @param data as it came; empty if there is none
     * @param user the sender as a JSON scalar
     */
    record Event(
            String app,
            List<String> channels,
            String event,
            byte[] data,
            @Nullable String user,
            @Nullable String except)
            implements ReverbMessage {
        public Event {
            channels = List.copyOf(channels);
        }
    }

    /** The sockets of a user are to be closed. */
    record Terminate(String app, String user) implements ReverbMessage {}

    /** A question to all nodes. */
    record Question(ReverbMetric.Request request) implements ReverbMessage {}

    /**
     * One node's answer to one.
     *
     * @param payload an object or an array of JSON, which may be empty
     */
    record Answer(String key, byte[] payload) implements ReverbMessage {}

    /** Right, but of no meaning here: of a later version, say. */
    record Unknown() implements ReverbMessage {}

    /**
     * Who said it.
     *
     * @param node of Resound; empty: somebody else's
     * @param sequence how many that node has said, this one included; 0: it does not count it
     */
    record Signature(String node, long sequence) {
        static final Signature NONE = new Signature("", 0);

        static Signature read(@Nullable String text) {
            if (text == null || text.isEmpty() || text.length() > LONGEST_KEY) {
                return NONE;
            }
            int dash = text.indexOf('-');
            if (dash < 0) {
                return new Signature(text, 0);
            }
            try {
                return new Signature(
                        text.substring(0, dash),
                        Math.max(0, Long.parseLong(text.substring(dash + 1))));
            } catch (NumberFormatException notOurs) {
                return NONE;
            }
        }

        @Override
        public String toString() {
            return sequence == 0 ? node : node + "-" + sequence;
        }
    }

    /** A message with its signature. */
    record Signed(Signature by, ReverbMessage message) {}

    // ---- reading

    /** Null if these bytes are no message. */
    static @Nullable Signed read(byte[] bytes) {
        if (bytes.length > MOST_BYTES || !isText(bytes)) {
            return null;
        }
        JsonObject fields = new JsonScanner().object(bytes, 0, bytes.length, false);
        String type = fields == null ? null : fields.text("type");
        if (fields == null || type == null) {
            return null;
        }
        ReverbMessage message =
                switch (type) {
                    case "message" -> event(fields);
                    case "terminate" -> terminate(fields);
                    case "metrics" -> question(fields);
                    default -> answer(type, fields);
                };
        return message == null ? null : new Signed(Signature.read(fields.text(SIGNATURE)), message);
    }

    private static boolean isText(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException no) {
            return false;
        }
    }

    private static @Nullable String app(JsonObject fields) {
        String serialized = fields.text("application");
        return serialized == null ? null : ReverbApplication.id(serialized);
    }

    private static @Nullable JsonObject payload(JsonObject fields) {
        JsonValue payload = fields.get("payload");
        return payload == null ? null : payload.object();
    }

    private static @Nullable ReverbMessage event(JsonObject fields) {
        String app = app(fields);
        JsonObject payload = payload(fields);
        String event = payload == null ? null : payload.text("event");
        if (app == null || payload == null || event == null || event.length() > LONGEST_NAME) {
            return null;
        }
        List<String> channels = channels(payload);
        if (channels == null) {
            return null;
        }
        JsonValue data = payload.get("data");
        JsonValue user = payload.get("user_id");
        return new Event(
                app,
                channels,
                event,
                data == null ? new byte[0] : data.rawBytes(),
                user == null || !isScalar(user) ? null : user.raw(),
                fields.text("socket_id"));
    }

    private static boolean isScalar(JsonValue value) {
        return value.length() <= LONGEST_NAME
                && switch (value.kind()) {
                    case STRING, NUMBER -> true;
                    case OBJECT, ARRAY, TRUE, FALSE, NULL -> false;
                };
    }

    /** Those of the list, or the one; null if that is neither. Names that no channel has go. */
    private static @Nullable List<String> channels(JsonObject payload) {
        JsonValue several = payload.get("channels");
        List<String> channels = new ArrayList<>();
        if (several == null || several.kind() == JsonValue.Kind.NULL) {
            String one = payload.text("channel");
            if (one == null) {
                return null;
            }
            addIfChannel(channels, one);
            return channels;
        }
        JsonArray names = several.array();
        if (names == null) {
            return null;
        }
        int count = 0;
        for (JsonValue name : names) {
            String text = name.text();
            if (text == null || ++count > MOST_CHANNELS) {
                return null;
            }
            addIfChannel(channels, text);
        }
        return channels;
    }

    /** Names that begin with what no channel has are those of something else on our nodes. */
    private static void addIfChannel(List<String> channels, String name) {
        if (!name.isEmpty() && name.length() <= LONGEST_NAME && name.charAt(0) > ' ') {
            channels.add(name);
        }
    }

    private static @Nullable ReverbMessage terminate(JsonObject fields) {
        String app = app(fields);
        JsonObject payload = payload(fields);
        String user = payload == null ? null : payload.text("user_id");
        return app == null || user == null ? null : new Terminate(app, user);
    }

    private static @Nullable ReverbMessage question(JsonObject fields) {
        String serialized = fields.text("payload");
        ReverbMetric.Request request = serialized == null ? null : ReverbMetric.read(serialized);
        return request == null ? null : new Question(request);
    }

    private static @Nullable ReverbMessage answer(String key, JsonObject fields) {
        JsonValue payload = fields.get("payload");
        if (payload == null || key.length() > LONGEST_KEY) {
            return new Unknown();
        }
        return switch (payload.kind()) {
            case OBJECT, ARRAY -> new Answer(key, payload.rawBytes());
            case STRING, NUMBER, TRUE, FALSE, NULL -> new Unknown();
        };
    }

    // ---- writing

    /**
     * An event, in the order of keys in which PHP hands it to clients.
     *
     * @param application what PHP has of the app, as a string of JSON
     */
    static byte[] event(
            Signature by, byte[] application, Envelope envelope, @Nullable String except) {
        byte[] data = envelope.data();
        String channel = envelope.topic().name();
        boolean client = envelope.event().startsWith(CLIENT_EVENT);
        JsonText json =
                begin("message", application, data.length)
                        .raw("{\"event\":")
                        .quoted(envelope.event());
        if (client) {
            json.raw(",\"channel\":").quoted(channel);
        } else {
            json.raw(",\"channels\":[").quoted(channel).raw("]");
        }
        if (data.length > 0) {
            json.raw(",\"data\":").raw(data);
        }
        if (envelope.userId() != null) {
            json.raw(",\"user_id\":").raw(envelope.userId());
        }
        json.raw("}");
        if (except != null) {
            json.raw(",\"socket_id\":").quoted(except);
        }
        return end(json, by);
    }

    /**
     * The end of a user's sockets.
     *
     * @param user as a string of JSON
     */
    static byte[] terminate(Signature by, byte[] application, byte[] user) {
        return end(
                begin("terminate", application, user.length)
                        .raw("{\"user_id\":")
                        .raw(user)
                        .raw("}"),
                by);
    }

    static byte[] question(Signature by, String serialized) {
        return end(new JsonText().raw("{\"type\":\"metrics\",\"payload\":").quoted(serialized), by);
    }

    static byte[] answer(Signature by, String key, String payload) {
        return end(
                new JsonText().raw("{\"type\":").quoted(key).raw(",\"payload\":").raw(payload), by);
    }

    private static JsonText begin(String type, byte[] application, int length) {
        return new JsonText(application.length + length + 256)
                .raw("{\"type\":\"" + type + "\",\"application\":")
                .raw(application)
                .raw(",\"payload\":");
    }

    private static byte[] end(JsonText json, Signature by) {
        return json.raw(",\"" + SIGNATURE + "\":").quoted(by.toString()).raw("}").toBytes();
    }
}
