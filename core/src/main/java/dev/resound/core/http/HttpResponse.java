package dev.resound.core.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP response: complete, or with a body that is still to come ({@link #streamed}). The
 * transport adds {@code Content-Length} or {@code Transfer-Encoding}, {@code Date} is left out on
 * purpose, and {@code Connection} follows the request.
 *
 * @param headers in the order to be sent
 * @param close whether the TCP connection ends after this response
 * @param stream sends the body piece by piece, and {@code body} is empty; null: the body is whole
 */
public record HttpResponse(
        int status,
        List<Header> headers,
        byte[] body,
        boolean close,
        @Nullable StreamedBody stream) {
    private static final byte[] EMPTY = {};

    /** Complete. */
    public HttpResponse(int status, List<Header> headers, byte[] body, boolean close) {
        this(status, headers, body, close, null);
    }

    /**
     * With a body that is sent as it comes to be: in chunks, or to an HTTP/1.0 peer as it is, with
     * the end of the TCP connection for its end.
     *
     * @param status of a response that has a body: not 204, not 304
     */
    public static HttpResponse streamed(int status, List<Header> headers, StreamedBody stream) {
        if (status == 204 || status == 304) {
            throw new IllegalArgumentException("a response " + status + " has no body");
        }
        return new HttpResponse(status, headers, EMPTY, false, stream);
    }

    public static HttpResponse json(int status, String json) {
        return json(status, json.getBytes(StandardCharsets.UTF_8));
    }

    public static HttpResponse json(int status, byte[] json) {
        return new HttpResponse(
                status, List.of(new Header("Content-Type", "application/json")), json, false);
    }

    public static HttpResponse text(int status, String text) {
        return new HttpResponse(
                status,
                List.of(new Header("Content-Type", "text/plain; charset=utf-8")),
                text.getBytes(StandardCharsets.UTF_8),
                false);
    }

    public static HttpResponse empty(int status) {
        return new HttpResponse(status, List.of(), EMPTY, false);
    }

    /** The same response with one more header. */
    public HttpResponse with(String header, String value) {
        var more = new ArrayList<>(headers);
        more.add(new Header(header, value));
        return new HttpResponse(status, more, body, close, stream);
    }

    /** The same response with several more headers. */
    public HttpResponse with(List<Header> more) {
        if (more.isEmpty()) {
            return this;
        }
        var all = new ArrayList<>(headers);
        all.addAll(more);
        return new HttpResponse(status, all, body, close, stream);
    }

    /** The same response with another, whole body, which must not be changed afterwards. */
    public HttpResponse withBody(byte[] body) {
        return new HttpResponse(status, headers, body, close);
    }

    /** The same response, after which the TCP connection ends. */
    public HttpResponse closing() {
        return new HttpResponse(status, headers, body, true, stream);
    }

    @Override
    public String toString() {
        return "HTTP "
                + status
                + (stream == null ? " with " + body.length + " bytes" : " with a stream");
    }
}
