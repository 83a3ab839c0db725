package dev.resound.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StampTest {

    static Stream<Stamp> stamps() {
        return Stream.of(
                new Stamp(0, 0, 0),
                new Stamp(3, 1_234_567_890, 0x0123_4567_89AB_CDEFL),
                new Stamp(0xFFFF, 0xFFFF_FFFF_FFFFL, Long.MAX_VALUE),
                new Stamp(1, 10, -1),
                new Stamp(1, 10, Long.MIN_VALUE));
    }

    @ParameterizedTest
    @MethodSource("stamps")
    void everyFieldSurvivesThePayload(Stamp stamp) {
        var payload = Unpooled.wrappedBuffer(stamp.payload(128));
        long packed = Stamp.packedAt(payload, 0);

        assertThat(payload.readableBytes()).isEqualTo(128);
        assertThat(
                        new Stamp(
                                Stamp.publisherOf(packed),
                                Stamp.sequenceOf(packed),
                                Stamp.nanosAt(payload, 0)))
                .isEqualTo(stamp);
    }

    @Test
    void thePayloadNeedsNoEscapingInJson() {
        String payload =
                new String(new Stamp(7, 8, 9).payload(Stamp.BYTES + 5), StandardCharsets.UTF_8);

        assertThat(JsonText.quoted(payload)).isEqualTo("\"" + payload + "\"");
        assertThat(payload).isEqualTo("@resound00070000000000080000000000000009xxxxx");
    }

    @Test
    void theMarkerIsFoundWhereverItMovesTo() {
        var marker = Stamp.marker();
        for (String before : new String[] {"", "{\"data\":\"", "", "@res@resoun", "{\"data\":\""}) {
            var text = before + "@resound" + "0".repeat(32) + "tail";
            var buffer = Unpooled.copiedBuffer("skip" + text, StandardCharsets.US_ASCII);

            assertThat(marker.find(buffer, 4, text.length())).isEqualTo(before.length());
        }
    }

    @Test
    void theMarkerIsNotFoundOutsideTheMessage() {
        var marker = Stamp.marker();
        var buffer = Unpooled.copiedBuffer("12345678@resound", StandardCharsets.US_ASCII);

        assertThat(marker.find(buffer, 0, 15)).isEqualTo(-1);
        assertThat(marker.find(buffer, 0, 3)).isEqualTo(-1);
        assertThat(marker.find(buffer, 0, 16)).isEqualTo(8);
        assertThat(marker.find(buffer, 0, 15)).isEqualTo(-1);
    }
}
