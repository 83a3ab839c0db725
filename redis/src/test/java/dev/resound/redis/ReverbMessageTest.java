package dev.resound.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.core.Envelope;
import dev.resound.core.TopicName;
import dev.resound.pusher.App;
import dev.resound.pusher.json.JsonText;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What crosses on Reverb's channel, and what only looks like it. */
class ReverbMessageTest {
    private static final App APP = App.builder("7", "key", "secret").build();

    private static final String SERIALIZED =
            ReverbApplication.of(APP, ReverbVersion.V1_10).serialized();

    private static final byte[] APPLICATION = new JsonText().quoted(SERIALIZED).toBytes();

    private static final ReverbMessage.Signature BY = new ReverbMessage.Signature("node", 12);

    private static ReverbMessage.@Nullable Signed read(String json) {
        return ReverbMessage.read(json.getBytes(UTF_8));
    }

    /** With APP for the app. */
    private static ReverbMessage.@Nullable Signed readOfApp(String json) {
        return read(json.replace("APP", new String(APPLICATION, UTF_8)));
    }

    private static ReverbMessage.Event event(String payload) {
        var signed =
                readOfApp("{\"type\":\"message\",\"application\":APP,\"payload\":" + payload + "}");
        return (ReverbMessage.Event) Objects.requireNonNull(signed).message();
    }

    @Test
    void anEventOfABackEndIsAsReverbHasIt() {
        var envelope = Envelope.json(new TopicName("app/7", "a"), "E", "\"1.50\"".getBytes(UTF_8));
        byte[] said = ReverbMessage.event(BY, APPLICATION, envelope, "12.34");
        assertThat(new String(said, UTF_8))
                .startsWith("{\"type\":\"message\",\"application\":\"O:26:\\\"Laravel\\\\Reverb")
                .contains("s:5:\\\"\\u0000*\\u0000id\\\";s:1:\\\"7\\\";")
                .endsWith(
                        "}\",\"payload\":{\"event\":\"E\",\"channels\":[\"a\"],\"data\":\"1.50\"},"
                                + "\"socket_id\":\"12.34\",\"resound\":\"node-12\"}");
        var heard = Objects.requireNonNull(ReverbMessage.read(said));
        assertThat(heard.by()).isEqualTo(BY);
        assertThat(heard.message())
                .usingRecursiveComparison()
                .isEqualTo(
                        new ReverbMessage.Event(
                                "7", List.of("a"), "E", "\"1.50\"".getBytes(UTF_8), null, "12.34"));
    }

    @Test
    void aClientEventIsAsReverbHasIt() {
        var envelope =
                new Envelope(
                        new TopicName("app/7", "presence-a"),
                        "client-x",
                        Envelope.Kind.JSON,
                        "{\"n\":1.50}".getBytes(UTF_8),
                        "\"ann\"");
        byte[] said = ReverbMessage.event(BY, APPLICATION, envelope, null);
        assertThat(new String(said, UTF_8))
                .endsWith(
                        "\"payload\":{\"event\":\"client-x\",\"channel\":\"presence-a\",\"data\":"
                                + "{\"n\":1.50},\"user_id\":\"ann\"},\"resound\":\"node-12\"}");
        assertThat(event("{\"event\":\"client-x\",\"channel\":\"c\"}").data()).isEmpty();
        assertThat(event("{\"event\":\"client-x\",\"channel\":\"c\",\"user_id\":7}").user())
                .isEqualTo("7");
        assertThat(event("{\"event\":\"client-x\",\"channel\":\"c\",\"user_id\":{}}").user())
                .isNull();
    }

    @Test
    void namesThatNoChannelHasAreNoChannels() {
        assertThat(
                        event(
                                        "{\"event\":\"e\",\"channels\":[\"a\",\"\",\"\\u0001connections\",\"b\"]}")
                                .channels())
                .containsExactly("a", "b");
        assertThat(event("{\"event\":\"terminate\",\"channel\":\"\",\"data\":\"x\"}").channels())
                .isEmpty();
        assertThat(event("{\"event\":\"e\",\"channels\":[]}").channels()).isEmpty();
        String long5000 = "x".repeat(5_000);
        assertThat(event("{\"event\":\"e\",\"channel\":\"" + long5000 + "\"}").channels())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "[]",
                "null",
                "{}",
                "{\"type\":null}",
                "{\"type\":7}",
                "{\"type\":\"message\"}",
                "{\"type\":\"message\",\"application\":APP}",
                "{\"type\":\"message\",\"application\":APP,\"payload\":\"x\"}",
                "{\"type\":\"message\",\"application\":APP,\"payload\":{\"event\":\"e\"}}",
                "{\"type\":\"message\",\"application\":APP,\"payload\":{\"channel\":\"c\"}}",
                "{\"type\":\"message\",\"application\":APP,\"payload\":{\"event\":7,\"channel\":\"c\"}}",
                "{\"type\":\"message\",\"application\":APP,\"payload\":{\"event\":\"e\",\"channel\":7}}",
                "{\"type\":\"message\",\"application\":APP,\"payload\":{\"event\":\"e\",\"channels\":{}}}",
                "{\"type\":\"message\",\"application\":APP,\"payload\":{\"event\":\"e\",\"channels\":[7]}}",
                "{\"type\":\"message\",\"application\":{},\"payload\":{\"event\":\"e\",\"channel\":\"c\"}}",
                "{\"type\":\"message\",\"application\":\"i:7;\",\"payload\":{\"event\":\"e\",\"channel\":\"c\"}}",
                "{\"type\":\"terminate\",\"application\":APP,\"payload\":{\"user_id\":7}}",
                "{\"type\":\"terminate\",\"application\":APP}",
                "{\"type\":\"metrics\"}",
                "{\"type\":\"metrics\",\"payload\":{}}",
                "{\"type\":\"metrics\",\"payload\":\"N;\"}",
                "{\"type\":\"metrics\",\"payload\":APP}",
                "{\"type\":\"x\",\"payload\":[]",
            })
    void whatIsNoMessageIsNone(String json) {
        assertThat(readOfApp(json)).isNull();
    }

    @Test
    void whatIsUnknownIsPassedOver() {
        for (String json :
                new String[] {
                    "{\"type\":\"news\"}",
                    "{\"type\":\"news\",\"payload\":null}",
                    "{\"type\":\"news\",\"payload\":\"x\"}",
                    "{\"type\":\"" + "n".repeat(65) + "\",\"payload\":[]}"
                }) {
            assertThat(Objects.requireNonNull(read(json)).message())
                    .isEqualTo(new ReverbMessage.Unknown());
        }
        assertThat(Objects.requireNonNull(read("{\"type\":\"k\",\"payload\":{}}")).message())
                .isInstanceOf(ReverbMessage.Answer.class);
    }

    @Test
    void bytesThatAreNoTextAreNone() {
        byte[] json = "{\"type\":\"x\",\"payload\":[\"_\"]}".getBytes(UTF_8);
        json[json.length - 4] = (byte) 0xff;
        assertThat(ReverbMessage.read(json)).isNull();
        assertThat(ReverbMessage.read(new byte[ReverbMessage.MOST_BYTES + 1])).isNull();
        assertThat(read("[".repeat(100_000))).isNull();
        assertThat(read("{\"type\":".repeat(100_000))).isNull();
    }

    @Test
    void largerThanTheLimitIsNone() {
        String begin = "{\"type\":\"x\",\"payload\":[\"";
        int room = ReverbMessage.MOST_BYTES - begin.length() - "\"]}".length();
        assertThat(read(begin + "x".repeat(room) + "\"]}")).isNotNull();
        assertThat(read(begin + "x".repeat(room + 1) + "\"]}")).isNull();
    }

    private static String toChannels(int many) {
        return "{\"event\":\"e\",\"channels\":[" + "\"c\",".repeat(many - 1) + "\"end\"]}";
    }

    @Test
    void toMoreChannelsThanTheLimitIsNone() {
        assertThat(event(toChannels(ReverbMessage.MOST_CHANNELS)).channels())
                .hasSize(ReverbMessage.MOST_CHANNELS)
                .endsWith("c", "end");
        String more = toChannels(ReverbMessage.MOST_CHANNELS + 1);
        assertThat(readOfApp("{\"type\":\"message\",\"application\":APP,\"payload\":" + more + "}"))
                .isNull();
    }

    @Test
    void aSignatureIsAClaimOfWhateverForm() {
        assertThat(ReverbMessage.Signature.read(null)).isEqualTo(ReverbMessage.Signature.NONE);
        assertThat(ReverbMessage.Signature.read("")).isEqualTo(ReverbMessage.Signature.NONE);
        assertThat(ReverbMessage.Signature.read("a-b")).isEqualTo(ReverbMessage.Signature.NONE);
        assertThat(ReverbMessage.Signature.read("x".repeat(65)))
                .isEqualTo(ReverbMessage.Signature.NONE);
        assertThat(ReverbMessage.Signature.read("a--5"))
                .isEqualTo(new ReverbMessage.Signature("a", 0));
        assertThat(ReverbMessage.Signature.read("a"))
                .isEqualTo(new ReverbMessage.Signature("a", 0));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whatIsDamagedHarmsNobody(long seed) {
        Random random = new Random(seed);
        var envelope =
                Envelope.json(
                        new TopicName("app/7", "é"), "client-é", "{\"a\":[1]}".getBytes(UTF_8));
        byte[][] all = {
            ReverbMessage.event(BY, APPLICATION, envelope, "1.2"),
            ReverbMessage.terminate(BY, APPLICATION, "\"ann\"".getBytes(UTF_8)),
            ReverbMessage.question(
                    BY,
                    ReverbMetric.write(
                            "key",
                            ReverbApplication.of(APP, ReverbVersion.V1_10),
                            new ReverbMetric.Connections()))
        };
        for (byte[] whole : all) {
            for (int length = 0; length < whole.length; length++) {
                assertThat(ReverbMessage.read(Arrays.copyOf(whole, length))).isNull();
            }
            for (int i = 0; i < 10_000; i++) {
                byte[] damaged = whole.clone();
                for (int n = random.nextInt(4); n >= 0; n--) {
                    damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
                }
                var read = ReverbMessage.read(damaged);
                assertThat(read == null || read.by() != null).isTrue();
            }
        }
    }
}
