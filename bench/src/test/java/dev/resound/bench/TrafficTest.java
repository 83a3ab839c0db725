package dev.resound.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What devices send, as an app finds it again. */
class TrafficTest {

    record Case(Traffic traffic, int device, long sequence, long nanos) {}

    static Stream<Case> cases() {
        return Stream.of(
                        new AudioTraffic(16),
                        new AudioTraffic(640),
                        new AudioTraffic(70_000),
                        new EventTraffic())
                .flatMap(traffic ->
                        Stream.of(
                                new Case(traffic, 0, 0, 0),
                                new Case(traffic, 65_534, 1_234_567, 0x0123_4567_89AB_CDEFL),
                                new Case(traffic, 3, Traffic.PROBE, Long.MAX_VALUE),
                                new Case(traffic, 3, 1, -1)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theStampSurvivesTheMask(Case sent) {
        ByteBuf frame = sent.traffic.frame(sent.device, sent.sequence, sent.nanos);
        boolean binary = (frame.getByte(0) & 0x0F) == ClientFrame.BINARY;
        ByteBuf payload = unmasked(frame);
        frame.release();
        int at = sent.traffic.find(payload, 0, payload.readableBytes(), binary);

        assertThat(payload.readableBytes()).isEqualTo(sent.traffic.bytes());
        assertThat(at).isNotNegative();
        assertThat(sent.traffic.deviceAt(payload, at)).isEqualTo(sent.device);
        assertThat(sent.traffic.sequenceAt(payload, at)).isEqualTo(sent.sequence);
        assertThat(sent.traffic.nanosAt(payload, at)).isEqualTo(sent.nanos);
    }

    @Test
    void framesOfAudioDifferInTheirFirstSixteenBytesOnly() {
        var traffic = new AudioTraffic(640);
        ByteBuf first = traffic.frame(1, 2, 3);
        ByteBuf second = traffic.frame(4, 5, 6);
        ByteBuf one = unmasked(first);
        ByteBuf other = unmasked(second);
        first.release();
        second.release();

        assertThat(one.slice(0, 16)).isNotEqualTo(other.slice(0, 16));
        assertThat(one.slice(16, 624)).isEqualTo(other.slice(16, 624));
    }

    @Test
    void anEventIsFoundInTheEnvelopeAppsGetItIn() {
        var traffic = new EventTraffic();
        ByteBuf frame = traffic.frame(5, 6, 7);
        String event = unmasked(frame).toString(StandardCharsets.UTF_8);
        frame.release();
        ByteBuf envelope =
                Unpooled.copiedBuffer(
                        "{\"type\":\"data_stream\",\"data\":" + event + "}",
                        StandardCharsets.UTF_8);
        int at = traffic.find(envelope, 0, envelope.readableBytes(), false);

        assertThat(event).startsWith("{\"type\":\"button_press\"").endsWith("\"}");
        assertThat(traffic.deviceAt(envelope, at)).isEqualTo(5);
        assertThat(traffic.sequenceAt(envelope, at)).isEqualTo(6);
        assertThat(traffic.nanosAt(envelope, at)).isEqualTo(7);
    }

    @Test
    void whatIsNotOursIsNotFound() {
        ByteBuf other = Unpooled.copiedBuffer("{\"type\":\"pong\"}", StandardCharsets.UTF_8);

        assertThat(new EventTraffic().find(other, 0, other.readableBytes(), false)).isNegative();
        assertThat(new AudioTraffic(640).find(other, 0, other.readableBytes(), true)).isNegative();
        assertThat(new AudioTraffic(16).find(other, 0, 16, false)).isNegative();
    }

    private static ByteBuf unmasked(ByteBuf frame) {
        int shortLength = frame.getByte(1) & 0x7F;
        int maskAt = shortLength < 126 ? 2 : shortLength == 126 ? 4 : 10;
        ByteBuf payload = Unpooled.buffer();
        for (int at = maskAt + 4; at < frame.readableBytes(); at++) {
            payload.writeByte(frame.getByte(at) ^ frame.getByte(maskAt + ((at - maskAt) & 3)));
        }
        return payload;
    }
}
