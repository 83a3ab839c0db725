package dev.resound.pusher;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A query string as PHP reads it, because that is what request signatures are made over: {@code
 * a[]=1&a[]=2} is a list, dots and spaces in names become underscores, the last of several wins.
 * Immutable; sorted by name.
 */
final class Query {
    static final int MAX_PARAMETERS = 1_000;

    private final TreeMap<String, List<String>> parameters = new TreeMap<>();

    private Query() {}

    static Query parse(String raw) {
        Query query = new Query();
        if (raw.isEmpty()) {
            return query;
        }
        int count = 0;
        for (String pair : raw.split("&", -1)) {
            if (pair.isEmpty() || ++count > MAX_PARAMETERS) {
                continue;
            }
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
            query.add(name, value);
        }
        return query;
    }

    private void add(String name, String value) {
        int bracket = name.indexOf('[');
        boolean list = bracket > 0 && name.endsWith("]");
        String plain =
                (list ? name.substring(0, bracket) : name).replace('.', '_').replace(' ', '_');
        if (list) {
            parameters.computeIfAbsent(plain, key -> new ArrayList<>(2)).add(value);
        } else {
            parameters.put(plain, new ArrayList<>(List.of(value)));
        }
    }

    @Nullable String get(String name) {
        List<String> values = parameters.get(name);
        return values == null ? null : String.join(",", values);
    }

    /**
     * {@code k=v} pairs in the order of their names, joined by ampersands, without the named ones.
     */
    String canonical(List<String> without) {
        StringBuilder text = new StringBuilder(128);
        for (Map.Entry<String, List<String>> parameter : parameters.entrySet()) {
            if (without.contains(parameter.getKey())) {
                continue;
            }
            if (!text.isEmpty()) {
                text.append('&');
            }
            text.append(parameter.getKey())
                    .append('=')
                    .append(String.join(",", parameter.getValue()));
        }
        return text.toString();
    }

    /** The same with one more parameter, or another value for it. */
    Query with(String name, String value) {
        Query more = new Query();
        more.parameters.putAll(parameters);
        more.parameters.put(name, List.of(value));
        return more;
    }

    private static String decode(String encoded) {
        try {
            return URLDecoder.decode(encoded, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            return encoded; // as it was sent; its signature will tell
        }
    }
}
