package dev.resound.pusher.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One test per rule of RFC 8259, and per limit of ours. Every verdict is Jackson's too. */
class JsonGrammarTest {
    private static final String SAMPLE =
            """
            { "event":"client-typing" , "channel":"private-é",
              "data":{"a":[1,-2.50e+3,true,false,null,{}],"b":"x\\n\\u00e9\\ud83d\\ude00"} }\
            """;

    private final JsonScanner scanner = new JsonScanner();

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "\"\"", "0", "true", "false", "null"})
    void everyKindOfValueIsADocument(String document) {
        accepted(document);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n\t\r ", ",", ":", "]", "}", "\"", "\\", "-"})
    void aDocumentWithoutAValueIsRefused(String document) {
        refused(document);
    }

    @Test
    void whiteSpaceIsAllowedAroundEveryToken() {
        accepted(" \t\r\n{ \t\r\n\"a\" \t\r\n: \t\r\n[ \t\r\n1 \t\r\n, \t\r\n2 ] \t\r\n} \t\r\n");
        accepted(" { } ");
        accepted(" [ ] ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u000b", "\f", "\u00a0", "\u0085", "\u2028", "\ufeff", "\u0000"})
    void otherSpacesAreRefused(String space) {
        refused(space + "{}");
        refused("{}" + space);
        refused("[1," + space + "2]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{}{}", "{} {}", "{}x", "{},", "[]]", "1 2", "1,2", "truefalse", "\"\"\"\""})
    void anythingAfterTheValueIsRefused(String document) {
        refused(document);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[1,]", "[,1]", "[,]", "[1,,2]", "{\"a\":1,}", "{,\"a\":1}", "{,}"})
    void commasStandBetweenValuesOnly(String document) {
        refused(document);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[1 2]", "[[] []]", "{\"a\":1 \"b\":2}", "[1:2]", "{\"a\",1}"})
    void valuesAreSeparatedByCommas(String document) {
        refused(document);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{\"a\"}", "{\"a\":}", "{:1}", "{\"a\" 1}", "{\"a\"::1}", "{\"a\":1:2}"})
    void aMemberIsANameAColonAndAValue(String document) {
        refused(document);
        refused("[" + document + "]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{a:1}", "{'a':1}", "{1:1}", "{null:1}", "{[]:1}", "{{}:1}"})
    void namesAreStrings(String document) {
        refused(document);
        refused("[" + document + "]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[}", "{]", "[1}", "{\"a\":1]", "[[1]", "[{\"a\":1]}", "{\"a\":[1}}"})
    void whatIsOpenedIsClosedByItsOwnKind(String document) {
        refused(document);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/**/1", "1//", "[1/*x*/]", "#\n1", "{}//x\n"})
    void commentsAreRefused(String document) {
        refused(document);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"True", "TRUE", "tru", "truE", "nul", "nulL", "fals", "undefined", "t", "n"})
    void wordsAreTrueFalseAndNullInLowerCase(String document) {
        refused(document);
        refused("[" + document + "]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"NaN", "Infinity", "-Infinity", "-NaN", "INF", "+INF"})
    void numbersThatAreNoneAreRefused(String document) {
        refused(document);
        refused("[" + document + "]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0", "-0", "7", "-7", "10", "0.0", "-0.50", "1e5", "1E5", "1e+5", "1e-05", "0e0"
            })
    void numbersHaveAnIntegerPartPerhapsAFractionPerhapsAnExponent(String document) {
        accepted(document);
        accepted("[" + document + "]");
        accepted("{\"a\":" + document + "}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-", "+1", "--1", "01", "-01", "00", ".5", "-.5", "1.", "1.e5", "1e", "1e+", "1e-",
                "1e1.5", "1.2.3", "0x1", "1_000", "1a", "1-1", "١"
            })
    void otherWaysToWriteNumbersAreRefused(String document) {
        refused(document);
        refused("[" + document + "]");
        refused("{\"a\":" + document + "}");
    }

    @Test
    void aThousandDigitsAreANumberAndOneMoreIsNot() {
        for (String sign : new String[] {"", "-"}) {
            accepted(sign + "9".repeat(999));
            accepted(sign + "9".repeat(1_000));
            refused(sign + "9".repeat(1_001));
        }
        accepted("[1." + "0".repeat(999) + "]");
        refused("[1." + "0".repeat(1_000) + "]");
        accepted("{\"a\":1e-" + "0".repeat(999) + "}");
        refused("{\"a\":1e-" + "0".repeat(1_000) + "}");
        accepted("1".repeat(400) + "." + "1".repeat(300) + "E+" + "1".repeat(300));
        refused("1".repeat(400) + "." + "1".repeat(300) + "E+" + "1".repeat(301));
    }

    @Test
    void fiveHundredAndTwelveContainersMayBeOpenAndOneMoreMayNot() {
        for (int depth : new int[] {511, 512}) {
            accepted("[".repeat(depth) + "]".repeat(depth));
            accepted("{\"a\":".repeat(depth - 1) + "{}" + "}".repeat(depth - 1));
            accepted("{\"a\":[".repeat(depth / 2) + "]}".repeat(depth / 2));
        }
        refused("[".repeat(513) + "]".repeat(513));
        refused("{\"a\":".repeat(512) + "{}" + "}".repeat(512));
        refused("{\"a\":[".repeat(256) + "[]" + "]}".repeat(256));
        refused("[" + "[],".repeat(3) + "[".repeat(512) + "]".repeat(512) + "]");
    }

    @Test
    void depthIsWhatIsOpenAtOnce() {
        accepted("[" + "[[[]]],".repeat(1_000) + "{}]");
    }

    @Test
    void nestingWithoutEndCostsNoStack() {
        refused("[".repeat(1_000_000));
        refused("{\"a\":".repeat(1_000_000));
    }

    @Test
    void controlCharactersInStringsAreRefused() {
        for (char c = 0; c < ' '; c++) {
            refused("\"" + c + "\"");
            refused("\"1234567" + c + "9\"");
            refused("{\"" + c + "\":1}");
        }
        accepted("\"\u007f\u0080\"");
    }

    @Test
    void aStringEndsAtItsQuoteWhereverThatIs() {
        for (int length = 0; length < 40; length++) {
            String text = "é".repeat(length / 2) + "a".repeat(length - length / 2);
            accepted("\"" + text + "\"");
            refused("\"" + text);
            refused("\"" + text + "\"\"");
            refused("\"" + text + "\u001f" + text + "\"");
        }
    }

    @Test
    void charactersNextToTheSpecialOnesAreOrdinary() {
        accepted("\" !#[]~\u007f\u0080ÿ¢Ü\"");
        accepted("\"!!!!!!!!########[[[[[[[[]]]]]]]]\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\\\"", "\\\\", "\\/", "\\b", "\\f", "\\n", "\\r", "\\t", "\\u00e9", "\\uABcd"
            })
    void escapesAreThoseOfTheGrammar(String escape) {
        accepted("\"" + escape + "\"");
        accepted("{\"" + escape + "\":1}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\\a",
                "\\'",
                "\\0",
                "\\x41",
                "\\U0041",
                "\\N",
                "\\ ",
                "\\é",
                "\\\n",
                "\\u",
                "\\u1",
                "\\u12",
                "\\u123",
                "\\u123g",
                "\\u 123",
                "\\u-123",
                "\\u{12}",
                "\\u12\\u3456",
                "\\u００００"
            })
    void otherEscapesAreRefused(String escape) {
        refused("\"" + escape + "\"");
        refused("{\"" + escape + "\":1}");
    }

    @Test
    void anEscapedQuoteDoesNotEndAString() {
        refused("\"\\\"");
        refused("\"\\\\\\\"");
        accepted("\"\\\\\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\ud800", "\\udfff", "\\ude00\\ud83d", "\\ud800\\ud800"})
    void halfSurrogatePairsAreAccepted(String escape) {
        accepted("\"" + escape + "\"");
        accepted("{\"" + escape + "\":1}");
    }

    @Test
    void everyTruncationIsRefused() {
        byte[] whole = SAMPLE.getBytes(UTF_8);
        assertThat(scanner.object(whole, 0, whole.length, true)).isNotNull();
        for (int length = 0; length < whole.length; length++) {
            assertThat(scanner.object(whole, 0, length, false)).as("%d bytes", length).isNull();
            assertThat(scanner.value(whole, 0, length, false)).as("%d bytes", length).isNull();
            byte[] cut = Arrays.copyOf(whole, length); // with nothing behind it, not even rubbish
            assertThat(scanner.value(cut, 0, length, false)).as("%d bytes", length).isNull();
        }
    }

    @Test
    void everyMissingStartIsRefused() {
        byte[] whole = "{\"a\":[1,{\"b\":\"c\"}]}".getBytes(UTF_8);
        for (int from = 1; from < whole.length; from++) {
            assertThat(scanner.object(whole, from, whole.length - from, false)).isNull();
        }
    }

    private void accepted(String document) {
        assertThat(isAccepted(document)).as(() -> shortened(document)).isTrue();
    }

    private void refused(String document) {
        assertThat(isAccepted(document)).as(() -> shortened(document)).isFalse();
    }

    private boolean isAccepted(String document) {
        byte[] utf8 = document.getBytes(UTF_8);
        boolean asValue = scanner.value(utf8, 0, utf8.length, false) != null;
        boolean asObject = scanner.object(utf8, 0, utf8.length, false) != null;
        assertThat(asObject).isEqualTo(asValue && document.strip().startsWith("{"));
        assertThat(Jackson.accepts(utf8)).as(() -> shortened(document)).isEqualTo(asValue);
        return asValue;
    }

    private static String shortened(String document) {
        return document.substring(0, Math.min(document.length(), 80));
    }
}
