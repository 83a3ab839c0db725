package dev.resound.engineio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.core.Frame;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bodies of polls and posts: vectors, and what is random. */
class PollCodecTest {

    /** Takes what is decoded; so much of it, if it is told to. */
    private static final class Taken implements PollCodec.Sink {
        final List<Frame> frames = new ArrayList<>();
        private final int most;

        Taken(int most) {
            this.most = most;
        }

        @Override
        public boolean text(byte[] buffer, int offset, int length) {
            assertThat(length).isPositive();
            frames.add(Frame.text(Arrays.copyOfRange(buffer, offset, offset + length)));
            return frames.size() < most;
        }

        @Override
        public boolean binary(byte[] message) {
            frames.add(Frame.binary(message));
            return frames.size() < most;
        }

        List<String> shown() {
            return frames.stream().map(PollCodecTest::shown).toList();
        }
    }

    private static String shown(Frame frame) {
        return frame.binary()
                ? "0x" + HexFormat.of().formatHex(frame.payload())
                : new String(frame.payload(), UTF_8);
    }

    private static Frame bytes(int... bytes) {
        byte[] payload = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            payload[i] = (byte) bytes[i];
        }
        return Frame.binary(payload);
    }

    private static String encoded(int revision, boolean textOnly, Frame... packets) {
        PollCodec.PollBody body = PollCodec.of(revision).encode(List.of(packets), textOnly);
        return body.binary()
                ? "0x" + HexFormat.of().formatHex(body.bytes())
                : new String(body.bytes(), UTF_8);
    }

    private static List<String> decoded(int revision, String text) {
        Taken taken = new Taken(Integer.MAX_VALUE);
        assertThat(PollCodec.of(revision).decode(text.getBytes(UTF_8), false, taken))
                .as(text)
                .isTrue();
        return taken.shown();
    }

    private static List<String> decodedBytes(String hex) {
        Taken taken = new Taken(Integer.MAX_VALUE);
        assertThat(PollCodec.of(3).decode(HexFormat.of().parseHex(hex), true, taken)).isTrue();
        return taken.shown();
    }

    @Test
    void revision4PartsPacketsByASeparator() {
        assertThat(encoded(4, false, Frame.text("4hello"))).isEqualTo("4hello");
        assertThat(encoded(4, false, Frame.text("4hello"), Frame.text("2"), Frame.text("4\u20ac")))
                .isEqualTo("4hello\u001e2\u001e4\u20ac");
        assertThat(encoded(4, false, Frame.text("4hello"), bytes(1, 2, 3, 4)))
                .isEqualTo("4hello\u001ebAQIDBA==");
        assertThat(decoded(4, "4hello\u001e2\u001e4\u20ac"))
                .containsExactly("4hello", "2", "4\u20ac");
        assertThat(decoded(4, "4hello\u001ebAQIDBA==")).containsExactly("4hello", "0x01020304");
    }

    @Test
    void base64MayBeBrokenIntoLines() { // as engine.io-client-java writes it
        assertThat(decoded(4, "bAQ\nIDBA==\n\u001e4hello")).containsExactly("0x01020304", "4hello");
        assertThat(decoded(4, "bAQID\r\nBA==\r\n")).containsExactly("0x01020304");
    }

    // 2.13
    @Test
    void revision3CountsUtf16Units() {
        assertThat(encoded(3, false, Frame.text("4hello"), Frame.text("4\u20ac")))
                .isEqualTo("6:4hello2:4\u20ac");
        assertThat(encoded(3, false, Frame.text("6"))).isEqualTo("1:6");
        assertThat(encoded(3, false, Frame.text("4\ud83d\ude00"))).isEqualTo("3:4\ud83d\ude00");
        assertThat(encoded(3, true, bytes(1, 2, 3, 4))).isEqualTo("10:b4AQIDBA==");
        assertThat(decoded(3, "6:4hello2:4\u20ac")).containsExactly("4hello", "4\u20ac");
        assertThat(decoded(3, "3:4\ud83d\ude001:6")).containsExactly("4\ud83d\ude00", "6");
        assertThat(decoded(3, "6:4hello10:b4AQIDBA==")).containsExactly("4hello", "0x01020304");
    }

    // 2.13, E42
    @Test
    void revision3CountsBytesWhereSomethingIsBinary() {
        String mixed = "0006ff3468656c6c6f0105ff0401020304";
        assertThat(encoded(3, false, Frame.text("4hello"), bytes(1, 2, 3, 4)))
                .isEqualTo("0x" + mixed);
        assertThat(decodedBytes(mixed)).containsExactly("4hello", "0x01020304");
        assertThat(encoded(3, false, Frame.text("4\u20ac"), bytes(255)))
                .isEqualTo("0x0004ff34e282ac0102ff04ff");
        assertThat(decodedBytes("0004ff34e282ac0102ff04ff")).containsExactly("4\u20ac", "0xff");
        assertThat(decodedBytes("0101ff04")).containsExactly("0x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "abc",
                ":",
                "1:",
                "0:",
                "6:4hell",
                "7:4hello",
                "6:4hello:",
                "6:4hello1",
                "6:4hello-1:6",
                "1 :6",
                "01",
                "9999999999:4",
                "999999999:4",
                "2:4\ud83d\ude00",
                "4:b5AQ",
                "1:b",
                "4:b4A=",
                "+1:6"
            })
    void malformedTextOfRevision3IsRefused(String text) {
        Taken taken = new Taken(Integer.MAX_VALUE);
        assertThat(PollCodec.of(3).decode(text.getBytes(UTF_8), false, taken)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "''",
        "00",
        "0001",
        "0001ff",
        "00ff",
        "0000ff34",
        "000aff34",
        "0001fe34",
        "0201ff34",
        "0101ff34",
        "0002ff34",
        "0001ff3400",
        "0009090909090909090909ff34",
        "00090909090909090909ff34"
    })
    void malformedBytesOfRevision3AreRefused(String hex) {
        Taken taken = new Taken(Integer.MAX_VALUE);
        assertThat(PollCodec.of(3).decode(HexFormat.of().parseHex(hex), true, taken)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\u001e", "4a\u001e", "\u001e4a", "4a\u001e\u001e4b", "bA", "b*"})
    void malformedTextOfRevision4IsRefused(String text) {
        Taken taken = new Taken(Integer.MAX_VALUE);
        assertThat(PollCodec.of(4).decode(text.getBytes(UTF_8), false, taken)).isFalse();
    }

    @Test
    void revision4HasNoBytes() {
        Taken taken = new Taken(Integer.MAX_VALUE);
        assertThat(PollCodec.of(4).decode(new byte[] {'4'}, true, taken)).isFalse();
    }

    @Test
    void nothingMoreIsShownToASinkThatHasEnough() {
        for (int most = 1; most < 4; most++) {
            Taken four = new Taken(most);
            assertThat(
                            PollCodec.of(4)
                                    .decode(
                                            "4a\u001ebAQ==\u001e4c\u001e".getBytes(UTF_8),
                                            false,
                                            four))
                    .isTrue();
            assertThat(four.frames).hasSize(most);
            Taken three = new Taken(most);
            assertThat(PollCodec.of(3).decode("2:4a6:b4AQ==2:4c!".getBytes(UTF_8), false, three))
                    .isTrue();
            assertThat(three.frames).hasSize(most);
            Taken octets = new Taken(most);
            byte[] body = HexFormat.of().parseHex("0002ff34610102ff04010002ff346377");
            assertThat(PollCodec.of(3).decode(body, true, octets)).isTrue();
            assertThat(octets.frames).hasSize(most);
        }
    }

    @ParameterizedTest
    @CsvSource({"4, false", "4, true", "3, false", "3, true"})
    void whatWasEncodedIsDecodedToTheSame(int revision, boolean textOnly) {
        for (int seed = 0; seed < 2_000; seed++) {
            Random random = new Random(seed);
            List<Frame> packets = new ArrayList<>();
            for (int i = random.nextInt(6); i >= 0; i--) {
                packets.add(random.nextBoolean() ? randomBytes(random) : randomText(random));
            }
            PollCodec.PollBody body = PollCodec.of(revision).encode(packets, textOnly);
            Taken taken = new Taken(Integer.MAX_VALUE);
            assertThat(PollCodec.of(revision).decode(body.bytes(), body.binary(), taken))
                    .as("seed %d", seed)
                    .isTrue();
            assertThat(taken.shown())
                    .as("seed %d", seed)
                    .isEqualTo(packets.stream().map(PollCodecTest::shown).toList());
            assertThat(body.binary())
                    .isEqualTo(
                            revision == 3 && !textOnly && packets.stream().anyMatch(Frame::binary));
        }
    }

    private static Frame randomBytes(Random random) {
        byte[] bytes = new byte[random.nextInt(300)];
        random.nextBytes(bytes);
        return Frame.binary(bytes);
    }

    private static Frame randomText(Random random) {
        var text = new StringBuilder("4");
        for (int i = random.nextInt(200); i > 0; i--) {
            switch (random.nextInt(5)) {
                case 0 -> text.appendCodePoint(0x1f600 + random.nextInt(64));
                case 1 -> text.appendCodePoint(0x20ac);
                case 2 -> text.appendCodePoint(0xe9);
                case 3 -> text.append(random.nextInt(10)).append(':');
                default -> text.append((char) ('a' + random.nextInt(26)));
            }
        }
        return Frame.text(text.toString());
    }

    /** Random, and nearly sound: what comes of it is the codec's affair, that it ends is ours. */
    @Test
    void whatIsRandomNeverThrowsAndYieldsNoMoreThanItHolds() {
        for (int seed = 0; seed < 60_000; seed++) {
            Random random = new Random(seed);
            byte[] body = seed % 2 == 0 ? noise(random) : nearlySound(random);
            for (int revision = 3; revision <= 4; revision++) {
                for (boolean binary : new boolean[] {true, false}) {
                    Taken taken = new Taken(Integer.MAX_VALUE);
                    PollCodec.of(revision).decode(body, binary, taken);
                    long bytes = 0;
                    for (Frame frame : taken.frames) {
                        bytes += frame.payload().length;
                    }
                    assertThat(bytes).as("seed %d", seed).isLessThanOrEqualTo(body.length);
                }
            }
        }
    }

    private static byte[] noise(Random random) {
        byte[] alphabet = "0123456789:b4\u001eAQ=6\ud83d\ude00".getBytes(UTF_8);
        byte[] body = new byte[random.nextInt(40)];
        for (int i = 0; i < body.length; i++) {
            int kind = random.nextInt(6);
            body[i] =
                    kind == 0
                            ? (byte) random.nextInt(256)
                            : kind == 1
                                    ? (byte) (random.nextBoolean() ? 255 : random.nextInt(10))
                                    : alphabet[random.nextInt(alphabet.length)];
        }
        return body;
    }

    private static byte[] nearlySound(Random random) {
        var out = new ByteArrayOutputStream();
        List<Frame> packets = List.of(randomText(random), randomBytes(random), randomText(random));
        out.writeBytes(
                PollCodec.of(random.nextBoolean() ? 3 : 4)
                        .encode(packets, random.nextBoolean())
                        .bytes());
        byte[] body = out.toByteArray();
        for (int i = random.nextInt(3); i >= 0; i--) {
            body[random.nextInt(body.length)] = (byte) random.nextInt(256);
        }
        return Arrays.copyOf(body, body.length - random.nextInt(Math.min(4, body.length)));
    }

    /** A claim is not believed before the bytes are there. */
    @Test
    void noMemoryIsTakenForALengthThatIsOnlyClaimed() {
        byte[] text = "999999999:4".getBytes(UTF_8);
        byte[] bytes = HexFormat.of().parseHex("01090909090909090909ff04");
        long before = allocated();
        for (int i = 0; i < 1_000; i++) {
            Taken taken = new Taken(1);
            assertThat(PollCodec.of(3).decode(text, false, taken)).isFalse();
            assertThat(PollCodec.of(3).decode(bytes, true, taken)).isFalse();
        }
        assertThat(allocated() - before).isLessThan(100L << 20);
    }

    private static long allocated() {
        var threads =
                (com.sun.management.ThreadMXBean)
                        java.lang.management.ManagementFactory.getThreadMXBean();
        return threads.getCurrentThreadAllocatedBytes();
    }
}
