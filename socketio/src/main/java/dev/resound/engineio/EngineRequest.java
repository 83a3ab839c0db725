package dev.resound.engineio;

import dev.resound.core.http.Header;
import dev.resound.core.http.HttpRequest;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP request a session began with. Immutable.
 *
 * @param url the request's target as sent, query included
 * @param query the query's parameters, decoded; of several with one name the last
 * @param headers names in lower case
 * @param remoteAddress the peer of the TCP connection; nothing a proxy said is taken into account
 * @param secure whether it came over TLS
 * @param epochMillis when it came
 * @param attachment what admission attached, see {@link Admission}; null if nothing
 */
public record EngineRequest(
        String url,
        Map<String, String> query,
        List<Header> headers,
        InetSocketAddress remoteAddress,
        boolean secure,
        long epochMillis,
        @Nullable Object attachment) {

    static EngineRequest of(HttpRequest request, Map<String, String> query, long epochMillis) {
        String url =
                request.query().isEmpty() ? request.path() : request.path() + "?" + request.query();
        return new EngineRequest(
                url,
                query,
                request.headers(),
                request.peer().address(),
                request.peer().isSecure(),
                epochMillis,
                null);
    }

    EngineRequest with(@Nullable Object attachment) {
        return new EngineRequest(
                url, query, headers, remoteAddress, secure, epochMillis, attachment);
    }

    /** The first header of this name, which is in lower case. */
    public @Nullable String header(String name) {
        for (Header header : headers) {
            if (header.name().equals(name)) {
                return header.value();
            }
        }
        return null;
    }

    /** Shape only: queries and headers carry secrets. */
    @Override
    public String toString() {
        return "Engine.IO handshake from " + remoteAddress;
    }
}
