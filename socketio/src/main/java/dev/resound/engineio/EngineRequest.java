package dev.resound.engineio;

import dev.resound.core.http.Header;
import dev.resound.core.http.HttpRequest;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP request a session began with. Immutable. Kept for the session's life and rarely looked
 * at, so it is kept as text: query and headers are taken apart when they are asked for.
 */
public final class EngineRequest {
    private final String url;
    private final String fields; // "name:value\n" for each header
    private final InetSocketAddress remoteAddress;
    private final boolean secure;
    private final @Nullable Object attachment;

    /**
     * A request as tests and other transports may make it.
     *
     * @param url the request's target as sent, query included
     * @param headers names in lower case
     * @param attachment what admission attached; null if nothing
     * @throws IllegalArgumentException if a header has a line break in it
     */
    public EngineRequest(
            String url,
            List<Header> headers,
            InetSocketAddress remoteAddress,
            boolean secure,
            @Nullable Object attachment) {
        this(url, joined(headers), remoteAddress, secure, attachment);
    }

    private EngineRequest(
            String url,
            String fields,
            InetSocketAddress remoteAddress,
            boolean secure,
            @Nullable Object attachment) {
        this.url = url;
        this.fields = fields;
        this.remoteAddress = remoteAddress;
        this.secure = secure;
        this.attachment = attachment;
    }

    static EngineRequest of(HttpRequest request) {
        String url =
                request.query().isEmpty() ? request.path() : request.path() + "?" + request.query();
        return new EngineRequest(
                url, request.headers(), request.peer().address(), request.peer().isSecure(), null);
    }

    EngineRequest with(@Nullable Object attachment) {
        return new EngineRequest(url, fields, remoteAddress, secure, attachment);
    }

    /** The request's target as sent, query included. */
    public String url() {
        return url;
    }

    /** The query's parameters, decoded; of several with one name the last. */
    public Map<String, String> query() {
        int mark = url.indexOf('?');
        return mark < 0 ? Map.of() : Query.parse(url.substring(mark + 1));
    }

    /** All header fields in their order, names in lower case. */
    public List<Header> headers() {
        List<Header> headers = new ArrayList<>();
        for (int at = 0; at < fields.length(); at = fields.indexOf('\n', at) + 1) {
            int colon = fields.indexOf(':', at);
            headers.add(
                    new Header(
                            fields.substring(at, colon),
                            fields.substring(colon + 1, fields.indexOf('\n', colon))));
        }
        return List.copyOf(headers);
    }

    /** The first header of this name, which is in lower case. */
    public @Nullable String header(String name) {
        for (Header header : headers()) {
            if (header.name().equals(name)) {
                return header.value();
            }
        }
        return null;
    }

    /** The peer of the TCP connection; nothing a proxy said is taken into account. */
    public InetSocketAddress remoteAddress() {
        return remoteAddress;
    }

    /** Whether it came over TLS. */
    public boolean secure() {
        return secure;
    }

    /** What admission attached, see {@link Admission}; null if nothing. */
    public @Nullable Object attachment() {
        return attachment;
    }

    private static String joined(List<Header> headers) {
        var fields = new StringBuilder();
        for (Header header : headers) {
            if (header.name().indexOf(':') >= 0
                    || header.name().indexOf('\n') >= 0
                    || header.value().indexOf('\n') >= 0) {
                throw new IllegalArgumentException("no header: " + header.name());
            }
            fields.append(header.name()).append(':').append(header.value()).append('\n');
        }
        return fields.toString();
    }

    /** Shape only: queries and headers carry secrets. */
    @Override
    public String toString() {
        return "Engine.IO handshake from " + remoteAddress;
    }
}
