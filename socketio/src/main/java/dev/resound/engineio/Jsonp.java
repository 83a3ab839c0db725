package dev.resound.engineio;

import dev.resound.core.http.Header;
import dev.resound.core.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Polling by script tags, for browsers from before CORS. Stateless. */
final class Jsonp {
    private Jsonp() {}

    /** A script that calls back with the payload; of the index only digits are echoed. */
    static HttpResponse response(String index, byte[] payload) {
        var digits = new StringBuilder();
        index.chars().filter(c -> c >= '0' && c <= '9').forEach(c -> digits.append((char) c));
        String text = new String(payload, StandardCharsets.UTF_8);
        String script = "___eio[" + digits + "](" + JsonText.quoted(text) + ");";
        return new HttpResponse(
                200,
                List.of(
                        new Header("Content-Type", "text/javascript; charset=UTF-8"),
                        new Header("X-Content-Type-Options", "nosniff"),
                        new Header("cache-control", "no-store")),
                script.getBytes(StandardCharsets.UTF_8),
                false);
    }

    /**
     * The payload in a form's field {@code d}; line breaks come as {@code \n} in two characters.
     */
    static byte[] payload(byte[] form) {
        String body = new String(form, StandardCharsets.UTF_8);
        String data = Query.parse(body).getOrDefault("d", "");
        var out = new StringBuilder(data.length());
        for (int i = 0; i < data.length(); i++) {
            char c = data.charAt(i);
            if (c == '\\' && data.startsWith("\\n", i + 1)) {
                out.append("\\n");
                i += 2;
            } else if (c == '\\' && data.startsWith("n", i + 1)) {
                out.append('\n');
                i += 1;
            } else {
                out.append(c);
            }
        }
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }
}
