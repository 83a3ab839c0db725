package dev.resound.netty;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** The decoder against {@link PlainFrameDecoder}, and against itself however the bytes are cut. */
class FrameDecoderFuzzTest {
    private static final int LIMIT = 9000;

    private static final String STRANGE = "aé€\ud7ff😀\udbff\udfff";

    private final Scratch scratch = new Scratch();

    @Test
    void aConversationIsTheSameCutAtEveryPosition() {
        byte[] bytes =
                new FrameBytes()
                        .text("zażółć gęślą jaźń 😀")
                        .frame(0x01, "über".getBytes(UTF_8))
                        .ping("are you there?")
                        .frame(0x00, new byte[0])
                        .frame(0x80, "all".getBytes(UTF_8))
                        .binary(new byte[300])
                        .text("")
                        .frame(0x8a, new byte[125])
                        .close(4001, "köszönöm")
                        .bytes();
        List<String> whole = decode(bytes);
        assertThat(whole).hasSize(7).last().isEqualTo("closed 4001 köszönöm");
        for (int cut = 0; cut <= bytes.length; cut++) {
            assertThat(decode(bytes, cut)).as("cut at %d", cut).isEqualTo(whole);
        }
        assertThat(byteByByte(bytes)).isEqualTo(whole);
    }

    @Test
    void aLongMessageIsTheSameCutAtEveryPosition() {
        byte[] bytes = new FrameBytes().text("é".repeat(1000)).text("x").bytes();
        List<String> whole = decode(bytes);
        for (int cut = 0; cut <= bytes.length; cut++) {
            assertThat(decode(bytes, cut)).as("cut at %d", cut).isEqualTo(whole);
        }
        assertThat(byteByByte(bytes)).isEqualTo(whole);
    }

    @Test
    void randomConversationsAreUnderstoodAsByThePlainDecoder() {
        Random random = new Random(64550001);
        Set<String> kinds = new HashSet<>();
        for (int round = 0; round < 30_000; round++) {
            byte[] bytes = conversation(random);
            mutate(bytes, random);
            List<String> expected = PlainFrameDecoder.decode(bytes, LIMIT);
            Supplier<String> input = () -> HexFormat.of().formatHex(bytes);
            expected.forEach(line -> kinds.add(kind(line)));
            assertThat(decode(bytes)).as(input).isEqualTo(expected);
            assertThat(atRandomCuts(bytes, random)).as(input).isEqualTo(expected);
            if (round % 10 == 0) {
                assertThat(byteByByte(bytes)).as(input).isEqualTo(expected);
            }
        }
        assertThat(kinds)
                .as("what the conversations led to")
                .contains("text", "binary", "ping", "pong", "closed")
                .contains("violation 1002", "violation 1007", "violation 1009");
    }

    @Test
    void randomBytesAreUnderstoodAsByThePlainDecoder() {
        Random random = new Random(64550002);
        for (int round = 0; round < 30_000; round++) {
            byte[] bytes = new byte[random.nextInt(40)];
            random.nextBytes(bytes);
            assertThat(decode(bytes)).isEqualTo(PlainFrameDecoder.decode(bytes, LIMIT));
        }
    }

    /** Mostly by the rules; now and then text that is none, or a length in a form too long. */
    private static byte[] conversation(Random random) {
        var out = new ByteArrayOutputStream();
        boolean open = false;
        int frames = random.nextInt(1, 8);
        for (int i = 0; i < frames; i++) {
            int opcode;
            boolean last = random.nextInt(3) > 0;
            if (random.nextInt(4) == 0) {
                opcode = random.nextInt(30) == 0 ? 8 : 9 + random.nextInt(2);
                last = true;
            } else {
                opcode = open ? 0 : 1 + random.nextInt(2);
                open = !last;
            }
            writeFrame(out, random, opcode, last);
        }
        byte[] all = out.toByteArray();
        int kept = random.nextInt(3) == 0 ? random.nextInt(all.length + 1) : all.length;
        return Arrays.copyOf(all, kept);
    }

    private static void writeFrame(
            ByteArrayOutputStream out, Random random, int opcode, boolean last) {
        byte[] payload = payload(random, opcode);
        out.write(last ? 0x80 | opcode : opcode);
        int length = payload.length;
        if (length < 126 && random.nextInt(200) > 0) {
            out.write(0x80 | length);
        } else if (length < 65536 && random.nextInt(200) > 0) {
            out.write(0x80 | 126);
            out.write(length >>> 8);
            out.write(length);
        } else {
            out.write(0x80 | 127);
            out.writeBytes(new byte[4]);
            for (int shift = 24; shift >= 0; shift -= 8) {
                out.write(length >>> shift);
            }
        }
        byte[] key = new byte[4];
        random.nextBytes(key);
        out.writeBytes(key);
        for (int i = 0; i < length; i++) {
            out.write(payload[i] ^ key[i & 3]);
        }
    }

    private static byte[] payload(Random random, int opcode) {
        if (opcode == 8) {
            byte[] close = new byte[random.nextInt(5)];
            random.nextBytes(close);
            if (close.length > 1) {
                int code = random.nextInt(990, 5010);
                close[0] = (byte) (code >>> 8);
                close[1] = (byte) code;
            }
            return close;
        }
        int most = opcode > 8 ? 31 : random.nextInt(20) == 0 ? 3000 : 60;
        StringBuilder text = new StringBuilder();
        int characters = random.nextInt(most);
        boolean ascii = random.nextInt(3) == 0;
        for (int i = 0; i < characters; i++) {
            text.appendCodePoint(
                    ascii
                            ? random.nextInt(128)
                            : STRANGE.codePointAt(
                                    STRANGE.offsetByCodePoints(0, random.nextInt(6))));
        }
        byte[] bytes = text.toString().getBytes(UTF_8);
        if (random.nextInt(4) == 0 && bytes.length > 0) {
            // Cuts a character, so that the next fragment may or may not go on with it.
            return Arrays.copyOf(bytes, random.nextInt(bytes.length));
        }
        return bytes;
    }

    private static void mutate(byte[] bytes, Random random) {
        if (bytes.length > 0 && random.nextBoolean()) {
            int changes = random.nextInt(1, 4);
            for (int i = 0; i < changes; i++) {
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            }
        }
    }

    private static String kind(String line) {
        return line.startsWith("violation") ? line : line.substring(0, line.indexOf(' '));
    }

    private List<String> decode(byte[] bytes) {
        return decode(bytes, bytes.length);
    }

    private List<String> decode(byte[] bytes, int cut) {
        var heard = new Heard();
        var decoder = new FrameDecoder(LIMIT, scratch);
        decoder.decode(Unpooled.wrappedBuffer(bytes, 0, cut), heard);
        decoder.decode(Unpooled.wrappedBuffer(bytes, cut, bytes.length - cut), heard);
        return heard.lines;
    }

    private List<String> byteByByte(byte[] bytes) {
        var heard = new Heard();
        var decoder = new FrameDecoder(LIMIT, scratch);
        for (int i = 0; i < bytes.length; i++) {
            decoder.decode(Unpooled.wrappedBuffer(bytes, i, 1), heard);
        }
        return heard.lines;
    }

    private List<String> atRandomCuts(byte[] bytes, Random random) {
        var heard = new Heard();
        var decoder = new FrameDecoder(LIMIT, scratch);
        int at = 0;
        while (at < bytes.length) {
            int count = Math.min(bytes.length - at, 1 + random.nextInt(50));
            ByteBuf in = Unpooled.wrappedBuffer(bytes, at, count);
            decoder.decode(in, heard);
            assertThat(in.isReadable()).isFalse();
            at += count;
        }
        return heard.lines;
    }
}
