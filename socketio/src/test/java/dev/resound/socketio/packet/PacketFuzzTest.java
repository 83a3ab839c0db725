package dev.resound.socketio.packet;

import static dev.resound.socketio.packet.Wire.describe;
import static dev.resound.socketio.packet.Wire.onBinary;
import static dev.resound.socketio.packet.Wire.onText;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePacker;
import org.msgpack.value.Value;
import org.msgpack.value.ValueFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/** Random packets there and back, and packets that were damaged on the way. Seeds are fixed. */
class PacketFuzzTest {
    private static final JsonMapper MAPPER = Arguments.defaultMapper();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final int MAX_ATTACHMENTS = 1_000;

    private static final String[] TEXTS = {
        "",
        "a",
        "num",
        "_placeholder",
        "é",
        "日本",
        "😀",
        "\"\\/",
        "\n\t\r\b\f\u0000\u001f\u007f",
        "\u2028",
        "x".repeat(40),
        "ü".repeat(200)
    };

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void randomArgumentsSurviveJson(long seed) throws MalformedPacket {
        var random = new Random(seed);
        for (int round = 0; round < 2_000; round++) {
            List<JsonNode> arguments = arguments(random);
            Packet packet = event(random, arguments);
            Encoded encoded = PacketCodec.JSON.encode(packet);
            Packet decoded = viaJson(encoded);

            assertThat(describe(decoded)).isEqualTo(describe(packet));
            assertThat(nodes(decoded)).isEqualTo(arguments);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {4, 5, 6})
    void randomArgumentsSurviveMessagePack(long seed) throws MalformedPacket, IOException {
        var random = new Random(seed);
        for (int round = 0; round < 2_000; round++) {
            List<JsonNode> arguments = arguments(random);
            Packet packet = event(random, arguments);
            byte[] packed = PacketCodec.MSGPACK.encode(packet).binaries().getFirst();

            assertThat(describe(viaMessagePack(packed))).isEqualTo(describe(packet));
            assertThat(independently(packed)).isEqualTo(arguments);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {7, 8, 9})
    void whatMessagePackItselfWritesIsRead(long seed) throws MalformedPacket, IOException {
        var random = new Random(seed);
        for (int round = 0; round < 2_000; round++) {
            List<JsonNode> arguments = arguments(random);

            assertThat(nodes(viaMessagePack(packedIndependently(arguments)))).isEqualTo(arguments);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {10, 11, 12})
    void damagedJsonIsMalformedOrMeansTheSameToEveryone(long seed) throws MalformedPacket {
        var random = new Random(seed);
        int accepted = 0;
        for (int round = 0; round < 15_000; round++) {
            Encoded encoded = PacketCodec.JSON.encode(event(random, arguments(random)));
            byte[] text = Objects.requireNonNull(encoded.text());
            byte[] damaged = damaged(random, Arrays.copyOfRange(text, 1, text.length));
            Packet packet = decodedOrNull(damaged, encoded.binaries());
            if (packet != null) {
                accepted++;
                assertThat(describe(viaJson(PacketCodec.JSON.encode(packet))))
                        .isEqualTo(describe(packet));
                byte[] packed = PacketCodec.MSGPACK.encode(packet).binaries().getFirst();
                assertThat(viaMessagePack(packed).getClass()).isEqualTo(packet.getClass());
                readAll(packet);
            }
        }
        assertThat(accepted).isBetween(1_000, 14_000);
    }

    @ParameterizedTest
    @ValueSource(longs = {13, 14, 15})
    void damagedMessagePackIsMalformedOrMeansTheSameToEveryone(long seed) throws MalformedPacket {
        var random = new Random(seed);
        int accepted = 0;
        for (int round = 0; round < 15_000; round++) {
            byte[] packed =
                    PacketCodec.MSGPACK
                            .encode(event(random, arguments(random)))
                            .binaries()
                            .getFirst();
            Packet packet = decodedOrNull(damaged(random, packed));
            if (packet instanceof Packet.Event || packet instanceof Packet.Ack) {
                accepted++;
                assertThat(describe(viaJson(PacketCodec.JSON.encode(packet))))
                        .isEqualTo(describe(packet));
                byte[] again = PacketCodec.MSGPACK.encode(packet).binaries().getFirst();
                assertThat(describe(viaMessagePack(again))).isEqualTo(describe(packet));
                readAll(packet);
            }
        }
        assertThat(accepted).isBetween(1_000, 14_000);
    }

    @Test
    void noiseIsMalformedAndCostsLittle() {
        var random = new Random(16);
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        byte[] map = {(byte) 0xdf, (byte) 0x81};
        for (int round = 0; round < 100_000; round++) {
            byte[] noise = new byte[random.nextInt(1, 100)];
            random.nextBytes(noise);
            noise[0] = random.nextBoolean() ? noise[0] : map[random.nextInt(map.length)];
            long before = threads.getCurrentThreadAllocatedBytes();
            decodedOrNull(noise);
            noise[0] = (byte) ('0' + random.nextInt(7));
            decodedOrNull(noise, List.of());
            assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(300_000);
        }
    }

    private static void readAll(Packet packet) {
        Payload arguments =
                switch (packet) {
                    case Packet.Event event -> event.arguments();
                    case Packet.Ack ack -> ack.arguments();
                    default -> Payload.of(Wire.utf8("[]"));
                };
        List<Argument> split = Arguments.split(arguments);
        for (Argument argument : split) {
            assertThat(argument.node(MAPPER)).isNotNull();
        }
        assertThat(Arguments.split(new PayloadWriter(MAPPER).array(null, split)))
                .hasSameSizeAs(split);
    }

    private static @Nullable Packet decodedOrNull(byte[] text, List<byte[]> binaries) {
        PacketDecoder decoder = PacketCodec.JSON.newDecoder(10);
        try {
            Packet packet = onText(decoder, text);
            for (int i = 0; packet == null; i++) {
                packet = onBinary(decoder, i < binaries.size() ? binaries.get(i) : new byte[1]);
            }
            return packet;
        } catch (MalformedPacket malformed) {
            assertThat(decoder.isWaiting()).isFalse();
            return null;
        }
    }

    private static @Nullable Packet decodedOrNull(byte[] packed) {
        try {
            return onBinary(PacketCodec.MSGPACK.newDecoder(10), packed);
        } catch (MalformedPacket malformed) {
            return null;
        }
    }

    private static Packet viaJson(Encoded encoded) throws MalformedPacket {
        PacketDecoder decoder = PacketCodec.JSON.newDecoder(MAX_ATTACHMENTS);
        byte[] text = Objects.requireNonNull(encoded.text());
        assertThat(text[0]).isEqualTo((byte) '4');
        Packet packet = onText(decoder, Arrays.copyOfRange(text, 1, text.length));
        for (byte[] binary : encoded.binaries()) {
            assertThat(packet).isNull();
            packet = onBinary(decoder, binary);
        }
        return Objects.requireNonNull(packet);
    }

    private static Packet viaMessagePack(byte[] packed) throws MalformedPacket {
        return Objects.requireNonNull(
                onBinary(PacketCodec.MSGPACK.newDecoder(MAX_ATTACHMENTS), packed));
    }

    private static byte[] damaged(Random random, byte[] whole) {
        byte[] bytes = whole.clone();
        for (int i = random.nextInt(1, 4); i > 0 && bytes.length > 1; i--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(6)) {
                case 0 -> bytes[at] = (byte) random.nextInt();
                case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> bytes[at] = (byte) "[]{}\",:0123456789-/\\ue.".charAt(random.nextInt(23));
                case 3 -> bytes = Arrays.copyOf(bytes, at + 1);
                case 4 -> bytes = replaced(bytes, at, at + 1, new byte[0]);
                default -> {
                    int end = random.nextInt(at, bytes.length);
                    int to = random.nextInt(bytes.length);
                    bytes = replaced(bytes, to, to, Arrays.copyOfRange(bytes, at, end));
                }
            }
        }
        return bytes;
    }

    private static byte[] replaced(byte[] bytes, int from, int to, byte[] by) {
        byte[] result = new byte[bytes.length - (to - from) + by.length];
        System.arraycopy(bytes, 0, result, 0, from);
        System.arraycopy(by, 0, result, from, by.length);
        System.arraycopy(bytes, to, result, from + by.length, bytes.length - to);
        return result;
    }

    private static Packet event(Random random, List<JsonNode> arguments) {
        String namespace = random.nextBoolean() ? "/" : "/ä" + random.nextInt(100);
        long id = random.nextBoolean() ? Packet.NO_ID : random.nextLong(Packet.MAX_ID + 1);
        return random.nextInt(4) == 0
                ? new Packet.Ack(namespace, id, new PayloadWriter(MAPPER).array(null, arguments))
                : new Packet.Event(namespace, id, new PayloadWriter(MAPPER).array("x", arguments));
    }

    private static List<JsonNode> nodes(Packet packet) {
        Payload arguments =
                switch (packet) {
                    case Packet.Event event -> event.arguments();
                    case Packet.Ack ack -> ack.arguments();
                    default -> throw new AssertionError(packet);
                };
        return Arguments.split(arguments).stream()
                .skip(packet instanceof Packet.Event ? 1 : 0)
                .map(argument -> argument.node(MAPPER))
                .toList();
    }

    private static List<JsonNode> arguments(Random random) {
        var arguments = new ArrayList<JsonNode>();
        for (int i = random.nextInt(4); i > 0; i--) {
            arguments.add(node(random, 4));
        }
        return arguments;
    }

    private static JsonNode node(Random random, int depth) {
        return switch (random.nextInt(depth == 0 ? 8 : 10)) {
            case 0 -> NODES.nullNode();
            case 1 -> NODES.booleanNode(random.nextBoolean());
            case 2 -> NODES.numberNode(random.nextInt() >> random.nextInt(32));
            case 3 ->
                    NODES.numberNode(
                            (long) Integer.MAX_VALUE + 1 + random.nextInt(Integer.MAX_VALUE));
            case 4 -> NODES.numberNode(random.nextGaussian());
            case 5 ->
                    NODES.numberNode(
                            BigInteger.ONE
                                    .shiftLeft(63)
                                    .add(BigInteger.valueOf(random.nextInt(9))));
            case 6 -> NODES.stringNode(TEXTS[random.nextInt(TEXTS.length)]);
            case 7 -> {
                byte[] bytes = new byte[random.nextInt(300)];
                random.nextBytes(bytes);
                yield NODES.binaryNode(bytes);
            }
            case 8 -> {
                var array = NODES.arrayNode();
                for (int i = random.nextInt(20); i > 0; i--) {
                    array.add(node(random, depth - 1));
                }
                yield array;
            }
            default -> {
                var object = NODES.objectNode();
                for (int i = random.nextInt(5); i > 0; i--) {
                    String name = TEXTS[random.nextInt(TEXTS.length)];
                    JsonNode value = node(random, depth - 1);
                    // The one thing that binary cannot be mixed with.
                    boolean lookalike = name.equals("_placeholder") && value.isBoolean();
                    object.set(name, lookalike ? NODES.stringNode("true") : value);
                }
                yield object;
            }
        };
    }

    /** The arguments of a packet as msgpack-core reads them. */
    private static List<JsonNode> independently(byte[] packed) throws IOException {
        try (var in = MessagePack.newDefaultUnpacker(packed)) {
            var map = in.unpackValue().asMapValue().map();
            assertThat(in.hasNext()).isFalse();
            Value data = map.get(ValueFactory.newString("data"));
            Value type = map.get(ValueFactory.newString("type"));
            boolean event = Objects.requireNonNull(type).asIntegerValue().asInt() == 2;
            return Objects.requireNonNull(data).asArrayValue().list().stream()
                    .skip(event ? 1 : 0)
                    .map(PacketFuzzTest::node)
                    .toList();
        }
    }

    private static JsonNode node(Value value) {
        return switch (value.getValueType()) {
            case NIL -> NODES.nullNode();
            case BOOLEAN -> NODES.booleanNode(value.asBooleanValue().getBoolean());
            case INTEGER -> {
                var integer = value.asIntegerValue();
                yield integer.isInIntRange()
                        ? NODES.numberNode(integer.asInt())
                        : integer.isInLongRange()
                                ? NODES.numberNode(integer.asLong())
                                : NODES.numberNode(integer.asBigInteger());
            }
            case FLOAT -> NODES.numberNode(value.asFloatValue().toDouble());
            case STRING -> NODES.stringNode(value.asStringValue().asString());
            case BINARY -> NODES.binaryNode(value.asBinaryValue().asByteArray());
            case ARRAY -> {
                var array = NODES.arrayNode();
                value.asArrayValue().forEach(element -> array.add(node(element)));
                yield array;
            }
            case MAP -> {
                var object = NODES.objectNode();
                value.asMapValue()
                        .map()
                        .forEach((key, each) ->
                                object.set(key.asStringValue().asString(), node(each)));
                yield object;
            }
            case EXTENSION -> throw new AssertionError("there are none");
        };
    }

    private static byte[] packedIndependently(List<JsonNode> arguments) throws IOException {
        try (var out = MessagePack.newDefaultBufferPacker()) {
            out.packMapHeader(3);
            out.packString("data").packArrayHeader(arguments.size() + 1).packString("x");
            for (JsonNode argument : arguments) {
                pack(out, argument);
            }
            out.packString("type").packInt(2).packString("nsp").packString("/");
            return out.toByteArray();
        }
    }

    private static void pack(MessagePacker out, JsonNode node) throws IOException {
        switch (node.getNodeType()) {
            case NULL -> out.packNil();
            case BOOLEAN -> out.packBoolean(node.booleanValue());
            case NUMBER -> {
                if (node.isIntegralNumber()) {
                    out.packBigInteger(node.bigIntegerValue());
                } else {
                    out.packDouble(node.doubleValue());
                }
            }
            case STRING -> out.packString(node.stringValue());
            case BINARY -> {
                byte[] bytes = node.binaryValue();
                out.packBinaryHeader(bytes.length).writePayload(bytes);
            }
            case ARRAY -> {
                out.packArrayHeader(node.size());
                for (JsonNode element : node) {
                    pack(out, element);
                }
            }
            case OBJECT -> {
                out.packMapHeader(node.size());
                for (var property : node.properties()) {
                    out.packString(property.getKey());
                    pack(out, property.getValue());
                }
            }
            case POJO, MISSING -> throw new AssertionError("there are none");
        }
    }
}
