package dev.resound.bench;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What a published payload carries, so that whoever receives it knows which message it is and how
 * old: a marker, the publisher (4 hex digits), the sequence number (12) and {@link
 * System#nanoTime()} (16), then filler up to the payload's size. Plain ASCII, never escaped by
 * JSON.
 *
 * @param publisher what counts for itself: one publishing connection, as far as it publishes to one
 *     room; up to {@link #PUBLISHERS}
 * @param sequence from 0, without holes
 * @param nanos when it was published, or in paced runs when it should have been
 */
record Stamp(int publisher, long sequence, long nanos) {

    private static final String MARK = "@resound";
    static final int BYTES = MARK.length() + 32;
    static final int PUBLISHERS = 1 << 16;

    private static final byte[] MARK_BYTES = MARK.getBytes(StandardCharsets.US_ASCII);
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    static Marker marker() {
        return new Marker(MARK);
    }

    /** A payload of {@code payloadBytes}, at least {@link #BYTES}. */
    byte[] payload(int payloadBytes) {
        return payload(new byte[0], payloadBytes, new byte[0]);
    }

    /** The same between what the protocol wants around it. */
    byte[] payload(byte[] before, int payloadBytes, byte[] after) {
        int start = before.length;
        int end = start + payloadBytes;
        byte[] message = Arrays.copyOf(before, end + after.length);
        System.arraycopy(MARK_BYTES, 0, message, start, MARK_BYTES.length);
        putHex(message, start + MARK_BYTES.length, (long) publisher << 48 | sequence);
        putHex(message, start + MARK_BYTES.length + 16, nanos);
        Arrays.fill(message, start + BYTES, end, (byte) 'x');
        System.arraycopy(after, 0, message, end, after.length);
        return message;
    }

    /** Reads publisher and sequence, packed; {@code at} is the place of the marker. */
    static long packedAt(ByteBuf buffer, int at) {
        return hex(buffer, at + MARK_BYTES.length);
    }

    static int publisherOf(long packed) {
        return (int) (packed >>> 48);
    }

    static long sequenceOf(long packed) {
        return packed & 0xFFFF_FFFF_FFFFL;
    }

    static long nanosAt(ByteBuf buffer, int at) {
        return hex(buffer, at + MARK_BYTES.length + 16);
    }

    private static void putHex(byte[] into, int at, long value) {
        for (int digit = 0; digit < 16; digit++) {
            into[at + digit] = HEX[(int) (value >>> (60 - 4 * digit)) & 0xF];
        }
    }

    private static long hex(ByteBuf buffer, int at) {
        return eightDigits(buffer.getLong(at)) << 32 | eightDigits(buffer.getLong(at + 8));
    }

    /** Eight hex digits at once: this runs once per delivery, digit by digit would be dear. */
    private static long eightDigits(long ascii) {
        long nibbles =
                (ascii & 0x0F0F_0F0F_0F0F_0F0FL) + 9 * (ascii >>> 6 & 0x0101_0101_0101_0101L);
        long bytes = (nibbles | nibbles >>> 4) & 0x00FF_00FF_00FF_00FFL;
        long shorts = (bytes | bytes >>> 8) & 0x0000_FFFF_0000_FFFFL;
        return (shorts | shorts >>> 16) & 0xFFFF_FFFFL;
    }
}
