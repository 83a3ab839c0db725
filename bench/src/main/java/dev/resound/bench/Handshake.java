package dev.resound.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;

/**
 * The opening handshake, built once and sent by every connection.
 *
 * @param request to be sent as retained duplicates; it needs no release
 * @param accept what the server must prove
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6455#section-4.1">Client Requirements</a>
 */
record Handshake(ByteBuf request, String accept) {

    private static final String KEY =
            Base64.getEncoder()
                    .encodeToString("resound-bench-16".getBytes(StandardCharsets.US_ASCII));

    private static final String ACCEPT = acceptFor(KEY);

    static Handshake to(Target target) {
        byte[] ascii = request(target.address(), target.socketPath(), "");
        return new Handshake(SharedBytes.of(ascii), ACCEPT);
    }

    /**
     * For one connection of its own kind.
     *
     * @param headers more of them, each with its line end
     */
    static Handshake to(Target.Address address, String path, String headers) {
        ByteBuf request = Unpooled.wrappedBuffer(request(address, path, headers));
        return new Handshake(Unpooled.unreleasableBuffer(request), ACCEPT);
    }

    private static byte[] request(Target.Address address, String path, String headers) {
        String request =
                "GET "
                        + path
                        + " HTTP/1.1\r\nHost: "
                        + address.authority()
                        + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: "
                        + KEY
                        + "\r\nSec-WebSocket-Version: 13\r\n"
                        + headers
                        + "\r\n";
        return request.getBytes(StandardCharsets.US_ASCII);
    }

    static String acceptFor(String key) {
        try {
            byte[] proof =
                    MessageDigest.getInstance("SHA-1")
                            .digest(
                                    (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
                                            .getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(proof);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Why the answer does not open a WebSocket; empty if it does. */
    Optional<String> refusal(String head) {
        String[] lines = head.split("\r\n", -1);
        if (!lines[0].startsWith("HTTP/1.1 101")) {
            String hint = lines[0].contains(" 404 ") ? " (wrong path or unknown app key?)" : "";
            return Optional.of(
                    "the server did not open a WebSocket, it answered: " + lines[0] + hint);
        }
        for (String line : lines) {
            int colon = line.indexOf(':');
            if (colon > 0
                    && line.substring(0, colon)
                            .toLowerCase(Locale.ROOT)
                            .equals("sec-websocket-accept")) {
                return line.substring(colon + 1).trim().equals(accept)
                        ? Optional.empty()
                        : Optional.of("the server's Sec-WebSocket-Accept is wrong");
            }
        }
        return Optional.of("the server sent no Sec-WebSocket-Accept");
    }
}
