package dev.resound.netty;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.zip.Deflater;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the decoder makes of compressed messages, once permessage-deflate was agreed on. */
class CompressedMessageTest {
    private static final int LIMIT = 100_000;
    private static final int TEXT = 0xc1;
    private static final int BINARY = 0xc2;

    private final Heard heard = new Heard();
    private final Scratch scratch = new Scratch();
    private final MessageInflater inflater = new MessageInflater();
    private final FrameDecoder decoder = decoder(LIMIT);

    @AfterEach
    void release() {
        inflater.release();
    }

    private FrameDecoder decoder(int limit) {
        return new FrameDecoder(limit, scratch, inflater);
    }

    private void decode(FrameBytes frames) {
        decoder.decode(Unpooled.wrappedBuffer(frames.bytes()), heard);
    }

    private List<String> decode(int limit, byte[] bytes) {
        var all = new Heard();
        decoder(limit).decode(Unpooled.wrappedBuffer(bytes), all);
        return all.lines;
    }

    private static FrameBytes client() {
        return new FrameBytes();
    }

    private static byte[] hex(String hex) {
        return HexFormat.ofDelimiter(" ").parseHex(hex);
    }

    private static byte[] deflated(String text) {
        return Zlib.deflate(text.getBytes(UTF_8));
    }

    // Messages

    /** The examples of RFC 7692, sections 7.2.3.1 and 7.2.3.3 to 7.2.3.5. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "f2 48 cd c9 c9 07 00",
                "00 05 00 fa ff 48 65 6c 6c 6f 00",
                "f3 48 cd c9 c9 07 00 00",
                "f2 48 05 00 00 00 ff ff ca c9 c9 07 00",
            })
    void theExamplesOfTheRfcAreUnderstood(String payload) {
        decode(client().frame(TEXT, hex(payload)).frame(TEXT, hex(payload)));
        assertThat(heard.lines).containsExactly("text Hello", "text Hello");
    }

    @Test
    void theFragmentedExampleOfTheRfcIsUnderstood() {
        decode(client().frame(0x41, hex("f2 48 cd")).frame(0x80, hex("c9 c9 07 00")));
        assertThat(heard.lines).containsExactly("text Hello");
    }

    /** The second message of section 7.2.3.2 refers to the first, which our answer rules out. */
    @Test
    void aReferenceToAnEarlierMessageIsGarbage() {
        decode(
                client().frame(TEXT, hex("f2 48 cd c9 c9 07 00"))
                        .frame(TEXT, hex("f2 00 11 00 00")));
        assertThat(heard.lines).containsExactly("text Hello", "violation 1007");
    }

    /** Section 7.2.3.6, another way to write it, and what a careless client makes of it. */
    @ParameterizedTest
    @ValueSource(strings = {"00", "02 00", "00 00 00 ff ff 00", ""})
    void emptyMessagesAreMessages(String payload) {
        decode(client().frame(TEXT, hex(payload)).frame(BINARY, hex(payload)).text("next"));
        assertThat(heard.lines).containsExactly("text ", "binary ", "text next");
    }

    @Test
    void plainMessagesMayComeBetweenCompressedOnes() {
        decode(
                client().text("one")
                        .frame(TEXT, deflated("two"))
                        .binary(new byte[] {3})
                        .frame(BINARY, Zlib.deflate(new byte[] {4}))
                        .text("five"));
        assertThat(heard.lines)
                .containsExactly("text one", "text two", "binary 03", "binary 04", "text five");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1023, 1024, 1025, 65_535, 65_536, 65_537, LIMIT - 1, LIMIT})
    void messagesOfEveryLengthAreInflated(int length) {
        String text = "x".repeat(length - 1) + "y";
        decode(client().frame(TEXT, deflated(text)).frame(TEXT, deflated("next")));
        assertThat(heard.lines).containsExactly("text " + text, "text next");
    }

    @Test
    void everyLevelAndStrategyIsUnderstood() {
        Random random = new Random(7692);
        byte[] message = new byte[50_000];
        for (int i = 0; i < message.length; i++) {
            message[i] = (byte) (random.nextInt(4) == 0 ? random.nextInt() : i / 100);
        }
        String expected = "binary " + HexFormat.of().formatHex(message);
        for (int level = 0; level <= 9; level++) {
            for (int strategy :
                    new int[] {
                        Deflater.DEFAULT_STRATEGY, Deflater.FILTERED, Deflater.HUFFMAN_ONLY
                    }) {
                byte[] payload = Zlib.deflate(message, level, strategy);
                assertThat(decode(LIMIT, client().frame(BINARY, payload).bytes()))
                        .containsExactly(expected);
            }
        }
    }

    // Fragments

    @Test
    void aMessageMayBeFragmentedAnywhere() {
        byte[] payload = deflated("zażółć gęślą jaźń 😀");
        for (int cut = 0; cut <= payload.length; cut++) {
            byte[] frames =
                    client().frame(0x41, Arrays.copyOf(payload, cut))
                            .frame(0x00, new byte[0])
                            .frame(0x80, Arrays.copyOfRange(payload, cut, payload.length))
                            .text("next")
                            .bytes();
            assertThat(decode(LIMIT, frames))
                    .as("cut at %d", cut)
                    .containsExactly("text zażółć gęślą jaźń 😀", "text next");
        }
    }

    @Test
    void controlFramesMayComeBetweenFragments() {
        byte[] payload = deflated("Hello, Hello, Hello");
        decode(
                client().frame(0x42, Arrays.copyOf(payload, 3))
                        .ping("p")
                        .frame(0x00, Arrays.copyOfRange(payload, 3, 5))
                        .frame(0x8a, new byte[] {'q'})
                        .frame(0x80, Arrays.copyOfRange(payload, 5, payload.length)));
        assertThat(heard.lines)
                .containsExactly(
                        "ping 70",
                        "pong 71",
                        "binary "
                                + HexFormat.of().formatHex("Hello, Hello, Hello".getBytes(UTF_8)));
    }

    @Test
    void aConversationIsTheSameCutAtEveryPosition() {
        byte[] payload = deflated("über ".repeat(40));
        byte[] bytes =
                client().frame(TEXT, deflated("Hello"))
                        .frame(0x41, Arrays.copyOf(payload, 4))
                        .ping("are you there?")
                        .frame(0x80, Arrays.copyOfRange(payload, 4, payload.length))
                        .text("plain")
                        .frame(BINARY, Zlib.deflate(new byte[300]))
                        .frame(BINARY, Zlib.deflate(noise(300)))
                        .frame(TEXT, hex("00"))
                        .close(4001, "köszönöm")
                        .bytes();
        List<String> whole = decode(LIMIT, bytes);
        assertThat(whole).hasSize(8).last().isEqualTo("closed 4001 köszönöm");
        for (int cut = 0; cut <= bytes.length; cut++) {
            var pieces = new Heard();
            FrameDecoder each = decoder(LIMIT);
            each.decode(Unpooled.wrappedBuffer(bytes, 0, cut), pieces);
            each.decode(Unpooled.wrappedBuffer(bytes, cut, bytes.length - cut), pieces);
            assertThat(pieces.lines).as("cut at %d", cut).isEqualTo(whole);
        }
        var byteByByte = new Heard();
        FrameDecoder each = decoder(LIMIT);
        for (int i = 0; i < bytes.length; i++) {
            each.decode(Unpooled.wrappedBuffer(bytes, i, 1), byteByByte);
        }
        assertThat(byteByByte.lines).isEqualTo(whole);
    }

    @Test
    void unfinishedMessagesOfTwoConnectionsDoNotMix() {
        byte[] one = deflated("one ".repeat(10));
        byte[] two = deflated("two ".repeat(10));
        var other = new Heard();
        FrameDecoder otherDecoder = decoder(LIMIT);
        decode(client().frame(0x41, Arrays.copyOf(one, 5)));
        otherDecoder.decode(
                Unpooled.wrappedBuffer(client().frame(0x41, Arrays.copyOf(two, 5)).bytes()), other);
        decode(client().frame(0x80, Arrays.copyOfRange(one, 5, one.length)));
        otherDecoder.decode(
                Unpooled.wrappedBuffer(
                        client().frame(0x80, Arrays.copyOfRange(two, 5, two.length)).bytes()),
                other);
        assertThat(heard.lines).containsExactly("text " + "one ".repeat(10));
        assertThat(other.lines).containsExactly("text " + "two ".repeat(10));
        assertThat(decoder.heldBytes()).isZero();
    }

    // The bit that says so

    @ParameterizedTest
    @ValueSource(ints = {0xc9, 0xca, 0xc8, 0xa1, 0x91, 0xe1, 0xd2, 0xf1, 0xc0, 0x40, 0xc3, 0xcb})
    void reservedBitsAreRefusedElsewhere(int firstByte) {
        decode(client().raw(firstByte));
        assertThat(heard.lines).containsExactly("violation 1002");
    }

    @ParameterizedTest
    @ValueSource(ints = {0x41, 0x01})
    void theBitIsRefusedOnLaterFragments(int firstByte) {
        decode(client().frame(firstByte, hex("72 48 4d")).frame(0xc0, hex("c9 c9 07 00")));
        assertThat(heard.lines).containsExactly("violation 1002");
    }

    @ParameterizedTest
    @ValueSource(ints = {0xc1, 0xc2, 0x41, 0x42})
    void theBitIsRefusedIfNothingWasAgreedOn(int firstByte) {
        new FrameDecoder(LIMIT, scratch)
                .decode(Unpooled.wrappedBuffer(client().raw(firstByte).bytes()), heard);
        assertThat(heard.lines).containsExactly("violation 1002");
    }

    @Test
    void aCompressedMessageInsideAFragmentedOneIsRefused() {
        decode(client().frame(0x41, hex("f2 48 cd")).frame(TEXT, deflated("Hello")));
        assertThat(heard.lines).containsExactly("violation 1002");
    }

    // Limits

    @ParameterizedTest
    @CsvSource({"9999,true", "10000,true", "10001,false", "10000000,false"})
    void theLimitHoldsForWhatAMessageInflatesTo(int length, boolean taken) {
        byte[] message = new byte[length];
        assertThat(decode(10_000, client().frame(BINARY, Zlib.deflate(message)).bytes()))
                .containsExactly(
                        taken ? "binary " + HexFormat.of().formatHex(message) : "violation 1009");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1023, 1024, 65_535, 65_536, 65_537})
    void theLimitIsExactWhateverItIs(int limit) {
        byte[] taken = client().frame(BINARY, Zlib.deflate(new byte[limit])).bytes();
        byte[] refused = client().frame(BINARY, Zlib.deflate(new byte[limit + 1])).bytes();
        int compressed = Math.max(limit, 100); // what comes compressed has to fit, too
        assertThat(decode(compressed, taken)).first().asString().startsWith("binary");
        if (limit > 100) {
            assertThat(decode(limit, refused)).containsExactly("violation 1009");
        }
    }

    @Test
    void theLimitHoldsForTheCompressedMessageAtItsHeader() {
        decode(client().raw(TEXT).length(8, LIMIT + 1));
        assertThat(heard.lines).containsExactly("violation 1009");
    }

    @Test
    void fragmentsOfACompressedMessageWeighAsOthers() {
        FrameBytes frames = client().frame(0x42, new byte[1]);
        for (int i = 0; i < LIMIT / FrameDecoder.FRAGMENT_BYTES; i++) {
            frames.frame(0x00, new byte[1]);
        }
        decode(frames);
        assertThat(heard.lines).containsExactly("violation 1009");
    }

    /** A gigabyte in a megabyte: given up after as many bytes as a message may have. */
    @Test
    void aBombIsGivenUpAtTheLimit() {
        byte[] zeroes = Zlib.deflate(new byte[1 << 20]);
        var bomb = new ByteArrayOutputStream();
        // The same megabyte over and over: each piece ends where the next may begin.
        byte[] piece = Arrays.copyOf(zeroes, zeroes.length + 4);
        piece[piece.length - 1] = -1;
        piece[piece.length - 2] = -1;
        while (bomb.size() + piece.length < 1 << 20) {
            bomb.writeBytes(piece);
        }
        bomb.writeBytes(zeroes);
        byte[] frames = client().frame(BINARY, bomb.toByteArray()).bytes();
        long startNanos = System.nanoTime();
        for (int i = 0; i < 20; i++) {
            assertThat(decode(2 << 20, frames)).containsExactly("violation 1009");
        }
        assertThat(System.nanoTime() - startNanos).as("20 bombs").isLessThan(5_000_000_000L);
    }

    @Test
    void nothingIsTakenAfterAMessageThatIsTooBig() {
        decode(
                client().frame(BINARY, Zlib.deflate(new byte[LIMIT + 1]))
                        .frame(TEXT, deflated("next")));
        assertThat(heard.lines).containsExactly("violation 1009");
    }

    @Test
    void anotherConnectionOfTheLoopIsNotDisturbed() {
        decode(client().frame(BINARY, Zlib.deflate(new byte[LIMIT + 1])));
        assertThat(decode(LIMIT, client().frame(TEXT, deflated("Hello")).bytes()))
                .containsExactly("text Hello");
        assertThat(decode(LIMIT, client().frame(TEXT, hex("07 ff ff")).bytes()))
                .containsExactly("violation 1007");
        assertThat(decode(LIMIT, client().frame(TEXT, deflated("Hello")).bytes()))
                .containsExactly("text Hello");
    }

    // Garbage

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ff", // no such block
                "06 00", // no such block
                "00 05 00 00 00 48", // a stored block whose length is wrong
                "00 09 00 f6 ff 48", // a stored block that ends early
                "48 65 6c 6c 6f", // not compressed at all
                "78 9c f3 48 cd c9 c9 07 00 05 8c 01 f5", // with zlib's header
                "1f 8b 08 00 00 00 00 00 00 03 f3 48 cd c9 c9 07 00 82 89 d1 f7 05 00 00 00",
                "f2 48 cd c9 c9 07", // ends before the block does
                "f2 48 cd c9 c9 07 00 01", // begins another block
            })
    void garbageIsRefused(String payload) {
        decode(client().frame(BINARY, hex(payload)).text("next"));
        assertThat(heard.lines).containsExactly("violation 1007");
    }

    @Test
    void aMessageThatLacksItsEndIsRefused() {
        byte[] payload = deflated("zażółć gęślą jaźń, zażółć gęślą jaźń");
        for (int length = 1; length < payload.length; length++) {
            byte[] frame = client().frame(BINARY, Arrays.copyOf(payload, length)).bytes();
            assertThat(decode(LIMIT, frame))
                    .as("%d bytes", length)
                    .containsExactly("violation 1007");
        }
    }

    @Test
    void textMustBeUtf8OnceInflated() {
        byte[] cut = Arrays.copyOf("é".getBytes(UTF_8), 1);
        for (byte[] text : List.of(cut, hex("c0 80"), hex("ed a0 80"), hex("61 ff"))) {
            byte[] payload = Zlib.deflate(text);
            assertThat(decode(LIMIT, client().frame(TEXT, payload).bytes()))
                    .containsExactly("violation 1007");
            assertThat(decode(LIMIT, client().frame(BINARY, payload).bytes()))
                    .containsExactly("binary " + HexFormat.of().formatHex(text));
        }
    }

    @Test
    void plainTextIsStillCheckedAsItArrives() {
        decode(client().frame(0x01, hex("61 ff")));
        assertThat(heard.lines).containsExactly("violation 1007");
    }

    @Test
    void aPlainMessageAfterACompressedOneIsCheckedFromItsStart() {
        decode(client().frame(TEXT, deflated("é")).text("é").frame(0x81, hex("a9")));
        assertThat(heard.lines).containsExactly("text é", "text é", "violation 1007");
    }

    // Final blocks

    @Test
    void aMessageMayConsistOfStreamsWithFinalBlocks() {
        var payload = new ByteArrayOutputStream();
        payload.writeBytes(Zlib.deflateToTheEnd("one ".repeat(9).getBytes(UTF_8)));
        payload.writeBytes(Zlib.deflateToTheEnd("two ".repeat(9).getBytes(UTF_8)));
        decode(client().frame(TEXT, payload.toByteArray()).text("next"));
        payload.write(0);
        decode(client().frame(TEXT, payload.toByteArray()));
        String both = "text " + "one ".repeat(9) + "two ".repeat(9);
        assertThat(heard.lines).containsExactly(both, "text next", both);
    }

    @Test
    void aMessageOfCountlessEmptyStreamsIsRefused() {
        byte[] empty = hex("03 00");
        byte[] few = repeated(empty, MessageInflater.MAX_STREAMS);
        byte[] many = repeated(empty, MessageInflater.MAX_STREAMS + 1);
        assertThat(decode(LIMIT, client().frame(TEXT, few).bytes())).containsExactly("text ");
        assertThat(decode(LIMIT, client().frame(TEXT, many).bytes()))
                .containsExactly("violation 1007");
    }

    // Anything at all

    @Test
    void damagedMessagesAreRefusedOrUnderstoodAlikeHoweverTheyAreCut() {
        Random random = new Random(76920001);
        Set<String> kinds = new HashSet<>();
        for (int round = 0; round < 20_000; round++) {
            byte[] payload = Zlib.deflate(noiseAndRuns(random));
            for (int changes = random.nextInt(3); changes > 0; changes--) {
                payload[random.nextInt(payload.length)] ^= (byte) (1 << random.nextInt(8));
            }
            byte[] bytes =
                    client().frame(random.nextBoolean() ? TEXT : BINARY, payload)
                            .text("next")
                            .bytes();
            List<String> whole = decode(2_000, bytes);
            whole.forEach(line -> kinds.add(line.substring(0, Math.min(line.length(), 14))));
            int cut = random.nextInt(bytes.length);
            var pieces = new Heard();
            FrameDecoder each = decoder(2_000);
            each.decode(Unpooled.wrappedBuffer(bytes, 0, cut), pieces);
            each.decode(Unpooled.wrappedBuffer(bytes, cut, bytes.length - cut), pieces);
            assertThat(pieces.lines).isEqualTo(whole);
        }
        assertThat(kinds).contains("violation 1007", "violation 1009", "text next");
    }

    @Test
    void randomMessagesAreUnderstoodAsTheyWereMeant() {
        Random random = new Random(76920002);
        for (int round = 0; round < 5_000; round++) {
            FrameBytes frames = client();
            List<String> expected = new ArrayList<>();
            for (int i = random.nextInt(5); i >= 0; i--) {
                byte[] message = noiseAndRuns(random);
                byte[] payload =
                        Zlib.deflate(message, random.nextInt(10), Deflater.DEFAULT_STRATEGY);
                expected.add("binary " + HexFormat.of().formatHex(message));
                int cut = random.nextInt(payload.length + 1);
                frames.frame(0x42, Arrays.copyOf(payload, cut))
                        .frame(0x80, Arrays.copyOfRange(payload, cut, payload.length));
            }
            assertThat(decode(LIMIT, frames.bytes())).isEqualTo(expected);
        }
    }

    private static byte[] noiseAndRuns(Random random) {
        byte[] message = new byte[random.nextInt(3_000)];
        int at = 0;
        while (at < message.length) {
            int to = Math.min(message.length, at + 1 + random.nextInt(400));
            if (random.nextBoolean()) {
                Arrays.fill(message, at, to, (byte) random.nextInt(128));
            } else {
                for (int i = at; i < to; i++) {
                    message[i] = (byte) ('a' + random.nextInt(20));
                }
            }
            at = to;
        }
        return message;
    }

    private static byte[] noise(int length) {
        byte[] noise = new byte[length];
        new Random(length).nextBytes(noise);
        return noise;
    }

    private static byte[] repeated(byte[] bytes, int times) {
        var all = new ByteArrayOutputStream();
        for (int i = 0; i < times; i++) {
            all.writeBytes(bytes);
        }
        return all.toByteArray();
    }
}
