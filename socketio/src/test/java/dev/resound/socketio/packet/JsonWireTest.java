package dev.resound.socketio.packet;

import static dev.resound.socketio.packet.Wire.assertSame;
import static dev.resound.socketio.packet.Wire.bytes;
import static dev.resound.socketio.packet.Wire.decoded;
import static dev.resound.socketio.packet.Wire.payload;
import static dev.resound.socketio.packet.Wire.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of socketio.md 3.1, both ways. */
class JsonWireTest {
    private static final byte[] ONE = bytes(1, 2, 3);
    private static final byte[] TWO = {};

    static Stream<Arguments> table() {
        return Stream.of(
                row("40", new Packet.Connect("/", null)),
                row("40{\"token\":\"x\"}", new Packet.Connect("/", payload("{\"token\":\"x\"}"))),
                row("40/admin,", new Packet.Connect("/admin", null)),
                row(
                        "40/admin,{\"token\":\"x\"}",
                        new Packet.Connect("/admin", payload("{\"token\":\"x\"}"))),
                row(
                        "40{\"sid\":\"a\",\"pid\":\"b\"}",
                        new Packet.Connect("/", payload("{\"sid\":\"a\",\"pid\":\"b\"}"))),
                row(
                        "44/admin,{\"message\":\"Not authorized\",\"data\":{\"code\":\"E1\"}}",
                        new Packet.ConnectError(
                                "/admin",
                                payload(
                                        "{\"message\":\"Not authorized\",\"data\":{\"code\":\"E1\"}}"))),
                row("44\"no\"", new Packet.ConnectError("/", payload("\"no\""))),
                row("42[\"foo\"]", new Packet.Event("/", -1, payload("[\"foo\"]"))),
                row("42/admin,[\"bar\",1]", new Packet.Event("/admin", -1, payload("[\"bar\",1]"))),
                row("4212[\"foo\"]", new Packet.Event("/", 12, payload("[\"foo\"]"))),
                row("42/admin,7[\"bar\"]", new Packet.Event("/admin", 7, payload("[\"bar\"]"))),
                row("4312[\"ok\"]", new Packet.Ack("/", 12, payload("[\"ok\"]"))),
                row("43/admin,7[]", new Packet.Ack("/admin", 7, payload("[]"))),
                row(
                        "451-[\"baz\",{\"_placeholder\":true,\"num\":0}]",
                        new Packet.Event(
                                "/",
                                -1,
                                payload("[\"baz\",{\"_placeholder\":true,\"num\":0}]", ONE)),
                        ONE),
                row(
                        "462-12[{\"_placeholder\":true,\"num\":0},{\"x\":{\"_placeholder\":true,\"num\":1}}]",
                        new Packet.Ack(
                                "/",
                                12,
                                payload(
                                        "[{\"_placeholder\":true,\"num\":0},{\"x\":{\"_placeholder\":true,\"num\":1}}]",
                                        ONE,
                                        TWO)),
                        ONE,
                        TWO),
                row("41", new Packet.Disconnect("/")),
                row("41/admin,", new Packet.Disconnect("/admin")),
                row("420[\"echo\",null]", event(0, "[\"echo\",null]")),
                row(
                        "42[\"日本語\",\"ёлки\",\"äöü – —\",\"😀\"]",
                        event(-1, "[\"日本語\",\"ёлки\",\"äöü – —\",\"😀\"]")),
                row("42/привет,[\"a\"]", new Packet.Event("/привет", -1, payload("[\"a\"]"))));
    }

    private static Packet event(long id, String json) {
        return new Packet.Event("/", id, payload(json));
    }

    private static Arguments row(String wire, Packet packet, byte[]... binaries) {
        return Arguments.of(wire, packet, Arrays.asList(binaries));
    }

    @ParameterizedTest
    @MethodSource("table")
    void packetIsWrittenAsTheTableSays(String wire, Packet packet, List<byte[]> binaries) {
        Encoded encoded = PacketCodec.JSON.encode(packet);

        assertThat(text(encoded.text())).isEqualTo(wire);
        assertThat(encoded.binaries()).containsExactlyElementsOf(binaries);
    }

    @ParameterizedTest
    @MethodSource("table")
    void packetIsReadAsTheTableSays(String wire, Packet packet, List<byte[]> binaries)
            throws MalformedPacket {
        assertSame(decoded(wire.substring(1), binaries.toArray(new byte[0][])), packet);
    }

    @Test
    void textIsOneArrayOfTheExactSize() {
        Encoded encoded =
                PacketCodec.JSON.encode(
                        new Packet.Event("/é", Packet.MAX_ID, payload("[\"x\"]", ONE)));

        assertThat(text(encoded.text())).isEqualTo("451-/é,9007199254740991[\"x\"]");
    }

    @Test
    void attachmentsOfAConnectCannotBeWritten() {
        var connect = new Packet.Connect("/", payload("{}", ONE));
        var error = new Packet.ConnectError("/", payload("{}", ONE));

        assertThatThrownBy(() -> PacketCodec.JSON.encode(connect))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PacketCodec.JSON.encode(error))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
