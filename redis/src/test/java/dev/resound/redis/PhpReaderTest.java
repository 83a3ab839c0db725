package dev.resound.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.pusher.App;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PHP from somebody who means harm. */
class PhpReaderTest {
    private static final App APP = App.builder("7", "key", "secret").build();

    private static String question() {
        return ReverbMetric.write(
                "key",
                ReverbApplication.of(APP, ReverbVersion.V1_10),
                new ReverbMetric.Channel("é", "occupied"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "N",
                "N:",
                "x;",
                "b:2;",
                "b:true;",
                "i:;",
                "i:1",
                "i:9223372036854775808;",
                "i:1.5;",
                "i:0x10;",
                "d:;",
                "d:nan;",
                "d:1f;",
                "d:0x1p3;",
                "d:Infinity;",
                "s:1:\"ab\";",
                "s:3:\"ab\";",
                "s:2:'ab';",
                "s:-1:\"\";",
                "s:2:\"ab\"",
                "s:99999999999:\"a\";",
                "s:2147483647:\"a\";",
                "s:9223372036854775807:\"a\";",
                "a:1:{i:0;}",
                "a:2:{i:0;N;}",
                "a:0:{i:0;N;}",
                "a:-1:{}",
                "a:2147483647:{i:0;N;}",
                "a:99999999999999:{}",
                "a:1:{N;N;}",
                "a:1:{b:1;N;}",
                "a:1:{d:1;N;}",
                "a:1:{a:0:{}N;}",
                "O:1:\"X\":1:{i:0;N;",
                "O:8:\"stdClass\":0:{}x",
                "E:1:\"X\";",
                "E:5:\"X:YY\";",
                "a:2:{i:0;N;i:1;R:2;}",
                "a:2:{i:0;O:1:\"X\":0:{}i:1;r:2;}",
                "C:1:\"X\":3:{abc}",
                "S:1:\"\\41\";",
                "N;N;"
            })
    void whatIsNoneOrRefersToItselfIsNone(String text) {
        assertThat(PhpValue.read(text)).isNull();
    }

    @Test
    void whatIsNoUtf8IsNone() {
        byte[] bytes = {'s', ':', '1', ':', '"', (byte) 0xff, '"', ';'};
        assertThat(new PhpReader(bytes).whole()).isNull();
    }

    @Test
    void depthIsBounded() {
        for (int depth : new int[] {PhpReader.DEEPEST, PhpReader.DEEPEST + 1, 100_000}) {
            String deep = "a:1:{i:0;".repeat(depth) + "N;" + "}".repeat(depth);
            assertThat(PhpValue.read(deep) != null).isEqualTo(depth <= PhpReader.DEEPEST);
        }
        String keys = "a:1:{".repeat(100_000);
        assertThat(PhpValue.read(keys)).isNull();
    }

    @Test
    void aClassIsAWordWhateverItIs() {
        for (String type : new String[] {"java.lang.Runtime", "", "..\\..\\x", "é\n"}) {
            String text = "O:" + type.getBytes(UTF_8).length + ":\"" + type + "\":0:{}";
            assertThat(PhpValue.read(text)).isEqualTo(new PhpValue.Instance(type, List.of()));
            assertThat(ReverbApplication.id(text)).isNull();
            assertThat(ReverbMetric.read(text)).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void whatIsDamagedHarmsNobody(long seed) {
        Random random = new Random(seed);
        byte[] whole = question().getBytes(UTF_8);
        for (int length = 0; length < whole.length; length++) {
            assertThat(new PhpReader(Arrays.copyOf(whole, length)).whole()).isNull();
        }
        for (int i = 0; i < 20_000; i++) {
            byte[] damaged = whole.clone();
            for (int n = random.nextInt(4); n >= 0; n--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(32, 127);
            }
            PhpValue read = new PhpReader(damaged).whole();
            if (read != null) {
                ReverbMetric.read(new String(damaged, UTF_8)); // any answer will do
            }
        }
    }

    @Test
    void propertiesMayBeMissingOrMoreOrInAnotherOrder() {
        assertThat(ReverbApplication.id("O:26:\"Laravel\\Reverb\\Application\":0:{}")).isNull();
        assertThat(
                        ReverbApplication.id(
                                "O:26:\"Laravel\\Reverb\\Application\":2:"
                                        + "{s:3:\"new\";a:0:{}s:2:\"id\";i:12;}"))
                .isEqualTo("12");
        assertThat(
                        ReverbApplication.id(
                                "O:26:\"Laravel\\Reverb\\Application\":1:{s:2:\"id\";a:0:{}}"))
                .isNull();
    }

    @Test
    void aQuestionOfALaterVersionCanBeAnswered() {
        String later =
                question()
                        .replace("E:50:", "E:56:")
                        .replace("MetricType:CHANNEL", "MetricType:PRESENCE_DATA");
        assertThat(ReverbMetric.read(later))
                .isEqualTo(new ReverbMetric.Request("key", "7", new ReverbMetric.Unknown()));
        String noApp = "O:45:\"" + ReverbMetric.REQUEST + "\":1:{s:3:\"key\";s:1:\"k\";}";
        assertThat(ReverbMetric.read(noApp))
                .isEqualTo(new ReverbMetric.Request("k", "", new ReverbMetric.Unknown()));
        assertThat(ReverbMetric.read(noApp.replace("s:1:\"k\"", "s:0:\"\""))).isNull();
        assertThat(ReverbMetric.read(noApp.replace("s:1:\"k\"", "s:65:\"" + "k".repeat(65) + "\"")))
                .isNull();
        assertThat(ReverbMetric.read(noApp.replace("PendingMetric", "PendingMetriX"))).isNull();
    }

    @Test
    void soManyValuesAndNoMoreAreRead() {
        for (int entries : new int[] {PhpReader.MOST_VALUES / 2 - 1, PhpReader.MOST_VALUES / 2}) {
            String many = "a:" + entries + ":{" + "i:0;N;".repeat(entries) + "}";
            assertThat(PhpValue.read(many) != null)
                    .isEqualTo(2 * entries + 1 <= PhpReader.MOST_VALUES);
        }
    }
}
