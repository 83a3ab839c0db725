package dev.resound.netty;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Tells whether bytes are UTF-8 (RFC 3629, section 4), as they arrive: refuses the first byte after
 * which no continuation could make them valid. Stateless; the caller keeps the {@code int} between
 * calls.
 *
 * <p>A state says what may come next: how many bytes the character still lacks, and the range of
 * the next one ({@code missing << 16 | lowest << 8 | highest}). All the special cases of UTF-8 (no
 * overlong forms, no surrogates, nothing above U+10FFFF) are such a range for the second byte, so
 * that each byte is judged alone.
 */
final class Utf8Validator {
    /** Between two characters: the start, and the only state a text may end in. */
    static final int COMPLETE = 0;

    /** Never valid again, whatever follows. */
    static final int INVALID = -1;

    /** One bit per byte of a word: set in every byte that is not ASCII. */
    static final long NON_ASCII = 0x8080808080808080L;

    private static final VarHandle WORDS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private Utf8Validator() {}

    /**
     * Reads on.
     *
     * @param state {@link #COMPLETE}, or what the call before returned
     * @return {@link #COMPLETE}, {@link #INVALID}, or a state inside a character
     */
    static int advance(int state, byte[] bytes, int from, int to) {
        int next = state;
        int i = from;
        while (i < to && next != INVALID) {
            if (next == COMPLETE) {
                i = skipAscii(bytes, i, to);
                if (i == to) {
                    break;
                }
                next = lead(bytes[i] & 0xff);
            } else {
                next = continuation(next, bytes[i] & 0xff);
            }
            i++;
        }
        return next;
    }

    private static int skipAscii(byte[] bytes, int from, int to) {
        int i = from;
        while (i <= to - Long.BYTES && ((long) WORDS.get(bytes, i) & NON_ASCII) == 0) {
            i += Long.BYTES;
        }
        while (i < to && bytes[i] >= 0) {
            i++;
        }
        return i;
    }

    private static int lead(int b) {
        if (b < 0xc2) {
            return INVALID; // a continuation byte, or the start of an overlong form
        }
        if (b < 0xe0) {
            return expect(1, 0x80, 0xbf);
        }
        if (b < 0xf0) {
            return switch (b) {
                case 0xe0 -> expect(2, 0xa0, 0xbf); // below: overlong
                case 0xed -> expect(2, 0x80, 0x9f); // above: surrogates
                default -> expect(2, 0x80, 0xbf);
            };
        }
        return switch (b) {
            case 0xf0 -> expect(3, 0x90, 0xbf); // below: overlong
            case 0xf1, 0xf2, 0xf3 -> expect(3, 0x80, 0xbf);
            case 0xf4 -> expect(3, 0x80, 0x8f); // above: past U+10FFFF
            default -> INVALID;
        };
    }

    private static int continuation(int state, int b) {
        int lowest = state >>> 8 & 0xff;
        int highest = state & 0xff;
        if (b < lowest || b > highest) {
            return INVALID;
        }
        int missing = (state >>> 16) - 1;
        return missing == 0 ? COMPLETE : expect(missing, 0x80, 0xbf);
    }

    private static int expect(int missing, int lowest, int highest) {
        return missing << 16 | lowest << 8 | highest;
    }
}
