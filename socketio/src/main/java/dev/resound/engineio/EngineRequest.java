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
    private final String head; // "url\n", then "name:value\n" for each header
    private final InetSocketAddress remoteAddress;
    private final boolean secure;
    private final @Nullable Object attachment;

    /**
     * A request as tests and other transports may make it.
     *
     * @param url the request's target as sent, query included
     * @param headers names in lower case
     * @param attachment what admission attached; null if nothing
     * @throws IllegalArgumentException if there is a line break in them, or a colon in a header's
     *     name
     */
    public EngineRequest(
            String url,
            List<Header> headers,
            InetSocketAddress remoteAddress,
            boolean secure,
            @Nullable Object attachment) {
        this(head(url, headers), remoteAddress, secure, attachment);
    }

    private EngineRequest(
            String head,
            InetSocketAddress remoteAddress,
            boolean secure,
            @Nullable Object attachment) {
        this.head = head;
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
        return new EngineRequest(head, remoteAddress, secure, attachment);
    }

    /** The request's target as sent, query included. */
    public String url() {
        return head.substring(0, head.indexOf('\n'));
    }

    /** The query's parameters, decoded; of several with one name the last. */
    public Map<String, String> query() {
        String url = url();
        int mark = url.indexOf('?');
        return mark < 0 ? Map.of() : Query.parse(url.substring(mark + 1));
    }

    /** All header fields in their order, names in lower case. */
    public List<Header> headers() {
        List<Header> headers = new ArrayList<>();
        int at = head.indexOf('\n') + 1;
        while (at < head.length()) {
            int colon = head.indexOf(':', at);
            int end = head.indexOf('\n', colon);
            headers.add(new Header(head.substring(at, colon), head.substring(colon + 1, end)));
            at = end + 1;
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

    private static String head(String url, List<Header> headers) {
        var head = new StringBuilder(256).append(line(url));
        for (Header header : headers) {
            if (header.name().indexOf(':') >= 0) {
                throw new IllegalArgumentException("a colon in the name of a header");
            }
            head.append(line(header.name() + ":" + header.value()));
        }
        return head.toString();
    }

    private static String line(String text) {
        if (text.indexOf('\n') >= 0) {
            throw new IllegalArgumentException("a line break in a request");
        }
        return text + "\n";
    }

    /** Shape only: queries and headers carry secrets. */
    @Override
    public String toString() {
        return "Engine.IO handshake from " + remoteAddress;
    }
}
