package dev.resound.bench;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * Finds the frames in what a server sent. Looks at headers only.
 *
 * <p>Fragmented and compressed messages are refused: we never offer compression, and no server has
 * a reason to fragment messages of this size.
 */
final class FrameDecoder extends StreamDecoder {

    /** The largest frame we take: a bench that needs more measures something else. */
    static final int MAX_FRAME_BYTES = 16 << 20;

    private static final int CONTINUATION = 0x0;
    private static final int TEXT = 0x1;
    private static final int BINARY = 0x2;
    private static final int CLOSE = 0x8;
    private static final int PING = 0x9;
    private static final int PONG = 0xA;

    /** Where frames go. The buffer is the caller's again when the method returns. */
    interface Sink {
        void onMessage(ByteBuf buffer, int offset, int length);

        /** A message of bytes; for most there is no difference. */
        default void onBinary(ByteBuf buffer, int offset, int length) {
            onMessage(buffer, offset, length);
        }

        void onPing(ByteBuf buffer, int offset, int length);

        /** Nothing is decoded after it. */
        void onClose(int code, String reason);

        /** The server broke the protocol. Nothing is decoded after it. */
        void onBroken(String why);
    }

    private final Sink sink;

    FrameDecoder(Sink sink) {
        this.sink = sink;
    }

    @Override
    boolean decodeOne(ByteBuf in) {
        if (in.readableBytes() < 2) {
            return false;
        }
        int start = in.readerIndex();
        int first = in.getUnsignedByte(start);
        int second = in.getUnsignedByte(start + 1);
        int header = second < 126 ? 2 : second == 126 ? 4 : 10;
        if (second > 127) {
            broken("a server's frame must not be masked");
            return false;
        }
        if (in.readableBytes() < header) {
            return false;
        }
        long length =
                switch (header) {
                    case 2 -> second;
                    case 4 -> in.getUnsignedShort(start + 2);
                    default -> in.getLong(start + 2);
                };
        if (length < 0 || length > MAX_FRAME_BYTES) {
            broken("frame of " + length + " bytes, we take " + MAX_FRAME_BYTES);
            return false;
        }
        int payload = (int) length;
        if (in.readableBytes() < header + payload) {
            return false;
        }
        in.readerIndex(start + header + payload);
        frame(first, in, start + header, payload);
        return true;
    }

    private void frame(int first, ByteBuf in, int offset, int length) {
        int opcode = first & 0x0F;
        if ((first & 0x70) != 0) {
            broken("reserved bits are set, but no extension was offered");
        } else if ((first & 0x80) == 0 || opcode == CONTINUATION) {
            broken("fragmented messages are not supported");
        } else {
            switch (opcode) {
                case TEXT -> sink.onMessage(in, offset, length);
                case BINARY -> sink.onBinary(in, offset, length);
                case PING -> sink.onPing(in, offset, length);
                case PONG -> {}
                case CLOSE -> close(in, offset, length);
                default -> broken("unknown opcode " + opcode);
            }
        }
    }

    private void close(ByteBuf in, int offset, int length) {
        end();
        if (length < 2) {
            sink.onClose(1005, "");
        } else {
            sink.onClose(
                    in.getUnsignedShort(offset),
                    in.toString(offset + 2, length - 2, StandardCharsets.UTF_8));
        }
    }

    private void broken(String why) {
        end();
        sink.onBroken(why);
    }
}
