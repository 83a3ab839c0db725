package dev.resound.socketio;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.resound.core.http.Header;
import dev.resound.engineio.EngineRequest;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What is known about a client from its first request and its wish to connect. Immutable; written
 * as JSON it is what the Node server calls a handshake.
 *
 * @param headers of the first request, names in lower case; several of one name are joined
 * @param time when the socket came, for people
 * @param issued the same, in milliseconds since the epoch
 * @param address the peer of the connection; nothing a proxy said is taken into account
 * @param xdomain whether the request came with an {@code Origin}
 * @param secure whether it came over TLS
 * @param url the request's target, query included
 * @param query the parameters of the request
 * @param auth what the client sent to prove itself: a JSON object, empty if it sent none
 * @param authPresent whether it sent any
 */
public record Handshake(
        Map<String, String> headers,
        String time,
        long issued,
        String address,
        boolean xdomain,
        boolean secure,
        String url,
        Map<String, String> query,
        JsonNode auth,
        @JsonIgnore boolean authPresent) {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.RFC_1123_DATE_TIME.withZone(ZoneOffset.UTC);

    /** The first handshake of a connection; others are made of it. */
    static Handshake of(EngineRequest request, JsonNode noAuth) {
        var headers = new HashMap<String, String>();
        for (Header header : request.headers()) {
            String separator = header.name().equals("cookie") ? "; " : ", ";
            headers.merge(header.name(), header.value(), (a, b) -> a + separator + b);
        }
        return new Handshake(
                Map.copyOf(headers),
                time(request.epochMillis()),
                request.epochMillis(),
                address(request.remoteAddress()),
                headers.containsKey("origin"),
                request.secure(),
                request.url(),
                request.query(),
                noAuth,
                false);
    }

    /** The handshake of one socket of the connection. */
    Handshake with(@Nullable JsonNode auth, long epochMillis) {
        return new Handshake(
                headers,
                time(epochMillis),
                epochMillis,
                address,
                xdomain,
                secure,
                url,
                query,
                auth == null ? this.auth : auth,
                auth != null);
    }

    private static String time(long epochMillis) {
        return TIME.format(Instant.ofEpochMilli(epochMillis));
    }

    private static String address(InetSocketAddress address) {
        return address.getAddress() == null
                ? address.getHostString()
                : address.getAddress().getHostAddress();
    }

    /** Shape only: headers and auth carry secrets. */
    @Override
    public String toString() {
        return "Socket.IO handshake from " + address;
    }
}
