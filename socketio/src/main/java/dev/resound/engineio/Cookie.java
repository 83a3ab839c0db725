package dev.resound.engineio;

import org.jspecify.annotations.Nullable;

/**
 * A cookie with the session's id, set when a session begins by polling: for load balancers that
 * keep a client on one node by it. The server never reads it.
 *
 * @param path null for none
 * @param sameSite {@code Lax}, {@code Strict} or {@code None}; null for none
 * @param maxAgeSeconds negative for none: the cookie ends with the browser's session
 */
public record Cookie(
        String name,
        @Nullable String path,
        boolean httpOnly,
        boolean secure,
        @Nullable String sameSite,
        @Nullable String domain,
        long maxAgeSeconds) {

    /** Named {@code io}, for the whole site, unseen by scripts. */
    public static Cookie standard() {
        return named("io");
    }

    public static Cookie named(String name) {
        return new Cookie(name, "/", true, false, "Lax", null, -1);
    }

    String header(String value) {
        var out = new StringBuilder(name).append('=').append(value);
        if (maxAgeSeconds >= 0) {
            out.append("; Max-Age=").append(maxAgeSeconds);
        }
        if (domain != null) {
            out.append("; Domain=").append(domain);
        }
        if (path != null) {
            out.append("; Path=").append(path);
        }
        if (httpOnly) {
            out.append("; HttpOnly");
        }
        if (secure) {
            out.append("; Secure");
        }
        if (sameSite != null) {
            out.append("; SameSite=").append(sameSite);
        }
        return out.toString();
    }
}
