package dev.resound.pusher;

import dev.resound.core.Close;
import dev.resound.core.Frame;
import dev.resound.pusher.json.JsonArray;
import dev.resound.pusher.json.JsonScanner;
import dev.resound.pusher.json.JsonText;
import dev.resound.pusher.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What goes over HTTP instead of frames: lines towards the client, whose first character is their
 * kind, and JSON arrays of strings from it. Stateless.
 */
final class FallbackLines {
    static final int MAX_MESSAGES = 1_024;

    /** Greets a client: its session has begun. */
    static final String OPEN = "o\n";

    static final String HEARTBEAT = "h\n";

    /**
     * Begins a stream. Browsers and proxies that keep back the first two kilobytes of a response
     * are filled up; to the client it is one more heartbeat.
     */
    static final String PRELUDE = "h".repeat(2_048) + "\n";

    private FallbackLines() {}

    /** The greeting after which pusher-js sends the rest of the session's requests to this host. */
    static String open(@Nullable String hostname) {
        return hostname == null ? OPEN : "o{\"hostname\":\"" + hostname + "\"}\n";
    }

    /** One line for all of them; there must be one. */
    static void messages(List<Frame> frames, JsonText into) {
        String separator = "a[";
        for (Frame frame : frames) {
            byte[] text = frame.payload();
            into.raw(separator).quoted(text, 0, text.length);
            separator = ",";
        }
        into.raw("]\n");
    }

    static void close(Close close, JsonText into) {
        into.raw("c[").number(close.code()).raw(",").quoted(close.reason()).raw("]\n");
    }

    /** What a client says in one request; null if it is not an array of so many strings. */
    static @Nullable List<byte[]> parse(byte[] body) {
        JsonValue value = new JsonScanner().value(body, 0, body.length, false);
        JsonArray array = value == null ? null : value.array();
        if (array == null) {
            return null;
        }
        List<byte[]> messages = new ArrayList<>(1);
        for (Iterator<JsonValue> elements = array.iterator(); elements.hasNext(); ) {
            String text = elements.next().text();
            if (text == null || messages.size() == MAX_MESSAGES) {
                return null;
            }
            messages.add(text.getBytes(StandardCharsets.UTF_8));
        }
        return messages;
    }

    /** How many characters this is to a JavaScript that counts them. */
    static int characters(byte[] utf8) {
        int count = 0;
        for (byte b : utf8) {
            if ((b & 0xC0) != 0x80) {
                count += (b & 0xF8) == 0xF0 ? 2 : 1;
            }
        }
        return count;
    }
}
