package dev.resound.pusher;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Questions about UTF-8 text that came as bytes. */
final class Utf8 {
    private Utf8() {}

    static boolean isValid(byte[] bytes, int offset, int length) {
        int end = offset + length;
        int at = offset;
        while (at < end && bytes[at] >= 0) {
            at++;
        }
        if (at == end) {
            return true; // ASCII
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, at, end - at));
            return true;
        } catch (CharacterCodingException invalid) {
            return false;
        }
    }

    /** How many bytes the text takes. */
    static int length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
