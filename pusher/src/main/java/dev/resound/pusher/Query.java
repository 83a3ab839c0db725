package dev.resound.pusher;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A query string as PHP reads it, because that is what request signatures are made over: {@code
 * a[]=1&a[]=2} is a list, dots and spaces in names become underscores, the last of several wins.
 * Immutable; sorted by name.
 */
final class Query {
    static final int MAX_PARAMETERS = 1_000;

    private final List<Parameter> parameters = new ArrayList<>(8); // sorted by name, each name once

    /** One name; of a list the values are joined by commas, as they are signed. */
    private record Parameter(String name, String value) {}

    private Query() {}

    static Query parse(String raw) {
        Query query = new Query();
        int count = 0;
        int start = 0;
        while (start < raw.length()) {
            int ampersand = raw.indexOf('&', start);
            int end = ampersand < 0 ? raw.length() : ampersand;
            if (end > start) {
                if (++count > MAX_PARAMETERS) {
                    break;
                }
                int equals = raw.indexOf('=', start);
                boolean hasValue = equals >= 0 && equals < end;
                query.add(
                        decode(raw.substring(start, hasValue ? equals : end)),
                        hasValue ? decode(raw.substring(equals + 1, end)) : "");
            }
            start = end + 1;
        }
        return query;
    }

    private void add(String name, String value) {
        int bracket = name.indexOf('[');
        boolean list = bracket > 0 && name.endsWith("]");
        String plain =
                (list ? name.substring(0, bracket) : name).replace('.', '_').replace(' ', '_');
        int at = find(plain);
        if (at < 0) {
            parameters.add(-at - 1, new Parameter(plain, value));
        } else {
            String joined = list ? parameters.get(at).value + "," + value : value;
            parameters.set(at, new Parameter(plain, joined));
        }
    }

    /** Where the name is; if it is nowhere, where it would be, as {@code -place - 1}. */
    private int find(String name) {
        int low = 0;
        int high = parameters.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = parameters.get(middle).name.compareTo(name);
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -low - 1;
    }

    @Nullable String get(String name) {
        int at = find(name);
        return at < 0 ? null : parameters.get(at).value;
    }

    /**
     * {@code k=v} pairs in the order of their names, joined by ampersands, appended to the text.
     *
     * @param without names to leave out
     * @param name of one more, in its place; it must be among those left out
     * @param value of that one; null: it is left out as well
     */
    void canonical(StringBuilder text, Set<String> without, String name, @Nullable String value) {
        int start = text.length();
        boolean due = value != null;
        for (Parameter parameter : parameters) {
            if (due && name.compareTo(parameter.name) <= 0) {
                append(text, start, name, value);
                due = false;
            }
            if (!without.contains(parameter.name)) {
                append(text, start, parameter.name, parameter.value);
            }
        }
        if (due) {
            append(text, start, name, value);
        }
    }

    private static void append(StringBuilder text, int start, String name, @Nullable String value) {
        if (text.length() > start) {
            text.append('&');
        }
        text.append(name).append('=').append(value);
    }

    private static String decode(String encoded) {
        if (encoded.indexOf('%') < 0 && encoded.indexOf('+') < 0) {
            return encoded;
        }
        try {
            return URLDecoder.decode(encoded, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            return encoded; // as it was sent; its signature will tell
        }
    }
}
