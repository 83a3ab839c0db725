package dev.resound.netty;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.core.Frame;
import io.netty.buffer.ByteBuf;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The frames that are written into the log for connections with permessage-deflate. */
class MessageDeflaterTest {
    private final MessageDeflater deflater = new MessageDeflater(0);
    private final Log log = new Log(4 << 20);

    @AfterEach
    void release() {
        deflater.release();
        log.release();
    }

    /** A frame as it lies in the log. */
    private record Logged(int firstByte, byte[] payload) {}

    private Logged append(Frame frame) {
        long position = deflater.append(frame, log);
        int length = (int) (log.end() - position);
        ByteBuf bytes = log.slice(position, length);
        try {
            int first = bytes.readUnsignedByte();
            int marker = bytes.readUnsignedByte();
            long payloadLength =
                    switch (marker) {
                        case 126 -> bytes.readUnsignedShort();
                        case 127 -> bytes.readLong();
                        default -> marker;
                    };
            assertThat(payloadLength).isEqualTo(bytes.readableBytes());
            byte[] payload = new byte[bytes.readableBytes()];
            bytes.readBytes(payload);
            return new Logged(first, payload);
        } finally {
            bytes.release();
        }
    }

    @Test
    void aCompressedFrameIsAFlushedStreamWithoutItsLastFourBytes() {
        byte[] payload = "Hello".repeat(50).getBytes(UTF_8);
        Logged frame = append(Frame.text(payload));
        assertThat(frame.firstByte).isEqualTo(0xc1);
        assertThat(frame.payload)
                .isEqualTo(Zlib.deflate(payload, Deflater.BEST_SPEED, Deflater.DEFAULT_STRATEGY));
    }

    @Test
    void textAndBinaryKeepTheirKind() {
        assertThat(append(Frame.text("x".repeat(500))).firstByte).isEqualTo(0xc1);
        assertThat(append(Frame.binary(new byte[500])).firstByte).isEqualTo(0xc2);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4})
    void whatIsTooShortToShrinkIsWrittenAsItIs(int length) {
        Logged frame = append(Frame.binary(new byte[length]));
        assertThat(frame.firstByte).isEqualTo(0x82);
        assertThat(frame.payload).isEqualTo(new byte[length]);
    }

    @Test
    void aFrameIsNeverLongerThanWithoutCompression() throws DataFormatException {
        Random random = new Random(7692);
        int compressed = 0;
        for (int round = 0; round < 3_000; round++) {
            byte[] payload = new byte[random.nextInt(400)];
            int symbols = 1 + random.nextInt(256);
            for (int i = 0; i < payload.length; i++) {
                payload[i] = (byte) random.nextInt(symbols);
            }
            Logged frame = append(Frame.binary(payload));
            if (frame.firstByte == 0xc2) {
                compressed++;
                assertThat(frame.payload).hasSizeLessThan(payload.length);
                assertThat(Zlib.inflate(frame.payload)).isEqualTo(payload);
            } else {
                assertThat(frame.firstByte).isEqualTo(0x82);
                assertThat(frame.payload).isEqualTo(payload);
            }
        }
        assertThat(compressed).isBetween(500, 2_900);
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 65_000, 70_000, 1_000_000, 5_000_000})
    void framesOfEveryLengthAreInflatedToThemselves(int length) throws DataFormatException {
        byte[] text = "{\"event\":\"price\",\"data\":\"%d\"}".formatted(length).getBytes(UTF_8);
        byte[] payload = new byte[length];
        for (int i = 0; i < length; i++) {
            payload[i] = (byte) (text[i % text.length] + i / 1000 % 3);
        }
        Logged frame = append(Frame.binary(payload));
        assertThat(frame.firstByte).isEqualTo(0xc2);
        assertThat(Zlib.inflate(frame.payload)).isEqualTo(payload);
        log.trim(true);
    }
}
