package dev.resound.bench;

import java.util.Optional;

/** The little JSON a load generator needs outside its hot paths. */
final class JsonText {

    private JsonText() {}

    /**
     * The value of the first member {@code name} that is a string, unescaped. Looks at all levels
     * of objects, but not into strings; enough for the fixed shapes of the protocols' own messages.
     */
    static Optional<String> string(String json, String name) {
        String key = "\"" + name + "\"";
        int at = json.indexOf(key);
        while (at >= 0) {
            int value = skipBlanks(json, at + key.length());
            boolean inString = at > 0 && json.charAt(at - 1) == '\\';
            if (!inString && value < json.length() && json.charAt(value) == ':') {
                int quote = skipBlanks(json, value + 1);
                if (quote < json.length() && json.charAt(quote) == '"') {
                    return Optional.of(unescaped(json, quote + 1));
                }
            }
            at = json.indexOf(key, at + 1);
        }
        return Optional.empty();
    }

    /** The text as a JSON string, quotes included. */
    static String quoted(String text) {
        var json = new StringBuilder(text.length() + 2).append('"');
        for (int at = 0; at < text.length(); at++) {
            char each = text.charAt(at);
            if (each == '"' || each == '\\') {
                json.append('\\').append(each);
            } else if (each < ' ') {
                json.append("\\u00")
                        .append(Character.forDigit(each >> 4, 16))
                        .append(Character.forDigit(each & 0xF, 16));
            } else {
                json.append(each);
            }
        }
        return json.append('"').toString();
    }

    private static int skipBlanks(String json, int from) {
        int at = from;
        while (at < json.length() && json.charAt(at) <= ' ') {
            at++;
        }
        return at;
    }

    private static String unescaped(String json, int from) {
        var text = new StringBuilder();
        for (int at = from; at < json.length() && json.charAt(at) != '"'; at++) {
            char each = json.charAt(at);
            if (each == '\\' && at + 1 < json.length()) {
                at++;
                each = json.charAt(at);
            }
            text.append(each);
        }
        return text.toString();
    }
}
