package dev.resound.netty;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Bytes collected until a whole has arrived. Grows with what is received, never with what a peer
 * announces. <b>Thread:</b> its owner's.
 */
final class GatheredBytes {
    static final byte[] NONE = {};

    private static final int FIRST_BYTES = 256;

    private byte[] array = NONE;
    private int length;

    /** Valid up to {@link #length}, until the next call that changes anything. */
    byte[] array() {
        return array;
    }

    int length() {
        return length;
    }

    /** What this holds on to, in bytes. */
    int capacity() {
        return array.length;
    }

    /**
     * Moves {@code count} bytes here.
     *
     * @param most the length this can reach in the end, as far as known: no more is ever allocated
     */
    void append(ByteBuf in, int count, int most) {
        int needed = length + count;
        if (needed > array.length) {
            long roomy = Math.max(FIRST_BYTES, 2L * array.length);
            array = Arrays.copyOf(array, (int) Math.max(needed, Math.min(roomy, most)));
        }
        in.readBytes(array, length, count);
        length = needed;
    }

    /** Empties this and hands over exactly what was in it. */
    byte[] take() {
        byte[] whole = array.length == length ? array : Arrays.copyOf(array, length);
        drop();
        return whole;
    }

    void drop() {
        array = NONE;
        length = 0;
    }
}
