package dev.resound.netty;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * RFC 6455 read slowly and once more, without any of the real decoder's parts: what a server must
 * have said after it has seen exactly these bytes.
 */
final class PlainFrameDecoder {

    private final byte[] bytes;
    private final int limit;
    private final List<String> lines = new ArrayList<>();
    private int at;
    private boolean inMessage;
    private boolean text;
    private long counted;
    private int empty;
    private final ByteArrayOutputStream message = new ByteArrayOutputStream();

    private PlainFrameDecoder(byte[] bytes, int limit) {
        this.bytes = bytes;
        this.limit = limit;
    }

    static List<String> decode(byte[] bytes, int limit) {
        var decoder = new PlainFrameDecoder(bytes, limit);
        boolean more = true;
        while (more) {
            more = decoder.frame();
        }
        return decoder.lines;
    }

    private boolean violation(int code) {
        lines.add("violation " + code);
        return false;
    }

    private boolean frame() {
        int left = bytes.length - at;
        if (left < 1) {
            return false;
        }
        boolean fin = bytes[at] < 0;
        int opcode = bytes[at] & 15;
        boolean control = opcode > 7;
        if ((bytes[at] & 0x70) != 0 || !List.of(0, 1, 2, 8, 9, 10).contains(opcode)) {
            return violation(1002);
        }
        if ((control && !fin) || (!control && (opcode == 0) != inMessage)) {
            return violation(1002);
        }
        if (left < 2) {
            return false;
        }
        int seven = bytes[at + 1] & 127;
        if (bytes[at + 1] >= 0 || (control && seven > 125) || (opcode == 8 && seven == 1)) {
            return violation(1002);
        }
        int width = seven == 126 ? 2 : seven == 127 ? 8 : 0;
        if (left < 2 + width) {
            return false;
        }
        BigInteger length = BigInteger.valueOf(seven);
        if (width > 0) {
            length = new BigInteger(1, Arrays.copyOfRange(bytes, at + 2, at + 2 + width));
            int least = width == 2 ? 126 : 65536;
            if (length.compareTo(BigInteger.valueOf(least)) < 0 || length.bitLength() > 63) {
                return violation(1002);
            }
        }
        if (!control) {
            boolean fragment = !fin || opcode == 0;
            BigInteger total =
                    length.add(BigInteger.valueOf(counted))
                            .add(BigInteger.valueOf(fragment ? 64 : 0));
            if (total.compareTo(BigInteger.valueOf(limit)) > 0) {
                return violation(1009);
            }
            counted = total.longValueExact();
            empty = fragment && length.signum() == 0 ? empty + 1 : 0;
            if (empty >= 128) {
                return violation(1008);
            }
            if (opcode != 0) {
                text = opcode == 1;
            }
        }
        int head = 2 + width + 4;
        if (left < head) {
            return false;
        }
        int there = Math.min(left - head, length.intValueExact());
        byte[] payload = new byte[there];
        for (int i = 0; i < there; i++) {
            payload[i] = (byte) (bytes[at + head + i] ^ bytes[at + head - 4 + i % 4]);
        }
        boolean whole = there == length.intValueExact();
        at += head + there;
        return control ? control(opcode, payload, whole) : data(fin, payload, whole);
    }

    private boolean data(boolean fin, byte[] payload, boolean whole) {
        message.writeBytes(payload);
        byte[] soFar = message.toByteArray();
        if (text && !JdkUtf8.canBecomeValid(soFar)) {
            return violation(1007);
        }
        if (!whole) {
            return false;
        }
        inMessage = !fin;
        if (fin) {
            if (text && !JdkUtf8.isValid(soFar)) {
                return violation(1007);
            }
            lines.add(
                    text
                            ? "text " + new String(soFar, UTF_8)
                            : "binary " + HexFormat.of().formatHex(soFar));
            message.reset();
            counted = 0;
            empty = 0;
        }
        return true;
    }

    private boolean control(int opcode, byte[] payload, boolean whole) {
        if (!whole) {
            return false;
        }
        if (opcode != 8) {
            lines.add((opcode == 9 ? "ping " : "pong ") + HexFormat.of().formatHex(payload));
            return true;
        }
        if (payload.length == 0) {
            lines.add("closed 1005 ");
            return false;
        }
        int code = (payload[0] & 255) * 256 + (payload[1] & 255);
        boolean unusable =
                code < 1000
                        || List.of(1004, 1005, 1006).contains(code)
                        || (code >= 1015 && code < 3000)
                        || code >= 5000;
        byte[] reason = Arrays.copyOfRange(payload, 2, payload.length);
        if (unusable) {
            return violation(1002);
        }
        if (!JdkUtf8.isValid(reason)) {
            return violation(1007);
        }
        lines.add("closed " + code + " " + new String(reason, UTF_8));
        return false;
    }
}
