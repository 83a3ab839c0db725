package dev.resound.netty;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The first line of a request (RFC 9112, section 3): three words, one space between them.
 *
 * @param target printable ASCII, in any form
 */
record RequestLine(String method, String target, int majorVersion, int minorVersion) {
    private static final String HTTP = "HTTP/";
    private static final int VERSION_BYTES = HTTP.length() + 3;

    /** Reads a line that is free of controls but tabs; null if it is malformed. */
    static @Nullable RequestLine parse(ByteBuf line, int from, int to) {
        int methodEnd = Token.end(line, from, to);
        if (methodEnd == from || methodEnd == to || line.getByte(methodEnd) != ' ') {
            return null;
        }
        int target = methodEnd + 1;
        int targetEnd = target;
        while (targetEnd < to && line.getByte(targetEnd) > ' ') { // beyond ASCII is negative
            targetEnd++;
        }
        if (targetEnd == target || targetEnd == to || line.getByte(targetEnd) != ' ') {
            return null;
        }
        int version = targetEnd + 1;
        if (to - version != VERSION_BYTES) {
            return null;
        }
        for (int i = 0; i < HTTP.length(); i++) {
            if (line.getByte(version + i) != HTTP.charAt(i)) {
                return null;
            }
        }
        int major = line.getByte(to - 3) - '0';
        int minor = line.getByte(to - 1) - '0';
        if (!isDigit(major) || line.getByte(to - 2) != '.' || !isDigit(minor)) {
            return null;
        }
        return new RequestLine(
                line.toString(from, methodEnd - from, StandardCharsets.US_ASCII),
                line.toString(target, targetEnd - target, StandardCharsets.US_ASCII),
                major,
                minor);
    }

    private static boolean isDigit(int value) {
        return value >= 0 && value <= 9;
    }
}
