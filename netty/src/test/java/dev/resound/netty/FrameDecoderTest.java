package dev.resound.netty;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.core.Close;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameDecoderTest {
    private static final int LIMIT = 100_000;

    private final Heard heard = new Heard();
    private final FrameDecoder decoder = new FrameDecoder(LIMIT, new Scratch());

    // Messages

    @Test
    void aTextMessageIsHandedOn() {
        decode(client().text("Hello, wörld 😀"));
        assertThat(heard.lines).containsExactly("text Hello, wörld 😀");
    }

    @Test
    void aBinaryMessageIsHandedOnWhateverItsBytes() {
        decode(client().binary(new byte[] {(byte) 0xff, 0, (byte) 0xc0}));
        assertThat(heard.lines).containsExactly("binary ff00c0");
    }

    @Test
    void emptyMessagesAreMessages() {
        decode(client().text("").binary(new byte[0]));
        assertThat(heard.lines).containsExactly("text ", "binary ");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 9, 125, 126, 127, 65535, 65536, 65537, 99_999})
    void messagesOfEveryLengthEncodingAreUnmasked(int length) {
        String text = "x".repeat(length - 1) + "y";
        decode(client().text(text).text("next"));
        assertThat(heard.lines).containsExactly("text " + text, "text next");
    }

    @Test
    void severalFramesInOneReadAreAllDecoded() {
        decode(client().text("a").ping("b").text("c").close(1000, "d"));
        assertThat(heard.lines).containsExactly("text a", "ping 62", "text c", "closed 1000 d");
    }

    @Test
    void theSameHoldsForDirectMemory() {
        ByteBuf in = Unpooled.directBuffer();
        try {
            in.writeBytes(client().text("from outside the heap").bytes());
            decoder.decode(in, heard);
            assertThat(in.isReadable()).isFalse();
        } finally {
            in.release();
        }
        assertThat(heard.lines).containsExactly("text from outside the heap");
    }

    // Fragments

    @Test
    void fragmentsBecomeOneMessage() {
        decode(client().frame(0x01, utf8("one ")).frame(0x00, utf8("two ")).frame(0x80, utf8("3")));
        assertThat(heard.lines).containsExactly("text one two 3");
    }

    @Test
    void binaryFragmentsBecomeOneMessage() {
        decode(client().frame(0x02, new byte[] {-1}).frame(0x80, new byte[] {-2}));
        assertThat(heard.lines).containsExactly("binary fffe");
    }

    @Test
    void emptyFragmentsAreAllowed() {
        decode(client().frame(0x01, utf8("")).frame(0x00, utf8("a")).frame(0x80, utf8("")));
        assertThat(heard.lines).containsExactly("text a");
    }

    @Test
    void controlFramesMayComeBetweenFragments() {
        decode(
                client().frame(0x01, utf8("a"))
                        .ping("p")
                        .frame(0x00, utf8("b"))
                        .frame(0x8a, utf8("q"))
                        .frame(0x80, utf8("c")));
        assertThat(heard.lines).containsExactly("ping 70", "pong 71", "text abc");
    }

    @Test
    void closeBetweenFragmentsEndsWithoutTheMessage() {
        decode(client().frame(0x01, utf8("a")).close(1001, "").frame(0x80, utf8("b")));
        assertThat(heard.lines).containsExactly("closed 1001 ");
    }

    @Test
    void aMessageAfterFragmentsStartsAfresh() {
        decode(client().frame(0x01, utf8("é")).frame(0x80, utf8("b")).binary(new byte[] {-1}));
        assertThat(heard.lines).containsExactly("text éb", "binary ff");
    }

    @Test
    void continuationWithoutStartIsRefused() {
        assertRefused(1002, client().frame(0x80, utf8("a")));
    }

    @Test
    void unfinishedContinuationWithoutStartIsRefused() {
        assertRefused(1002, client().frame(0x00, utf8("a")));
    }

    @Test
    void continuationAfterAWholeMessageIsRefused() {
        decode(client().text("a").frame(0x80, utf8("b")));
        assertThat(heard.lines).containsExactly("text a", "violation 1002");
    }

    @ParameterizedTest
    @ValueSource(ints = {0x81, 0x82, 0x01, 0x02})
    void aNewMessageInsideAFragmentedOneIsRefused(int firstByte) {
        assertRefused(1002, client().frame(0x01, utf8("a")).frame(firstByte, utf8("b")));
    }

    // Frame rules

    @ParameterizedTest
    @ValueSource(ints = {0xc1, 0xa1, 0x91, 0xf1, 0xc2, 0xc9, 0xa8, 0x9a})
    void reservedBitsAreRefused(int firstByte) {
        assertRefused(1002, client().raw(firstByte));
    }

    @Test
    void reservedBitsAreRefusedOnContinuations() {
        assertRefused(1002, client().frame(0x01, utf8("a")).raw(0xc0));
    }

    @ParameterizedTest
    @ValueSource(ints = {0x83, 0x84, 0x85, 0x86, 0x87, 0x8b, 0x8c, 0x8d, 0x8e, 0x8f, 0x03, 0x0b})
    void unknownOpcodesAreRefused(int firstByte) {
        assertRefused(1002, client().raw(firstByte));
    }

    @ParameterizedTest
    @ValueSource(ints = {0x81, 0x82, 0x88, 0x89, 0x8a})
    void unmaskedFramesAreRefused(int firstByte) {
        assertRefused(1002, client().raw(firstByte, 0x02));
    }

    @ParameterizedTest
    @ValueSource(ints = {0x08, 0x09, 0x0a})
    void fragmentedControlFramesAreRefused(int firstByte) {
        assertRefused(1002, client().raw(firstByte));
    }

    @ParameterizedTest
    @ValueSource(ints = {0x88, 0x89, 0x8a})
    void controlFramesAbove125BytesAreRefused(int firstByte) {
        assertRefused(1002, client().raw(firstByte, 0x80 | 126));
    }

    @Test
    void controlFramesOf124And125BytesAreTaken() {
        decode(client().ping("p".repeat(124)).ping("p".repeat(125)));
        assertThat(heard.lines)
                .containsExactly("ping " + "70".repeat(124), "ping " + "70".repeat(125));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 125})
    void aShortLengthInTwoBytesIsRefused(int length) {
        assertRefused(1002, client().raw(0x82).length(2, length));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 125, 126, 65535})
    void aShortLengthInEightBytesIsRefused(int length) {
        assertRefused(1002, client().raw(0x82).length(8, length));
    }

    @Test
    void aLengthWithTheHighestBitIsRefused() {
        assertRefused(1002, client().raw(0x82).length(8, Long.MIN_VALUE + 70_000));
    }

    // Close frames

    @Test
    void aCloseWithoutCodeIs1005() {
        decode(client().frame(0x88, new byte[0]));
        assertThat(heard.lines).containsExactly("closed 1005 ");
    }

    @Test
    void aCloseOfOneByteIsRefusedByItsHeader() {
        assertRefused(1002, client().raw(0x88, 0x81));
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 4999
            })
    void closeCodesThatMayBeSentAreTaken(int code) {
        decode(client().close(code, "bye"));
        assertThat(heard.lines).containsExactly("closed " + code + " bye");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535})
    void closeCodesThatMayNotBeSentAreRefused(int code) {
        assertRefused(1002, client().close(code, ""));
    }

    @Test
    void aCloseReasonThatIsNotUtf8IsRefused() {
        assertRefused(1007, client().close(1000, new byte[] {(byte) 0xce, (byte) 0xff}));
    }

    @Test
    void aTruncatedCharacterAtTheEndOfACloseReasonIsRefused() {
        assertRefused(1007, client().close(1000, new byte[] {'a', (byte) 0xce}));
    }

    @Test
    void theLongestCloseReasonIsTaken() {
        decode(client().close(1000, "r".repeat(123)));
        assertThat(heard.lines).containsExactly("closed 1000 " + "r".repeat(123));
    }

    @Test
    void nothingIsDecodedAfterAClose() {
        decode(client().close(1000, "").text("late").raw(0xff));
        decode(client().text("later"));
        assertThat(heard.lines).containsExactly("closed 1000 ");
    }

    @Test
    void nothingIsDecodedAfterAViolation() {
        decode(client().raw(0xff).text("late"));
        decode(client().text("later"));
        assertThat(heard.lines).containsExactly("violation 1002");
    }

    // Text

    @Test
    void textThatIsNotUtf8IsRefused() {
        assertRefused(1007, client().frame(0x81, HexFormat.of().parseHex("cebae1bdb9cf83eda080")));
    }

    @Test
    void aCharacterMayBeCutBetweenFragments() {
        byte[] euro = utf8("€");
        decode(
                client().frame(0x01, Arrays.copyOf(euro, 1))
                        .frame(0x80, new byte[] {euro[1], euro[2]}));
        assertThat(heard.lines).containsExactly("text €");
    }

    @Test
    void asciiInsideACutCharacterIsRefused() {
        assertRefused(1007, client().frame(0x01, new byte[] {(byte) 0xc3}).frame(0x80, utf8("a")));
    }

    @Test
    void aTextThatEndsInsideACharacterIsRefused() {
        assertRefused(1007, client().frame(0x81, new byte[] {'a', (byte) 0xe2, (byte) 0x82}));
    }

    @Test
    void aFragmentedTextThatEndsInsideACharacterIsRefused() {
        assertRefused(
                1007, client().frame(0x01, new byte[] {(byte) 0xf0}).frame(0x80, new byte[0]));
    }

    /** Autobahn 6.4: the rest of the frame, and of the message, is not waited for. */
    @Test
    void theFirstImpossibleByteIsRefusedInsideAnUnfinishedFrame() {
        byte[] text = HexFormat.of().parseHex("cebae1bdb9cf83f4908080656469746564");
        byte[] frame = client().raw(0x01).length(0, text.length).masked(text, text.length).bytes();
        int impossible = 6 + 8; // f4 may go on with 80 to 8f only
        decode(Arrays.copyOf(frame, impossible));
        assertThat(heard.lines).isEmpty();
        decode(new byte[] {frame[impossible]});
        assertThat(heard.lines).containsExactly("violation 1007");
    }

    @Test
    void anImpossibleFragmentIsRefusedBeforeTheMessageEnds() {
        assertRefused(1007, client().frame(0x01, utf8("fine")).frame(0x00, new byte[] {-1}));
    }

    // Limits

    @ParameterizedTest
    @ValueSource(ints = {LIMIT - 1, LIMIT})
    void messagesUpToTheLimitAreTaken(int length) {
        decode(client().text("x".repeat(length)));
        assertThat(heard.lines).containsExactly("text " + "x".repeat(length));
    }

    @ParameterizedTest
    @ValueSource(longs = {LIMIT + 1, Integer.MAX_VALUE, Integer.MAX_VALUE + 1L, Long.MAX_VALUE})
    void messagesAboveTheLimitAreRefusedByTheirLength(long length) {
        assertRefused(1009, client().raw(0x81).length(8, length));
        assertThat(decoder.heldBytes()).isZero();
    }

    @Test
    void theReasonSaysThatTheMessageIsTooBig() {
        assertRefused(1009, client().raw(0x81).length(8, 1 << 20));
        assertThat(heard.violation).isEqualTo(new Close(1009, "Maximum message size exceeded"));
    }

    @Test
    void whoListensMayTakeLessOfOneKind() {
        heard.mostTextBytes = 1_500;
        byte[] bytes = new byte[1_501];
        decode(client().text("x".repeat(1_500)).frame(0x82, bytes));
        assertThat(heard.lines)
                .containsExactly("text " + "x".repeat(1_500), "binary " + "00".repeat(1_501));
        heard.lines.clear();
        assertRefused(1009, client().raw(0x81).length(2, 1_501));
    }

    @Test
    void whatWhoListensTakesHoldsForAMessageOfSeveralFragmentsAsAWhole() {
        heard.mostBinaryBytes = 1_500;
        int rest = 1_500 - 1_000 - 2 * FrameDecoder.FRAGMENT_BYTES;
        assertRefused(1009, client().frame(0x02, new byte[1_000]).raw(0x80).length(2, rest + 1));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0})
    void everyFragmentCounts64BytesMoreUpToTheLimit(int beside) {
        int rest = LIMIT - 3 * FrameDecoder.FRAGMENT_BYTES - 2000 + beside;
        decode(
                client().frame(0x02, new byte[1000])
                        .frame(0x00, new byte[1000])
                        .frame(0x80, new byte[rest]));
        assertThat(heard.lines).containsExactly("binary " + "00".repeat(2000 + rest));
    }

    @Test
    void everyFragmentCounts64BytesMoreAboveTheLimit() {
        int rest = LIMIT - 3 * FrameDecoder.FRAGMENT_BYTES - 2000 + 1;
        assertRefused(
                1009,
                client().frame(0x02, new byte[1000])
                        .frame(0x00, new byte[1000])
                        .raw(0x80)
                        .length(8, rest));
    }

    @Test
    void tinyFragmentsMeetTheLimitOfTheMessage() {
        FrameBytes frames = client().frame(0x02, new byte[1]);
        int taken = LIMIT / (FrameDecoder.FRAGMENT_BYTES + 1);
        for (int i = 1; i < taken; i++) {
            frames.frame(0x00, new byte[1]);
        }
        decode(frames);
        assertThat(heard.lines).isEmpty();
        assertRefused(1009, client().frame(0x00, new byte[1]));
    }

    @Test
    void theLimitIsPerMessage() {
        byte[] most = new byte[LIMIT - 2 * FrameDecoder.FRAGMENT_BYTES];
        for (int i = 0; i < 3; i++) {
            decode(client().frame(0x02, new byte[0]).frame(0x80, most));
        }
        assertThat(heard.lines).hasSize(3).allMatch(line -> line.startsWith("binary"));
    }

    @Test
    void emptyFragmentsBelow128InARowAreTaken() {
        decode(emptyFragments(FrameDecoder.EMPTY_FRAGMENTS - 1).frame(0x00, utf8("a")));
        decode(emptyContinuations(FrameDecoder.EMPTY_FRAGMENTS - 1).frame(0x80, utf8("b")));
        assertThat(heard.lines).containsExactly("text ab");
    }

    @Test
    void the128thEmptyFragmentInARowIsRefused() {
        decode(emptyFragments(FrameDecoder.EMPTY_FRAGMENTS - 1));
        assertThat(heard.lines).isEmpty();
        assertRefused(1008, emptyContinuations(1));
    }

    @Test
    void controlFramesDoNotHideEmptyFragments() {
        decode(emptyFragments(FrameDecoder.EMPTY_FRAGMENTS - 1).ping(""));
        decode(emptyContinuations(1));
        assertThat(heard.lines).containsExactly("ping ", "violation 1008");
    }

    // Memory

    @Test
    void nothingIsHeldForMessagesThatArriveWhole() {
        decode(client().text("x".repeat(60_000)).text("y".repeat(90_000)));
        assertThat(decoder.heldBytes()).isZero();
    }

    @Test
    void nothingIsHeldForALengthThatIsOnlyClaimed() {
        decode(client().raw(0x82).length(8, LIMIT).masked(new byte[0], 0));
        assertThat(decoder.heldBytes()).isZero();
        decode(new byte[1]);
        assertThat(decoder.heldBytes()).isLessThan(1024);
    }

    @Test
    void memoryGrowsWithWhatIsReceivedAndIsDroppedWithTheMessage() {
        byte[] payload = new byte[50_000];
        byte[] frame = client().binary(payload).bytes();
        int at = 0;
        while (at < frame.length - 1) {
            int next = Math.min(frame.length - 1, at + 999);
            decode(Arrays.copyOfRange(frame, at, next));
            at = next;
            assertThat(decoder.heldBytes()).isLessThanOrEqualTo(Math.max(1024, 2 * at));
            assertThat(decoder.heldBytes()).isLessThanOrEqualTo(payload.length);
        }
        decode(new byte[] {frame[frame.length - 1]});
        assertThat(heard.lines).hasSize(1);
        assertThat(decoder.heldBytes()).isZero();
    }

    @Test
    void memoryNeverPassesTheLimit() {
        decode(client().frame(0x02, new byte[LIMIT - 1000]));
        assertThat(decoder.heldBytes()).isBetween(LIMIT - 1000, LIMIT);
    }

    @Test
    void memoryIsDroppedWithAViolationAndWithAClose() {
        var other = new FrameDecoder(LIMIT, new Scratch());
        byte[] start = client().frame(0x02, new byte[5000]).bytes();
        decode(start);
        decode(client().raw(0xff));
        other.decode(Unpooled.wrappedBuffer(start), new Heard());
        other.decode(Unpooled.wrappedBuffer(client().close(1000, "").bytes()), new Heard());
        assertThat(decoder.heldBytes()).isZero();
        assertThat(other.heldBytes()).isZero();
    }

    @Test
    void decodersMayShareTheirScratch() {
        var scratch = new Scratch();
        var one = new FrameDecoder(LIMIT, scratch);
        var two = new FrameDecoder(LIMIT, scratch);
        byte[] cut = client().text("cut in two").bytes();
        one.decode(Unpooled.wrappedBuffer(Arrays.copyOf(cut, 10)), heard);
        two.decode(Unpooled.wrappedBuffer(client().text("between").bytes()), heard);
        one.decode(Unpooled.wrappedBuffer(Arrays.copyOfRange(cut, 10, cut.length)), heard);
        assertThat(heard.lines).containsExactly("text between", "text cut in two");
    }

    // Pausing

    @Test
    void aSinkThatWantsNoMoreLeavesTheRestUnread() {
        heard.patience = 1;
        byte[] first = client().text("one").bytes();
        byte[] second = client().ping("two").text("three").bytes();
        ByteBuf in = Unpooled.wrappedBuffer(first, second);
        decoder.decode(in, heard);
        assertThat(heard.lines).containsExactly("text one");
        assertThat(in.readableBytes()).isEqualTo(second.length);
        decoder.decode(in, heard);
        assertThat(in.readableBytes()).isEqualTo(second.length);
        heard.patience = Integer.MAX_VALUE;
        decoder.decode(in, heard);
        assertThat(heard.lines).containsExactly("text one", "ping 74776f", "text three");
        assertThat(in.isReadable()).isFalse();
    }

    private static FrameBytes client() {
        return new FrameBytes();
    }

    private static FrameBytes emptyFragments(int count) {
        FrameBytes frames = client().frame(0x01, new byte[0]);
        for (int i = 1; i < count; i++) {
            frames.frame(0x00, new byte[0]);
        }
        return frames;
    }

    private static FrameBytes emptyContinuations(int count) {
        FrameBytes frames = client();
        for (int i = 0; i < count; i++) {
            frames.frame(0x00, new byte[0]);
        }
        return frames;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(UTF_8);
    }

    private void assertRefused(int code, FrameBytes frames) {
        decode(frames);
        assertThat(heard.lines).containsExactly("violation " + code);
    }

    private void decode(FrameBytes frames) {
        decode(frames.bytes());
    }

    private void decode(byte[] bytes) {
        ByteBuf in = Unpooled.wrappedBuffer(bytes);
        decoder.decode(in, heard);
        assertThat(in.isReadable()).isFalse();
    }
}
