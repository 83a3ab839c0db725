package dev.resound.netty;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.core.Close;
import dev.resound.core.socket.SocketEndpoint;
import dev.resound.testkit.WireClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * RFC 6455 as a peer sees it on the wire, against an echo endpoint. Wherever a connection ends, the
 * peer must read the right close code, in exactly one close frame, and then the end of the stream.
 * Row 55 of the Pusher edge cases: what the Autobahn cases look at, compression included ({@link
 * CompressedMessageTest}).
 */
class WebSocketConformanceTest {
    private static final int MAX_MESSAGE_BYTES = 4 << 20;

    @SuppressWarnings("NullAway.Init")
    private static Resound server;

    @BeforeAll
    static void start() throws IOException {
        server =
                Resound.builder()
                        .port(0)
                        .loops(2)
                        .limits(unhurried())
                        .webSocket(
                                "/echo",
                                SocketEndpoint.accepting(request -> "")
                                        .onLoop()
                                        .maxMessageBytes(MAX_MESSAGE_BYTES)
                                        .text((socket, text) -> {
                                            if (text.startsWith("close ")) {
                                                int code = Integer.parseInt(text.substring(6));
                                                socket.close(new Close(code, "as told"));
                                            } else {
                                                socket.send(text);
                                            }
                                        })
                                        .binary((socket, bytes) -> socket.send(bytes))
                                        .build())
                        .start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** No limit on rates, and a backlog that takes what a test sends before it reads. */
    private static Limits unhurried() {
        Limits usual = Limits.defaults();
        return new Limits(
                usual.http(),
                usual.requestHeadTime(),
                usual.requestBodyTime(),
                usual.keepAliveTime(),
                8 << 20,
                8 << 20,
                0,
                0,
                usual.connections());
    }

    private static WireClient open() throws IOException {
        return WireClient.open(server.port(), "/echo");
    }

    // ---- messages: sizes, pieces, fragments

    static Stream<Integer> sizes() {
        return Stream.of(0, 1, 125, 126, 127, 128, 65_535, 65_536, 65_537, 1 << 20);
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void messagesOfEverySizeAreEchoed(int size) throws IOException {
        try (WireClient client = open()) {
            String text = "*".repeat(size);
            byte[] bytes = bytes(size);
            client.text(text).frame(true, WireClient.BINARY, bytes);
            assertThat(client.receiveText()).isEqualTo(text);
            assertBinary(client.receive(), bytes);
            closesNormally(client);
        }
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void messagesInOddPiecesAreEchoed(int size) throws IOException {
        try (WireClient client = open()) {
            byte[] bytes = bytes(size);
            String text = "\u00e4".repeat(size / 2);
            byte[] frames =
                    new FrameBytes().frame(0x82, bytes).text(text).binary(bytes).ping("p").bytes();
            inPieces(client, frames, 997);
            assertBinary(client.receive(), bytes);
            assertThat(client.receiveText()).isEqualTo(text);
            assertBinary(client.receive(), bytes);
            assertThat(client.receive().opcode()).isEqualTo(WireClient.PONG);
            closesNormally(client);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 125, 126, 127, 128, 65_535, 65_536})
    void messagesSentByteByByteAreEchoed(int size) throws IOException {
        try (WireClient client = open()) {
            byte[] bytes = bytes(size);
            inPieces(client, new FrameBytes().binary(bytes).bytes(), 1);
            assertBinary(client.receive(), bytes);
            closesNormally(client);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 256, 1_300, 4_096, 65_536})
    void aLargeMessageInFragmentsIsEchoedAsOne(int fragmentBytes) throws IOException {
        try (WireClient client = open()) {
            byte[] bytes = bytes(1 << 20);
            client.send(fragments(0x02, bytes, fragmentBytes));
            assertBinary(client.receive(), bytes);
            String text = "\u20ac\ud83d\ude00x".repeat(40_000); // cut anywhere inside a character
            client.send(fragments(0x01, text.getBytes(UTF_8), fragmentBytes));
            assertThat(client.receiveText()).isEqualTo(text);
            closesNormally(client);
        }
    }

    @Test
    void fragmentsMayBeEmptyAnywhere() throws IOException {
        try (WireClient client = open()) {
            client.frame(false, WireClient.TEXT, new byte[0])
                    .frame(false, WireClient.CONTINUATION, latin("one"))
                    .frame(false, WireClient.CONTINUATION, new byte[0])
                    .frame(true, WireClient.CONTINUATION, new byte[0]);
            assertThat(client.receiveText()).isEqualTo("one");
            client.frame(false, WireClient.TEXT, new byte[0])
                    .frame(true, WireClient.CONTINUATION, new byte[0]);
            assertThat(client.receiveText()).isEmpty();
            closesNormally(client);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 4_096})
    void fragmentedMessagesAndPingsBetweenTheirFragmentsKeepTheirOrder(int pieceBytes)
            throws IOException {
        byte[] frames =
                new FrameBytes()
                        .frame(0x01, latin("a"))
                        .ping("first")
                        .frame(0x00, latin("b"))
                        .ping("second")
                        .frame(0x8a, latin("unasked pong"))
                        .frame(0x80, latin("c"))
                        .frame(0x02, latin("d"))
                        .frame(0x80, latin("e"))
                        .text("f")
                        .bytes();
        try (WireClient client = open()) {
            inPieces(client, frames, pieceBytes);
            assertPong(client.receive(), latin("first"));
            assertPong(client.receive(), latin("second"));
            assertThat(client.receiveText()).isEqualTo("abc");
            assertBinary(client.receive(), latin("de"));
            assertThat(client.receiveText()).isEqualTo("f");
            closesNormally(client);
        }
    }

    @Test
    void tenThousandSmallMessagesAreEchoedInOrder() throws Exception {
        try (WireClient client = open()) {
            var frames = new FrameBytes();
            for (int i = 0; i < 10_000; i++) {
                frames.text("m" + i);
            }
            client.send(frames.bytes());
            for (int i = 0; i < 10_000; i++) {
                assertThat(client.receiveText()).isEqualTo("m" + i);
            }
            closesNormally(client);
        }
    }

    // ---- pings and pongs

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 124, 125})
    void aPingIsAnsweredWithItsPayload(int size) throws IOException {
        byte[] payload = bytes(size);
        try (WireClient client = open()) {
            inPieces(client, new FrameBytes().frame(0x89, payload).bytes(), 3);
            assertPong(client.receive(), payload);
            closesNormally(client);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0x89, 0x8a, 0x88})
    void aControlFrameAbove125BytesEndsTheConnection(int firstByte) throws IOException {
        byte[] frame = new FrameBytes().frame(firstByte, bytes(126)).bytes();
        endsWith(1002, frame);
    }

    @Test
    void manyPingsAreAnsweredOneByOneInOrder() throws IOException {
        try (WireClient client = open()) {
            var pings = new FrameBytes();
            for (int i = 0; i < 400; i++) {
                pings.ping("ping " + i);
            }
            client.send(pings.bytes());
            for (int i = 0; i < 400; i++) {
                assertPong(client.receive(), latin("ping " + i));
            }
            closesNormally(client);
        }
    }

    @Test
    void unaskedPongsAreIgnored() throws IOException {
        try (WireClient client = open()) {
            client.frame(true, WireClient.PONG, new byte[0])
                    .frame(true, WireClient.PONG, latin("why not"))
                    .frame(true, WireClient.PING, latin("here?"));
            assertPong(client.receive(), latin("here?"));
            closesNormally(client);
        }
    }

    // ---- violations

    static IntStream firstBytesNobodyMaySend() {
        IntStream reservedBits =
                IntStream.range(1, 8)
                        .flatMap(bits ->
                                IntStream.of(0x81, 0x82, 0x01, 0x88, 0x89, 0x8a)
                                        .map(first -> first | bits << 4));
        IntStream reservedOpcodes =
                IntStream.of(3, 4, 5, 6, 7, 11, 12, 13, 14, 15)
                        .flatMap(opcode -> IntStream.of(opcode, 0x80 | opcode));
        IntStream controlFragments = IntStream.of(0x08, 0x09, 0x0a);
        IntStream nothingToContinue = IntStream.of(0x00, 0x80);
        return Stream.of(reservedBits, reservedOpcodes, controlFragments, nothingToContinue)
                .flatMapToInt(all -> all);
    }

    @ParameterizedTest
    @MethodSource("firstBytesNobodyMaySend")
    void aForbiddenFirstByteEndsTheConnection(int firstByte) throws IOException {
        endsWith(1002, new FrameBytes().frame(firstByte, latin("12345")).bytes());
    }

    @Test
    void whatCameBeforeAViolationIsAnsweredFirst() throws IOException {
        try (WireClient client = open()) {
            client.send(
                    new FrameBytes()
                            .text("good")
                            .ping("also good")
                            .frame(0x83, latin("bad"))
                            .text("never heard")
                            .bytes());
            assertThat(client.receiveText()).isEqualTo("good");
            assertPong(client.receive(), latin("also good"));
            assertEndsWith(client, 1002);
        }
    }

    static Stream<byte[]> brokenFragmentation() {
        return Stream.of(
                new FrameBytes().frame(0x01, latin("a")).text("b").bytes(),
                new FrameBytes().frame(0x01, latin("a")).frame(0x01, latin("b")).bytes(),
                new FrameBytes().frame(0x02, latin("a")).binary(latin("b")).bytes(),
                new FrameBytes().frame(0x02, latin("a")).ping("p").text("b").bytes(),
                new FrameBytes().frame(0x01, latin("")).frame(0x82, latin("")).bytes());
    }

    @ParameterizedTest
    @MethodSource("brokenFragmentation")
    void aNewMessageInsideAnUnfinishedOneEndsTheConnection(byte[] frames) throws IOException {
        try (WireClient client = open()) {
            inPieces(client, frames, 1);
            assertThat(client.receiveClose().closeCode()).isEqualTo(1002);
            assertEndOfStream(client);
        }
    }

    @Test
    void aContinuationAfterTheLastFragmentEndsTheConnection() throws IOException {
        try (WireClient client = open()) {
            client.send(fragments(0x01, latin("whole"), 2));
            assertThat(client.receiveText()).isEqualTo("whole");
            client.frame(true, WireClient.CONTINUATION, latin("more"));
            assertEndsWith(client, 1002);
        }
    }

    static Stream<byte[]> brokenLengths() {
        byte[] small = bytes(10);
        return Stream.of(
                new FrameBytes().raw(0x82).length(2, 10).masked(small, 10).bytes(),
                new FrameBytes().raw(0x82).length(2, 125).masked(bytes(125), 125).bytes(),
                new FrameBytes().raw(0x82).length(8, 10).masked(small, 10).bytes(),
                new FrameBytes().raw(0x82).length(8, 65_535).masked(small, 10).bytes(),
                new FrameBytes().raw(0x82).length(8, -1).masked(small, 10).bytes(),
                new FrameBytes().raw(0x82).length(8, Long.MIN_VALUE).bytes());
    }

    @ParameterizedTest
    @MethodSource("brokenLengths")
    void aLengthInTheWrongFormEndsTheConnection(byte[] frame) throws IOException {
        endsWith(1002, frame);
    }

    @Test
    void anUnmaskedFrameEndsTheConnection() throws IOException {
        endsWith(1002, new byte[] {(byte) 0x81, 3, 'a', 'b', 'c'});
        endsWith(1002, new byte[] {(byte) 0x88, 0});
    }

    @Test
    void aMessageAboveTheLimitIsRefusedAtItsHeader() throws IOException {
        byte[] header = new FrameBytes().raw(0x82).length(8, MAX_MESSAGE_BYTES + 1).bytes();
        endsWith(1009, header);
        endsWith(1009, new FrameBytes().raw(0x81).length(8, Long.MAX_VALUE).bytes());
    }

    @Test
    void fragmentsTogetherAboveTheLimitAreRefused() throws IOException {
        byte[] half = bytes(MAX_MESSAGE_BYTES / 2);
        byte[] frames = new FrameBytes().frame(0x02, half).frame(0x80, half).bytes();
        try (WireClient client = open()) {
            client.send(frames);
            assertEndsWith(client, 1009);
        }
    }

    // ---- UTF-8

    static Stream<String> soundText() {
        return Stream.of(
                "",
                "\0",
                "\u007f\u0080\u07ff\u0800\ud7ff\ue000\ufffd\ufffe\uffff",
                "\ud800\udc00\udbff\udfff",
                "\u03ba\u1f79\u03c3\u03bc\u03b5",
                "a\u00e4\u20ac\ud83d\ude00 repeated ".repeat(10_000));
    }

    @ParameterizedTest
    @MethodSource("soundText")
    void soundTextIsEchoedHoweverItIsCut(String text) throws IOException {
        byte[] utf8 = text.getBytes(UTF_8);
        try (WireClient client = open()) {
            client.send(fragments(0x01, utf8, utf8.length + 1));
            assertThat(client.receiveText()).isEqualTo(text);
            client.send(fragments(0x01, utf8, Math.max(1, utf8.length / 1_000)));
            assertThat(client.receiveText()).isEqualTo(text);
            inPieces(client, new FrameBytes().text(text).bytes(), 1 + utf8.length / 1_000);
            assertThat(client.receiveText()).isEqualTo(text);
            closesNormally(client);
        }
    }

    static Stream<String> brokenText() {
        return Stream.of(
                "80",
                "bf",
                "c0 af",
                "c1 bf",
                "c2",
                "c2 20",
                "df c0",
                "e0 80 af",
                "e0 9f bf",
                "e1 80",
                "ed a0 80",
                "ed bf bf",
                "ef bf",
                "f0 80 80 af",
                "f0 8f bf bf",
                "f4 90 80 80",
                "f5 80 80 80",
                "f8 88 80 80 80",
                "fc 84 80 80 80 80",
                "fe",
                "ff",
                "61 62 ff 63",
                "f0 9f 98");
    }

    @ParameterizedTest
    @MethodSource("brokenText")
    void brokenTextEndsTheConnectionInOneFrameAndInMany(String hex) throws IOException {
        byte[] broken = unhex(hex);
        byte[] padded = join(latin("fine so far "), broken);
        endsWith(1007, new FrameBytes().frame(0x81, broken).bytes());
        endsWith(1007, new FrameBytes().frame(0x81, padded).bytes());
        endsWith(1007, fragments(0x01, padded, 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ff", "c0", "ed a0", "f4 90", "80"})
    void brokenTextIsNoticedBeforeItsFrameIsComplete(String hex) throws IOException {
        byte[] start = join(latin("valid, then not: "), unhex(hex));
        byte[] frame =
                new FrameBytes().raw(0x81).length(2, 1_000).masked(start, start.length).bytes();
        try (WireClient client = open()) {
            client.send(frame); // the frame lacks most of its payload
            assertEndsWith(client, 1007);
        }
        try (WireClient client = open()) {
            byte[] rest = Arrays.copyOfRange(frame, 8, frame.length);
            client.send(Arrays.copyOf(frame, 8));
            inPieces(client, rest, 1);
            assertEndsWith(client, 1007);
        }
    }

    @Test
    void binaryMessagesMayHoldAnyBytes() throws IOException {
        try (WireClient client = open()) {
            for (String hex : brokenText().toList()) {
                client.frame(true, WireClient.BINARY, unhex(hex));
                assertBinary(client.receive(), unhex(hex));
            }
            closesNormally(client);
        }
    }

    // ---- closing

    @ParameterizedTest
    @ValueSource(
            ints = {
                1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999,
                4000, 4999
            })
    void aSoundCloseIsAnsweredWithItsCode(int code) throws IOException {
        endsWith(code, new FrameBytes().close(code, "").bytes());
        endsWith(code, new FrameBytes().close(code, "a reason").bytes());
        endsWith(code, new FrameBytes().close(code, "\u00e4".repeat(61)).bytes());
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 1999, 2000, 2999, 5000, 9999, 65_535
            })
    void aCloseWithACodeNobodyMaySendIsAViolation(int code) throws IOException {
        endsWith(1002, new FrameBytes().close(code, "").bytes());
        endsWith(1002, new FrameBytes().close(code, "a reason").bytes());
    }

    @Test
    void anEmptyCloseIsAnsweredEmpty() throws IOException {
        try (WireClient client = open()) {
            client.frame(true, WireClient.CLOSE, new byte[0]);
            WireClient.Received answer = client.receive();
            assertThat(answer.opcode()).isEqualTo(WireClient.CLOSE);
            assertThat(answer.payload()).isEmpty();
            assertEndOfStream(client);
        }
    }

    @Test
    void aCloseWithHalfACodeIsAViolation() throws IOException {
        endsWith(1002, new FrameBytes().frame(0x88, new byte[] {3}).bytes());
    }

    @Test
    void aCloseReasonThatIsNotUtf8IsRefused() throws IOException {
        endsWith(1007, new FrameBytes().close(1000, unhex("61 ff 62")).bytes());
        endsWith(1007, new FrameBytes().close(1000, unhex("f0 9f 98")).bytes());
    }

    @Test
    void whatFollowsTheClosingFrameIsIgnored() throws IOException {
        try (WireClient client = open()) {
            client.send(
                    new FrameBytes()
                            .text("heard")
                            .close(1000, "")
                            .text("not heard")
                            .ping("nor this")
                            .close(3000, "")
                            .raw(0xff, 0xff)
                            .bytes());
            assertThat(client.receiveText()).isEqualTo("heard");
            assertEndsWith(client, 1000);
        }
    }

    @Test
    void aCloseBetweenFragmentsIsAnswered() throws IOException {
        endsWith(1000, new FrameBytes().frame(0x01, latin("unfinished")).close(1000, "").bytes());
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1001, 1008, 1011, 4001, 4200})
    void ourCloseFrameIsSentThoughThePeersCrossesIt(int code) throws IOException {
        try (WireClient client = open()) {
            client.send(new FrameBytes().text("close " + code).close(1000, "").bytes());
            assertEndsWith(client, code);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 4001})
    void afterOurCloseFrameThePeersAnswerEndsTheStream(int code) throws IOException {
        try (WireClient client = open()) {
            client.text("close " + code).text("ignored");
            WireClient.Received close = client.receive();
            assertThat(close.closeCode()).isEqualTo(code);
            assertThat(close.closeReason()).isEqualTo("as told");
            client.text("ignored, too").close(code, "");
            assertEndOfStream(client);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 4001, 1011})
    void aPeerThatNeverAnswersOurCloseIsCutOff(int code) throws IOException {
        try (WireClient client = open()) {
            client.text("close " + code);
            assertEndsWith(client, code); // within the five seconds a read waits
        }
    }

    /**
     * A server that closes with unread input resets the connection, and a reset throws away what
     * the peer has not read yet: the close frame.
     */
    @ParameterizedTest
    @ValueSource(ints = {1 << 10, 100 << 10, 6 << 20})
    void theCloseFrameSurvivesAnyAmountOfDataBehindTheViolation(int more) throws IOException {
        endsWith(1002, join(new FrameBytes().frame(0x83, latin("x")).bytes(), new byte[more]));
    }

    @ParameterizedTest
    @ValueSource(ints = {1 << 10, 100 << 10, 6 << 20})
    void theAnswerToACloseSurvivesAnyAmountOfDataBehindIt(int more) throws IOException {
        endsWith(3333, join(new FrameBytes().close(3333, "").bytes(), new byte[more]));
    }

    @Test
    void aPeerThatHalfClosesAfterItsCloseFrameStillGetsTheAnswer() throws IOException {
        try (WireClient client = open()) {
            client.text("last words").close(1000, "").endOutput();
            assertThat(client.receiveText()).isEqualTo("last words");
            assertEndsWith(client, 1000);
        }
    }

    @Test
    void randomValidTrafficIsEchoedWhateverTheCuts() throws IOException {
        for (long seed = 1; seed <= 10; seed++) {
            Random random = new Random(seed);
            try (WireClient client = open()) {
                for (int round = 0; round < 20; round++) {
                    byte[] payload = bytes(random.nextInt(random.nextBoolean() ? 300 : 100_000));
                    byte[] frames =
                            fragments(0x02, payload, 1 + random.nextInt(payload.length + 5));
                    if (frames.length > 3 * payload.length + 100) {
                        frames = new FrameBytes().binary(payload).bytes();
                    }
                    inPieces(client, frames, 1 + random.nextInt(frames.length));
                    assertThat(client.receive().payload()).as("seed %d", seed).isEqualTo(payload);
                }
                closesNormally(client);
            }
        }
    }

    // ---- what tests say

    /** Sent at once and byte by byte, the bytes end the connection with this code and no other. */
    private static void endsWith(int code, byte[] bytes) throws IOException {
        try (WireClient client = open()) {
            client.send(bytes);
            assertEndsWith(client, code);
        }
        if (bytes.length < 200) {
            try (WireClient client = open()) {
                for (byte b : bytes) {
                    client.send(new byte[] {b});
                }
                assertEndsWith(client, code);
            }
        }
    }

    private static void assertEndsWith(WireClient client, int code) throws IOException {
        WireClient.Received close = client.receive();
        assertThat(close.opcode()).as("close frame, not %s", close).isEqualTo(WireClient.CLOSE);
        assertThat(close.last()).isTrue();
        assertThat(close.closeCode()).isEqualTo(code);
        assertEndOfStream(client);
    }

    /** The end, not a reset: that would throw. */
    private static void assertEndOfStream(WireClient client) throws IOException {
        assertThat(client.input().read()).as("end of the stream").isEqualTo(-1);
    }

    private static void closesNormally(WireClient client) throws IOException {
        client.close(1000, "");
        assertEndsWith(client, 1000);
    }

    private static void assertBinary(WireClient.Received frame, byte[] payload) {
        assertThat(frame.opcode()).isEqualTo(WireClient.BINARY);
        assertThat(frame.payload()).isEqualTo(payload);
    }

    private static void assertPong(WireClient.Received frame, byte[] payload) {
        assertThat(frame.opcode()).isEqualTo(WireClient.PONG);
        assertThat(frame.payload()).isEqualTo(payload);
    }

    private static void inPieces(WireClient client, byte[] bytes, int pieceBytes)
            throws IOException {
        for (int i = 0; i < bytes.length; i += pieceBytes) {
            client.send(Arrays.copyOfRange(bytes, i, Math.min(bytes.length, i + pieceBytes)));
        }
    }

    private static byte[] fragments(int opcode, byte[] payload, int fragmentBytes) {
        var frames = new FrameBytes();
        int at = 0;
        do {
            int end = Math.min(payload.length, at + fragmentBytes);
            int first = (at == 0 ? opcode : 0) | (end == payload.length ? 0x80 : 0);
            frames.frame(first, Arrays.copyOfRange(payload, at, end));
            at = end;
        } while (at < payload.length);
        return frames.bytes();
    }

    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private static byte[] latin(String text) {
        return text.getBytes(ISO_8859_1);
    }

    private static byte[] unhex(String hex) {
        var bytes = new ByteArrayOutputStream();
        for (String pair : List.of(hex.split(" ", -1))) {
            bytes.write(Integer.parseInt(pair, 16));
        }
        return bytes.toByteArray();
    }

    private static byte[] join(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }
}
