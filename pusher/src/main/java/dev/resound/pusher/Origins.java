package dev.resound.pusher;

import dev.resound.core.http.HttpRequest;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which web pages may connect. A pattern is a host ({@code *.example.com}), or a whole origin
 * ({@code https://*.example.com:8443}), or a host with its port; {@code *} stands for any run of
 * characters, dots too.
 */
final class Origins {
    /**
     * What browsers send, and nothing around it: with a path or a user a foreign host could be made
     * to look like ours.
     */
    private static final Pattern ORIGIN =
            Pattern.compile(
                    "[a-z][a-z0-9+.-]*://(?<authority>(?<host>[a-z0-9._-]+|\\[[0-9a-f:.]+])(:[0-9]{1,5})?)");

    private Origins() {}

    /** Whether the page that a request comes from passes; two origins are none. */
    static boolean allows(List<String> patterns, HttpRequest request) {
        boolean oneOrigin = request.headerCount("origin") <= 1;
        return allows(patterns, oneOrigin ? request.header("origin") : null);
    }

    /**
     * Whether an {@code Origin} header passes. None, {@code null} or a malformed one passes only a
     * list with {@code "*"}.
     */
    static boolean allows(List<String> patterns, @Nullable String origin) {
        if (patterns.contains("*")) {
            return true;
        }
        if (origin == null) {
            return false;
        }
        Matcher parts = ORIGIN.matcher(origin.toLowerCase(Locale.ROOT));
        if (!parts.matches()) {
            return false;
        }
        String host = parts.group("host");
        String authority = parts.group("authority");
        for (String pattern : patterns) {
            String wanted = pattern.toLowerCase(Locale.ROOT);
            boolean matches =
                    wanted.contains("://")
                            ? matches(wanted, parts.group())
                            : matches(wanted, host)
                                    || (wanted.contains(":") && matches(wanted, authority));
            if (matches) {
                return true;
            }
        }
        return false;
    }

    /** Wildcard match without back-tracking blow-up: remembers only the last star. */
    static boolean matches(String pattern, String text) {
        int p = 0;
        int t = 0;
        int star = -1;
        int resume = 0;
        while (t < text.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = p++;
                resume = t;
            } else if (p < pattern.length() && pattern.charAt(p) == text.charAt(t)) {
                p++;
                t++;
            } else if (star >= 0) {
                p = star + 1;
                t = ++resume;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }
}
