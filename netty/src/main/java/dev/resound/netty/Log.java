package dev.resound.netty;

import dev.resound.core.Frame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.util.ArrayDeque;

/**
 * Everything a {@link TurnWriter} sends, as one stream of WebSocket frames in direct memory. A
 * frame is written here once, however many connections get it; they are sent slices of it, and a
 * connection that lags remembers only (position, length).
 *
 * <p>Positions are 64 bits and never come twice. The log consists of chunks; while nobody lags a
 * single chunk is used over and over, so that its bytes stay in the processor's caches. With
 * laggards it grows up to its capacity and then drops its oldest chunk: whoever still needs that
 * takes a copy before, or has been overtaken. A slice that is on its way to the kernel keeps its
 * chunk alive, so dropping never corrupts anything.
 *
 * <p><b>Thread:</b> its loop.
 */
final class Log {
    /**
     * Whether chunks have an address that {@link #send} can use: not where Netty does without
     * {@code Unsafe}.
     */
    static final boolean ADDRESSABLE = isAddressable();

    private static final int CHUNK_BYTES = 128 << 10;
    private static final int MAX_HEADER_BYTES = 10;

    /** RSV1: the message is compressed (RFC 7692, section 6). */
    private static final int COMPRESSED = 0x40;

    private final int capacityBytes;
    private final ArrayDeque<Chunk> chunks =
            new ArrayDeque<>(); // oldest first; the last one is written to
    private long bytes;
    private long nextBase;

    private static final class Chunk {
        final ByteBuf buffer;
        final long address;
        long base;

        Chunk(ByteBuf buffer, long base) {
            this.buffer = buffer;
            this.address = buffer.hasMemoryAddress() ? buffer.memoryAddress() : 0;
            this.base = base;
        }
    }

    Log(int capacityBytes) {
        this.capacityBytes = capacityBytes;
    }

    /**
     * Writes the frame, header included, and tells where it begins; {@link #end} is where it ends.
     */
    long append(Frame frame) {
        byte[] payload = frame.payload();
        return append(firstByte(frame), payload, payload.length);
    }

    /** As {@link #append(Frame)}, with the frame's compressed payload instead of its own. */
    long appendCompressed(Frame frame, byte[] payload, int length) {
        return append(firstByte(frame) | COMPRESSED, payload, length);
    }

    private static int firstByte(Frame frame) {
        return frame.binary() ? 0x82 : 0x81;
    }

    private long append(int firstByte, byte[] payload, int length) {
        ByteBuf buffer = room(length + MAX_HEADER_BYTES);
        long position = end();
        writeHeader(buffer, firstByte, length);
        buffer.writeBytes(payload, 0, length);
        return position;
    }

    /** Writes a control frame; the payload has at most 125 bytes. */
    long appendControl(int opcode, byte[] payload) {
        ByteBuf buffer = room(payload.length + 2);
        long position = end();
        writeHeader(buffer, 0x80 | opcode, payload.length);
        buffer.writeBytes(payload);
        return position;
    }

    private static void writeHeader(ByteBuf buffer, int first, int length) {
        if (length < 126) {
            buffer.writeShort(first << 8 | length);
        } else if (length < 65536) {
            buffer.writeShort(first << 8 | 126).writeShort(length);
        } else {
            buffer.writeShort(first << 8 | 127).writeLong(length);
        }
    }

    /** The position after the last byte written. */
    long end() {
        Chunk last = chunks.peekLast();
        return last == null ? nextBase : last.base + last.buffer.writerIndex();
    }

    /** The oldest position still held. */
    long start() {
        Chunk first = chunks.peekFirst();
        return first == null ? nextBase : first.base;
    }

    /**
     * A retained slice; the range must lie between {@link #start} and {@link #end}, and come from
     * one append or from several that followed each other without a gap.
     */
    ByteBuf slice(long position, int length) {
        Chunk chunk = chunkOf(position);
        return chunk.buffer.retainedSlice((int) (position - chunk.base), length);
    }

    /** Appends such a range to a buffer. */
    void copy(long position, int length, ByteBuf target) {
        Chunk chunk = chunkOf(position);
        target.writeBytes(chunk.buffer, (int) (position - chunk.base), length);
    }

    /** Sends a range to a socket; returns how many bytes the kernel took, 0 if it is full. */
    int send(Socket socket, long position, int length) throws IOException {
        Chunk chunk = chunkOf(position);
        int from = (int) (position - chunk.base);
        return socket.sendAddress(chunk.address, from, from + length);
    }

    /**
     * The length of the whole frames from {@code position} on that fit into {@code wanted} bytes,
     * at least one frame, at most {@code length}. A connection that is cut off between frames can
     * still be sent a close frame.
     */
    int wholeFrames(long position, int length, int wanted) {
        if (length <= wanted) {
            return length;
        }
        Chunk chunk = chunkOf(position);
        int start = (int) (position - chunk.base);
        int at = start;
        while (at - start < length) {
            int marker = chunk.buffer.getUnsignedByte(at + 1);
            int frame =
                    switch (marker) {
                        case 126 -> 4 + chunk.buffer.getUnsignedShort(at + 2);
                        case 127 -> 10 + (int) chunk.buffer.getLong(at + 2);
                        default -> 2 + marker;
                    };
            if (at > start && at - start + frame > wanted) {
                break;
            }
            at += frame;
        }
        return at - start;
    }

    /** Whether the log has outgrown its capacity since it was last trimmed. */
    boolean isOverfull() {
        return bytes > capacityBytes;
    }

    int capacityBytes() {
        return capacityBytes;
    }

    /** Where {@link #start} will be when it is trimmed while somebody lags. */
    long startWhenTrimmed() {
        long excess = bytes - capacityBytes;
        for (Chunk chunk : chunks) {
            if (excess <= 0 || chunk == chunks.peekLast()) {
                return chunk.base;
            }
            excess -= chunk.buffer.capacity();
        }
        return nextBase;
    }

    /** Everything was handed over: forgets what nobody can ask for any more. */
    void trim(boolean nobodyLags) {
        if (!nobodyLags) {
            long start = startWhenTrimmed();
            while (start() < start) {
                drop(chunks.removeFirst());
            }
            return;
        }
        while (chunks.size() > 1) {
            drop(chunks.removeFirst());
        }
        Chunk only = chunks.peekFirst();
        if (only == null) {
            return;
        }
        if (only.buffer.capacity() > CHUNK_BYTES) {
            nextBase = Math.max(nextBase, only.base + only.buffer.capacity() + 1);
            drop(chunks.removeFirst());
        } else if (only.buffer.refCnt() == 1) {
            only.base = end();
            only.buffer.clear();
        }
    }

    void release() {
        for (Chunk chunk : chunks) {
            chunk.buffer.release();
        }
        chunks.clear();
    }

    private void drop(Chunk chunk) {
        bytes -= chunk.buffer.capacity();
        chunk.buffer.release();
    }

    private static boolean isAddressable() {
        ByteBuf probe = UnpooledByteBufAllocator.DEFAULT.directBuffer(1, 1);
        try {
            return probe.hasMemoryAddress();
        } finally {
            probe.release();
        }
    }

    private ByteBuf room(int needed) {
        Chunk last = chunks.peekLast();
        if (last != null && last.buffer.writableBytes() >= needed) {
            return last.buffer;
        }
        int size = Math.max(CHUNK_BYTES, needed);
        // One past the old chunk's end: ranges of two chunks never look as if they touched.
        long base = last == null ? nextBase : last.base + last.buffer.capacity() + 1;
        Chunk chunk = new Chunk(UnpooledByteBufAllocator.DEFAULT.directBuffer(size, size), base);
        bytes += size;
        chunks.addLast(chunk);
        return chunk.buffer;
    }

    private Chunk chunkOf(long position) {
        Chunk newest = chunks.peekLast();
        if (newest != null && newest.base <= position) {
            return newest; // nearly always
        }
        for (var newestFirst = chunks.descendingIterator(); newestFirst.hasNext(); ) {
            Chunk chunk = newestFirst.next();
            if (chunk.base <= position) {
                return chunk;
            }
        }
        throw new IllegalArgumentException("position " + position + " was overtaken");
    }
}
