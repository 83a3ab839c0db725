package dev.resound.pusher.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** What is between the quotes of a JSON string, as UTF-8 bytes. */
final class StringBytes {
    private static final VarHandle WORDS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long EVERY_01 = 0x0101_0101_0101_0101L;
    private static final long EVERY_80 = 0x8080_8080_8080_8080L;
    private static final long QUOTES = '"' * EVERY_01;
    private static final long BACKSLASHES = '\\' * EVERY_01;
    private static final long SPACES = ' ' * EVERY_01;

    private StringBytes() {}

    /**
     * Where the first byte is that can't stand for itself inside a string (a quote, a backslash, a
     * control character), or {@code end}. Eight bytes per step: payloads are mostly strings.
     */
    static int plain(byte[] buffer, int start, int end) {
        int at = start;
        while (end - at >= Long.BYTES) {
            long word = (long) WORDS.get(buffer, at);
            // The subtractions set the top bit of a byte that is zero (or below a space). A borrow
            // can also set it in the bytes after such a byte, never before: the first is right.
            long quote = word ^ QUOTES;
            long backslash = word ^ BACKSLASHES;
            long stops =
                    (((quote - EVERY_01) & ~quote)
                                    | ((backslash - EVERY_01) & ~backslash)
                                    | ((word - SPACES) & ~word))
                            & EVERY_80;
            if (stops != 0) {
                return at + (Long.numberOfTrailingZeros(stops) >> 3);
            }
            at += Long.BYTES;
        }
        while (at < end && !isSpecial(buffer[at])) {
            at++;
        }
        return at;
    }

    private static boolean isSpecial(byte b) {
        return b == '"' || b == '\\' || (b >= 0 && b < ' ');
    }

    /** The number four hexadecimal digits stand for, or -1 if they are something else. */
    static int hex(byte[] buffer, int start) {
        int value = 0;
        for (int i = start; i < start + 4; i++) {
            int digit = Character.digit(buffer[i], 16); // negative bytes are no digits
            if (digit < 0) {
                return -1;
            }
            value = (value << 4) | digit;
        }
        return value;
    }

    /**
     * The text of a string that was found right by {@link JsonGrammar}; half a surrogate pair
     * becomes U+FFFD.
     *
     * @param start after the opening quote
     * @param end before the closing one
     */
    static byte[] unescape(byte[] buffer, int start, int end) {
        byte[] text = new byte[end - start]; // no escape is shorter than what it stands for
        int size = 0;
        int at = start;
        while (true) {
            int stop = plain(buffer, at, end);
            System.arraycopy(buffer, at, text, size, stop - at);
            size += stop - at;
            if (stop == end) {
                return Arrays.copyOf(text, size);
            }
            byte letter = buffer[stop + 1];
            at = stop + 2;
            if (letter != 'u') {
                text[size++] = single(letter);
                continue;
            }
            int codePoint = hex(buffer, at);
            at += 4;
            if (Character.isHighSurrogate((char) codePoint)) {
                int low = lowSurrogate(buffer, at, end);
                if (low >= 0) {
                    codePoint = Character.toCodePoint((char) codePoint, (char) low);
                    at += 6;
                }
            }
            size = encode(codePoint, text, size);
        }
    }

    private static byte single(byte letter) {
        return switch (letter) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> letter;
        };
    }

    /** The second half of a pair if its escape is next, or -1. */
    private static int lowSurrogate(byte[] buffer, int at, int end) {
        if (end - at < 6 || buffer[at] != '\\' || buffer[at + 1] != 'u') {
            return -1;
        }
        int unit = hex(buffer, at + 2);
        return Character.isLowSurrogate((char) unit) ? unit : -1;
    }

    /** Writes a code point as UTF-8 and returns where it ends; a surrogate becomes U+FFFD. */
    static int encode(int codePoint, byte[] into, int at) {
        if (codePoint < 0x80) {
            into[at] = (byte) codePoint;
            return at + 1;
        }
        if (codePoint < 0x800) {
            into[at] = (byte) (0xC0 | (codePoint >> 6));
            into[at + 1] = (byte) (0x80 | (codePoint & 0x3F));
            return at + 2;
        }
        if (codePoint < 0x10000) {
            int scalar = codePoint >= 0xD800 && codePoint <= 0xDFFF ? 0xFFFD : codePoint;
            into[at] = (byte) (0xE0 | (scalar >> 12));
            into[at + 1] = (byte) (0x80 | ((scalar >> 6) & 0x3F));
            into[at + 2] = (byte) (0x80 | (scalar & 0x3F));
            return at + 3;
        }
        into[at] = (byte) (0xF0 | (codePoint >> 18));
        into[at + 1] = (byte) (0x80 | ((codePoint >> 12) & 0x3F));
        into[at + 2] = (byte) (0x80 | ((codePoint >> 6) & 0x3F));
        into[at + 3] = (byte) (0x80 | (codePoint & 0x3F));
        return at + 4;
    }
}
