package dev.resound.socketio.packet;

import static dev.resound.socketio.packet.Wire.assertSame;
import static dev.resound.socketio.packet.Wire.bytes;
import static dev.resound.socketio.packet.Wire.hex;
import static dev.resound.socketio.packet.Wire.onBinary;
import static dev.resound.socketio.packet.Wire.payload;
import static dev.resound.socketio.packet.Wire.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The vectors of socketio.md 3.4 both ways, and every value of MessagePack. */
class MessagePackWireTest {
    /** A map of three up to the value of "data" for an event named x with one more argument. */
    private static final String EVENT = "83 a474797065 02 a36e7370 a12f a464617461 92 a178 ";

    static Stream<Arguments> table() {
        return Stream.of(
                Arguments.of("82 a474797065 00 a36e7370 a12f", new Packet.Connect("/", null)),
                Arguments.of(
                        "83 a474797065 02 a464617461 93 a568656c6c6f 01 a178 a36e7370 a12f",
                        new Packet.Event("/", -1, payload("[\"hello\",1,\"x\"]"))),
                Arguments.of(
                        "84 a474797065 02 a464617461 92 a568656c6c6f c403010203"
                                + " a36e7370 a62f61646d696e a26964 05",
                        new Packet.Event(
                                "/admin",
                                5,
                                payload(
                                        "[\"hello\",{\"_placeholder\":true,\"num\":0}]",
                                        bytes(1, 2, 3)))),
                Arguments.of(
                        "83 a474797065 00 a464617461 81 a161 c3 a36e7370 a12f",
                        new Packet.Connect("/", payload("{\"a\":true}"))),
                Arguments.of("82 a474797065 01 a36e7370 a22f61", new Packet.Disconnect("/a")),
                Arguments.of(
                        "84 a474797065 03 a464617461 90 a36e7370 a12f a26964 cf001fffffffffffff",
                        new Packet.Ack("/", Packet.MAX_ID, payload("[]"))),
                Arguments.of(
                        "83 a474797065 04 a464617461 a26e6f a36e7370 a12f",
                        new Packet.ConnectError("/", payload("\"no\""))));
    }

    @ParameterizedTest
    @MethodSource("table")
    void packetIsWrittenAsTheTableSays(String hex, Packet packet) {
        Encoded encoded = PacketCodec.MSGPACK.encode(packet);

        assertThat(encoded.text()).isNull();
        assertThat(encoded.binaries()).hasSize(1);
        assertThat(HexFormat.of().formatHex(encoded.binaries().getFirst()))
                .isEqualTo(hex.replace(" ", ""));
    }

    @ParameterizedTest
    @MethodSource("table")
    void packetIsReadAsTheTableSays(String hex, Packet packet) throws MalformedPacket {
        assertSame(decoded(hex), packet);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "00 | 0",
                "7f | 127",
                "ff | -1",
                "e0 | -32",
                "cc ff | 255",
                "cd ffff | 65535",
                "ce ffffffff | 4294967295",
                "cf ffffffffffffffff | 18446744073709551615",
                "cf 0020000000000001 | 9007199254740993",
                "d0 80 | -128",
                "d1 8000 | -32768",
                "d2 80000000 | -2147483648",
                "d3 8000000000000000 | -9223372036854775808",
                "ca 3f800000 | 1",
                "ca 3fc00000 | 1.5",
                "cb 3ff0000000000000 | 1",
                "cb 3ff8000000000000 | 1.5",
                "cb 8000000000000000 | 0",
                "cb 433fffffffffffff | 9007199254740991",
                "cb c33fffffffffffff | -9007199254740991",
                "cb 4340000000000000 | 9.007199254740992E15",
                "cb 3fb999999999999a | 0.1",
                "cb 7ff8000000000000 | null",
                "cb 7ff0000000000000 | null",
                "cb fff0000000000000 | null",
                "ca 7fc00000 | null",
                "c0 | null",
                "c2 | false",
                "c3 | true",
                "a0 | \"\"",
                "d9 01 61 | \"a\"",
                "da 0001 61 | \"a\"",
                "db 00000001 61 | \"a\"",
                "a6 22 5c 2f 0a 00 7f | \"\\\"\\\\/\\n\\u0000\u007f\"",
                "a7 c3a4 e697a5 c3bc | \"ä日ü\"",
                "a4 f09f9880 | \"😀\"",
                "90 | []",
                "dc 0001 01 | [1]",
                "dd 00000001 01 | [1]",
                "80 | {}",
                "82 a162 01 a161 02 | {\"b\":1,\"a\":2}",
                "de 0001 a161 c0 | {\"a\":null}",
                "df 00000001 a161 c0 | {\"a\":null}",
                "d4 00 00 | null",
                "92 d40000 01 | [null,1]",
                "83 a161 d40000 a162 01 a163 d40000 | {\"b\":1}",
                "81 a161 d40000 | {}",
                "d7 00 0000000000000000 | \"1970-01-01T00:00:00.000Z\"",
                "d7 00 ffffffffffffffff | \"1969-12-31T23:59:59.999Z\"",
                "d7 00 0000018bcfe56800 | \"2023-11-14T22:13:20.000Z\"",
                "d7 00 7fffffffffffffff | null",
                "d6 ff 6553f100 | \"2023-11-14T22:13:20.000Z\"",
                "d7 ff 01ed5c68 6553f100 | \"2023-11-14T22:13:20.008Z\"",
                "c7 0c ff 075bcd15 000000006553f100 | \"2023-11-14T22:13:20.123Z\"",
                "c7 0c ff 00000000 7fffffffffffffff | null"
            })
    void everyValueHasItsJson(String hex, String json) throws MalformedPacket {
        assertSame(
                decoded(EVENT + hex), new Packet.Event("/", -1, payload("[\"x\"," + json + "]")));
    }

    @ParameterizedTest
    @CsvSource({
        "c4 02 0102",
        "c5 0002 0102",
        "c6 00000002 0102",
        "c7 02 00 0102",
        "c8 0002 00 0102",
        "c9 00000002 00 0102",
        "d5 00 0102"
    })
    void everyFormOfBinaryIsAnAttachment(String hex) throws MalformedPacket {
        assertSame(
                decoded(EVENT + hex),
                new Packet.Event(
                        "/",
                        -1,
                        payload("[\"x\",{\"_placeholder\":true,\"num\":0}]", bytes(1, 2))));
    }

    @Test
    void binaryOfOneByteOrEightIsNeitherUndefinedNorADate() throws MalformedPacket {
        assertSame(
                decoded(EVENT + "92 c7 01 00 07 c7 08 00 0000000000000000"),
                new Packet.Event(
                        "/",
                        -1,
                        payload(
                                "[\"x\",[{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":1}]]",
                                bytes(7),
                                new byte[8])));
    }

    @Test
    void unknownKeysAreIgnoredAndTheOrderIsFree() throws MalformedPacket {
        assertSame(
                decoded(
                        "85 a76f7074696f6e73 81 a8636f6d7072657373 c3 a26964 05 a464617461 91 a178"
                                + " a36e7370 a12f a474797065 02"),
                new Packet.Event("/", 5, payload("[\"x\"]")));
    }

    @Test
    void undefinedIsAbsent() throws MalformedPacket {
        assertSame(
                decoded("84 a474797065 00 a464617461 d40000 a36e7370 a12f a26964 d40000"),
                new Packet.Connect("/", null));
        assertSame(
                decoded("84 a474797065 03 a464617461 d40000 a36e7370 a12f a26964 07"),
                new Packet.Ack("/", 7, payload("[]")));
    }

    @Test
    void integersMayComeAsFloats() throws MalformedPacket {
        assertSame(
                decoded("84 a474797065 03 a464617461 90 a36e7370 a12f a26964 cb4014000000000000"),
                new Packet.Ack("/", 5, payload("[]")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "1 | 01",
                "-1 | ff",
                "1.0 | cb3ff0000000000000",
                "1.5 | cb3ff8000000000000",
                "1e2 | cb4059000000000000",
                "18446744073709551615 | cfffffffffffffffff",
                "18446744073709551616 | cb43f0000000000000",
                "-9223372036854775808 | d38000000000000000",
                "-9223372036854775809 | cbc3e0000000000000",
                "1e400 | cb7ff0000000000000",
                "\"\\ud800a\" | a4efbfbd61",
                "\"\\ud83d\\ude00\\udc00\" | a7f09f9880efbfbd",
                "\"\\/\\n\" | a22f0a",
                "[ 1 , { \"a\" : [ ] } ] | 920181a16190",
                "{\"a\":1,\"a\":2} | 82a16101a16102",
                "{\"_placeholder\":true,\"num\":0} | 82ac5f706c616365686f6c646572c3a36e756d00"
            })
    void everyJsonHasItsValue(String json, String hex) {
        byte[] packed =
                PacketCodec.MSGPACK
                        .encode(new Packet.Connect("/", payload(json)))
                        .binaries()
                        .getFirst();

        assertThat(HexFormat.of().formatHex(packed))
                .isEqualTo("83a47479706500a464617461" + hex + "a36e7370a12f");
    }

    @Test
    void placeholdersBecomeBinaryWhereverTheyAre() {
        Payload payload =
                payload(
                        "[\"x\", {\"a\":[{\"num\":1,\"_placeholder\":true,\"z\":[{}]}],\"b\":2},"
                                + "{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":1}]",
                        bytes(1),
                        bytes(2, 2));
        List<byte[]> binaries =
                PacketCodec.MSGPACK.encode(new Packet.Event("/", -1, payload)).binaries();

        assertThat(HexFormat.of().formatHex(binaries.getFirst()))
                .isEqualTo(
                        "83a47479706502a464617461"
                                + "94a17882a16191c4020202a16202c40101c4020202"
                                + "a36e7370a12f");
    }

    @Test
    void largeContainersAndStringsKeepTheirSize() throws MalformedPacket {
        String numbers = "0,".repeat(70_000) + "0";
        String json = "[\"x\",[" + numbers + "],\"" + "é".repeat(70_000) + "\"]";
        var packet = new Packet.Event("/", -1, payload(json));
        byte[] packed = PacketCodec.MSGPACK.encode(packet).binaries().getFirst();

        assertThat(text(payload(json).json())).hasSize(json.length());
        assertSame(onBinary(PacketCodec.MSGPACK.newDecoder(10), packed), packet);
    }

    private static Packet decoded(String hex) throws MalformedPacket {
        var decoder = PacketCodec.MSGPACK.newDecoder(10);
        Packet packet = onBinary(decoder, hex(hex));
        assertThat(decoder.isWaiting()).isFalse();
        assertThat(packet).isNotNull();
        return Objects.requireNonNull(packet);
    }
}
