package dev.resound.socketio.packet;

import static dev.resound.socketio.packet.Wire.bytes;
import static dev.resound.socketio.packet.Wire.describe;
import static dev.resound.socketio.packet.Wire.payload;
import static dev.resound.socketio.packet.Wire.text;
import static dev.resound.socketio.packet.Wire.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.BinaryNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** What an application gives, and what it gets back. */
@SuppressWarnings("JavaUtilDate") // applications have such dates
class ArgumentsTest {
    private static final JsonMapper MAPPER = Arguments.defaultMapper();
    private static final String FIRST = "{\"_placeholder\":true,\"num\":0}";
    private static final String SECOND = "{\"_placeholder\":true,\"num\":1}";

    record Photo(String name, byte[] pixels) {}

    record Point(int x, int y) {}

    record Album(String title, List<Photo> photos, ByteBuffer cover, Optional<String> note) {}

    @Test
    void scalarsAreWrittenAsInJavaScript() {
        assertThat(
                        written(
                                "p/q",
                                1,
                                2L,
                                (short) 3,
                                1.5,
                                1.5f,
                                true,
                                new BigInteger("123456789012345678901234567890"),
                                new BigDecimal("1.10"),
                                'c',
                                null))
                .isEqualTo(
                        "[\"x\",\"p/q\",1,2,3,1.5,1.5,true,123456789012345678901234567890,1.10,\"c\",null][]");
    }

    @Test
    void acknowledgementHasNoName() {
        assertThat(describe(new PayloadWriter(MAPPER).array(null, List.of(1)))).isEqualTo("[1][]");
        assertThat(describe(new PayloadWriter(MAPPER).array(null, List.of()))).isEqualTo("[][]");
        assertThat(describe(new PayloadWriter(MAPPER).array("x", List.of())))
                .isEqualTo("[\"x\"][]");
    }

    @Test
    void whatIsNoNumberIsNullWhereverItIs() {
        assertThat(
                        written(
                                Double.NaN,
                                Float.NEGATIVE_INFINITY,
                                Map.of("a", Double.POSITIVE_INFINITY),
                                new double[] {1, Double.NaN},
                                new float[] {Float.NaN},
                                List.of(Double.NaN),
                                JsonNodeFactory.instance.arrayNode().add(Double.NaN)))
                .isEqualTo("[\"x\",null,null,{\"a\":null},[1.0,null],[null],[null],[null]][]");
    }

    @Test
    void datesAreUtcWithMilliseconds() {
        assertThat(
                        written(
                                new Date(0),
                                Instant.ofEpochSecond(1, 999_999_999),
                                Map.of("at", Instant.parse("2024-02-29T12:00:00Z")),
                                Instant.MAX,
                                new Date(Long.MIN_VALUE)))
                .isEqualTo(
                        "[\"x\",\"1970-01-01T00:00:00.000Z\",\"1970-01-01T00:00:01.999Z\",{\"at\":\"2024-02-29T12:00:00.000Z\"},null,null][]");
    }

    @Test
    void textStaysAsItIs() {
        assertThat(written("日本語 ёлки äöü – 😀 / \u2028", "\"\\\n\u0000"))
                .isEqualTo("[\"x\",\"日本語 ёлки äöü – 😀 / \u2028\",\"\\\"\\\\\\n\\u0000\"][]");
    }

    @Test
    void surrogateWithoutItsPartnerIsEscapedInAValueAndReplacedInAName() {
        assertThat(written("\ud800", "a\udc00b", "\ud83d\ud83d\ude00", Map.of("\ud800", 1)))
                .isEqualTo("[\"x\",\"\\ud800\",\"a\\udc00b\",\"\\ud83d😀\",{\"\ufffd\":1}][]");
        assertThat(describe(new PayloadWriter(MAPPER).array("\udfff", List.of())))
                .isEqualTo("[\"\\udfff\"][]");
    }

    /** The generator hands text on in pieces; a pair may be cut in two. */
    @Test
    void pairsSurviveWhereverTheyStandInALongText() {
        for (int before = 3_990; before < 4_010; before++) {
            String text = "a".repeat(before) + "😀".repeat(5_000) + "\ud83d";
            Payload payload = new PayloadWriter(MAPPER).array("x", List.of(text));

            assertThat(text(payload.json())).endsWith("😀\\ud83d\"]");
            assertThat(Arguments.split(payload).get(1).asString()).isEqualTo(text);
        }
    }

    @Test
    void binaryAtAnyDepthBecomesAnAttachment() {
        var entries = new LinkedHashMap<String, Object>();
        entries.put("b", ByteBuffer.wrap(bytes(9, 3, 4, 9), 1, 2));
        entries.put("a", new Object[] {new byte[][] {bytes(5)}});

        assertThat(
                        written(
                                bytes(1),
                                List.of(entries),
                                new Photo("n", bytes(6)),
                                BinaryNode.valueOf(bytes(7)),
                                direct(8),
                                JsonNodeFactory.instance.objectNode().put("z", bytes(9)),
                                Optional.of(bytes())))
                .isEqualTo(
                        "[\"x\",{\"_placeholder\":true,\"num\":0},"
                                + "[{\"b\":{\"_placeholder\":true,\"num\":1},\"a\":[[{\"_placeholder\":true,\"num\":2}]]}],"
                                + "{\"name\":\"n\",\"pixels\":{\"_placeholder\":true,\"num\":3}},"
                                + "{\"_placeholder\":true,\"num\":4},"
                                + "{\"_placeholder\":true,\"num\":5},"
                                + "{\"z\":{\"_placeholder\":true,\"num\":6}},"
                                + "{\"_placeholder\":true,\"num\":7}]"
                                + "[01, 0304, 05, 06, 07, 08, 09, ]");
    }

    private static ByteBuffer direct(int value) {
        return ByteBuffer.allocateDirect(1).put((byte) value).flip();
    }

    @Test
    void binaryIsCopied() {
        byte[] mine = bytes(1);
        ByteBuffer buffer = ByteBuffer.wrap(mine);
        Payload payload = new PayloadWriter(MAPPER).array("x", List.of(mine, buffer));
        mine[0] = 2;

        assertThat(payload.attachments()).containsExactly(bytes(1), bytes(1));
        assertThat(buffer.remaining()).isEqualTo(1);
    }

    @Test
    void objectThatLooksLikeAPlaceholderCannotTravelWithBinary() {
        Map<String, Object> lookalike = new LinkedHashMap<>();
        lookalike.put("_placeholder", true);
        lookalike.put("num", 0);

        assertThat(written(lookalike)).isEqualTo("[\"x\"," + FIRST + "][]");
        assertThatThrownBy(() -> written(lookalike, bytes(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void singleValueIsNoArrayAndHasNoBinary() {
        assertThat(describe(new PayloadWriter(MAPPER).single(Map.of("message", "no"))))
                .isEqualTo("{\"message\":\"no\"}[]");
        assertThat(describe(new PayloadWriter(MAPPER).single(null))).isEqualTo("null[]");
        assertThatThrownBy(() -> new PayloadWriter(MAPPER).single(bytes(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void outputIsCompactWhateverTheMapperIsSetTo() {
        JsonMapper pretty =
                MAPPER.rebuild()
                        .enable(SerializationFeature.INDENT_OUTPUT)
                        .enable(JsonWriteFeature.ESCAPE_FORWARD_SLASHES)
                        .build();

        assertThat(describe(new PayloadWriter(pretty).array("/", List.of(new Point(1, 2)))))
                .isEqualTo("[\"/\",{\"x\":1,\"y\":2}][]");
    }

    @Test
    void plainMapperWorksToo() {
        JsonMapper plain = JsonMapper.builder().build();

        assertThat(
                        describe(
                                new PayloadWriter(plain)
                                        .array("/", List.of(bytes(1), Double.NaN, "\ud800"))))
                .isEqualTo("[\"/\"," + FIRST + ",null,\"\\ud800\"][01]");
    }

    @Test
    void whatCannotBeWrittenIsTheCallersProblem() {
        var loop = new ArrayList<>();
        loop.add(loop);

        assertThatThrownBy(() -> written(loop)).isInstanceOf(JacksonException.class);
    }

    // what arrives

    @Test
    void argumentsAreSplitWhereTheyAre() {
        List<Argument> arguments =
                Arguments.split(
                        payload(
                                "[ \"a,]\\\"\\\\\" , 1,{\"b\":[1,{\"]\":\"}\"}] } ,[],null,true\n]"));

        assertThat(arguments)
                .extracting(ArgumentsTest::raw)
                .containsExactly(
                        "\"a,]\\\"\\\\\"", "1", "{\"b\":[1,{\"]\":\"}\"}] }", "[]", "null", "true");
        assertThat(arguments).extracting(Argument::position).containsExactly(0, 1, 2, 3, 4, 5);
        assertThat(Arguments.split(payload("[]"))).isEmpty();
        assertThat(Arguments.split(payload("[ ]"))).isEmpty();
        assertThat(Arguments.split(payload("[[]]"))).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{}", "\"x\"", "null", "[", "[1", "[\"x", "[\"x\\", "[[]", "]", "1"})
    void payloadThatIsNoArrayIsNotSplit(String json) {
        assertThatThrownBy(() -> Arguments.split(payload(json)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void kindsOfArgumentsAreToldApart() {
        List<Argument> arguments =
                Arguments.split(
                        payload("[null,\"s\"," + FIRST + ",{\"a\":" + FIRST + "},1]", bytes(7)));

        assertThat(arguments)
                .extracting(Argument::isNull)
                .containsExactly(true, false, false, false, false);
        assertThat(arguments)
                .extracting(Argument::isString)
                .containsExactly(false, true, false, false, false);
        assertThat(arguments)
                .extracting(Argument::isBinary)
                .containsExactly(false, false, true, false, false);
        assertThat(arguments.get(1).asString()).isEqualTo("s");
        assertThat(arguments.get(2).asBytes()).containsExactly(7);
        assertThatThrownBy(() -> arguments.get(4).asString())
                .isInstanceOf(ArgumentMismatch.class)
                .hasMessage("element 4 of the packet cannot be read as a string");
        assertThatThrownBy(() -> arguments.get(3).asBytes()).isInstanceOf(ArgumentMismatch.class);
        assertThatThrownBy(() -> arguments.get(1).asBytes()).isInstanceOf(ArgumentMismatch.class);
    }

    @Test
    void placeholderWithoutAttachmentsIsAnObjectLikeAnyOther() {
        Argument argument = Arguments.split(payload("[" + FIRST + "]")).getFirst();

        assertThat(argument.isBinary()).isFalse();
        assertThat(argument.node(MAPPER).get("num").intValue()).isZero();
    }

    @Test
    void attachmentsAreBinaryNodesInATree() {
        Argument argument =
                Arguments.split(
                                payload(
                                        "[\"x\", {\"a\":["
                                                + SECOND
                                                + ",1.10],\"b\":"
                                                + FIRST
                                                + "}]",
                                        bytes(1),
                                        bytes(2)))
                        .get(1);
        JsonNode node = argument.node(MAPPER);

        assertThat(node.get("a").get(0)).isEqualTo(BinaryNode.valueOf(bytes(2)));
        assertThat(node.get("a").get(1).doubleValue()).isEqualTo(1.1);
        assertThat(node.get("b").binaryValue()).containsExactly(1);
    }

    @Test
    void objectsAreReadWithTheirBinary() {
        var album =
                new Album(
                        "t",
                        List.of(new Photo("one", bytes(1)), new Photo("two", bytes(2))),
                        ByteBuffer.wrap(bytes(3)),
                        Optional.empty());
        Argument argument =
                Arguments.split(new PayloadWriter(MAPPER).array("x", List.of(album))).get(1);
        Album read = argument.as(MAPPER, Album.class);

        assertThat(read.title()).isEqualTo("t");
        assertThat(read.photos()).extracting(Photo::name).containsExactly("one", "two");
        assertThat(read.photos()).extracting(Photo::pixels).containsExactly(bytes(1), bytes(2));
        assertThat(read.cover()).isEqualTo(ByteBuffer.wrap(bytes(3)));
        assertThat(read.note()).isEmpty();
    }

    @Test
    void typesMayHaveParametersOrBeKnownAtRunTimeOnly() {
        Argument argument = first("[[{\"x\":1,\"y\":2,\"unknown\":[]}]]");

        assertThat(argument.as(MAPPER, new TypeReference<List<Point>>() {}))
                .containsExactly(new Point(1, 2));
        assertThat(
                        argument.as(
                                MAPPER,
                                MAPPER.getTypeFactory()
                                        .constructCollectionType(List.class, Point.class)))
                .isEqualTo(List.of(new Point(1, 2)));
        assertThat((int) first("[7]").as(MAPPER, int.class)).isEqualTo(7);
        assertThat(first("[\"1970-01-01T00:00:01.500Z\"]").as(MAPPER, Instant.class))
                .isEqualTo(Instant.ofEpochMilli(1_500));
        assertThat(first("[\"1970-01-01T00:00:01.500Z\"]").as(MAPPER, Date.class))
                .isEqualTo(new Date(1_500));
        assertThat(first("[5]").as(MAPPER, String.class)).isEqualTo("5");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[\"secret\"]",
                "[null]",
                "[1.5]",
                "[\"1\"]",
                "[{}]",
                "[99999999999]",
                "[true]"
            })
    void wrongTypeIsNamedAndTheArgumentIsNot(String json) {
        assertThatThrownBy(() -> first(json).as(MAPPER, int.class))
                .isInstanceOf(ArgumentMismatch.class)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("element 0 of the packet cannot be read as int")
                .hasNoCause();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"[{\"x\":1}]", "[{\"x\":1,\"y\":null}]", "[{\"x\":1,\"y\":\"z\"}]", "[[]]"})
    void missingPrimitiveIsAMismatch(String json) {
        assertThatThrownBy(() -> first(json).as(MAPPER, Point.class))
                .isInstanceOf(ArgumentMismatch.class);
    }

    @Test
    void missingReferenceIsNull() {
        Photo photo = first("[{\"name\":\"n\"}]").as(MAPPER, Photo.class);

        assertThat(photo.pixels()).isNull();
    }

    @Test
    void deepestArgumentTheDecoderAcceptsIsRead() throws MalformedPacket {
        String json = "[\"x\"," + "[".repeat(511) + "]".repeat(511) + "]";
        var event = (Packet.Event) Wire.decoded("2" + json);
        JsonNode node = Arguments.split(event.arguments()).get(1).node(MAPPER);

        assertThat(describe(new PayloadWriter(MAPPER).array("x", List.of(node))))
                .isEqualTo(json + "[]");
    }

    // sent on

    @Test
    void argumentIsSentOnByteByByte() {
        Argument argument = first("[{ \"b\" : 1.0, \"a\":\"\\/\\u0041\"}]");

        assertThat(written(1, argument, argument))
                .isEqualTo(
                        "[\"x\",1,{ \"b\" : 1.0, \"a\":\"\\/\\u0041\"},{ \"b\" : 1.0, \"a\":\"\\/\\u0041\"}][]");
        assertThat(written(Map.of("k", List.of(argument, 2))))
                .isEqualTo("[\"x\",{\"k\":[{ \"b\" : 1.0, \"a\":\"\\/\\u0041\"},2]}][]");
    }

    @Test
    void attachmentsOfAnArgumentAreNumberedAnew() {
        List<Argument> arguments =
                Arguments.split(
                        payload(
                                "[{\"é\":["
                                        + SECOND
                                        + ",{ \"num\":1,\"_placeholder\": true }]},"
                                        + FIRST
                                        + "]",
                                bytes(1),
                                bytes(2)));

        assertThat(written(bytes(9), arguments.get(0), arguments.get(1), arguments.get(1)))
                .isEqualTo(
                        "[\"x\","
                                + FIRST
                                + ",{\"é\":["
                                + SECOND
                                + ","
                                + SECOND
                                + "]},{\"_placeholder\":true,\"num\":2},{\"_placeholder\":true,\"num\":3}]"
                                + "[09, 02, 01, 01]");
    }

    @Test
    void argumentWithoutBinaryLosesTheAttachmentsOfItsPacket() {
        Argument plain = Arguments.split(payload("[1," + FIRST + "]", bytes(1))).getFirst();

        assertThat(written(plain)).isEqualTo("[\"x\",1][]");
    }

    @Test
    void argumentInAnyOtherJsonIsItsValue() {
        Argument argument =
                Arguments.split(payload("[{\"a\":" + FIRST + "}]", bytes(1, 2, 3))).getFirst();

        assertThat(MAPPER.writeValueAsString(Map.of("k", argument)))
                .isEqualTo("{\"k\":{\"a\":\"AQID\"}}");
    }

    @Test
    void nothingOfAPayloadShowsInLogs() {
        Payload payload = payload("[\"secret\"]", utf8("secret"));

        assertThat(payload).hasToString("Payload[10 bytes, 1 attachments]");
        assertThat(Arguments.split(payload).getFirst()).hasToString("Argument[0, 8 bytes]");
        assertThat(new Packet.Event("/", 1, payload).toString()).doesNotContain("secret");
        assertThat(PacketCodec.JSON.encode(new Packet.Event("/", 1, payload)).toString())
                .doesNotContain("secret");
    }

    private static Argument first(String json) {
        return Arguments.split(payload(json)).getFirst();
    }

    private static String raw(Argument argument) {
        return text(
                Arrays.copyOfRange(
                        argument.json(), argument.offset(), argument.offset() + argument.length()));
    }

    private static String written(@Nullable Object... arguments) {
        return describe(new PayloadWriter(MAPPER).array("x", Arrays.asList(arguments)));
    }
}
