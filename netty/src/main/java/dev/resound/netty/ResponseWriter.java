package dev.resound.netty;

import dev.resound.core.http.Header;
import dev.resound.core.http.HttpResponse;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes HTTP responses. Stateless. */
final class ResponseWriter {
    private ResponseWriter() {}

    static ByteBuf write(
            ByteBufAllocator allocator, HttpResponse response, boolean headOnly, boolean close) {
        byte[] body = response.body();
        requireWritable(response.headers());
        ByteBuf out = allocator.buffer(256 + body.length);
        statusLine(out, response.status());
        headers(out, response.headers());
        boolean bodiless = response.status() == 204 || response.status() == 304;
        if (!bodiless) {
            ascii(out, "Content-Length: " + body.length + "\r\n");
        }
        ascii(out, close ? "Connection: close\r\n\r\n" : "\r\n");
        if (!headOnly && !bodiless) {
            out.writeBytes(body);
        }
        return out;
    }

    /**
     * The head of a response whose body follows piece by piece.
     *
     * @param chunked otherwise the end of the TCP connection is the end of the body
     */
    static ByteBuf writeHead(
            ByteBufAllocator allocator, HttpResponse response, boolean chunked, boolean close) {
        requireWritable(response.headers());
        ByteBuf out = allocator.buffer(256);
        statusLine(out, response.status());
        headers(out, response.headers());
        if (chunked) {
            ascii(out, "Transfer-Encoding: chunked\r\n");
        }
        ascii(out, close ? "Connection: close\r\n\r\n" : "\r\n");
        return out;
    }

    /** Refuses headers that would break the response apart. */
    static void requireWritable(List<Header> headers) {
        for (Header header : headers) {
            if (hasLineBreak(header.name()) || hasLineBreak(header.value())) {
                throw new IllegalArgumentException("line break in header " + header.name().strip());
            }
        }
    }

    static void statusLine(ByteBuf out, int status) {
        ascii(out, "HTTP/1.1 " + status + " " + reason(status) + "\r\n");
    }

    static void headers(ByteBuf out, List<Header> headers) {
        for (Header header : headers) {
            ascii(out, header.name() + ": " + header.value() + "\r\n");
        }
    }

    static void ascii(ByteBuf out, String text) {
        out.writeCharSequence(text, StandardCharsets.ISO_8859_1);
    }

    private static boolean hasLineBreak(String text) {
        return text.indexOf('\r') >= 0 || text.indexOf('\n') >= 0;
    }

    private static String reason(int status) {
        return switch (status) {
            case 101 -> "Switching Protocols";
            case 200 -> "OK";
            case 201 -> "Created";
            case 202 -> "Accepted";
            case 204 -> "No Content";
            case 301 -> "Moved Permanently";
            case 302 -> "Found";
            case 304 -> "Not Modified";
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 408 -> "Request Timeout";
            case 409 -> "Conflict";
            case 413 -> "Content Too Large";
            case 414 -> "URI Too Long";
            case 415 -> "Unsupported Media Type";
            case 417 -> "Expectation Failed";
            case 422 -> "Unprocessable Content";
            case 426 -> "Upgrade Required";
            case 429 -> "Too Many Requests";
            case 431 -> "Request Header Fields Too Large";
            case 500 -> "Internal Server Error";
            case 501 -> "Not Implemented";
            case 503 -> "Service Unavailable";
            case 505 -> "HTTP Version Not Supported";
            default -> "Status";
        };
    }
}
