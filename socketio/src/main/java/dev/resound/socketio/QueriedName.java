package dev.resound.socketio;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A namespace as clients of revision 3 name it: {@code /chat?token=abc}.
 *
 * @param query null if there is none
 */
record QueriedName(String namespace, @Nullable String query) {

    static QueriedName of(String name) {
        int mark = name.indexOf('?');
        if (mark < 0) {
            return new QueriedName(name, null);
        }
        String namespace = mark == 0 ? "/" : name.substring(0, mark);
        return new QueriedName(namespace, name.substring(mark + 1));
    }

    /** The query as an object of strings. */
    @Nullable JsonNode auth(Json json) {
        if (query == null) {
            return null;
        }
        var auth = json.mapper().createObjectNode();
        for (String parameter : query.split("&", -1)) {
            if (!parameter.isEmpty()) {
                int equals = parameter.indexOf('=');
                String key = equals < 0 ? parameter : parameter.substring(0, equals);
                String value = equals < 0 ? "" : parameter.substring(equals + 1);
                auth.put(decoded(key), decoded(value));
            }
        }
        return auth;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            return text;
        }
    }
}
