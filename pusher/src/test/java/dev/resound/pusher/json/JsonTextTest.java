package dev.resound.pusher.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What the writer writes; {@link JsonOracleTest} has Jackson read it. */
class JsonTextTest {

    @Test
    void anEnvelopeIsWrittenFromItsParts() {
        byte[] data = "{\"a\":\"é\\n\"}".getBytes(UTF_8);
        JsonText text =
                new JsonText()
                        .raw("{\"event\":")
                        .quoted("client-ü")
                        .raw(",\"data\":")
                        .quoted(data, 0, data.length)
                        .raw(",\"n\":")
                        .number(-5)
                        .raw("}".getBytes(UTF_8));

        String expected =
                "{\"event\":\"client-ü\",\"data\":\"{\\\"a\\\":\\\"é\\\\n\\\"}\",\"n\":-5}";
        assertThat(text).hasToString(expected);
        assertThat(text.toBytes()).isEqualTo(expected.getBytes(UTF_8));
        assertThat(text.size()).isEqualTo(expected.getBytes(UTF_8).length);
    }

    @Test
    void quotesBackslashesAndControlsAreEscaped() {
        assertThat(quoted("\"\\/")).isEqualTo("\"\\\"\\\\/\"");
        assertThat(quoted("\b\f\n\r\t")).isEqualTo("\"\\b\\f\\n\\r\\t\"");
        assertThat(quoted("\0\u0001\u000b\u001f")).isEqualTo("\"\\u0000\\u0001\\u000b\\u001f\"");
    }

    @Test
    void everythingElseIsWrittenAsItIs() {
        String text = " ~\u007f\u0080é\u07ff\u0800中\ud7ff\ue000\u2028\ufeff\uffff😀\udbff\udfff";
        assertThat(quoted(text)).isEqualTo('"' + text + '"');
    }

    @Test
    void halfSurrogatePairsAreEscaped() {
        assertThat(quoted("\ud800")).isEqualTo("\"\\ud800\"");
        assertThat(quoted("a\udfffb")).isEqualTo("\"a\\udfffb\"");
        assertThat(quoted("\ude00\ud83d")).isEqualTo("\"\\ude00\\ud83d\"");
        assertThat(new JsonText().raw("\"\udead\"")).hasToString("\"\\udead\"");
    }

    @Test
    void textAndBytesAreQuotedAlike() {
        for (int length = 0; length < 40; length++) {
            String text = "x".repeat(length) + "\"é\n" + "y".repeat(length);
            byte[] utf8 = text.getBytes(UTF_8);
            assertThat(new JsonText().quoted(utf8, 0, utf8.length)).hasToString(quoted(text));
        }
    }

    @Test
    void onlyTheRangeIsQuoted() {
        byte[] utf8 = "\"ab\"".getBytes(UTF_8);
        assertThat(new JsonText().quoted(utf8, 1, 2)).hasToString("\"ab\"");
        assertThat(new JsonText().quoted(utf8, 0, 0)).hasToString("\"\"");
        assertThat(new JsonText().raw(utf8, 1, 2)).hasToString("ab");
    }

    @Test
    void itGrowsAsNeeded() {
        String controls = "\u0001".repeat(10_000);
        assertThat(new JsonText(0).quoted(controls).size()).isEqualTo(60_002);
        byte[] utf8 = controls.getBytes(UTF_8);
        assertThat(new JsonText(1).quoted(utf8, 0, utf8.length).size()).isEqualTo(60_002);
        assertThat(new JsonText(1).raw("😀".repeat(10_000)).size()).isEqualTo(40_000);
    }

    @Test
    void itGrowsAtEveryPlaceWhereItMayBeFull() {
        for (int before = 0; before < 40; before++) {
            String start = "1".repeat(before);
            String expected = start + '"' + "\\u0001".repeat(20) + '"';
            String text = "\u0001".repeat(20);
            assertThat(new JsonText(0).raw(start).quoted(text)).hasToString(expected);
            byte[] utf8 = text.getBytes(UTF_8);
            assertThat(new JsonText(0).raw(start).quoted(utf8, 0, 20)).hasToString(expected);
        }
    }

    @Test
    void numbersAreWrittenInFull() {
        assertThat(new JsonText().number(Long.MIN_VALUE)).hasToString("-9223372036854775808");
        assertThat(new JsonText().number(0)).hasToString("0");
    }

    @Test
    void clearedItStartsAnew() {
        JsonText text = new JsonText().quoted("long ".repeat(50_000));
        byte[] first = text.toBytes();
        text.clear();
        assertThat(text.size()).isZero();
        assertThat(text.raw("[]").toBytes()).isEqualTo("[]".getBytes(UTF_8));
        assertThat(first).hasSize(250_002);
    }

    private static String quoted(String text) {
        return new JsonText().quoted(text).toString();
    }
}
