package dev.resound.netty;

import dev.resound.core.http.Header;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Field lines (RFC 9112, section 5), of headers and of trailers. */
final class HeaderFields {

    /** Names most requests use: found again by comparison, so that no string is made for them. */
    private static final List<String> USUAL =
            List.of(
                    "accept",
                    "accept-encoding",
                    "accept-language",
                    "authorization",
                    "cache-control",
                    "connection",
                    "content-length",
                    "content-type",
                    "cookie",
                    "expect",
                    "host",
                    "origin",
                    "pragma",
                    "referer",
                    "sec-websocket-extensions",
                    "sec-websocket-key",
                    "sec-websocket-protocol",
                    "sec-websocket-version",
                    "transfer-encoding",
                    "upgrade",
                    "user-agent",
                    "x-forwarded-for",
                    "x-forwarded-host",
                    "x-forwarded-proto",
                    "x-pusher-library");

    /** Kept once for all, because requests that became sessions are kept for long. */
    private static final Map<String, String> USUAL_VALUES =
            Stream.of(
                            "Upgrade",
                            "upgrade",
                            "keep-alive, Upgrade",
                            "websocket",
                            "13",
                            "keep-alive",
                            "close",
                            "*/*",
                            "gzip, deflate, br",
                            "no-cache",
                            "permessage-deflate",
                            "permessage-deflate; client_max_window_bits")
                    .collect(Collectors.toUnmodifiableMap(value -> value, value -> value));

    /** By slot; where two usual names meet, the first has it. */
    private static final @Nullable String[] KNOWN = new @Nullable String[256];

    static {
        for (String name : USUAL) {
            int slot = slot(name.length(), name.charAt(0), name.charAt(name.length() - 1));
            if (KNOWN[slot] == null) {
                KNOWN[slot] = name;
            }
        }
    }

    private HeaderFields() {}

    /**
     * Reads a line that is free of controls.
     *
     * @return null if it is malformed; a folded line is
     */
    static @Nullable Header parse(ByteBuf line, int from, int to) {
        int colon = Token.end(line, from, to);
        if (colon == from || colon == to || line.getByte(colon) != ':') {
            return null;
        }
        int start = colon + 1;
        int end = to;
        while (start < end && isBlank(line.getByte(start))) {
            start++;
        }
        while (end > start && isBlank(line.getByte(end - 1))) {
            end--;
        }
        String value = line.toString(start, end - start, StandardCharsets.ISO_8859_1);
        return new Header(lowerCase(line, from, colon), USUAL_VALUES.getOrDefault(value, value));
    }

    static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }

    private static String lowerCase(ByteBuf line, int from, int to) {
        int length = to - from;
        String known =
                KNOWN[slot(length, lowerCase(line.getByte(from)), lowerCase(line.getByte(to - 1)))];
        if (known != null && isNamed(known, line, from, length)) {
            return known;
        }
        byte[] name = new byte[length];
        for (int i = 0; i < length; i++) {
            name[i] = (byte) lowerCase(line.getByte(from + i));
        }
        return new String(name, StandardCharsets.US_ASCII);
    }

    private static boolean isNamed(String name, ByteBuf line, int from, int length) {
        if (name.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (lowerCase(line.getByte(from + i)) != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static int lowerCase(byte b) {
        return b >= 'A' && b <= 'Z' ? b + ('a' - 'A') : b;
    }

    private static int slot(int length, int first, int last) {
        return (length * 31 + first * 7 + last) & (KNOWN.length - 1);
    }
}
