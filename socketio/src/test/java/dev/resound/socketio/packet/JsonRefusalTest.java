package dev.resound.socketio.packet;

import static dev.resound.socketio.packet.Wire.assertMalformed;
import static dev.resound.socketio.packet.Wire.assertSame;
import static dev.resound.socketio.packet.Wire.bytes;
import static dev.resound.socketio.packet.Wire.decoded;
import static dev.resound.socketio.packet.Wire.hex;
import static dev.resound.socketio.packet.Wire.json;
import static dev.resound.socketio.packet.Wire.onBinary;
import static dev.resound.socketio.packet.Wire.onText;
import static dev.resound.socketio.packet.Wire.payload;
import static dev.resound.socketio.packet.Wire.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The failures of socketio.md 3.2, each at its limit. */
class JsonRefusalTest {
    private static final String INVALID = "invalid payload";

    @ParameterizedTest
    @ValueSource(strings = {"", "7", "9[\"x\"]", "abc", "/", " 2[\"x\"]", "-1", "\"", "{}"})
    void unknownTypeIsRefused(String text) {
        assertMalformed(text, "unknown packet type");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "5",
                "5[\"x\"]",
                "5-[\"x\"]",
                "50-[\"x\"]",
                "500-[\"x\"]",
                "51",
                "51[\"x\"]",
                "5a-[\"x\"]",
                "51a-[\"x\"]",
                "5-1-[\"x\"]",
                "5+1-[\"x\"]",
                "51.0-[\"x\"]",
                "5 1-[\"x\"]",
                "6",
                "6[]",
                "60-[]",
                "5/admin,[\"x\"]",
                "5١-[\"x\"]"
            })
    void attachmentsThatAreNoCountAreRefused(String text) {
        assertMalformed(text, "Illegal attachments");
    }

    @Test
    void tenAttachmentsAreAcceptedAndElevenAreNot() throws MalformedPacket {
        byte[][] ten = Collections.nCopies(10, bytes(9)).toArray(byte[][]::new);

        assertSame(decoded("510-[\"x\"]", ten), new Packet.Event("/", -1, payload("[\"x\"]", ten)));
        assertMalformed("511-[\"x\"]", "too many attachments");
        assertMalformed("611-[]", "too many attachments");
        assertMalformed("52147483648-[\"x\"]", "too many attachments");
        assertMalformed("5" + "9".repeat(100_000) + "-[\"x\"]", "too many attachments");
    }

    @Test
    void theNumberOfAttachmentsIsAParameter() throws MalformedPacket {
        assertThat(onText(PacketCodec.JSON.newDecoder(2), "52-[\"x\"]")).isNull();
        assertThatThrownBy(() -> onText(PacketCodec.JSON.newDecoder(1), "52-[\"x\"]"))
                .hasMessage("too many attachments");
        assertThatThrownBy(() -> onText(PacketCodec.JSON.newDecoder(0), "51-[\"x\"]"))
                .hasMessage("too many attachments");
    }

    @Test
    void onePlaceInTenMayRepeatAnAttachmentButNoMore() throws MalformedPacket {
        String place = ",{\"_placeholder\":true,\"num\":0}";

        decoded("51-[\"x\"" + place.repeat(10) + "]", bytes(1));
        assertMalformed("51-[\"x\"" + place.repeat(11) + "]", "too many attachments");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2[\"x\"",
                "2[\"x\"]]",
                "2[\"x\"] 1",
                "2[\"x\"][\"y\"]",
                "2[\"x\",]",
                "2[\"x\"}",
                "2[\"x]",
                "2[\"x\",01]",
                "2[\"x\",1.]",
                "2[\"x\",.5]",
                "2[\"x\",+1]",
                "2[\"x\",-]",
                "2[\"x\",NaN]",
                "2[\"x\",Infinity]",
                "2[\"x\",undefined]",
                "2[\"x\",tru]",
                "2[\"x\",'y']",
                "2[\"x\",{a:1}]",
                "2[\"x\",{\"a\"}]",
                "2[\"x\",{\"a\":}]",
                "2[\"x\",{\"a\":1,}]",
                "2[\"x\",{1:1}]",
                "2[\"x\",\"\\x\"]",
                "2[\"x\",\"\\u12g4\"]",
                "2[\"x\",\"\t\"]",
                "2[\"x\",\"\u0000\"]",
                "2[\"x\"/**/]",
                "2[\"x\"]//",
                "2[,\"x\"]",
                "2[\"x\" \"y\"]",
                "2[\"x\"]\u00a0",
                "2\u00a0[\"x\"]",
                "2\f[\"x\"]",
                "2abc[\"x\"]",
                "2-1[\"x\"]",
                "2]",
                "2 ",
                "0{\"a\":1",
                "3[1,2",
                "3]"
            })
    void whatIsNoJsonIsRefused(String text) {
        assertMalformed(text, INVALID);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0[]",
                "0\"x\"",
                "0null",
                "0/a,[]",
                "0true",
                "0{}{}",
                "1{}",
                "1[]",
                "1null",
                "1/admin,{}",
                "1 ",
                "2",
                "21",
                "2{}",
                "2null",
                "2\"x\"",
                "2[]",
                "2[null]",
                "2[true]",
                "2[[\"x\"]]",
                "2[{}]",
                "2/admin,",
                "2/admin,7",
                "2/admin",
                "3{}",
                "3null",
                "31\"x\"",
                "37true",
                "4",
                "4[]",
                "4null",
                "4true",
                "4/admin,",
                "51-",
                "51-[]",
                "51-{}",
                "51-[{\"_placeholder\":true,\"num\":0}]",
                "61-{}",
                "61-null"
            })
    void payloadOfTheWrongShapeIsRefused(String text) {
        assertMalformed(text, INVALID);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "connect",
                "connect_error",
                "disconnect",
                "disconnecting",
                "newListener",
                "removeListener"
            })
    void reservedEventNamesAreRefusedHoweverTheyAreWritten(String name) {
        String escaped = "\\u00" + Integer.toHexString(name.charAt(0)) + name.substring(1);

        assertMalformed("2[\"" + name + "\"]", INVALID);
        assertMalformed("2/admin,1[\"" + name + "\",1]", INVALID);
        assertMalformed("2[\"" + escaped + "\"]", INVALID);
        assertMalformed("51-[\"" + name + "\"]", INVALID);
    }

    @Test
    void idBeyondWhatANumberHoldsIsRefused() throws MalformedPacket {
        assertSame(
                decoded("29007199254740991[\"x\"]"),
                new Packet.Event("/", 9007199254740991L, payload("[\"x\"]")));
        assertMalformed("29007199254740992[\"x\"]", INVALID);
        assertMalformed("29999999999999999[\"x\"]", INVALID);
        assertMalformed("200000000000000001[\"x\"]", INVALID);
        assertMalformed("3" + "1".repeat(100_000) + "[]", INVALID);
    }

    @Test
    void nestingOf512IsAcceptedAnd513IsNot() throws MalformedPacket {
        String deepest = "[\"x\"," + "[".repeat(511) + "]".repeat(511) + "]";
        String objects = "[\"x\"," + "{\"a\":".repeat(511) + "1" + "}".repeat(511) + "]";

        assertSame(decoded("2" + deepest), new Packet.Event("/", -1, payload(deepest)));
        assertSame(decoded("2" + objects), new Packet.Event("/", -1, payload(objects)));
        assertMalformed("2[\"x\"," + "[".repeat(512) + "]".repeat(512) + "]", INVALID);
        assertMalformed("2[\"x\"," + "{\"a\":".repeat(512) + "1" + "}".repeat(512) + "]", INVALID);
        assertMalformed("2[\"x\"," + "[".repeat(500_000), INVALID);
    }

    @Test
    void numberOf1000CharactersIsAcceptedAnd1001AreNot() throws MalformedPacket {
        String longest = "[\"x\"," + "9".repeat(1_000) + "]";

        assertSame(decoded("2" + longest), new Packet.Event("/", -1, payload(longest)));
        assertMalformed("2[\"x\"," + "9".repeat(1_001) + "]", INVALID);
        assertMalformed("2[\"x\",0." + "9".repeat(1_001) + "]", INVALID);
        assertMalformed("2[\"x\",1e" + "9".repeat(1_001) + "]", INVALID);
    }

    @Test
    void textBetweenAttachmentsIsRefusedAndThePacketForgotten() throws MalformedPacket {
        PacketDecoder decoder = json();
        onText(decoder, "52-[\"x\"]");
        onBinary(decoder, bytes(1));

        assertThatThrownBy(() -> onText(decoder, "2[\"y\"]"))
                .isInstanceOf(MalformedPacket.class)
                .hasMessage("got plaintext data when reconstructing a packet");

        assertThat(decoder.isWaiting()).isFalse();
        assertSame(onText(decoder, "2[\"y\"]"), new Packet.Event("/", -1, payload("[\"y\"]")));
    }

    @Test
    void binaryWithoutAnAnnouncementIsRefused() throws MalformedPacket {
        PacketDecoder decoder = json();

        assertThatThrownBy(() -> onBinary(decoder, bytes(1)))
                .isInstanceOf(MalformedPacket.class)
                .hasMessage("got binary data when not reconstructing a packet");
        onText(decoder, "51-[\"x\"]");
        onBinary(decoder, bytes(1));
        assertThatThrownBy(() -> onBinary(decoder, bytes(2)))
                .hasMessage("got binary data when not reconstructing a packet");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"_placeholder\":true,\"num\":1}",
                "{\"_placeholder\":true,\"num\":-1}",
                "{\"_placeholder\":true,\"num\":0.5}",
                "{\"_placeholder\":true,\"num\":\"0\"}",
                "{\"_placeholder\":true,\"num\":null}",
                "{\"_placeholder\":true,\"num\":[0]}",
                "{\"_placeholder\":true,\"num\":{\"num\":0}}",
                "{\"_placeholder\":true,\"num\":4294967296}",
                "{\"_placeholder\":true,\"num\":99999999999999999999}",
                "{\"_placeholder\":true}",
                "{\"num\":5,\"_placeholder\":true}",
                "{\"num\":0,\"_placeholder\":true,\"num\":1}",
                "{\"a\":[[{\"_placeholder\":true,\"num\":7}]]}",
                "{\"_placeholder\":false,\"\\u005fplaceholder\":true,\"num\":1}"
            })
    void placeholderWithoutAnAttachmentIsRefused(String placeholder) {
        assertMalformed("51-[\"x\"," + placeholder + "]", "illegal attachments");
        assertMalformed("61-[" + placeholder + "]", "illegal attachments");
    }

    @Test
    void textThatIsNotUtf8IsRefused() {
        for (String bad :
                new String[] {
                    "80",
                    "c0af",
                    "c1bf",
                    "c2",
                    "e0809f",
                    "e080",
                    "eda080",
                    "edbfbf",
                    "f08080af",
                    "f4908080",
                    "f5808080",
                    "ff",
                    "fe",
                    "e228a1",
                    "f0288cbc",
                    "c328"
                }) {
            assertMalformed(joined(utf8("2[\"x\",\""), hex(bad), utf8("\"]")), INVALID);
            assertMalformed(joined(utf8("2[\"x\",{\""), hex(bad), utf8("\":1}]")), INVALID);
            assertMalformed(joined(utf8("2/"), hex(bad), utf8(",[\"x\"]")), INVALID);
            assertMalformed(joined(utf8("2[\"x\"]"), hex(bad)), INVALID);
        }
    }

    /** It is legal JSON, but the parser has no name for it; a value may be like this. */
    @Test
    void surrogateWithoutItsPartnerInANameIsRefused() throws MalformedPacket {
        assertMalformed("2[\"x\",{\"\\ud800\":1}]", INVALID);
        decoded("2[\"x\",\"\\ud800\"]");
    }

    @Test
    void jsonInOtherUnicodeFormsIsRefused() {
        assertMalformed(joined(utf8("2"), "[\"x\"]".getBytes(StandardCharsets.UTF_16LE)), INVALID);
        assertMalformed(joined(utf8("2"), "[\"x\"]".getBytes(StandardCharsets.UTF_16BE)), INVALID);
        assertMalformed(
                joined(utf8("2"), "[\"x\"]".getBytes(Charset.forName("UTF-32LE"))), INVALID);
        assertMalformed(
                joined(utf8("2"), "[\"x\"]".getBytes(Charset.forName("UTF-32BE"))), INVALID);
        assertMalformed(joined(utf8("3"), "[]".getBytes(StandardCharsets.UTF_16LE)), INVALID);
        assertMalformed(joined(utf8("2"), hex("efbbbf"), utf8("[\"x\"]")), INVALID);
    }

    @Test
    void failureHasNoStackTrace() {
        assertThatThrownBy(() -> onText(json(), "2"))
                .satisfies(failure -> assertThat(failure.getStackTrace()).isEmpty());
    }

    private static byte[] joined(byte[]... parts) {
        var all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
