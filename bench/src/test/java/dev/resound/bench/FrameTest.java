package dev.resound.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What we send and what we understand, byte by byte. */
class FrameTest {

    /** Notes what it is given as readable lines. */
    private static final class Notes implements FrameDecoder.Sink {
        final List<String> lines = new ArrayList<>();

        @Override
        public void onMessage(ByteBuf buffer, int offset, int length) {
            lines.add("message " + text(buffer, offset, length));
        }

        @Override
        public void onPing(ByteBuf buffer, int offset, int length) {
            lines.add("ping " + text(buffer, offset, length));
        }

        @Override
        public void onClose(int code, String reason) {
            lines.add("close " + code + " " + reason);
        }

        @Override
        public void onBroken(String why) {
            lines.add("broken: " + why);
        }

        private static String text(ByteBuf buffer, int offset, int length) {
            return length > 100
                    ? length + " bytes"
                    : buffer.toString(offset, length, StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 2", "5, 2", "125, 2", "126, 4", "65535, 4", "65536, 10"})
    void ourFramesAreFinalMaskedTextWithTheShortestLength(int payloadBytes, int maskAt) {
        byte[] payload =
                "abcdefg"
                        .repeat(10_000)
                        .substring(0, payloadBytes)
                        .getBytes(StandardCharsets.UTF_8);
        ByteBuf frame = ClientFrame.text(UnpooledByteBufAllocator.DEFAULT, payload);
        try {
            assertThat(frame.readableBytes()).isEqualTo(maskAt + 4 + payloadBytes);
            assertThat(frame.getByte(0)).isEqualTo((byte) 0x81);
            assertThat(frame.getByte(1) & 0x80).isEqualTo(0x80);
            long length =
                    switch (maskAt) {
                        case 2 -> frame.getByte(1) & 0x7F;
                        case 4 -> frame.getUnsignedShort(2);
                        default -> frame.getLong(2);
                    };
            assertThat(length).isEqualTo(payloadBytes);
            assertThat(frame.getInt(maskAt)).isNotZero();
            var unmasked = new byte[payloadBytes];
            for (int at = 0; at < payloadBytes; at++) {
                int mask = frame.getByte(maskAt + (at & 3));
                unmasked[at] = (byte) (frame.getByte(maskAt + 4 + at) ^ mask);
            }
            assertThat(unmasked).isEqualTo(payload);
        } finally {
            frame.release();
        }
    }

    @Test
    void framesAreFoundHoweverTheStreamIsCut() {
        ByteBuf stream =
                concat(
                        frame(0x81, "one"),
                        frame(0x89, "beat"),
                        frame(0x8A, "ignored"),
                        frame(0x82, "x".repeat(300)),
                        frame(0x81, ""),
                        frame(0x81, "y".repeat(70_000)),
                        frame(0x88, "\u0003\u00e8bye"));
        List<String> expected =
                List.of(
                        "message one",
                        "ping beat",
                        "message 300 bytes",
                        "message ",
                        "message 70000 bytes",
                        "close 1000 bye");
        for (int piece : new int[] {1, 2, 3, 7, 130, 4_096, stream.readableBytes()}) {
            var notes = new Notes();
            var decoder = new FrameDecoder(notes);
            for (int at = 0; at < stream.readableBytes(); at += piece) {
                decoder.decode(stream.slice(at, Math.min(piece, stream.readableBytes() - at)));
            }
            decoder.release();
            assertThat(notes.lines).as("in pieces of %d", piece).isEqualTo(expected);
        }
    }

    @Test
    void nothingIsReadAfterTheCloseFrame() {
        assertThat(decoded(frame(0x88, ""), frame(0x81, "late"))).containsExactly("close 1005 ");
    }

    @Test
    void whatWeDoNotSpeakIsRefused() {
        assertThat(decoded(frame(0x01, "part")))
                .containsExactly("broken: fragmented messages are not supported");
        assertThat(decoded(frame(0x80, "rest")))
                .containsExactly("broken: fragmented messages are not supported");
        assertThat(decoded(frame(0xC1, "deflated")))
                .singleElement()
                .asString()
                .contains("reserved");
        assertThat(decoded(frame(0x83, "?"))).containsExactly("broken: unknown opcode 3");
        assertThat(decoded(Unpooled.wrappedBuffer(new byte[] {(byte) 0x81, (byte) 0x81})))
                .singleElement()
                .asString()
                .contains("masked");
        assertThat(decoded(Unpooled.buffer().writeByte(0x81).writeByte(127).writeLong(1L << 40)))
                .singleElement()
                .asString()
                .contains("1099511627776 bytes");
    }

    private static List<String> decoded(ByteBuf... frames) {
        var notes = new Notes();
        var decoder = new FrameDecoder(notes);
        decoder.decode(concat(frames));
        decoder.release();
        return notes.lines;
    }

    private static ByteBuf concat(ByteBuf... frames) {
        ByteBuf all = Unpooled.buffer();
        for (ByteBuf frame : frames) {
            all.writeBytes(frame);
        }
        return all;
    }

    /** As a server sends it; each char is one byte. */
    private static ByteBuf frame(int first, String payload) {
        byte[] bytes = payload.getBytes(StandardCharsets.ISO_8859_1);
        ByteBuf frame = Unpooled.buffer().writeByte(first);
        if (bytes.length < 126) {
            frame.writeByte(bytes.length);
        } else if (bytes.length <= 0xFFFF) {
            frame.writeByte(126).writeShort(bytes.length);
        } else {
            frame.writeByte(127).writeLong(bytes.length);
        }
        return frame.writeBytes(bytes);
    }
}
