package dev.resound.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.core.Envelope;
import dev.resound.core.TopicName;
import dev.resound.pusher.App;
import dev.resound.pusher.ClientEvents;
import dev.resound.pusher.json.JsonText;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What real PHP makes of what we write, and we of what it writes. The classes are ours. */
@Timeout(60)
class PhpTest {
    private static final App PLAIN = App.builder("4711", "key", "secret").build();

    private static final App FULL =
            App.builder("id é", "kéy", "sécret \"x\"; \0 😀")
                    .allowedOrigins(List.of("exämple.com", "*.b"))
                    .clientEvents(ClientEvents.NONE)
                    .maxConnections(7)
                    .maxMessageBytes(0)
                    .rateLimit(new App.RateLimit(5, 1, true))
                    .build();

    @ParameterizedTest
    @EnumSource(ReverbVersion.class)
    void phpHasOurAppsAsItsOwn(ReverbVersion version) {
        try (Php php = Php.start(version)) {
            for (App app : List.of(PLAIN, FULL)) {
                String ours = ReverbApplication.of(app, version).serialized();
                assertThat(php.same(ours)).isEqualTo(ours);
                var shown = php.ask("application", ours);
                assertThat(shown.path("class").stringValue()).isEqualTo(ReverbApplication.TYPE);
                var properties = shown.path("properties");
                assertThat(properties.propertyNames()).doesNotContain("uninitialized");
                assertThat(properties.at("/id/string").stringValue()).isEqualTo(app.id());
                assertThat(properties.at("/secret/string").stringValue()).isEqualTo(app.secret());
                assertThat(properties.at("/pingInterval/int").intValue())
                        .isEqualTo(app.pingInterval());
                assertThat(properties.toString()).doesNotContain("uninitialized");
                if (version.hasLimits) {
                    String type = app == FULL ? "/maxConnections/int" : "/maxConnections/null";
                    assertThat(properties.at(type).isMissingNode()).isFalse();
                    assertThat(properties.at("/acceptClientEventsFrom/string").stringValue())
                            .isEqualTo(app == FULL ? "none" : "members");
                }
            }
        }
    }

    @Test
    void aVersionMissesNothingThatItsNextOneWantsOfEveryApp() {
        String older = ReverbApplication.of(FULL, ReverbVersion.V1_5).serialized();
        try (Php php = Php.start(ReverbVersion.V1_10)) {
            assertThat(php.ask("application", older).at("/properties/id/string").stringValue())
                    .isEqualTo(FULL.id());
        }
    }

    @ParameterizedTest
    @EnumSource(ReverbVersion.class)
    void phpHasOurQuestionsAsItsOwn(ReverbVersion version) {
        PhpValue app = ReverbApplication.of(FULL, version);
        try (Php php = Php.start(version)) {
            for (ReverbMetric metric :
                    List.of(
                            new ReverbMetric.Connections(),
                            new ReverbMetric.Channel("näws", "occupied"),
                            new ReverbMetric.Channels("", "user_count"),
                            new ReverbMetric.Channels("presence-", ""),
                            new ReverbMetric.Named(List.of("a", "b"), ""),
                            new ReverbMetric.Users("presence-a"))) {
                String ours = ReverbMetric.write("aB3dE5fG7h", app, metric);
                assertThat(php.same(ours)).isEqualTo(ours);
                var shown = php.ask("metric", ours);
                assertThat(shown.path("class").stringValue()).isEqualTo(ReverbMetric.REQUEST);
                assertThat(shown.at("/properties/application/class").stringValue())
                        .isEqualTo(ReverbApplication.TYPE);
                assertThat(shown.at("/properties/type/enum").stringValue())
                        .isEqualTo(ReverbMetric.TYPE);
                assertThat(ReverbMetric.read(ours))
                        .isEqualTo(new ReverbMetric.Request("aB3dE5fG7h", "id é", metric));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(ReverbVersion.class)
    void weReadWhatPhpWrites(ReverbVersion version) {
        try (Php php = Php.start(version)) {
            assertThat(ReverbApplication.id(php.sample("application"))).isEqualTo("4711");
            assertThat(ReverbMetric.read(php.sample("connections")))
                    .isEqualTo(
                            new ReverbMetric.Request(
                                    "aB3dE5fG7h", "4711", new ReverbMetric.Connections()));
            assertThat(read(php, "channel"))
                    .isEqualTo(new ReverbMetric.Channel("näws", "subscription_count,occupied"));
            assertThat(read(php, "channels")).isEqualTo(new ReverbMetric.Channels("presence-", ""));
            assertThat(read(php, "named"))
                    .isEqualTo(new ReverbMetric.Named(List.of("a", "b"), "user_count"));
            assertThat(read(php, "users")).isEqualTo(new ReverbMetric.Users("presence-a"));
        }
    }

    private static ReverbMetric read(Php php, String sample) {
        return Objects.requireNonNull(ReverbMetric.read(php.sample(sample))).metric();
    }

    @Test
    void everyKindOfValueIsReadAndWrittenAsPhpDoes() {
        try (Php php = Php.start(ReverbVersion.V1_10)) {
            String theirs = php.sample("values");
            PhpValue values = Objects.requireNonNull(PhpValue.read(theirs));
            assertThat(values.entries().stream().map(PhpValue.Entry::value))
                    .startsWith(
                            new PhpValue.Null(),
                            new PhpValue.Bool(true),
                            new PhpValue.Bool(false),
                            new PhpValue.Int(0),
                            new PhpValue.Int(Long.MIN_VALUE),
                            new PhpValue.Int(Long.MAX_VALUE),
                            new PhpValue.Real(0.5),
                            new PhpValue.Real(-1e300))
                    .endsWith(new PhpValue.EnumCase(ReverbMetric.TYPE, "CHANNEL"));
            // Floats in different notations are the same to it.
            assertThat(php.same(values.serialized())).isEqualTo(theirs);
        }
    }

    @Test
    void theExampleOfTheSpecificationIsWritten() {
        PhpValue app = ReverbApplication.of(PLAIN, ReverbVersion.V1_10);
        assertThat(app.serialized().replace('\0', '·'))
                .startsWith(
                        "O:26:\"Laravel\\Reverb\\Application\":11:{s:5:\"·*·id\";s:4:\"4711\";"
                                + "s:6:\"·*·key\";s:3:\"key\";s:9:\"·*·secret\";s:6:\"secret\";"
                                + "s:15:\"·*·pingInterval\";i:60;s:18:\"·*·activityTimeout\";i:30;"
                                + "s:17:\"·*·allowedOrigins\";a:1:{i:0;s:1:\"*\";}"
                                + "s:17:\"·*·maxMessageSize\";i:10000;"
                                + "s:17:\"·*·maxConnections\";N;"
                                + "s:25:\"·*·acceptClientEventsFrom\";s:7:\"members\";"
                                + "s:15:\"·*·rateLimiting\";a:4:{s:7:\"enabled\";b:0;");
    }

    // ---- JSON

    @Test
    void phpReadsEveryMessageOfOurs() {
        byte[] app =
                new JsonText()
                        .quoted(ReverbApplication.of(FULL, ReverbVersion.V1_10).serialized())
                        .toBytes();
        var topic = new TopicName("app/7", "näws \"\\ 😀");
        var event =
                new Envelope(topic, "e\n", Envelope.Kind.JSON, "\"\\u00e9\"".getBytes(UTF_8), "7");
        var by = new ReverbMessage.Signature("node", 3);
        try (Php php = Php.start(ReverbVersion.V1_10)) {
            for (byte[] message :
                    List.of(
                            ReverbMessage.event(by, app, event, "1.2"),
                            ReverbMessage.terminate(by, app, "\"ann\"".getBytes(UTF_8)),
                            ReverbMessage.question(by, "x\0\"é😀"),
                            ReverbMessage.answer(by, "key", "[]"))) {
                assertThat(PhpJson.reads(message)).isTrue();
                assertThat(php.ask("json", message).booleanValue()).isTrue();
            }
        }
    }

    /** What neither of the two says is right is wrong for PHP, and may not reach it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"\\ud800\"",
                "\"\\ud800x\"",
                "\"\\ud800\\n\"",
                "\"\\ud800\\u0041\"",
                "\"\\udc00\"",
                "{\"\\udc00\":1}",
                "1e400",
                "[-1E+999]",
                "{\"a\":\"\\\\\\ud800\"}"
            })
    void whatPhpCannotReadIsKeptFromIt(String json) {
        assertThat(PhpJson.reads(json.getBytes(UTF_8))).isFalse();
        try (Php php = Php.start(ReverbVersion.V1_10)) {
            assertThat(php.ask("json", json).booleanValue()).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"\\ud83d\\ude00\"",
                "\"\\\\ud800\"",
                "\"\\\"{[\"",
                "1e300",
                "-0.5E-999",
                "12345678901234567890",
                "{\"\\u0000a\":null}",
                "{\"\":[{},[]]}",
                "\"\\u0000\\/\""
            })
    void whatPhpCanReadIsSaid(String json) {
        assertThat(PhpJson.reads(json.getBytes(UTF_8))).isTrue();
        try (Php php = Php.start(ReverbVersion.V1_10)) {
            assertThat(php.ask("json", json).booleanValue()).isTrue();
        }
    }

    @Test
    void whatIsNestedTooDeeplyIsKeptFromPhp() {
        try (Php php = Php.start(ReverbVersion.V1_10)) {
            String deepest = "[".repeat(PhpJson.DEEPEST) + "]".repeat(PhpJson.DEEPEST);
            assertThat(PhpJson.reads(deepest.getBytes(UTF_8))).isTrue();
            assertThat(php.ask("json", deepest).booleanValue()).isTrue();
            String deeper = "[".repeat(513) + "]".repeat(513);
            assertThat(PhpJson.reads(deeper.getBytes(UTF_8))).isFalse();
            assertThat(php.ask("json", deeper).booleanValue()).isFalse();
        }
        String digits = "9".repeat(310);
        assertThat(PhpJson.reads(digits.getBytes(UTF_8))).isFalse();
    }
}
