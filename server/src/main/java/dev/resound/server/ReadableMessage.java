package dev.resound.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A Pusher message in one line: event, channel, data. Long data is cut, and nothing in it tells a
 * signature or a secret.
 */
final class ReadableMessage {
    private static final int MAX_CHARS = 200;

    /** A signature wherever it stands: in what is no JSON, or under another key. */
    private static final Pattern SIGNATURE =
            Pattern.compile("(?<![0-9a-fA-F])[0-9a-fA-F]{64}(?![0-9a-fA-F])");

    /** Shorter ones would be found in the middle of words. */
    private static final int MIN_SECRET_CHARS = 6;

    private ReadableMessage() {}

    /** A message of the wire. */
    static String of(String message, String secret) {
        Map<String, String> members = ReadableJson.members(message);
        String event = members == null ? null : members.remove("event");
        if (members == null || event == null) {
            return shown("not an event: " + ReadableJson.of(message), secret);
        }
        String channel = members.remove("channel");
        String data = members.size() == 1 ? members.get("data") : null;
        if (data == null) {
            List<String> fields = new ArrayList<>();
            members.forEach((key, value) -> fields.add(Printable.of(key) + "=" + value));
            data = String.join(" ", fields);
        }
        return line(event, channel, data, secret);
    }

    /** An event that goes to a channel. */
    static String of(String event, String channel, String data, String secret) {
        return line(Printable.of(event), Printable.of(channel), ReadableJson.of(data), secret);
    }

    private static String line(String event, @Nullable String channel, String data, String secret) {
        String head = channel == null ? event : event + " on " + channel;
        return shown(head, secret) + (data.isEmpty() ? "" : "  " + shown(data, secret));
    }

    /** Hides first and cuts then: half a secret is one, too. */
    private static String shown(String text, String secret) {
        String safe = SIGNATURE.matcher(text).replaceAll(ReadableJson.HIDDEN);
        if (secret.length() >= MIN_SECRET_CHARS) {
            safe = safe.replace(secret, ReadableJson.HIDDEN);
        }
        if (safe.length() <= MAX_CHARS) {
            return safe;
        }
        boolean pair = Character.isHighSurrogate(safe.charAt(MAX_CHARS - 1));
        return safe.substring(0, pair ? MAX_CHARS - 1 : MAX_CHARS) + "…";
    }
}
