package dev.resound.socketio.packet;

import static dev.resound.socketio.packet.Wire.assertSame;
import static dev.resound.socketio.packet.Wire.bytes;
import static dev.resound.socketio.packet.Wire.decoded;
import static dev.resound.socketio.packet.Wire.json;
import static dev.resound.socketio.packet.Wire.onBinary;
import static dev.resound.socketio.packet.Wire.onText;
import static dev.resound.socketio.packet.Wire.payload;
import static dev.resound.socketio.packet.Wire.text;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients may send although nobody would write it so. */
class JsonToleranceTest {
    @Test
    void namespaceMayEndWithTheText() throws MalformedPacket {
        assertSame(decoded("0/admin"), new Packet.Connect("/admin", null));
        assertSame(decoded("1/admin"), new Packet.Disconnect("/admin"));
        assertSame(decoded("0/,"), new Packet.Connect("/", null));
        assertSame(decoded("2/,5[\"x\"]"), new Packet.Event("/", 5, payload("[\"x\"]")));
    }

    @Test
    void queryStaysInTheNamespace() throws MalformedPacket {
        assertSame(decoded("0/chat?token=a"), new Packet.Connect("/chat?token=a", null));
    }

    @Test
    void idIsLegalWhereItMeansNothing() throws MalformedPacket {
        assertSame(decoded("012{\"a\":1}"), new Packet.Connect("/", payload("{\"a\":1}")));
        assertSame(decoded("112"), new Packet.Disconnect("/"));
    }

    @Test
    void ackWithoutPayloadIsAnEmptyArray() throws MalformedPacket {
        assertSame(decoded("37"), new Packet.Ack("/", 7, payload("[]")));
        assertSame(decoded("3/admin,7"), new Packet.Ack("/admin", 7, payload("[]")));
        assertSame(decoded("61-7", bytes(1)), new Packet.Ack("/", 7, payload("[]", bytes(1))));
    }

    @Test
    void ackWithoutAnIdIsRead() throws MalformedPacket {
        assertSame(decoded("3[1]"), new Packet.Ack("/", Packet.NO_ID, payload("[1]")));
    }

    @Test
    void idMayHaveLeadingZerosWithinSixteenDigits() throws MalformedPacket {
        assertSame(
                decoded("20000000000000007[\"x\"]"), new Packet.Event("/", 7, payload("[\"x\"]")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[5,\"x\"]",
                "[1.50]",
                "[-0]",
                "[1E+2]",
                "[\"connection\"]",
                "[\"error\"]",
                "[\"\"]",
                "[\"Connect\"]",
                "[\"connect \"]",
                "[\"message\",1,\"2\",{\"3\":[true]}]",
                "[\"x\",{\"b\":1,\"a\":2,\"b\":3}]",
                "[\"x\",1.0,1e400,123456789012345678901234]",
                "[\"x\", {\"a\" :\t1}\r\n ]",
                "[\"x\",\"\\ud800\",\"\\udc00\\ud800\",\"\\/\"]",
                "[\"x\",{\"\\uD83D\\uDE00\":2}]",
                "[\"x\",\"\\u0000\"]",
                "[\"x\",\"\u007f\u2028\u2029\"]",
                "[\"x\",{\"_placeholder\":true,\"num\":0}]",
                "[\"x\",{\"_placeholder\":true,\"num\":\"none\"}]",
                "[\"x\",{\"\":{}}]",
                "[\"x\",{\"__proto__\":null}]"
            })
    void jsonIsPassedThroughByteByByte(String arguments) throws MalformedPacket {
        assertSame(decoded("2" + arguments), new Packet.Event("/", -1, payload(arguments)));
        assertThat(text(PacketCodec.JSON.encode(decoded("2" + arguments)).text()))
                .isEqualTo("42" + arguments);
    }

    @Test
    void whiteSpaceAroundThePayloadIsCutOff() throws MalformedPacket {
        assertSame(
                decoded("2/a,12 \t\r\n[ \"x\" ]\n "),
                new Packet.Event("/a", 12, payload("[ \"x\" ]")));
    }

    @Test
    void longNamesAndStringsAreNoProblem() throws MalformedPacket {
        String arguments = "[\"" + "n".repeat(100_000) + "\",{\"" + "k".repeat(100_000) + "\":1}]";

        assertSame(decoded("2" + arguments), new Packet.Event("/", -1, payload(arguments)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[\"x\",{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":0}]",
                "[\"x\"]",
                "[\"x\",{\"_placeholder\":false,\"num\":9}]",
                "[\"x\",{\"_placeholder\":\"true\",\"num\":9}]",
                "[\"x\",{\"_placeholder\":[true],\"num\":9}]",
                "[\"x\",{\"_placeholder\":true,\"_placeholder\":{},\"num\":9}]",
                "[\"x\",{\"num\":9}]",
                "[\"x\",{\"num\":9,\"num\":0,\"_placeholder\":true}]",
                "[\"x\",{\"_placeholder\":true,\"num\":0,\"x\":{\"_placeholder\":true,\"num\":9}}]",
                "[\"x\",[\"_placeholder\",true,\"num\",9]]"
            })
    void attachmentsMayBeReferredToTwiceOrNeverAndObjectsMayLookAlike(String arguments)
            throws MalformedPacket {
        assertSame(
                decoded("51-" + arguments, bytes(1, 2)),
                new Packet.Event("/", -1, payload(arguments, bytes(1, 2))));
    }

    @Test
    void attachmentsAreCollectedInOrder() throws MalformedPacket {
        PacketDecoder decoder = json();

        assertThat(onText(decoder, "53-[\"x\"]")).isNull();
        assertThat(onBinary(decoder, bytes(3))).isNull();
        assertThat(onBinary(decoder, bytes())).isNull();
        assertThat(decoder.isWaiting()).isTrue();
        assertSame(
                onBinary(decoder, bytes(1, 2)),
                new Packet.Event("/", -1, payload("[\"x\"]", bytes(3), bytes(), bytes(1, 2))));
        assertThat(decoder.isWaiting()).isFalse();
    }

    @Test
    void leadingZerosInTheNumberOfAttachmentsAreNoHarm() throws MalformedPacket {
        assertSame(
                decoded("5001-[\"x\"]", bytes(1)),
                new Packet.Event("/", -1, payload("[\"x\"]", bytes(1))));
    }
}
