package dev.resound.sessions.mentraos;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.testkit.ManualClock;
import java.nio.charset.Charset;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** How texts are looked at before anybody knows what they are. */
class WordsTest {
    private static final Pattern BEYOND = Pattern.compile("[eE][-+]?\\d{9}");

    private static @Nullable String typeOf(String text) {
        return typeOf(text.getBytes(UTF_8));
    }

    /** In the middle of a bigger array, as it comes; what is around it must not be read. */
    private static @Nullable String typeOf(byte[] message) {
        byte[] buffer = inMiddle(message);
        return Words.typeOf(buffer, 3, message.length);
    }

    private static @Nullable String typeByTree(byte[] message) {
        ObjectNode read = Words.read(inMiddle(message), 3, message.length);
        return read == null ? null : read.path("type").stringValue();
    }

    private static byte[] inMiddle(byte[] message) {
        byte[] buffer = new byte[message.length + 7];
        Arrays.fill(buffer, (byte) '"');
        System.arraycopy(message, 0, buffer, 3, message.length);
        return buffer;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"x\"}",
                " \t\r\n{ \"a\" : [ { } ] , \"type\" : \"x\" } \n",
                "{\"a\":{\"type\":\"deep\"},\"type\":\"x\"}",
                "{\"type\":\"x\",\"a\":{\"type\":\"deep\"}}",
                "{\"type\":\"y\",\"type\":\"x\"}",
                "{\"type\":7,\"type\":\"x\"}",
                "{\"t\\u0079pe\":\"\\u0078\"}",
                "{\"type\":\"x\",\"a\":\"\\ud800\"}",
                "{\"type\":\"x\",\"a\":1e400,\"b\":-0,\"c\":123456789012345678901234567890}"
            })
    void theTypeIsFoundWhereverItStands(String text) {
        assertThat(typeOf(text)).isEqualTo("x");
        assertThat(typeByTree(text.getBytes(UTF_8))).isEqualTo("x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "7",
                "\"type\"",
                "[]",
                "[{\"type\":\"x\"}]",
                "{}",
                "{\"type\":null}",
                "{\"type\":7}",
                "{\"type\":[\"x\"]}",
                "{\"type\":{\"type\":\"x\"}}",
                "{\"type\":\"x\",\"type\":7}",
                "{\"type\":\"x\",\"type\":{}}",
                "{\"Type\":\"x\"}",
                "{\"type\":\"x\"",
                "{\"type\":\"x\",}",
                "{\"type\":\"x\"} {}",
                "{\"type\":\"x\"}}",
                "{\"type\":\"x\"} garbage",
                "{\"type\":\"x\"}\0",
                "{'type':'x'}",
                "{type:\"x\"}",
                "{\"type\":\"x\",\"a\":NaN}",
                "{\"type\":\"x\",\"a\":01}",
                "{\"type\":\"x\",\"a\":+1}",
                "{\"type\":\"x\",\"a\":.5}",
                "{\"type\":\"x\",\"a\":\"\\x\"}",
                "{\"type\":\"x\",\"a\":\"\n\"}",
                "{\"type\":\"x\",\"a\":tru}",
                "{\"type\":\"x\"/**/}"
            })
    void whatIsNoMessageHasNoType(String text) {
        assertThat(typeOf(text)).isNull();
        assertThat(typeByTree(text.getBytes(UTF_8))).isNull();
    }

    /** It would get into the middle of what apps are sent, where no reader takes it. */
    @Test
    void aByteOrderMarkIsNoJson() {
        String marked = "\uFEFF{\"type\":\"x\"}";
        assertThat(typeOf(marked)).isNull();
        assertThat(typeByTree(marked.getBytes(UTF_8))).isNull();
    }

    /** A text with zeros in it is valid UTF-8, and also looks like JSON in other encodings. */
    @Test
    void otherEncodingsAreNoJson() {
        for (Charset charset :
                List.of(
                        UTF_16LE,
                        UTF_16BE,
                        Charset.forName("UTF-32LE"),
                        Charset.forName("UTF-32BE"))) {
            for (String space : List.of("", " ")) {
                byte[] text = (space + "{\"type\":\"x\"}").getBytes(charset);
                assertThat(typeOf(text)).as(charset.name()).isNull();
                assertThat(typeByTree(text)).as(charset.name()).isNull();
            }
        }
    }

    @Test
    void deepNestingIsRefusedAndNotRecursedInto() {
        for (int depth : List.of(5_000, 200_000)) {
            String open = "{\"type\":\"x\",\"a\":" + "[".repeat(depth) + "]".repeat(depth) + "}";
            assertThat(typeOf(open)).isNull();
            assertThat(typeByTree(open.getBytes(UTF_8))).isNull();
        }
    }

    @Test
    void giantNumbersAreReadAlikeOrNotAtAll() {
        for (int digits : List.of(10, 999, 1_000, 1_001, 100_000)) {
            for (String number :
                    List.of(
                            "7".repeat(digits),
                            "-" + "7".repeat(digits),
                            "0." + "7".repeat(digits))) {
                byte[] text = ("{\"a\":" + number + ",\"type\":\"x\"}").getBytes(UTF_8);
                assertThat(typeOf(text)).as("%s digits", digits).isEqualTo(typeByTree(text));
            }
        }
    }

    /** The tree keeps numbers exactly, so it cannot keep these; who only passes them on can. */
    @ParameterizedTest
    @ValueSource(strings = {"1e2147483648", "1E-99999999999", "1e7777777777777777777777"})
    void anExponentBeyondAllNumbersIsNoReasonToFail(String number) {
        byte[] text = ("{\"a\":" + number + ",\"type\":\"x\"}").getBytes(UTF_8);
        assertThat(typeOf(text)).isEqualTo("x");
        assertThat(typeByTree(text)).isNull();
    }

    @Test
    void bothReadersAgreeOnWhateverComes() {
        Random random = new Random(20_260_101);
        int read = 0;
        for (int i = 0; i < 60_000; i++) {
            byte[] text = object(random, 4).getBytes(UTF_8);
            for (int edits = random.nextInt(3); edits > 0; edits--) {
                text = mutated(random, text);
            }
            if (BEYOND.matcher(new String(text, UTF_8)).find()) {
                continue;
            }
            String type = typeByTree(text);
            assertThat(typeOf(text)).as("text %d", i).isEqualTo(type);
            read += type == null ? 0 : 1;
        }
        assertThat(read).isBetween(5_000, 55_000); // or else little was tried
    }

    private static byte[] mutated(Random random, byte[] text) {
        if (text.length == 0) {
            return text;
        }
        byte[] other = text.clone();
        int at = random.nextInt(text.length);
        return switch (random.nextInt(4)) {
            case 0 -> Arrays.copyOf(text, at);
            case 1 -> {
                other[at] = (byte) "{}[]\":,\\0-e\n \u0000x".charAt(random.nextInt(15));
                yield other;
            }
            case 2 -> {
                System.arraycopy(text, at, other, 0, text.length - at);
                yield other;
            }
            default ->
                    Words.concat(
                            Arrays.copyOf(text, at),
                            Arrays.copyOfRange(text, random.nextInt(at + 1), text.length));
        };
    }

    private static String object(Random random, int depth) {
        StringBuilder object = new StringBuilder("{");
        int size = random.nextInt(4);
        for (int i = 0; i < size; i++) {
            String name = random.nextInt(3) == 0 ? "\"type\"" : string(random);
            object.append(i == 0 ? "" : ",").append(name).append(':').append(value(random, depth));
        }
        if (random.nextBoolean()) {
            object.append(size == 0 ? "" : ",").append("\"type\":\"x\"");
        }
        return object.append('}').toString();
    }

    private static String value(Random random, int depth) {
        return switch (random.nextInt(depth > 0 ? 8 : 6)) {
            case 0 -> "null";
            case 1 -> random.nextBoolean() ? "true" : "false";
            case 2 -> Long.toString(random.nextLong());
            case 3 -> Double.toString(random.nextGaussian() * 1e20);
            case 4 -> string(random);
            case 5 -> random.nextInt(9) + "e" + random.nextInt(900);
            case 6 -> object(random, depth - 1);
            default -> "[" + value(random, depth - 1) + "," + object(random, depth - 1) + "]";
        };
    }

    private static String string(Random random) {
        String[] pieces = {
            "a",
            "é",
            "😀",
            "\\n",
            "\\u0041",
            "\\ud83d\\ude00",
            "\\ud800",
            "\\udc00",
            "\\\"",
            "\u007f"
        };
        StringBuilder string = new StringBuilder("\"");
        for (int i = random.nextInt(4); i > 0; i--) {
            string.append(pieces[random.nextInt(pieces.length)]);
        }
        return string.append('"').toString();
    }

    @Test
    void theTimeIsWrittenWithMilliseconds() {
        var clock = new ManualClock(Instant.parse("2026-11-21T01:38:56Z"));
        Words words = new Words(clock);
        assertThat(words.timestamp()).isEqualTo("2026-11-21T01:38:56.000Z");
        clock.advance(Duration.ofMillis(535));
        assertThat(words.timestamp()).isEqualTo("2026-11-21T01:38:56.535Z");
        assertThat(words.nowMillis()).isEqualTo(1_795_225_136_535L);
    }
}
