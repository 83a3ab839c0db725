package dev.resound.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;

/** Bytes that are sent again and again. */
final class SharedBytes {

    private SharedBytes() {}

    /**
     * A direct buffer to send as duplicates. Nobody releases it: it goes with the last reference,
     * so it is not made by an allocator, which would miss it.
     */
    static ByteBuf of(byte[] bytes) {
        ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
        return Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(direct));
    }
}
