package dev.resound.netty;

import dev.resound.core.http.Header;
import dev.resound.core.http.HttpRequest;
import dev.resound.core.http.HttpResponse;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The opening handshake. Stateless.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6455#section-4.2">RFC 6455, section 4.2</a>
 */
final class WebSocketHandshake {
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private WebSocketHandshake() {}

    /** Whether any of the fields of this name has the token in its list. */
    private static boolean names(HttpRequest request, String header, String token) {
        return request.headers().stream()
                .anyMatch(field -> field.name().equals(header) && hasToken(field.value(), token));
    }

    /** Whether a comma-separated header names this token, in any case. */
    static boolean hasToken(String header, String token) {
        for (String part : header.split(",", -1)) {
            if (part.strip().toLowerCase(Locale.ROOT).equals(token)) {
                return true;
            }
        }
        return false;
    }

    /** The response to a handshake that breaks the rules; null if it is sound. */
    static @Nullable HttpResponse check(HttpRequest request, int minorVersion) {
        if (!request.method().equals("GET")) {
            return HttpResponse.text(405, "Method not allowed.").with("Allow", "GET");
        }
        if (minorVersion < 1) {
            return HttpResponse.text(505, "A WebSocket needs HTTP/1.1.");
        }
        if (!names(request, "upgrade", "websocket") || !names(request, "connection", "upgrade")) {
            return HttpResponse.text(
                    400, "A WebSocket handshake needs Upgrade: websocket and Connection: Upgrade.");
        }
        String version = request.header("sec-websocket-version");
        if (!"13".equals(version) || request.headerCount("sec-websocket-version") > 1) {
            return HttpResponse.text(426, "WebSocket version 13 is the one supported.")
                    .with("Upgrade", "websocket")
                    .with("Sec-WebSocket-Version", "13");
        }
        String key = request.header("sec-websocket-key");
        if (key == null || request.headerCount("sec-websocket-key") > 1 || !isKey(key)) {
            return HttpResponse.text(400, "Sec-WebSocket-Key must be 16 bytes in base64.");
        }
        if (request.body().length > 0) {
            return HttpResponse.text(400, "A WebSocket handshake has no body.").closing();
        }
        return null;
    }

    private static boolean isKey(String key) {
        if (key.length() != 24) {
            return false;
        }
        try {
            return Base64.getDecoder().decode(key).length == 16;
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
    }

    /**
     * The 101 response.
     *
     * @param extension what is accepted of the extensions offered; null: nothing
     */
    static ByteBuf accept(
            ByteBufAllocator allocator,
            HttpRequest request,
            List<Header> headers,
            @Nullable String extension) {
        ResponseWriter.requireWritable(headers);
        ByteBuf out = allocator.buffer(256);
        ResponseWriter.statusLine(out, 101);
        ResponseWriter.ascii(out, "Upgrade: websocket\r\nConnection: Upgrade\r\n");
        String key = request.header("sec-websocket-key");
        ResponseWriter.ascii(out, "Sec-WebSocket-Accept: " + answerTo(key) + "\r\n");
        if (extension != null) {
            ResponseWriter.ascii(out, "Sec-WebSocket-Extensions: " + extension + "\r\n");
        }
        ResponseWriter.headers(out, headers);
        ResponseWriter.ascii(out, "\r\n");
        return out;
    }

    static String answerTo(@Nullable String key) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-1")
                            .digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every JDK has SHA-1", impossible);
        }
    }
}
