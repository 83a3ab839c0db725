package dev.resound.socketio.packet;

import static dev.resound.socketio.packet.Wire.hex;
import static dev.resound.socketio.packet.Wire.onBinary;
import static dev.resound.socketio.packet.Wire.onText;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessagePackRefusalTest {
    private static final String INVALID = "invalid payload";
    private static final String NSP = " a36e7370 a12f ";
    private static final String EVENT = "83 a474797065 02" + NSP + "a464617461 92 a178 ";

    @ParameterizedTest
    @ValueSource(
            strings = {
                // no map, or no whole one
                "",
                "c0",
                "90",
                "a178",
                "82",
                "82 a474797065 00",
                "82 a474797065 00 a36e7370",
                "82 a474797065 00 a36e7370 a2 2f",
                // trailing bytes
                "82 a474797065 00 a36e7370 a12f c0",
                "82 a474797065 00 a36e7370 a12f 82 a474797065 00 a36e7370 a12f",
                // namespaces
                "81 a474797065 00",
                "82 a474797065 00 a36e7370 00",
                "82 a474797065 00 a36e7370 c0",
                "82 a474797065 00 a36e7370 a0",
                "82 a474797065 00 a36e7370 a161",
                "82 a474797065 00 a36e7370 a32f2c61",
                "82 a474797065 00 a36e7370 a22fff",
                "82 a474797065 00 a36e7370 c4012f",
                // ids
                "84 a474797065 03 a464617461 90 a36e7370 a12f a26964 ff",
                "84 a474797065 03 a464617461 90 a36e7370 a12f a26964 c0",
                "84 a474797065 03 a464617461 90 a36e7370 a12f a26964 a131",
                "84 a474797065 03 a464617461 90 a36e7370 a12f a26964 cb3ff8000000000000",
                "84 a474797065 03 a464617461 90 a36e7370 a12f a26964 cf0020000000000000",
                "84 a474797065 03 a464617461 90 a36e7370 a12f a26964 cfffffffffffffffff",
                // keys that are no strings
                "83 00 00 a474797065 00 a36e7370 a12f",
                "83 c0 00 a474797065 00 a36e7370 a12f",
                "83 a474797065 02 a36e7370 a12f a464617461 92 a178 81 01 02",
                "83 a474797065 02 a36e7370 a12f a464617461 92 a178 81 c0 02",
                "83 a474797065 02 a36e7370 a12f a464617461 92 a178 81 c40161 02",
                "83 a474797065 02 a36e7370 a12f a464617461 92 a178 81 d40000 02",
                // unknown values must be MessagePack, too
                "83 a178 c1 a474797065 00 a36e7370 a12f",
                "83 a178 a5 61 a474797065 00 a36e7370 a12f"
            })
    void whatIsNoPacketIsRefused(String hex) {
        assertRefused(hex, INVALID);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "83 a474797065 00 a464617461 90",
                "83 a474797065 00 a464617461 c0",
                "83 a474797065 00 a464617461 a178",
                "83 a474797065 00 a464617461 01",
                "83 a474797065 00 a464617461 c40101",
                "83 a474797065 01 a464617461 80",
                "83 a474797065 01 a464617461 c0",
                "82 a474797065 02",
                "83 a474797065 02 a464617461 d40000",
                "83 a474797065 02 a464617461 90",
                "83 a474797065 02 a464617461 80",
                "83 a474797065 02 a464617461 a178",
                "83 a474797065 02 a464617461 91 c0",
                "83 a474797065 02 a464617461 91 c3",
                "83 a474797065 02 a464617461 91 90",
                "83 a474797065 02 a464617461 91 d40000",
                "83 a474797065 02 a464617461 91 c40101",
                "83 a474797065 02 a464617461 91 a7636f6e6e656374",
                "83 a474797065 03 a464617461 80",
                "83 a474797065 03 a464617461 c0",
                "82 a474797065 04",
                "83 a474797065 04 a464617461 90",
                "83 a474797065 04 a464617461 c0"
            })
    void dataOfTheWrongShapeIsRefused(String hex) {
        assertRefused(hex + NSP, INVALID);
    }

    @ParameterizedTest
    @ValueSource(strings = {"05", "06", "ff", "a130", "c0", "d40000", "cb0000000000000000", "cc80"})
    void unknownTypeIsRefused(String type) {
        assertRefused("82 a474797065 " + type + NSP, "unknown packet type");
        assertRefused("81" + NSP, "unknown packet type");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "c1",
                "a2 61",
                "a2 c328",
                "a3 eda080",
                "d4 01 00",
                "d4 7f 00",
                "d6 01 00000000",
                "c7 01 05 00",
                "c7 05 ff 0000000000",
                "d5 ff 0000",
                "d8 ff 00000000000000000000000000000000",
                "d4 00",
                "d7 00 00000000000000",
                "cb 00",
                "cd 00",
                "91",
                "81 a161"
            })
    void valueThatIsNoneIsRefused(String value) {
        assertRefused(EVENT + value, INVALID);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dd 7fffffff",
                "dd ffffffff",
                "dd 00ffffff 00",
                "dc ffff 00",
                "df 7fffffff",
                "df 3fffffff a161 00",
                "df ffffffff",
                "de ffff a161 00",
                "db 7fffffff 61",
                "db ffffffff 61",
                "da ffff 61",
                "c6 7fffffff 61",
                "c6 ffffffff 61",
                "c5 ffff 61",
                "c9 7fffffff 00 61",
                "c9 ffffffff 00 61",
                "c8 ffff 00 61",
                "c9 7fffffff ff 61",
                "81 db 7fffffff 61",
                "81 df 7fffffff"
            })
    void claimedSizeIsRefusedBeforeAnythingIsAllocatedForIt(String value) {
        assertRefused(EVENT + value, INVALID);
        assertRefused("df 7fffffff a474797065 02", INVALID);
        assertRefused("81 db 7fffffff 61", INVALID);

        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        assertRefused(EVENT + value, INVALID);
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(1_000_000);
    }

    @Test
    void nestingOf512IsAcceptedAnd513IsNot() {
        assertThatCode(() -> decode(EVENT + "91".repeat(510) + "90")).doesNotThrowAnyException();
        assertThatCode(() -> decode(EVENT + "81a161".repeat(510) + "80"))
                .doesNotThrowAnyException();
        assertRefused(EVENT + "91".repeat(511) + "90", INVALID);
        assertRefused(EVENT + "81a161".repeat(511) + "80", INVALID);
        assertRefused(EVENT + "91".repeat(1_000_000), INVALID);
        assertRefused("81 a178 " + "91".repeat(1_000_000), INVALID);
    }

    @Test
    void tenBinariesAreAcceptedAndElevenAreNot() {
        assertThatCode(() -> decode(EVENT + "9a" + "c400".repeat(10))).doesNotThrowAnyException();
        assertRefused(EVENT + "9b" + "c400".repeat(11), "too many attachments");
    }

    @Test
    void mapThatLooksLikeAPlaceholderIsRefusedBesideBinaryOnly() {
        String lookalike = "82 ac5f706c616365686f6c646572 c3 a36e756d 00";

        assertThatCode(() -> decode(EVENT + lookalike)).doesNotThrowAnyException();
        assertRefused(EVENT + "92 c40101" + lookalike, "illegal attachments");
    }

    /** Where the range is all there is, nothing beyond it may be looked at. */
    @Test
    void stringThatEndsBehindTheBufferIsRefused() {
        byte[] message = hex("82 a474797065 00 a36e7370 a2 2f");

        assertThatThrownBy(() ->
                        PacketCodec.MSGPACK.newDecoder(10).onBinary(message, 0, message.length))
                .isExactlyInstanceOf(MalformedPacket.class)
                .hasMessage(INVALID);
    }

    @Test
    void textIsRefused() {
        assertThatThrownBy(() -> onText(PacketCodec.MSGPACK.newDecoder(10), "2[\"x\"]"))
                .isInstanceOf(MalformedPacket.class)
                .hasMessage(INVALID);
    }

    private static void decode(String hex) throws MalformedPacket {
        assertThat(onBinary(PacketCodec.MSGPACK.newDecoder(10), hex(hex))).isNotNull();
    }

    private static void assertRefused(String hex, String message) {
        assertThatThrownBy(() -> decode(hex))
                .isExactlyInstanceOf(MalformedPacket.class)
                .hasMessage(message);
    }
}
