package dev.resound.netty;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** What the JDK's decoder makes of bytes; the oracle of our own validator. */
final class JdkUtf8 {
    /**
     * The JDK reports some malformed characters only with their last byte. But of what may follow a
     * first byte, the lowest or the highest continuation byte is always allowed: a start that none
     * of these makes valid is beyond help.
     */
    private static final List<byte[]> ENDINGS =
            List.of("", "80", "bf", "8080", "bf80", "808080", "bf8080").stream()
                    .map(HexFormat.of()::parseHex)
                    .toList();

    private JdkUtf8() {}

    static boolean isValid(byte[] bytes) {
        try {
            UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException malformed) {
            return false;
        }
    }

    static boolean canBecomeValid(byte[] start) {
        return ENDINGS.stream().anyMatch(ending -> isValid(join(start, ending)));
    }

    private static byte[] join(byte[] start, byte[] ending) {
        byte[] whole = Arrays.copyOf(start, start.length + ending.length);
        System.arraycopy(ending, 0, whole, start.length, ending.length);
        return whole;
    }
}
