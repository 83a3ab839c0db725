package dev.resound.core.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A path with parameters: {@code /apps/{appId}/events}. Each parameter takes exactly one segment,
 * which may be empty; a last segment {@code {name*}} takes the rest of the path.
 */
public final class PathTemplate {
    private final String text;
    private final List<Segment> segments;

    private sealed interface Segment {
        record Literal(String text) implements Segment {}

        record Parameter(String name) implements Segment {}

        record Rest(String name) implements Segment {}
    }

    private PathTemplate(String text, List<Segment> segments) {
        this.text = text;
        this.segments = segments;
    }

    public static PathTemplate of(String text) {
        if (!text.startsWith("/")) {
            throw new IllegalArgumentException("a path starts with a slash: " + text);
        }
        List<Segment> segments = new ArrayList<>();
        for (String part : text.substring(1).split("/", -1)) {
            if (part.startsWith("{") && part.endsWith("*}")) {
                segments.add(new Segment.Rest(part.substring(1, part.length() - 2)));
            } else if (part.startsWith("{") && part.endsWith("}")) {
                segments.add(new Segment.Parameter(part.substring(1, part.length() - 1)));
            } else {
                segments.add(new Segment.Literal(part));
            }
        }
        for (int i = 0; i < segments.size() - 1; i++) {
            if (segments.get(i) instanceof Segment.Rest) {
                throw new IllegalArgumentException("{name*} must be the last segment: " + text);
            }
        }
        return new PathTemplate(text, List.copyOf(segments));
    }

    /**
     * The parameters of a path (percent-encoded, starting with a slash) that matches; null if it
     * does not.
     */
    public @Nullable Map<String, String> match(String path) {
        Map<String, String> parameters = Map.of();
        int at = 0;
        for (Segment segment : segments) {
            if (at >= path.length() || path.charAt(at) != '/') {
                return null;
            }
            int end = path.indexOf('/', at + 1);
            if (end < 0) {
                end = path.length();
            }
            switch (segment) {
                case Segment.Literal(String literal) -> {
                    if (end - at - 1 != literal.length() || !path.startsWith(literal, at + 1)) {
                        return null;
                    }
                }
                case Segment.Parameter(String name) ->
                        parameters = plus(parameters, name, path.substring(at + 1, end));
                case Segment.Rest(String name) -> {
                    end = path.length();
                    parameters = plus(parameters, name, path.substring(at + 1));
                }
            }
            at = end;
        }
        return at == path.length() ? parameters : null;
    }

    private static Map<String, String> plus(Map<String, String> old, String name, String encoded) {
        var grown = new LinkedHashMap<>(old);
        grown.put(name, decode(encoded));
        return grown;
    }

    /** Percent-decodes; a plus sign stays one, and a malformed escape stays as it is. */
    private static String decode(String encoded) {
        if (encoded.indexOf('%') < 0) {
            return encoded;
        }
        try {
            return URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            return encoded;
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
