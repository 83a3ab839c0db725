package dev.resound.socketio.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Utf8Test {
    @Test
    void everyShortSequenceIsJudgedAsByThePlatform() {
        for (int i = 0; i < 1 << 24; i += i < 1 << 16 ? 1 : 251) {
            byte[] three = {(byte) (i >> 16), (byte) (i >> 8), (byte) i};
            assertJudgedAlike(three);
        }
    }

    @Test
    void randomSequencesAreJudgedAsByThePlatform() {
        var random = new Random(7);
        byte[] leads = Wire.hex("7f80bfc0c1c2dfe0e1ecedeeeff0f1f3f4f5ff");
        for (int i = 0; i < 300_000; i++) {
            byte[] bytes = new byte[random.nextInt(1, 9)];
            for (int j = 0; j < bytes.length; j++) {
                bytes[j] =
                        random.nextBoolean()
                                ? leads[random.nextInt(leads.length)]
                                : (byte) random.nextInt(0x80, 0xc0);
            }
            assertJudgedAlike(bytes);
        }
    }

    @Test
    void everyCodePointIsWrittenAsByThePlatform() {
        for (int codePoint = 0; codePoint <= Character.MAX_CODE_POINT; codePoint++) {
            if (Character.getType(codePoint) != Character.SURROGATE) {
                String text = Character.toString(codePoint);
                var out = new Utf8Writer();
                out.write(text, 0, text.length());
                byte[] expected = text.getBytes(StandardCharsets.UTF_8);
                if (!Arrays.equals(out.toByteArray(), expected)) {
                    assertThat(out.toByteArray()).as(text).isEqualTo(expected);
                }
            }
        }
    }

    private static void assertJudgedAlike(byte[] bytes) {
        boolean wellFormed = Utf8.isWellFormed(bytes, 0, bytes.length);
        if (wellFormed != isWellFormed(bytes)) {
            assertThat(wellFormed).as(HexFormat.of().formatHex(bytes)).isEqualTo(!wellFormed);
        }
    }

    private static boolean isWellFormed(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException malformed) {
            return false;
        }
    }
}
