package dev.resound.netty;

import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Inflates whole messages (RFC 7692, section 7.2.2), each for itself, so that one is enough for all
 * connections of a loop. zlib's state, some 40 KiB outside the heap, comes with the first message.
 *
 * <p>A message that inflates to more than its limit is given up at the first byte too many,
 * whatever else is in it.
 *
 * <p><b>Thread:</b> one loop.
 */
final class MessageInflater {
    /**
     * Follows every message: the end of the empty block that the sender cut off, then a final empty
     * block, which is reached only if the message ended with a block, and not in the midst of one.
     */
    private static final byte[] END = {0, 0, -1, -1, 1, 0, 0, -1, -1};

    /** Messages in more streams than this (each ends with a final block) just keep us busy. */
    static final int MAX_STREAMS = 1024;

    private static final int MAX_ARRAY_BYTES = Integer.MAX_VALUE - 16;

    private byte[] shared = new byte[1024];
    private @Nullable Inflater zlib;

    /** What became of a message. */
    sealed interface Outcome {}

    /** The message; the array is valid until the next one is inflated. */
    @SuppressWarnings("ArrayRecordComponent") // lives for one call
    record Whole(byte[] bytes, int length) implements Outcome {}

    record TooBig() implements Outcome {}

    record Garbage() implements Outcome {}

    /**
     * Inflates the first {@code length} bytes.
     *
     * @param maxBytes the most it may inflate to
     */
    Outcome inflate(byte[] bytes, int length, int maxBytes) {
        if (length == 0) {
            return new Whole(bytes, 0); // by the letter garbage, but what else could it mean
        }
        Inflater inflater = zlib();
        try {
            return inflate(inflater, bytes, length, Math.min(maxBytes, MAX_ARRAY_BYTES));
        } catch (DataFormatException malformed) {
            return new Garbage();
        } finally {
            inflater.reset();
        }
    }

    private Outcome inflate(Inflater inflater, byte[] bytes, int length, int maxBytes)
            throws DataFormatException {
        byte[] input = bytes;
        int inputEnd = length;
        int streams = 1;
        byte[] out = shared;
        int written = 0;
        inflater.setInput(input, 0, inputEnd);
        while (true) {
            written += inflater.inflate(out, written, Math.min(out.length, maxBytes + 1) - written);
            if (written > maxBytes) {
                return new TooBig();
            }
            int rest = inflater.getRemaining();
            if (inflater.finished()) {
                if (rest == 0) {
                    return new Whole(out, written);
                }
                if (++streams > MAX_STREAMS) {
                    return new Garbage();
                }
                // A final block, but not the last: section 7.2.3.4 lets senders that cannot flush
                // end each piece so.
                inflater.reset();
                inflater.setInput(input, inputEnd - rest, rest);
            } else if (written == out.length) {
                out = larger(out, maxBytes);
            } else if (rest == 0) {
                if (input == END) {
                    return new Garbage();
                }
                input = END;
                inputEnd = END.length;
                inflater.setInput(END);
            }
        }
    }

    private byte[] larger(byte[] full, int maxBytes) {
        byte[] larger = Arrays.copyOf(full, (int) Math.min(2L * full.length, maxBytes + 1));
        if (larger.length <= Scratch.SHARED_BYTES) {
            shared = larger;
        }
        return larger;
    }

    void release() {
        if (zlib != null) {
            zlib.end();
        }
    }

    private Inflater zlib() {
        Inflater present = zlib;
        if (present == null) {
            present = new Inflater(true);
            zlib = present;
        }
        return present;
    }
}
