package dev.resound.engineio;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The parameters of a query or of a form, in their order. Of several with one name the last counts.
 */
final class Query {
    /** What nearly every query consists of: one object for all sessions. */
    private static final Map<String, String> USUAL =
            Stream.of("EIO", "3", "4", "transport", "polling", "websocket", "t", "sid", "b64")
                    .collect(Collectors.toUnmodifiableMap(word -> word, word -> word));

    private Query() {}

    static Map<String, String> parse(String query) {
        Map<String, String> parameters = new LinkedHashMap<>();
        int start = 0;
        while (start <= query.length()) {
            int end = query.indexOf('&', start);
            end = end < 0 ? query.length() : end;
            if (end > start) {
                int equals = query.indexOf('=', start);
                boolean named = equals >= 0 && equals < end;
                String name = decode(query.substring(start, named ? equals : end));
                parameters.put(name, named ? decode(query.substring(equals + 1, end)) : "");
            }
            start = end + 1;
        }
        return Collections.unmodifiableMap(parameters);
    }

    /** As forms are encoded; a malformed escape stays as it is. */
    static String decode(String encoded) {
        String usual = USUAL.get(encoded);
        if (usual != null) {
            return usual;
        }
        if (encoded.indexOf('%') < 0) {
            return encoded.replace('+', ' ');
        }
        byte[] decoded = new byte[encoded.length() * 3];
        int length = 0;
        for (int i = 0; i < encoded.length(); i++) {
            char c = encoded.charAt(i);
            int high = c == '%' && i + 2 < encoded.length() ? digit(encoded.charAt(i + 1)) : -1;
            int low = high < 0 ? -1 : digit(encoded.charAt(i + 2));
            if (low >= 0) {
                decoded[length++] = (byte) (high << 4 | low);
                i += 2;
            } else {
                byte[] plain = String.valueOf(c == '+' ? ' ' : c).getBytes(StandardCharsets.UTF_8);
                System.arraycopy(plain, 0, decoded, length, plain.length);
                length += plain.length;
            }
        }
        return new String(decoded, 0, length, StandardCharsets.UTF_8);
    }

    private static int digit(char c) {
        return c < 0x80 ? Character.digit(c, 16) : -1;
    }
}
