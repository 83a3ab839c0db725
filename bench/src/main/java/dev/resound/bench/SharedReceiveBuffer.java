package dev.resound.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;

/**
 * Lets every read of a loop go into one buffer, which stays in the processor's cache. Sound because
 * our handlers copy what they keep before they return, and a loop reads one connection at a time.
 *
 * <p><b>Thread:</b> the loop whose connections use it.
 */
final class SharedReceiveBuffer extends DefaultMaxMessagesRecvByteBufAllocator
        implements AutoCloseable {

    private static final int BYTES = 64 << 10;

    private final ByteBuf buffer = Unpooled.directBuffer(BYTES, BYTES);

    @Override
    @SuppressWarnings("deprecation") // Netty's own allocators still extend this Handle
    public RecvByteBufAllocator.Handle newHandle() {
        return new MaxMessageHandle() {
            @Override
            public int guess() {
                return BYTES;
            }

            @Override
            public ByteBuf allocate(ByteBufAllocator ignored) {
                return buffer.clear().retain();
            }
        };
    }

    @Override
    public void close() {
        buffer.release();
    }
}
