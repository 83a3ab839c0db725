package dev.resound.netty;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The masking of frames sent by clients (RFC 6455, section 5.3). A key is kept as an {@code int}
 * whose highest byte is for the next payload byte.
 */
final class Mask {
    /** Little endian wherever we run, so that the first byte in memory is the word's lowest. */
    private static final VarHandle WORDS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private Mask() {}

    /**
     * Unmasks in place.
     *
     * @return the unmasked bytes OR-ed together, in words and thus in no particular place: no bit
     *     of {@link Utf8Validator#NON_ASCII} is set exactly if all were ASCII
     */
    static long apply(int key, byte[] bytes, int from, int count) {
        int bytewise = Integer.reverseBytes(key);
        long wordwise = Integer.toUnsignedLong(bytewise) | ((long) bytewise << 32);
        long seen = 0;
        int i = 0;
        for (; i <= count - Long.BYTES; i += Long.BYTES) {
            long word = (long) WORDS.get(bytes, from + i) ^ wordwise;
            WORDS.set(bytes, from + i, word);
            seen |= word;
        }
        for (; i < count; i++) {
            byte plain = (byte) (bytes[from + i] ^ wordwise >>> ((i & 7) << 3));
            bytes[from + i] = plain;
            seen |= plain & 0xff;
        }
        return seen;
    }

    /** The key for the byte after {@code count} more payload bytes. */
    static int advance(int key, int count) {
        return Integer.rotateLeft(key, (count & 3) << 3);
    }
}
