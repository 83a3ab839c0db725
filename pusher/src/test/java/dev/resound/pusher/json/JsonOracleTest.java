package dev.resound.pusher.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The scanner against {@link Jackson}, where the few differences are listed. */
class JsonOracleTest {
    private static final int DOCUMENTS = 40_000;
    private static final int DAMAGED_PER_DOCUMENT = 6;
    private static final byte[] BEFORE = "{\"[\\".getBytes(UTF_8);
    private static final byte[] AFTER = "}]\" ,0e1".getBytes(UTF_8);

    private final JsonScanner scanner = new JsonScanner(); // one for all: nothing may stay behind

    @Test
    void whatIsRightIsAcceptedAndSaysTheSame() {
        var generator = new RandomJson(new Random(1));
        for (int i = 0; i < DOCUMENTS; i++) {
            byte[] document = generator.document().getBytes(UTF_8);
            assertThat(Jackson.accepts(document)).as(() -> printable(document)).isTrue();
            compare(document);
        }
    }

    @Test
    void whatIsDamagedIsAcceptedExactlyIfJacksonAcceptsIt() {
        var generator = new RandomJson(new Random(2));
        int accepted = 0;
        int refused = 0;
        int notText = 0;
        for (int i = 0; i < DOCUMENTS; i++) {
            byte[] document = generator.document().getBytes(UTF_8);
            for (int j = 0; j < DAMAGED_PER_DOCUMENT; j++) {
                byte[] damaged = generator.damaged(document);
                if (!isUtf8(damaged)) {
                    notText++;
                    scan(damaged); // it has no meaning, but must not get out of hand
                } else if (compare(damaged)) {
                    accepted++;
                } else {
                    refused++;
                }
            }
        }
        assertThat(accepted + refused).isGreaterThan(200_000);
        assertThat(accepted).isGreaterThan(20_000);
        assertThat(refused).isGreaterThan(100_000);
        assertThat(notText).isGreaterThan(1_000);
    }

    @Test
    void textQuotedByTheWriterIsReadBackByJackson() {
        var random = new Random(3);
        var generator = new RandomJson(random);
        var writer = new JsonText();
        for (int i = 0; i < DOCUMENTS; i++) {
            String text = random.nextBoolean() ? generator.document() : noise(random);
            byte[] utf8 = text.getBytes(UTF_8);
            writer.clear();
            writer.raw("[").quoted(text).raw(",").quoted(utf8, 0, utf8.length).raw("]");

            var expected = new Transcript();
            expected.openArray();
            expected.string(withoutHalfPairs(text));
            expected.string(new String(utf8, UTF_8));
            expected.closeArray();
            var read = requireNonNull(Jackson.read(writer.toBytes()));
            assertThat(read.transcript()).isEqualTo(expected.toString());
            compare(writer.toBytes());
        }
    }

    @Test
    void aDocumentQuotedIsFoundAgainInside() {
        var generator = new RandomJson(new Random(4));
        for (int i = 0; i < DOCUMENTS / 4; i++) {
            byte[] document = generator.document().getBytes(UTF_8);
            byte[] quoted = new JsonText().quoted(document, 0, document.length).toBytes();
            JsonValue string = requireNonNull(scanner.value(quoted, 0, quoted.length, false));
            JsonValue inner = requireNonNull(string.inner(), () -> printable(document));
            assertThat(Transcript.of(inner))
                    .isEqualTo(requireNonNull(Jackson.read(document)).transcript());
        }
    }

    /** Reads the document both ways; true if it was accepted. */
    private boolean compare(byte[] document) {
        Jackson.@Nullable Document expected = Jackson.read(document);
        byte[] buffer = surrounded(document);

        JsonValue value = scanner.value(buffer, BEFORE.length, document.length, false);
        if (value == null || expected == null) {
            boolean bothRefuse = value == null && expected == null;
            assertThat(bothRefuse).as(() -> printable(document)).isTrue();
            assertThat(scanner.object(buffer, BEFORE.length, document.length, false)).isNull();
            return false;
        }
        assertThat(Transcript.of(value)).isEqualTo(expected.transcript());

        JsonObject object = scanner.object(buffer, BEFORE.length, document.length, false);
        assertThat(object != null).as(() -> printable(document)).isEqualTo(expected.object());
        if (object != null) {
            assertThat(Transcript.of(object)).isEqualTo(expected.transcript());
            boolean strict = scanner.object(buffer, BEFORE.length, document.length, true) != null;
            assertThat(strict).as(() -> printable(document)).isEqualTo(!expected.duplicates());
        }
        return true;
    }

    private void scan(byte[] document) {
        byte[] buffer = surrounded(document);
        JsonValue value = scanner.value(buffer, BEFORE.length, document.length, false);
        JsonObject object = scanner.object(buffer, BEFORE.length, document.length, false);
        assertThat(value != null && value.kind() == JsonValue.Kind.OBJECT)
                .isEqualTo(object != null);
        if (value != null) {
            assertThat(Transcript.of(value)).isNotEmpty();
        }
    }

    /** With tempting bytes around it, which are no part of the document. */
    private static byte[] surrounded(byte[] document) {
        return ByteBuffer.allocate(BEFORE.length + document.length + AFTER.length)
                .put(BEFORE)
                .put(document)
                .put(AFTER)
                .array();
    }

    private static boolean isUtf8(byte[] bytes) {
        try {
            UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException malformed) {
            return false;
        }
    }

    /** Any chars at all, halves of surrogate pairs among them, but mostly small ones. */
    private static String noise(Random random) {
        var text = new StringBuilder();
        for (int length = random.nextInt(40); length > 0; length--) {
            text.append((char) random.nextInt(1 << random.nextInt(1, 17)));
        }
        return text.toString();
    }

    /** The same text with U+FFFD for every half of a surrogate pair. */
    private static String withoutHalfPairs(String text) {
        var whole = new StringBuilder(text.length());
        text.codePoints()
                .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
                .forEach(whole::appendCodePoint);
        return whole.toString();
    }

    private static String printable(byte[] document) {
        return new String(document, UTF_8).replace("\u0000", "<NUL>");
    }
}
