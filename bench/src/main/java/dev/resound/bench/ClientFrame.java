package dev.resound.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;

/**
 * WebSocket frames as a client sends them: final and masked.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6455#section-5.2">Base Framing Protocol</a>
 */
final class ClientFrame {

    static final int TEXT = 0x1;
    static final int BINARY = 0x2;
    static final int CLOSE = 0x8;
    static final int PONG = 0xA;

    /**
     * One mask for all: masks protect proxies from scripts in browsers, not servers from benches.
     * It is not zero, so that the server has the normal work of unmasking.
     */
    private static final int MASK = 0x5AC3_19E7;

    /** What eight bytes of a payload are masked with, if they begin at a multiple of four. */
    static final long MASK_OF_LONG = (long) MASK << 32 | (MASK & 0xFFFF_FFFFL);

    private ClientFrame() {}

    static ByteBuf text(ByteBufAllocator allocator, byte[] payload) {
        return frame(allocator, TEXT, payload);
    }

    /** A text frame to send any number of times, as duplicates. */
    static ByteBuf sharedText(String payload) {
        return SharedBytes.of(bytes(TEXT, payload.getBytes(StandardCharsets.UTF_8)));
    }

    static ByteBuf frame(ByteBufAllocator allocator, int opcode, byte[] payload) {
        byte[] bytes = bytes(opcode, payload);
        return allocator.directBuffer(bytes.length).writeBytes(bytes);
    }

    /** The frame's bytes, the payload's last. */
    static byte[] bytes(int opcode, byte[] payload) {
        int lengthBytes = payload.length < 126 ? 0 : payload.length <= 0xFFFF ? 2 : 8;
        int headerBytes = 2 + lengthBytes + Integer.BYTES;
        var frame = new byte[headerBytes + payload.length];
        frame[0] = (byte) (0x80 | opcode);
        frame[1] =
                (byte)
                        switch (lengthBytes) {
                            case 0 -> 0x80 | payload.length;
                            case 2 -> 0x80 | 126;
                            default -> 0x80 | 127;
                        };
        for (int at = 0; at < lengthBytes; at++) {
            frame[2 + at] = (byte) ((long) payload.length >>> (8 * (lengthBytes - 1 - at)));
        }
        for (int at = 0; at < Integer.BYTES; at++) {
            frame[2 + lengthBytes + at] = maskByte(at);
        }
        for (int at = 0; at < payload.length; at++) {
            frame[headerBytes + at] = (byte) (payload[at] ^ maskByte(at));
        }
        return frame;
    }

    private static byte maskByte(int at) {
        return (byte) (MASK >>> (24 - 8 * (at & 3)));
    }
}
