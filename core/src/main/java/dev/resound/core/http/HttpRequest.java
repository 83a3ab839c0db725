package dev.resound.core.http;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A complete HTTP request. Immutable but for the body array, which its receiver owns.
 *
 * @param method as sent, for example {@code GET}
 * @param path the path as sent (still percent-encoded), prefix included, query excluded
 * @param prefix the port's path prefix, which {@code path} starts with; empty if there is none
 * @param query the raw query, without the question mark; empty if there is none
 * @param parameters path parameters by name, percent-decoded
 * @param headers names in lower case
 * @param peer the other end of the TCP connection
 */
public record HttpRequest(
        String method,
        String path,
        String prefix,
        String query,
        Map<String, String> parameters,
        List<Header> headers,
        byte[] body,
        Peer peer) {

    /** The path without the port's prefix. */
    public String localPath() {
        return path.substring(prefix.length());
    }

    /** A path parameter that the route's template names. */
    public String parameter(String name) {
        String value = parameters.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the route's template has no {" + name + "}");
        }
        return value;
    }

    /** The first header field of this name, in any case. */
    public @Nullable String header(String name) {
        String wanted = name.toLowerCase(Locale.ROOT);
        for (Header header : headers) {
            if (header.name().equals(wanted)) {
                return header.value();
            }
        }
        return null;
    }

    /** How often a header field of this name was sent. */
    public int headerCount(String name) {
        String wanted = name.toLowerCase(Locale.ROOT);
        int count = 0;
        for (Header header : headers) {
            if (header.name().equals(wanted)) {
                count++;
            }
        }
        return count;
    }

    public HttpRequest withParameters(Map<String, String> parameters) {
        return new HttpRequest(method, path, prefix, query, parameters, headers, body, peer);
    }

    /** Shape only: queries carry signatures and headers carry tokens. */
    @Override
    public String toString() {
        return method + " " + path;
    }
}
