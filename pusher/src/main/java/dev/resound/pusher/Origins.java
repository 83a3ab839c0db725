package dev.resound.pusher;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which web pages may connect. A pattern is a host ({@code *.example.com}), or a whole origin
 * ({@code https://*.example.com:8443}); {@code *} stands for any run of characters, dots too.
 */
final class Origins {
    private Origins() {}

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
        String lower = origin.toLowerCase(Locale.ROOT);
        String host = hostOf(lower);
        if (host == null) {
            return false;
        }
        for (String pattern : patterns) {
            String wanted = pattern.toLowerCase(Locale.ROOT);
            if (matches(wanted, wanted.contains("://") ? lower : host)) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable String hostOf(String origin) {
        try {
            return new URI(origin).getHost();
        } catch (URISyntaxException malformed) {
            return null;
        }
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
