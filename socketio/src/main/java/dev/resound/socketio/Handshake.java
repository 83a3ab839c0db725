package dev.resound.socketio;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.resound.core.http.Header;
import dev.resound.engineio.EngineRequest;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * What is known about a client from its first request and its wish to connect. Immutable; written
 * as JSON it is what the Node server calls a handshake. What can be told from the request is worked
 * out when it is asked for: there is one handshake per socket, and most are never looked at.
 *
 * @param request the first request of the connection
 * @param issued when the socket came, in milliseconds since the epoch
 * @param sentAuth what the client sent to prove itself; null if it sent nothing
 */
@JsonAutoDetect(
        getterVisibility = JsonAutoDetect.Visibility.NONE,
        isGetterVisibility = JsonAutoDetect.Visibility.NONE,
        fieldVisibility = JsonAutoDetect.Visibility.NONE)
public record Handshake(
        @JsonIgnore EngineRequest request,
        @JsonProperty long issued,
        @JsonIgnore @Nullable JsonNode sentAuth) {
    /** The end of the year 9999. */
    private static final long LATEST_MILLIS = 253_402_300_799_999L;

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.RFC_1123_DATE_TIME.withZone(ZoneOffset.UTC);

    /**
     * The handshake of another node's socket, from what that node, of Java or of Node.js, wrote as
     * JSON. What can be told from the request is worked out here as well, whatever else it says.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static Handshake of(JsonNode json) {
        JsonNode url = json.path("url");
        JsonNode address = json.path("address");
        JsonNode issued = json.path("issued");
        JsonNode auth = json.path("auth");
        double millis = issued.isNumber() ? issued.doubleValue() : -1;
        boolean isTime = millis >= 0 && millis <= LATEST_MILLIS; // beyond, it could not be told
        if (!url.isString() || !isTime || !json.path("headers").isObject()) {
            throw new IllegalArgumentException("no handshake of a Socket.IO server");
        }
        List<Header> headers = new ArrayList<>();
        json.path("headers")
                .forEachEntry((name, values) -> {
                    for (JsonNode value : values.isArray() ? values : List.of(values)) {
                        headers.add(new Header(name, value.asString("")));
                    }
                });
        var request =
                new EngineRequest(
                        url.stringValue(),
                        headers,
                        InetSocketAddress.createUnresolved(address.asString(""), 0),
                        json.path("secure").asBoolean(false),
                        null);
        return new Handshake(request, (long) millis, auth.isObject() ? auth : null);
    }

    /** Headers of the first request, names in lower case; several of one name are joined. */
    @JsonProperty
    public Map<String, String> headers() {
        var headers = new LinkedHashMap<String, String>();
        for (Header header : request.headers()) {
            String separator = header.name().equals("cookie") ? "; " : ", ";
            headers.merge(header.name(), header.value(), (a, b) -> a + separator + b);
        }
        return Collections.unmodifiableMap(headers);
    }

    /** When the socket came, for people. */
    @JsonProperty
    public String time() {
        return TIME.format(Instant.ofEpochMilli(issued));
    }

    /** The peer of the connection; nothing a proxy said is taken into account. */
    @JsonProperty
    public String address() {
        InetSocketAddress address = request.remoteAddress();
        return address.getAddress() == null
                ? address.getHostString()
                : address.getAddress().getHostAddress();
    }

    /** Whether the request came with an {@code Origin}. */
    @JsonProperty
    public boolean xdomain() {
        return request.header("origin") != null;
    }

    /** Whether it came over TLS. */
    @JsonProperty
    public boolean secure() {
        return request.secure();
    }

    /** The request's target, query included. */
    @JsonProperty
    public String url() {
        return request.url();
    }

    /** The parameters of the request. */
    @JsonProperty
    public Map<String, String> query() {
        return request.query();
    }

    /** What the client sent to prove itself: a JSON object, empty if it sent none. */
    @JsonProperty
    public JsonNode auth() {
        return sentAuth == null ? JsonNodeFactory.instance.objectNode() : sentAuth;
    }

    /** Whether it sent any. */
    public boolean authPresent() {
        return sentAuth != null;
    }

    /** Shape only: headers and auth carry secrets. */
    @Override
    public String toString() {
        return "Socket.IO handshake from " + address();
    }
}
