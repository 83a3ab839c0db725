package dev.resound.socketio.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Packets and bytes as tests write them. */
final class Wire {
    private Wire() {}

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(byte @Nullable [] utf8) {
        return new String(Objects.requireNonNull(utf8), StandardCharsets.UTF_8);
    }

    static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replace(" ", ""));
    }

    static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    static Payload payload(String json, byte[]... attachments) {
        return new Payload(utf8(json), List.of(attachments));
    }

    /** A decoder as a connection has it by default. */
    static PacketDecoder json() {
        return PacketCodec.JSON.newDecoder(10);
    }

    /** Decodes a text in the midst of a larger buffer that is overwritten afterwards. */
    static @Nullable Packet onText(PacketDecoder decoder, byte[] text) throws MalformedPacket {
        byte[] buffer = around(text);
        try {
            return decoder.onText(buffer, 3, text.length);
        } finally {
            Arrays.fill(buffer, (byte) '#');
        }
    }

    static @Nullable Packet onText(PacketDecoder decoder, String text) throws MalformedPacket {
        return onText(decoder, utf8(text));
    }

    /** Decodes a binary message in the midst of a larger buffer that is overwritten afterwards. */
    static @Nullable Packet onBinary(PacketDecoder decoder, byte[] binary) throws MalformedPacket {
        byte[] buffer = around(binary);
        try {
            return decoder.onBinary(buffer, 3, binary.length);
        } finally {
            Arrays.fill(buffer, (byte) '#');
        }
    }

    private static byte[] around(byte[] message) {
        byte[] buffer = new byte[message.length + 5];
        Arrays.fill(buffer, (byte) '7');
        System.arraycopy(message, 0, buffer, 3, message.length);
        return buffer;
    }

    /** The packet that a text and its attachments are. */
    static Packet decoded(String text, byte[]... attachments) throws MalformedPacket {
        PacketDecoder decoder = json();
        Packet packet = onText(decoder, text);
        for (byte[] attachment : attachments) {
            assertThat(packet).isNull();
            assertThat(decoder.isWaiting()).isTrue();
            packet = onBinary(decoder, attachment);
        }
        assertThat(decoder.isWaiting()).isFalse();
        return Objects.requireNonNull(packet);
    }

    static void assertMalformed(String text, String message) {
        assertMalformed(utf8(text), message);
    }

    static void assertMalformed(byte[] text, String message) {
        PacketDecoder decoder = json();
        assertThatThrownBy(() -> onText(decoder, text))
                .isExactlyInstanceOf(MalformedPacket.class)
                .hasMessage(message)
                .hasNoCause();
        assertThat(decoder.isWaiting()).isFalse();
    }

    static void assertSame(@Nullable Packet actual, Packet expected) {
        assertThat(describe(actual)).isEqualTo(describe(expected));
    }

    /** All of a packet as text, attachments in hex. */
    static String describe(@Nullable Packet packet) {
        return switch (packet) {
            case null -> "none";
            case Packet.Connect(var namespace, var auth) ->
                    "connect " + namespace + " " + (auth == null ? "-" : describe(auth));
            case Packet.Disconnect(var namespace) -> "disconnect " + namespace;
            case Packet.Event(var namespace, var id, var arguments) ->
                    "event " + namespace + " " + id + " " + describe(arguments);
            case Packet.Ack(var namespace, var id, var arguments) ->
                    "ack " + namespace + " " + id + " " + describe(arguments);
            case Packet.ConnectError(var namespace, var problem) ->
                    "error " + namespace + " " + describe(problem);
        };
    }

    static String describe(Payload payload) {
        return text(payload.json())
                + payload.attachments().stream().map(HexFormat.of()::formatHex).toList();
    }
}
