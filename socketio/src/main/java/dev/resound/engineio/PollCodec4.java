package dev.resound.engineio;

import dev.resound.core.Frame;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Revision 4: packets parted by a record separator, binary in base64 behind a {@code b}. */
final class PollCodec4 implements PollCodec {
    private static final byte SEPARATOR = 0x1e;

    @Override
    public PollBody encode(List<Frame> packets, boolean textOnly) {
        byte[][] parts = new byte[packets.size()][];
        int length = parts.length - 1;
        for (int i = 0; i < parts.length; i++) {
            Frame packet = packets.get(i);
            parts[i] =
                    packet.binary()
                            ? BinaryForm.BASE64.frame(packet.payload()).payload()
                            : packet.payload();
            length += parts[i].length;
        }
        byte[] body = new byte[length];
        int at = 0;
        for (int i = 0; i < parts.length; i++) {
            if (i > 0) {
                body[at++] = SEPARATOR;
            }
            System.arraycopy(parts[i], 0, body, at, parts[i].length);
            at += parts[i].length;
        }
        return new PollBody(body, false);
    }

    @Override
    public boolean decode(byte[] body, boolean binaryBody, Sink sink) {
        if (binaryBody) {
            return false;
        }
        int start = 0;
        while (true) {
            int end = start;
            while (end < body.length && body[end] != SEPARATOR) {
                end++;
            }
            if (end == start) {
                return false;
            }
            boolean more;
            if (body[start] == 'b') {
                byte[] message = base64(body, start + 1, end);
                if (message == null) {
                    return false;
                }
                more = sink.binary(message);
            } else {
                more = sink.text(body, start, end - start);
            }
            if (!more || end == body.length) {
                return true;
            }
            start = end + 1;
        }
    }

    /**
     * Null if it is no base64. It may be broken into lines: Java's client does so, after 76
     * characters.
     */
    static byte @Nullable [] base64(byte[] buffer, int from, int to) {
        byte[] encoded = new byte[to - from];
        int length = 0;
        for (int i = from; i < to; i++) {
            if (buffer[i] != '\n' && buffer[i] != '\r') {
                encoded[length++] = buffer[i];
            }
        }
        try {
            return Base64.getDecoder().decode(Arrays.copyOf(encoded, length));
        } catch (IllegalArgumentException malformed) {
            return null;
        }
    }
}
