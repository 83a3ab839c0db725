package dev.resound.netty;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;

/** Writes frames as a client does, rule by rule breakable. */
final class FrameBytes {
    private static final byte[] KEY = {0x37, (byte) 0xfa, 0x21, 0x3d};

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    FrameBytes text(String text) {
        return frame(0x81, text.getBytes(UTF_8));
    }

    FrameBytes binary(byte[] payload) {
        return frame(0x82, payload);
    }

    FrameBytes ping(String payload) {
        return frame(0x89, payload.getBytes(UTF_8));
    }

    FrameBytes close(int code, String reason) {
        return close(code, reason.getBytes(UTF_8));
    }

    FrameBytes close(int code, byte[] reason) {
        byte[] payload = new byte[2 + reason.length];
        payload[0] = (byte) (code >>> 8);
        payload[1] = (byte) code;
        System.arraycopy(reason, 0, payload, 2, reason.length);
        return frame(0x88, payload);
    }

    /** A masked frame with the shortest length encoding. */
    FrameBytes frame(int firstByte, byte[] payload) {
        int length = payload.length;
        return raw(firstByte)
                .length(length < 126 ? 0 : length < 65536 ? 2 : 8, length)
                .masked(payload, length);
    }

    /** The length, in the form of so many additional bytes; with the mask bit. */
    FrameBytes length(int width, long length) {
        raw(0x80 | (width == 0 ? (int) length : width == 2 ? 126 : 127));
        for (int i = width - 1; i >= 0; i--) {
            raw((int) (length >>> (8 * i)));
        }
        return this;
    }

    /** The key and the first so many bytes of the payload. */
    FrameBytes masked(byte[] payload, int count) {
        out.writeBytes(KEY);
        for (int i = 0; i < count; i++) {
            raw(payload[i] ^ KEY[i % 4]);
        }
        return this;
    }

    FrameBytes raw(int... bytes) {
        for (int b : bytes) {
            out.write(b);
        }
        return this;
    }

    byte[] bytes() {
        return out.toByteArray();
    }
}
