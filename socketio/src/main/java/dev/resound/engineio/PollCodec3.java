package dev.resound.engineio;

import dev.resound.core.Frame;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Revision 3: packets behind their length. In text it counts UTF-16 units ({@code 6:4hello}), in
 * bytes it counts bytes, written as a type, the digits as numbers, and 255.
 */
final class PollCodec3 implements PollCodec {
    private static final int MAX_LENGTH_DIGITS = 9;

    @Override
    public PollBody encode(List<Frame> packets, boolean textOnly) {
        boolean binary = !textOnly && packets.stream().anyMatch(Frame::binary);
        return new PollBody(binary ? inBytes(packets) : inText(packets), binary);
    }

    private static byte[] inText(List<Frame> packets) {
        var out = new ByteArrayOutputStream();
        for (Frame packet : packets) {
            byte[] text =
                    packet.binary()
                            ? BinaryForm.PREFIXED_BASE64.frame(packet.payload()).payload()
                            : packet.payload();
            ascii(out, utf16Length(text) + ":");
            out.writeBytes(text);
        }
        return out.toByteArray();
    }

    private static byte[] inBytes(List<Frame> packets) {
        var out = new ByteArrayOutputStream();
        for (Frame packet : packets) {
            byte[] bytes =
                    packet.binary()
                            ? BinaryForm.PREFIXED.frame(packet.payload()).payload()
                            : packet.payload();
            out.write(packet.binary() ? 1 : 0);
            String digits = String.valueOf(bytes.length);
            for (int i = 0; i < digits.length(); i++) {
                out.write(digits.charAt(i) - '0');
            }
            out.write(255);
            out.writeBytes(bytes);
        }
        return out.toByteArray();
    }

    private static void ascii(ByteArrayOutputStream out, String text) {
        out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** How many UTF-16 units valid UTF-8 decodes to. */
    private static int utf16Length(byte[] utf8) {
        int units = 0;
        for (byte b : utf8) {
            if ((b & 0xc0) != 0x80) {
                units += (b & 0xf8) == 0xf0 ? 2 : 1;
            }
        }
        return units;
    }

    @Override
    public boolean decode(byte[] body, boolean binaryBody, Sink sink) {
        return body.length > 0 && (binaryBody ? decodeBytes(body, sink) : decodeText(body, sink));
    }

    private static boolean decodeText(byte[] body, Sink sink) {
        int at = 0;
        while (at < body.length) {
            int units = 0;
            int digits = 0;
            while (at < body.length && body[at] >= '0' && body[at] <= '9') {
                if (++digits > MAX_LENGTH_DIGITS) {
                    return false;
                }
                units = units * 10 + body[at++] - '0';
            }
            if (digits == 0 || units == 0 || at == body.length || body[at] != ':') {
                return false;
            }
            int start = ++at;
            while (units > 0 && at < body.length) {
                int lead = body[at] & 0xff;
                int bytes = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
                units -= bytes == 4 ? 2 : 1;
                at += bytes;
            }
            if (units != 0 || at > body.length) {
                return false;
            }
            if (body[start] != 'b') {
                if (!sink.text(body, start, at - start)) {
                    return true;
                }
            } else {
                byte[] message =
                        at - start > 1 && body[start + 1] == '4'
                                ? PollCodec4.base64(body, start + 2, at)
                                : null;
                if (message == null) {
                    return false;
                }
                if (!sink.binary(message)) {
                    return true;
                }
            }
        }
        return true;
    }

    private static boolean decodeBytes(byte[] body, Sink sink) {
        int at = 0;
        while (at < body.length) {
            int type = body[at++];
            int length = 0;
            int digits = 0;
            while (at < body.length && body[at] != (byte) 255) {
                if (body[at] < 0 || body[at] > 9 || ++digits > MAX_LENGTH_DIGITS) {
                    return false;
                }
                length = length * 10 + body[at++];
            }
            if (digits == 0 || length == 0 || at == body.length || length > body.length - at - 1) {
                return false;
            }
            int start = at + 1;
            at = start + length;
            boolean more;
            if (type == 0) {
                more = sink.text(body, start, length);
            } else if (type == 1 && body[start] == 4) {
                more = sink.binary(Arrays.copyOfRange(body, start + 1, at));
            } else {
                return false;
            }
            if (!more) {
                return true;
            }
        }
        return true;
    }
}
