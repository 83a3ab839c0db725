package dev.resound.pusher.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes JSON text as UTF-8 bytes. It knows how to escape, not how to nest: braces, commas and
 * names that never change are written as {@link #raw(String) raw} text. Characters beyond ASCII are
 * not escaped.
 *
 * <p><b>Thread:</b> one at a time; may be kept and {@link #clear}ed.
 */
public final class JsonText {
    /** Kept by {@link #clear}; what one giant document needed is given back. */
    private static final int MAX_KEPT_BYTES = 64 << 10;

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private byte[] bytes;
    private int size;

    /** An empty text. */
    public JsonText() {
        this(256);
    }

    /** An empty text with room for so many bytes; it grows as needed. */
    public JsonText(int capacityBytes) {
        bytes = new byte[Math.max(16, capacityBytes)];
    }

    /** Appends JSON as it is. */
    public JsonText raw(byte[] json) {
        return raw(json, 0, json.length);
    }

    /** Appends JSON as it is. */
    public JsonText raw(byte[] json, int offset, int length) {
        room(length);
        System.arraycopy(json, offset, bytes, size, length);
        size += length;
        return this;
    }

    /** Appends a value as it is written in its own document. */
    public JsonText raw(JsonValue value) {
        return raw(value.buffer(), value.offset(), value.length());
    }

    /** Appends JSON as it is. */
    public JsonText raw(String json) {
        room(json.length());
        for (int i = 0; i < json.length(); ) {
            int codePoint = json.codePointAt(i);
            i += Character.charCount(codePoint);
            scalar(codePoint);
        }
        return this;
    }

    /** Appends a string of this text: quotes around it, escapes where JSON needs them. */
    public JsonText quoted(String text) {
        room(text.length() + 2);
        bytes[size++] = '"';
        for (int i = 0; i < text.length(); ) {
            int codePoint = text.codePointAt(i);
            i += Character.charCount(codePoint);
            if (codePoint < ' ' || codePoint == '"' || codePoint == '\\') {
                escape((byte) codePoint);
            } else {
                scalar(codePoint);
            }
        }
        room(1);
        bytes[size++] = '"';
        return this;
    }

    /**
     * Appends a string of this UTF-8 text; with JSON for a text, that is a document within a
     * string, as the Pusher protocol wants its {@code data}.
     */
    public JsonText quoted(byte[] utf8, int offset, int length) {
        room(length + 2);
        bytes[size++] = '"';
        int end = offset + length;
        for (int at = offset; at < end; ) {
            int stop = StringBytes.plain(utf8, at, end);
            raw(utf8, at, stop - at);
            if (stop < end) {
                escape(utf8[stop++]);
            }
            at = stop;
        }
        room(1);
        bytes[size++] = '"';
        return this;
    }

    /** Appends a number. */
    public JsonText number(long value) {
        return raw(Long.toString(value));
    }

    /** How many bytes were written. */
    public int size() {
        return size;
    }

    /** Forgets what was written. */
    public void clear() {
        size = 0;
        if (bytes.length > MAX_KEPT_BYTES) {
            bytes = new byte[MAX_KEPT_BYTES];
        }
    }

    /** A copy of what was written. */
    public byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    /** What was written, as a string: made for tests; a frame wants {@link #toBytes}. */
    @Override
    public String toString() {
        return new String(bytes, 0, size, StandardCharsets.UTF_8);
    }

    /** One code point as UTF-8; UTF-8 has no halves of surrogate pairs, so they go as escapes. */
    private void scalar(int codePoint) {
        room(6);
        if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
            unicodeEscape(codePoint);
        } else {
            size = StringBytes.encode(codePoint, bytes, size);
        }
    }

    private void escape(byte c) {
        room(6);
        switch (c) {
            case '"', '\\' -> shortEscape(c);
            case '\b' -> shortEscape((byte) 'b');
            case '\f' -> shortEscape((byte) 'f');
            case '\n' -> shortEscape((byte) 'n');
            case '\r' -> shortEscape((byte) 'r');
            case '\t' -> shortEscape((byte) 't');
            default -> unicodeEscape(c);
        }
    }

    private void shortEscape(byte letter) {
        bytes[size++] = '\\';
        bytes[size++] = letter;
    }

    private void unicodeEscape(int unit) {
        bytes[size++] = '\\';
        bytes[size++] = 'u';
        bytes[size++] = HEX[(unit >> 12) & 0xF];
        bytes[size++] = HEX[(unit >> 8) & 0xF];
        bytes[size++] = HEX[(unit >> 4) & 0xF];
        bytes[size++] = HEX[unit & 0xF];
    }

    private void room(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(size + more, bytes.length * 2));
        }
    }
}
