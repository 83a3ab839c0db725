package dev.resound.pusher;

import dev.resound.pusher.json.JsonObject;
import dev.resound.pusher.json.JsonScanner;
import dev.resound.pusher.json.JsonValue;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a client says: step two of a frame's path. A peer's mistake comes out as {@link
 * ClientCommand.Malformed}, never as an exception. <b>Thread:</b> one at a time; the scanner's
 * memory is reused.
 */
final class CommandDecoder {
    private static final String PROTOCOL_PREFIX = "pusher:";
    private static final String RESUME = "resound:resume";
    private static final byte[] NO_DATA = {};
    private static final ClientCommand MALFORMED = new ClientCommand.Malformed();
    private static final ClientCommand IGNORED = new ClientCommand.Ignored();
    private static final ClientCommand PING = new ClientCommand.Ping();
    private static final ClientCommand PONG = new ClientCommand.Pong();

    private final JsonScanner scanner = new JsonScanner();

    ClientCommand decode(byte[] buffer, int offset, int length, Dialect dialect) {
        JsonObject envelope = scanner.object(buffer, offset, length, false);
        if (envelope == null) {
            return MALFORMED;
        }
        String event = envelope.text("event");
        if (event == null || event.isEmpty()) {
            return MALFORMED;
        }
        if (event.startsWith(PROTOCOL_PREFIX)) {
            return protocolCommand(event, envelope.get("data"));
        }
        if (event.equals(RESUME)) {
            return resume(envelope.get("data"));
        }
        return clientEvent(event, envelope, dialect);
    }

    private static ClientCommand protocolCommand(String event, @Nullable JsonValue data) {
        return switch (event) {
            case "pusher:ping" -> PING;
            case "pusher:pong" -> PONG;
            case "pusher:subscribe" -> subscribe(data);
            case "pusher:unsubscribe" -> unsubscribe(data);
            case "pusher:signin" -> signIn(data);
            default -> MALFORMED;
        };
    }

    private static ClientCommand subscribe(@Nullable JsonValue data) {
        JsonObject fields = fields(data);
        String channel = fields == null ? null : fields.text("channel");
        if (fields == null || channel == null) {
            return MALFORMED;
        }
        JsonValue auth = fields.get("auth");
        JsonValue member = fields.get("channel_data");
        if (!isTextOrNull(auth) || !isTextOrNull(member)) {
            return MALFORMED;
        }
        String memberText = member == null ? null : member.text();
        if (member != null && memberText != null && member.inner() == null) {
            return MALFORMED; // must be JSON inside the string
        }
        return new ClientCommand.Subscribe(channel, auth == null ? null : auth.text(), memberText);
    }

    private static ClientCommand unsubscribe(@Nullable JsonValue data) {
        JsonObject fields = fields(data);
        String channel = fields == null ? null : fields.text("channel");
        return channel == null ? MALFORMED : new ClientCommand.Unsubscribe(channel);
    }

    private static ClientCommand signIn(@Nullable JsonValue data) {
        JsonObject fields = fields(data);
        String auth = fields == null ? null : fields.text("auth");
        String userData = fields == null ? null : fields.text("user_data");
        return auth == null || userData == null
                ? MALFORMED
                : new ClientCommand.SignIn(auth, userData);
    }

    private static ClientCommand resume(@Nullable JsonValue data) {
        JsonObject fields = fields(data);
        if (fields == null) {
            return MALFORMED;
        }
        JsonValue given = fields.get("positions");
        JsonValue former = fields.get("socket_id");
        if (!isTextOrNull(former)) {
            return MALFORMED;
        }
        Map<String, String> positions = new HashMap<>();
        if (given != null && given.kind() != JsonValue.Kind.NULL) {
            JsonObject object = given.object();
            if (object == null) {
                return MALFORMED;
            }
            for (int i = 0; i < object.size(); i++) {
                String position = object.value(i).text();
                if (position == null || i == ClientCommand.Resume.MAX_CHANNELS) {
                    return MALFORMED;
                }
                positions.put(object.name(i), position);
            }
        }
        return new ClientCommand.Resume(positions, former == null ? null : former.text());
    }

    /** The data of a command: an object, or an object written into a string. */
    private static @Nullable JsonObject fields(@Nullable JsonValue data) {
        if (data == null) {
            return null;
        }
        JsonValue inner = data.inner();
        return inner != null ? inner.object() : data.object();
    }

    private static ClientCommand clientEvent(String event, JsonObject envelope, Dialect dialect) {
        String channel = envelope.text("channel");
        if (channel == null) {
            return MALFORMED;
        }
        JsonValue data = envelope.get("data");
        if (data != null && dialect.subscribing().decodesClientData()) {
            JsonValue inner = data.inner();
            data = inner != null ? inner : data;
            switch (data.kind()) {
                case OBJECT, ARRAY, NULL -> {}
                case STRING, NUMBER, TRUE, FALSE -> {
                    return MALFORMED;
                }
            }
        }
        if (!event.startsWith(PusherFormat.CLIENT_PREFIX)) {
            return IGNORED;
        }
        return new ClientCommand.Event(event, channel, data == null ? NO_DATA : data.rawBytes());
    }

    private static boolean isTextOrNull(@Nullable JsonValue value) {
        return value == null
                || value.kind() == JsonValue.Kind.STRING
                || value.kind() == JsonValue.Kind.NULL;
    }
}
