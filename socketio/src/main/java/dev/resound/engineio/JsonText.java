package dev.resound.engineio;

import java.util.List;

/** The little JSON that Engine.IO itself writes. */
final class JsonText {
    private JsonText() {}

    static String open(
            String sid,
            List<String> upgrades,
            long pingInterval,
            long pingTimeout,
            int maxPayload) {
        var out = new StringBuilder(128).append("{\"sid\":").append(quoted(sid));
        out.append(",\"upgrades\":[");
        for (int i = 0; i < upgrades.size(); i++) {
            out.append(i == 0 ? "" : ",").append(quoted(upgrades.get(i)));
        }
        return out.append("],\"pingInterval\":")
                .append(pingInterval)
                .append(",\"pingTimeout\":")
                .append(pingTimeout)
                .append(",\"maxPayload\":")
                .append(maxPayload)
                .append('}')
                .toString();
    }

    /** A JSON string; the line separators that scripts stumble over are escaped, too. */
    static String quoted(String text) {
        var out = new StringBuilder(text.length() + 16).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < 0x20 || c == 0x2028 || c == 0x2029) {
                        out.append(String.format("\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        return out.append('"').toString();
    }
}
