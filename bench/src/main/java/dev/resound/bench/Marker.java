package dev.resound.bench;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * Eight ASCII bytes to look for in messages. All messages of one load look alike, so the place of
 * the last find is tried first: then a search is one comparison of a {@code long}.
 *
 * <p><b>Thread:</b> one.
 */
final class Marker {

    static final int BYTES = Long.BYTES;

    private final long value;
    private int lastFound;

    Marker(String eightChars) {
        byte[] ascii = eightChars.getBytes(StandardCharsets.US_ASCII);
        if (ascii.length != BYTES) {
            throw new IllegalArgumentException("a marker has 8 chars, not " + ascii.length);
        }
        long bits = 0;
        for (byte each : ascii) {
            bits = bits << 8 | each;
        }
        value = bits;
    }

    /** The marker's place relative to {@code offset}, or -1. */
    int find(ByteBuf buffer, int offset, int length) {
        int last = length - BYTES;
        if (lastFound <= last && buffer.getLong(offset + lastFound) == value) {
            return lastFound;
        }
        for (int at = 0; at <= last; at++) {
            if (buffer.getLong(offset + at) == value) {
                lastFound = at;
                return at;
            }
        }
        return -1;
    }
}
