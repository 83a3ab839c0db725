package dev.resound.socketio.packet;

import java.io.Writer;
import java.util.Arrays;

/**
 * Collects JSON text as UTF-8. A surrogate without its partner has no UTF-8 form; as it can only
 * stand in a string here, it is written as the escape of it, {@code \\ud800}, which is legal JSON
 * and what JavaScript writes. <b>Thread:</b> one.
 */
final class Utf8Writer extends Writer {
    private static final byte[] HEX = {
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
    };

    /** The longest form of one char: an escape. */
    private static final int MAX_BYTES_PER_CHAR = 6;

    private byte[] bytes = new byte[256];
    private int size;

    /** The first half of a pair whose second has yet to come, or 0. */
    private char high;

    byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }

    @Override
    public void write(char[] chars, int offset, int length) {
        int end = offset + length;
        for (int i = offset + ascii(chars, offset, end); i < end; i++) {
            put(chars[i]);
        }
    }

    /** Writes what comes before the first char that takes more than one byte; returns how many. */
    private int ascii(char[] chars, int from, int end) {
        if (high != 0) {
            return 0;
        }
        reserve(end - from);
        byte[] out = bytes;
        int to = size;
        int at = from;
        while (at < end && chars[at] < 0x80) {
            out[to++] = (byte) chars[at++];
        }
        size = to;
        return at - from;
    }

    @Override
    public void write(String text, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            put(text.charAt(i));
        }
    }

    @Override
    public void write(int character) {
        put((char) character);
    }

    /** UTF-8 as it is. */
    void write(byte[] utf8, int offset, int length) {
        reserve(length);
        System.arraycopy(utf8, offset, bytes, size, length);
        size += length;
    }

    /** A JSON string of text that is well-formed UTF-8, escaped as by JSON.stringify. */
    void quote(byte[] utf8, int offset, int length) {
        reserve(length + 2);
        put('"');
        int end = offset + length;
        int from = offset;
        for (int at = offset; at < end; at++) {
            byte b = utf8[at];
            if ((b >= 0 && b < ' ') || b == '"' || b == '\\') {
                write(utf8, from, at - from);
                from = at + 1;
                escapeInString((char) b);
            }
        }
        write(utf8, from, end - from);
        put('"');
    }

    private void escapeInString(char c) {
        char letter =
                switch (c) {
                    case '"', '\\' -> c;
                    case '\b' -> 'b';
                    case '\f' -> 'f';
                    case '\n' -> 'n';
                    case '\r' -> 'r';
                    case '\t' -> 't';
                    default -> 0;
                };
        if (letter == 0) {
            reserve(MAX_BYTES_PER_CHAR);
            escape(c);
        } else {
            put('\\');
            put(letter);
        }
    }

    /** Does nothing: there is nowhere to flush to. */
    @Override
    public void flush() {}

    /** Does nothing; what was written stays. */
    @Override
    public void close() {}

    private void put(char c) {
        reserve(2 * MAX_BYTES_PER_CHAR);
        if (high != 0) {
            char first = high;
            high = 0;
            if (Character.isLowSurrogate(c)) {
                pair(Character.toCodePoint(first, c));
                return;
            }
            escape(first);
        }
        if (c < 0x80) {
            bytes[size++] = (byte) c;
        } else if (c < 0x800) {
            bytes[size++] = (byte) (0xc0 | (c >> 6));
            bytes[size++] = (byte) (0x80 | (c & 0x3f));
        } else if (Character.isHighSurrogate(c)) {
            high = c;
        } else if (Character.isLowSurrogate(c)) {
            escape(c);
        } else {
            bytes[size++] = (byte) (0xe0 | (c >> 12));
            bytes[size++] = (byte) (0x80 | ((c >> 6) & 0x3f));
            bytes[size++] = (byte) (0x80 | (c & 0x3f));
        }
    }

    private void pair(int codePoint) {
        bytes[size++] = (byte) (0xf0 | (codePoint >> 18));
        bytes[size++] = (byte) (0x80 | ((codePoint >> 12) & 0x3f));
        bytes[size++] = (byte) (0x80 | ((codePoint >> 6) & 0x3f));
        bytes[size++] = (byte) (0x80 | (codePoint & 0x3f));
    }

    private void escape(char c) {
        bytes[size++] = '\\';
        bytes[size++] = 'u';
        for (int shift = 12; shift >= 0; shift -= 4) {
            bytes[size++] = HEX[c >> shift & 0xf];
        }
    }

    private void reserve(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
    }
}
