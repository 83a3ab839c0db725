package dev.resound.netty;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Utf8ValidatorTest {

    @Test
    void nothingIsValid() {
        assertThat(validate("")).isEqualTo(Utf8Validator.COMPLETE);
    }

    @Test
    void everyCharacterOfUnicodeIsValid() {
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            if (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE) {
                byte[] bytes = Character.toString(c).getBytes(UTF_8);
                assertThat(validate(bytes)).as("U+%X", c).isEqualTo(Utf8Validator.COMPLETE);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"c080", "c1bf", "e08080", "e09fbf", "f0808080", "f08fbfbf"})
    void overlongFormsAreInvalid(String hex) {
        assertThat(validate(hex)).isEqualTo(Utf8Validator.INVALID);
    }

    @ParameterizedTest
    @ValueSource(strings = {"eda080", "edadbf", "edb080", "edbfbf", "eda080edb080"})
    void surrogatesAreInvalid(String hex) {
        assertThat(validate(hex)).isEqualTo(Utf8Validator.INVALID);
    }

    @ParameterizedTest
    @ValueSource(strings = {"f4908080", "f5808080", "f8888080", "fc84808080", "fe", "ff"})
    void whatLiesAboveTheLastCharacterIsInvalid(String hex) {
        assertThat(validate(hex)).isEqualTo(Utf8Validator.INVALID);
    }

    @ParameterizedTest
    @ValueSource(strings = {"80", "bf", "4180", "c3a980", "c341", "e28241", "f09f9841", "c3c3"})
    void strayAndMissingContinuationBytesAreInvalid(String hex) {
        assertThat(validate(hex)).isEqualTo(Utf8Validator.INVALID);
    }

    @ParameterizedTest
    @ValueSource(strings = {"c3", "e2", "e282", "f0", "f09f", "f09f98", "4141414141414141c3"})
    void aTruncatedCharacterIsNeitherCompleteNorInvalid(String hex) {
        assertThat(validate(hex))
                .isNotEqualTo(Utf8Validator.COMPLETE)
                .isNotEqualTo(Utf8Validator.INVALID);
    }

    @ParameterizedTest
    @ValueSource(strings = {"c0", "e080", "eda0", "f080", "f490", "f5"})
    void theFirstImpossibleByteIsRefused(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        assertThat(validate(Arrays.copyOf(bytes, bytes.length - 1)))
                .isNotEqualTo(Utf8Validator.INVALID);
        assertThat(validate(bytes)).isEqualTo(Utf8Validator.INVALID);
    }

    @Test
    void invalidStaysInvalid() {
        byte[] ascii = "harmless".getBytes(UTF_8);
        assertThat(Utf8Validator.advance(Utf8Validator.INVALID, ascii, 0, ascii.length))
                .isEqualTo(Utf8Validator.INVALID);
    }

    @Test
    void bytesOutsideTheRangeAreNotLookedAt() {
        byte[] bytes = HexFormat.of().parseHex("ff4142ff");
        assertThat(Utf8Validator.advance(Utf8Validator.COMPLETE, bytes, 1, 3))
                .isEqualTo(Utf8Validator.COMPLETE);
    }

    @Test
    void aNonAsciiByteIsFoundAtEveryPlaceOfARun() {
        for (int length = 1; length <= 33; length++) {
            for (int at = 0; at < length; at++) {
                byte[] bytes = new byte[length];
                Arrays.fill(bytes, (byte) 'a');
                bytes[at] = (byte) 0x80;
                assertThat(validate(bytes)).isEqualTo(Utf8Validator.INVALID);
            }
        }
    }

    @Test
    void theResultDoesNotDependOnWhereTheBytesAreCut() {
        byte[] bytes = "aé€😀, plain and long enough for words: żółw".getBytes(UTF_8);
        for (int cut = 0; cut <= bytes.length; cut++) {
            int state = Utf8Validator.advance(Utf8Validator.COMPLETE, bytes, 0, cut);
            assertThat(Utf8Validator.advance(state, bytes, cut, bytes.length))
                    .isEqualTo(Utf8Validator.COMPLETE);
        }
    }

    /** On every prefix: invalid, incomplete and complete at the very same byte. */
    @Test
    void randomBytesAreJudgedAsTheJdkJudgesThem() {
        Random random = new Random(20260101);
        for (int round = 0; round < 6_000; round++) {
            byte[] bytes = nearlyText(random);
            int state = Utf8Validator.COMPLETE;
            for (int end = 0; end <= bytes.length; end++) {
                if (end > 0) {
                    state = Utf8Validator.advance(state, bytes, end - 1, end);
                }
                byte[] prefix = Arrays.copyOf(bytes, end);
                int expected = judgedByTheJdk(prefix);
                assertThat(sign(state))
                        .as(() -> HexFormat.of().formatHex(prefix))
                        .isEqualTo(expected);
                assertThat(validate(prefix)).isEqualTo(state);
            }
        }
    }

    /** 0 complete, 1 incomplete, -1 invalid. */
    private static int judgedByTheJdk(byte[] bytes) {
        if (JdkUtf8.isValid(bytes)) {
            return 0;
        }
        return JdkUtf8.canBecomeValid(bytes) ? 1 : -1;
    }

    private static int sign(int state) {
        return state == Utf8Validator.INVALID ? -1 : state == Utf8Validator.COMPLETE ? 0 : 1;
    }

    /** Real characters of all lengths, now and then with a byte changed. */
    private static byte[] nearlyText(Random random) {
        StringBuilder text = new StringBuilder();
        int characters = random.nextInt(12);
        for (int i = 0; i < characters; i++) {
            int bits = random.nextInt(1, 22);
            int c = random.nextInt(1 << bits) % (Character.MAX_CODE_POINT + 1);
            text.appendCodePoint(
                    c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 'x' : c);
        }
        byte[] bytes = text.toString().getBytes(UTF_8);
        if (bytes.length > 0) {
            int changes = random.nextInt(3);
            for (int i = 0; i < changes; i++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
        }
        return bytes;
    }

    private static int validate(String hex) {
        return validate(HexFormat.of().parseHex(hex));
    }

    private static int validate(byte[] bytes) {
        return Utf8Validator.advance(Utf8Validator.COMPLETE, bytes, 0, bytes.length);
    }
}
