package dev.resound.engineio;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/** Text from the bodies of posts, which nobody has looked at yet. Stateless. */
final class Utf8 {
    private Utf8() {}

    /**
     * Text that may be passed on to others: the array itself if what is in it is sound, else a copy
     * of the text in which replacement characters stand for what is not.
     */
    static byte[] valid(byte[] buffer, int offset, int length) {
        int ascii = offset;
        while (ascii < offset + length && buffer[ascii] >= 0) {
            ascii++;
        }
        if (ascii == offset + length) {
            return buffer;
        }
        byte[] repaired = new String(buffer, offset, length, UTF_8).getBytes(UTF_8);
        return Arrays.equals(repaired, 0, repaired.length, buffer, offset, offset + length)
                ? buffer
                : repaired;
    }
}
