package dev.resound.sessions.mentraos;

import dev.resound.core.Frame;
import dev.resound.core.http.HttpRequest;
import dev.resound.core.http.HttpResponse;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** How messages are written and read, whoever they are for. <b>Thread:</b> any. */
final class Words {
    /** Passes numbers on as they came: as doubles, big ones would become words. */
    static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(
                            DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
                            DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .build();

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private final InstantSource clock;
    private volatile Written written = new Written(Long.MIN_VALUE, "", new byte[0]);

    /**
     * A time: many messages are of the same millisecond.
     *
     * @param last as the last field of an object, with the object's end
     */
    private record Written(long millis, String text, byte[] last) {}

    Words(InstantSource clock) {
        this.clock = clock;
    }

    long nowMillis() {
        return clock.millis();
    }

    /** Now, as ISO 8601 with milliseconds. */
    String timestamp() {
        return now().text();
    }

    /** Ends an object, with the time as its last field; not to be changed. */
    byte[] lastTimestamp() {
        return now().last();
    }

    private Written now() {
        long millis = clock.millis();
        Written known = written;
        if (known.millis() == millis) {
            return known;
        }
        String text = TIME.format(Instant.ofEpochMilli(millis));
        byte[] last = (",\"timestamp\":\"" + text + "\"}").getBytes(StandardCharsets.UTF_8);
        Written now = new Written(millis, text, last);
        written = now;
        return now;
    }

    static ObjectNode message(String type) {
        return JSON.createObjectNode().put("type", type);
    }

    /** Complete, but for the time. */
    byte[] bytes(ObjectNode message) {
        return JSON.writeValueAsBytes(message.put("timestamp", timestamp()));
    }

    Frame frame(ObjectNode message) {
        return Frame.text(bytes(message));
    }

    HttpResponse unauthorized(ObjectNode message) {
        return HttpResponse.json(401, bytes(message));
    }

    /** For a token that cannot be looked at yet. */
    static HttpResponse notYet() {
        return HttpResponse.text(503, "Tokens cannot be verified yet").with("Retry-After", "1");
    }

    /** The message, if it is one: an object with a type. */
    static @Nullable ObjectNode read(byte[] buffer, int offset, int length) {
        if (!mayBeObject(buffer, offset, length)) {
            return null;
        }
        try {
            return JSON.readTree(buffer, offset, length) instanceof ObjectNode fields
                            && fields.path("type").isString()
                    ? fields
                    : null;
        } catch (JacksonException | NumberFormatException malformed) {
            return null;
        }
    }

    /**
     * The type of a message, found without making anything of the rest.
     *
     * @return null if it is not one object with a type, or no JSON
     */
    static @Nullable String typeOf(byte[] buffer, int offset, int length) {
        if (!mayBeObject(buffer, offset, length)) {
            return null;
        }
        String type = null;
        try (JsonParser parser = JSON.createParser(buffer, offset, length)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                boolean isType = parser.currentName().equals("type");
                JsonToken value = parser.nextToken();
                if (isType) {
                    type = value == JsonToken.VALUE_STRING ? parser.getString() : null;
                }
                parser.skipChildren();
            }
            return parser.nextToken() == null ? type : null;
        } catch (JacksonException malformed) {
            return null;
        }
    }

    /**
     * The parser guesses the encoding by the first bytes. Here it is UTF-8, without a byte order
     * mark: what is passed on as it came must be JSON in the middle of a message, too.
     */
    private static boolean mayBeObject(byte[] buffer, int offset, int length) {
        if (length < 2 || buffer[offset + 1] == 0) {
            return false;
        }
        byte first = buffer[offset];
        return first == '{' || first == ' ' || first == '\t' || first == '\r' || first == '\n';
    }

    static @Nullable String text(JsonNode fields, String name) {
        JsonNode value = fields.path(name);
        return value.isString() && !value.stringValue().isEmpty() ? value.stringValue() : null;
    }

    static @Nullable String header(HttpRequest request, String name) {
        String value = request.header(name);
        return value == null || value.isBlank() ? null : value.strip();
    }

    /** The second word of {@code Authorization}; null if there is none. */
    static @Nullable String credentials(HttpRequest request) {
        String authorization = request.header("authorization");
        if (authorization == null) {
            return null;
        }
        String[] words = authorization.split(" ", 3);
        return words.length > 1 && !words[1].isEmpty() ? words[1] : null;
    }

    static @Nullable String inQuery(HttpRequest request, String name) {
        for (String pair : request.query().split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0 && pair.substring(0, equals).equals(name)) {
                try {
                    return URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8);
                } catch (IllegalArgumentException notEncoded) {
                    return null;
                }
            }
        }
        return null;
    }

    /** The URL of something an app serves, whether its own one ends with a slash or not. */
    static String under(URI app, String name) {
        String base = app.toString();
        return (base.endsWith("/") ? base : base + "/") + name;
    }

    /** Parts of a text, one after the other. */
    static byte[] concat(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        byte[] whole = new byte[length];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, whole, at, part.length);
            at += part.length;
        }
        return whole;
    }
}
