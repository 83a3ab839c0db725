package dev.resound.core.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A complete HTTP response. The transport adds {@code Content-Length}, {@code Date} is left out on
 * purpose, and {@code Connection} follows the request.
 *
 * @param headers in the order to be sent
 * @param close whether the TCP connection ends after this response
 */
public record HttpResponse(int status, List<Header> headers, byte[] body, boolean close) {
    private static final byte[] EMPTY = {};

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
        return new HttpResponse(status, more, body, close);
    }

    /** The same response with several more headers. */
    public HttpResponse with(List<Header> more) {
        if (more.isEmpty()) {
            return this;
        }
        var all = new ArrayList<>(headers);
        all.addAll(more);
        return new HttpResponse(status, all, body, close);
    }

    /** The same response with another body, which must not be changed afterwards. */
    public HttpResponse withBody(byte[] body) {
        return new HttpResponse(status, headers, body, close);
    }

    /** The same response, after which the TCP connection ends. */
    public HttpResponse closing() {
        return new HttpResponse(status, headers, body, true);
    }

    @Override
    public String toString() {
        return "HTTP " + status + " with " + body.length + " bytes";
    }
}
