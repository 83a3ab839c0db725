package dev.resound.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.netty.HttpLimits;
import dev.resound.netty.Limits;
import dev.resound.pusher.App;
import dev.resound.pusher.ClientEvents;
import dev.resound.pusher.Dialect;
import dev.resound.pusher.FallbackOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who wins when several say something, and what holds when nobody does. */
class PrecedenceTest {
    @TempDir Path directory;

    @Test
    void optionsBeatOurVariablesBeatReverbsBeatTheFile() {
        Written written = Written.in(directory);
        assertThat(port(written)).isEqualTo(8080);
        assertThat(port(written.file("server: {port: 1001}\n"))).isEqualTo(1001);
        assertThat(port(written.variable("REVERB_SERVER_PORT", "1002"))).isEqualTo(1002);
        assertThat(port(written.variable("RESOUND_SERVER_PORT", "1003"))).isEqualTo(1003);
        assertThat(port(written.flag(Settings.PORT_NUMBER, "1004"))).isEqualTo(1004);
    }

    private static int port(Written written) {
        return written.read().listen().port();
    }

    @Test
    void aWrongValueThatIsOverruledIsNoError() {
        Written written = Written.in(directory).file("server: {port: x}\n");
        assertThat(written.problems()).isNotEmpty();
        assertThat(port(written.flag(Settings.PORT_NUMBER, "1004"))).isEqualTo(1004);
    }

    @Test
    void emptyVariablesCountAsNotSet() {
        assertThat(
                        port(
                                Written.in(directory)
                                        .file("server: {port: 1001}\n")
                                        .variable("REVERB_SERVER_PORT", "")
                                        .variable("RESOUND_SERVER_PORT", "  ")))
                .isEqualTo(1001);
    }

    @Test
    void nothingAfterAKeyCountsAsNotSet() {
        assertThat(port(Written.in(directory).file("server:\n  port:\ndebug: ~\nlimits:\n")))
                .isEqualTo(8080);
        assertThat(port(Written.in(directory).file("# nothing\n"))).isEqualTo(8080);
        assertThat(port(Written.in(directory).file("apps:\n"))).isEqualTo(8080);
    }

    @Test
    void theFileIsNamedByTheOptionOrElseByTheVariable() {
        Written written =
                Written.in(directory)
                        .file("server: {port: 1001}\n")
                        .file("b.yml", "server: {port: 1002}\n")
                        .file("c.yml", "server: {port: 1003}\n");
        assertThat(port(written)).isEqualTo(1001);
        assertThat(port(written.variable("RESOUND_CONFIG", "b.yml"))).isEqualTo(1002);
        assertThat(port(written.named("c.yml"))).isEqualTo(1003);
        assertThat(written.read().notes().sources()).containsExactly("c.yml");
    }

    @Test
    void oneAppMayComeFromSeveralSources() {
        App app =
                Written.in(directory)
                        .file("apps:\n  - id: a\n    key: key-a\n    ping_interval: 7\n")
                        .variable("RESOUND_APPS_0__SECRET", "0123456789abcdefghij")
                        .variable("RESOUND_APPS_0_PRESENCE_MAX_MEMBERS", "5")
                        .read()
                        .apps()
                        .list()
                        .getFirst();
        assertThat(app.id()).isEqualTo("a");
        assertThat(app.secret()).isEqualTo("0123456789abcdefghij");
        assertThat(app.pingInterval()).isEqualTo(7);
        assertThat(app.presence()).isEqualTo(new Dialect.PresenceLimits(5, 0));
    }

    @Test
    void appsOfTheFileAndOfTheEnvironmentAddUp() {
        Configuration configuration =
                Written.in(directory)
                        .file("apps:\n  - {id: a, key: key-a, secret: 0123456789abcdefghij}\n")
                        .variable("RESOUND_APPS_1_ID", "b")
                        .variable("RESOUND_APPS_1_KEY", "key-b")
                        .variable("RESOUND_APPS_1_SECRET", "abcdefghij0123456789")
                        .read();
        assertThat(configuration.apps().list()).extracting(App::id).containsExactly("a", "b");
        assertThat(configuration.notes().sources())
                .containsExactly("resound.yml", "3 RESOUND_ variables");
    }

    @Test // row 103
    void anIdMayBeANumber() {
        Configuration configuration =
                Written.in(directory)
                        .file("apps:\n  - {id: 654321, key: k, secret: 0123456789abcdefghij}\n")
                        .read();
        assertThat(configuration.apps().list()).extracting(App::id).containsExactly("654321");
    }

    @Test
    void theWholeFileIsRead() {
        Written.in(directory).file("cert.pem", "").file("key.pem", "");
        Configuration configuration =
                Written.in(directory)
                        .file(
                                """
                                server:
                                  host: 127.0.0.1
                                  port: 9000
                                  path: ws/
                                  hostname: ws.example.com
                                  fallback_hostname: node-7.example.com
                                  loops: 3
                                  tls: {certificate: cert.pem, key: key.pem, key_password: "1"}
                                dialect: pusher
                                debug: on
                                limits:
                                  max_request_size: 2MB
                                  max_request_line: 4KB
                                  max_header_size: 8KB
                                  max_header_fields: 50
                                  max_chunk_header: 128
                                  max_trailer_size: 0
                                  request_head_time: 1s
                                  request_body_time: 2m
                                  keep_alive_time: 1500ms
                                  backlog: 64KB
                                  log: 1000000
                                  messages_per_second: 10
                                  control_frames_per_second: 0
                                  max_connections: 99
                                  fallback_sessions: 100
                                  fallback_patience: 3s
                                shutdown: {drain_delay: 1, grace: 2s, timeout: 1h}
                                apps:
                                  - id: 007
                                    key: k
                                    secret: 0123456789abcdefghij
                                    enabled: no
                                    dialect: SOKETI
                                    allowed_origins: ["*.example.com", "https://a.b:8443"]
                                    accept_client_events_from: all
                                    max_connections: -1
                                    max_message_size: 1KB
                                    activity_timeout: 11
                                    ping_interval: 2m
                                    pong_timeout: 13s
                                    max_channels_per_connection: 14
                                    rate_limiting:
                                      enabled: true
                                      max_attempts: 15
                                      decay_seconds: 16
                                      terminate_on_limit: true
                                    check_timestamp: true
                                    presence: {max_members: 17, max_member_bytes: 18}
                                    event:
                                      max_channels: 19
                                      max_batch: 20
                                      max_payload_bytes: 1MB
                                      max_name_length: 22
                                """)
                        .read();
        Configuration.Listen listen = configuration.listen();
        assertThat(listen.host()).isEqualTo("127.0.0.1");
        assertThat(listen.port()).isEqualTo(9000);
        assertThat(listen.path()).isEqualTo("/ws");
        assertThat(listen.hostname()).isEqualTo("ws.example.com");
        assertThat(listen.loops()).isEqualTo(3);
        assertThat(listen.tls()).isNotNull();
        assertThat(configuration.debug()).isTrue();
        assertThat(configuration.apps().dialect()).isEqualTo(Dialect.PUSHER);
        assertThat(configuration.apps().development()).isFalse();
        assertThat(configuration.limits())
                .isEqualTo(
                        new Limits(
                                new HttpLimits(4096, 8192, 50, 2 << 20, 128, 0),
                                Duration.ofSeconds(1),
                                Duration.ofMinutes(2),
                                Duration.ofMillis(1500),
                                64 << 10,
                                1_000_000,
                                10,
                                0,
                                99));
        assertThat(configuration.fallback())
                .isEqualTo(new FallbackOptions("node-7.example.com", 100, Duration.ofSeconds(3)));
        assertThat(configuration.shutdown())
                .isEqualTo(
                        new Configuration.Shutdown(
                                Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofHours(1)));
        App wanted =
                App.builder("007", "k", "0123456789abcdefghij")
                        .enabled(false)
                        .dialect(Dialect.SOKETI)
                        .allowedOrigins(List.of("*.example.com", "https://a.b:8443"))
                        .clientEvents(ClientEvents.ALL)
                        .maxConnections(0)
                        .maxMessageBytes(1024)
                        .activityTimeout(11)
                        .pingInterval(120)
                        .pongTimeout(13)
                        .maxChannelsPerConnection(14)
                        .rateLimit(new App.RateLimit(15, 16, true))
                        .checksTimestamp(true)
                        .presence(new Dialect.PresenceLimits(17, 18))
                        .publish(new Dialect.PublishLimits(19, 20, 1 << 20, 22))
                        .build();
        assertThat(configuration.apps().list()).containsExactly(wanted);
    }

    @Test
    void theFallbackIsThereUnlessItIsTurnedOff() {
        Written written = Written.in(directory).app();
        assertThat(written.read().fallback()).isEqualTo(FallbackOptions.defaults());
        assertThat(written.variable("RESOUND_SERVER_FALLBACK", "off").read().fallback()).isNull();
    }

    @Test
    void everySettingCanComeFromItsVariable() {
        for (Setting<?> setting : Settings.ALL) {
            Written written = Written.in(directory).app().variable(setting.environment(), "\u0007");
            assertThat(written.problems())
                    .as(setting.name())
                    .anyMatch(problem ->
                            problem.startsWith(
                                    setting.environment() + ": " + setting.name(0) + " is"));
        }
    }

    // ---- defaults

    @Test
    void theDefaultsAreThoseOfTheDialect() {
        for (Dialect dialect : new Dialect[] {Dialect.REVERB, Dialect.PUSHER, Dialect.SOKETI}) {
            Configuration configuration =
                    Written.in(directory).app().variable("RESOUND_DIALECT", dialect.name()).read();
            assertThat(configuration.apps().list())
                    .containsExactly(
                            App.builder("4711", "key-of-4711", "0123456789abcdefghij")
                                    .dialect(dialect)
                                    .build());
        }
    }

    @Test
    void requestsAreSmallOnlyWhereEveryAppSpeaksReverb() {
        Written written = Written.in(directory).app();
        assertThat(written.read().limits().http().bodyBytes()).isEqualTo(10_000);
        written.file(
                """
                apps:
                  - {}
                  - {id: b, key: key-b, secret: 0123456789abcdefghij, dialect: pusher}
                """);
        assertThat(written.read().limits().http().bodyBytes()).isEqualTo(1 << 20);
        written.variable("REVERB_MAX_REQUEST_SIZE", "20000");
        assertThat(written.read().limits().http().bodyBytes()).isEqualTo(20_000);
    }

    @Test
    void configuredServersListenEverywhereAndDrainSlowly() {
        Configuration configuration = Written.in(directory).app().read();
        assertThat(configuration.listen().host()).isEqualTo("0.0.0.0");
        assertThat(configuration.shutdown())
                .isEqualTo(
                        new Configuration.Shutdown(
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(25),
                                Duration.ofSeconds(45)));
    }

    @Test
    void soketiHasAPortOfItsOwn() {
        assertThat(port(Written.in(directory).file("dialect: soketi\n"))).isEqualTo(6001);
    }

    // ---- development mode

    @Test
    void withoutAppsThereIsOneForDevelopmentOnThisMachine() {
        Configuration configuration = Written.in(directory).read();
        assertThat(configuration.listen().host()).isEqualTo("127.0.0.1");
        assertThat(configuration.apps().development()).isTrue();
        assertThat(configuration.apps().list())
                .containsExactly(
                        App.builder("resound-dev", "resound-dev-key", "resound-dev-secret")
                                .clientEvents(ClientEvents.MEMBERS)
                                .build());
        assertThat(configuration.shutdown().drainDelay()).isEqualTo(Duration.ZERO);
        assertThat(configuration.shutdown().grace()).isEqualTo(Duration.ofSeconds(1));
        assertThat(configuration.notes().sources()).containsExactly("defaults");
    }

    @Test
    void theDevelopmentAppTakesClientEventsFromMembersInEveryDialect() {
        Configuration configuration = Written.in(directory).file("dialect: pusher\n").read();
        assertThat(configuration.apps().list().getFirst().clientEvents())
                .isEqualTo(ClientEvents.MEMBERS);
    }

    @Test
    void theDevelopmentAppCanBeTuned() {
        Configuration configuration =
                Written.in(directory).variable("REVERB_APP_PING_INTERVAL", "7").read();
        assertThat(configuration.apps().development()).isTrue();
        assertThat(configuration.apps().list().getFirst().pingInterval()).isEqualTo(7);
    }

    @Test
    void theDevelopmentAppIsServedOnThisMachineOnly() {
        assertThat(Written.in(directory).flag(Settings.HOST, "0.0.0.0").problems())
                .containsExactly(
                        "--host: no app is configured, and the development app, whose secret"
                                + " everybody knows, is not served on 0.0.0.0, but on 127.0.0.1 only;"
                                + " set apps[0].id, key and secret in resound.yml, or"
                                + " RESOUND_APPS_0_ID, _KEY and _SECRET");
        assertThat(Written.in(directory).flag(Settings.HOST, "example.com").problems()).hasSize(1);
        assertThat(Written.in(directory).flag(Settings.HOST, "::1").problems()).isEmpty();
    }
}
