package dev.resound.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.core.http.Header;
import dev.resound.pusher.App;
import dev.resound.pusher.ClientEvents;
import dev.resound.pusher.Dialect;
import dev.resound.pusher.Webhook;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code resound apps import}: what it prints is a configuration that means the same. */
@Timeout(60)
class AppsImportTest {
    @TempDir Path directory;

    private RunningMain run(String file, String text, String... options) throws IOException {
        Files.writeString(directory.resolve(file), text);
        String[] all = new String[options.length + 4];
        String[] first = {"--", "apps", "import", file};
        System.arraycopy(first, 0, all, 0, first.length);
        System.arraycopy(options, 0, all, first.length, options.length);
        return RunningMain.run(directory, all);
    }

    private Configuration imported(RunningMain main) {
        assertThat(main.exitCode()).as(main.err()).isEqualTo(Main.OK);
        return Written.in(directory).file(main.out()).read();
    }

    // ---- Laravel

    @Test
    void theEnvironmentOfLaravelMeansTheSame() throws IOException {
        String env =
                """
                APP_NAME=Laravel
                # Reverb
                export REVERB_APP_ID=256980
                REVERB_APP_KEY="f4l2tmwqf6eg0f6jz0mw"   # public
                REVERB_APP_SECRET='zioee$q9s"y:ckf1wwsca7'
                REVERB_HOST="ws.${DOMAIN}"
                DOMAIN=example.com
                REVERB_PORT=443
                REVERB_SCHEME=https
                REVERB_SERVER_HOST=127.0.0.1
                REVERB_SERVER_PORT=9001 # inside
                REVERB_SERVER_PATH=ws
                REVERB_MAX_REQUEST_SIZE=1000000
                REVERB_APP_MAX_CONNECTIONS=null
                REVERB_APP_MAX_MESSAGE_SIZE=20_000x
                REVERB_APP_ACCEPT_CLIENT_EVENTS_FROM=all
                REVERB_ALLOWED_ORIGINS=example.com,*.example.com
                REVERB_APP_RATE_LIMITING_ENABLED=true
                REVERB_APP_RATE_LIMIT_MAX_ATTEMPTS=5
                REVERB_SCALING_ENABLED=true
                REVERB_PULSE_INGEST_INTERVAL=15
                VITE_REVERB_APP_KEY="${REVERB_APP_KEY}"
                """;
        RunningMain main =
                run(
                        "laravel.env",
                        env.replace("DOMAIN=example.com\n", "")
                                .replace("APP_NAME=Laravel", "DOMAIN=example.com"));
        Configuration configuration = imported(main);
        Written direct = Written.in(Files.createDirectory(directory.resolve("direct")));
        ReverbImport.variables(Files.readString(directory.resolve("laravel.env")))
                .forEach((name, value) -> {
                    if (!value.equals("20_000x")) {
                        direct.variable(name, value);
                    }
                });
        assertThat(configuration.apps()).isEqualTo(direct.read().apps());
        assertThat(configuration.listen()).isEqualTo(direct.read().listen());
        assertThat(configuration.limits()).isEqualTo(direct.read().limits());
        assertThat(configuration.listen().hostname()).isEqualTo("ws.example.com");
        assertThat(configuration.apps().list().getFirst().secret())
                .isEqualTo("zioee$q9s\"y:ckf1wwsca7");
        assertThat(main.err().lines())
                .satisfiesExactlyInAnyOrder(
                        it -> assertThat(it).contains("REVERB_APP_MAX_MESSAGE_SIZE: left out"),
                        it -> assertThat(it).contains("REVERB_SCALING_ENABLED"),
                        it -> assertThat(it).contains("REVERB_PORT: tells clients"),
                        it -> assertThat(it).contains("REVERB_SCHEME: tells clients"),
                        it ->
                                assertThat(it)
                                        .contains("REVERB_PULSE_INGEST_INTERVAL: has no counter"));
    }

    @Test
    void anEnvironmentForPusherGivesTheAppOfPusher() throws IOException {
        RunningMain main =
                run(
                        "laravel.env",
                        """
                        PUSHER_APP_ID=1
                        PUSHER_APP_KEY=key
                        PUSHER_APP_SECRET=0123456789abcdefghij
                        """);
        assertThat(imported(main).apps().list())
                .containsExactly(
                        App.builder("1", "key", "0123456789abcdefghij")
                                .dialect(Dialect.PUSHER)
                                .build());
        assertThat(main.err()).contains("if the server was soketi");
    }

    // ---- soketi

    @Test
    void aConfigurationOfSoketiMeansTheSame() throws IOException {
        RunningMain main =
                run(
                        "soketi.json",
                        """
                        {
                          "debug": true, "port": 6002, "host": "127.0.0.1", "pathPrefix": "/ws",
                          "shutdownGracePeriod": 3000, "userAuthenticationTimeout": 10000,
                          "eventLimits": {"maxChannelsAtOnce": "50", "maxPayloadInKb": 20.5},
                          "presence": {"maxMembersPerChannel": 7},
                          "channelLimits": {"cacheTtl": 60, "maxNameLength": 200},
                          "metrics": {"enabled": true},
                          "adapter.driver": "redis",
                          "appManager.array.apps": [
                            {
                              "id": "one", "key": "key-one", "secret": "0123456789abcdefghij",
                              "enabled": false, "maxConnections": 10,
                              "enableClientMessages": true, "enableUserAuthentication": true,
                              "maxBackendEventsPerSecond": 11, "maxClientEventsPerSecond": 12,
                              "maxReadRequestsPerSecond": "13",
                              "maxPresenceMembersPerChannel": 14, "maxPresenceMemberSizeInKb": 15,
                              "maxChannelNameLength": 100, "maxEventChannelsAtOnce": 16,
                              "maxEventNameLength": 17, "maxEventPayloadInKb": 18,
                              "maxEventBatchSize": 19, "color": "red",
                              "webhooks": [
                                {"url": "https://example.com/hook",
                                 "event_types": ["member_added", "cache_missed", "rain"],
                                 "filter": {"channel_name_starts_with": "private-"},
                                 "headers": {"X-A": "b"}, "async": true},
                                {"lambda_function": "f", "event_types": ["member_added"]}
                              ]
                            },
                            {
                              "id": "two", "key": "key-two", "secret": "abcdefghij0123456789",
                              "maxConnections": -1, "maxClientEventsPerSecond": -1,
                              "maxBackendEventsPerSecond": 0
                            }
                          ]
                        }
                        """);
        Configuration configuration = imported(main);
        Webhook webhook =
                new Webhook(
                        URI.create("https://example.com/hook"),
                        Set.of(Webhook.Event.MEMBER_ADDED, Webhook.Event.CACHE_MISS),
                        List.of("private-"),
                        List.of(),
                        List.of(new Header("X-A", "b")),
                        true);
        App one =
                App.builder("one", "key-one", "0123456789abcdefghij")
                        .dialect(Dialect.SOKETI)
                        .enabled(false)
                        .maxConnections(10)
                        .clientEvents(ClientEvents.MEMBERS)
                        .signIn(true)
                        .authenticationSeconds(10)
                        .rates(new App.Rates(12, 0, 11, 13))
                        .presence(new Dialect.PresenceLimits(14, 15 * 1_024))
                        .publish(new Dialect.PublishLimits(16, 19, 18 * 1_024, 17))
                        .cacheSeconds(60)
                        .webhooks(List.of(webhook))
                        .build();
        App two =
                App.builder("two", "key-two", "abcdefghij0123456789")
                        .dialect(Dialect.SOKETI)
                        .rates(new App.Rates(0, 0, 0, 0))
                        .clientEvents(ClientEvents.NONE)
                        .signIn(false)
                        .presence(new Dialect.PresenceLimits(7, 2_048))
                        .publish(new Dialect.PublishLimits(50, 10, 20_992, 200))
                        .cacheSeconds(60)
                        .build();
        assertThat(configuration.apps().list()).containsExactly(one, two);
        assertThat(configuration.listen().port()).isEqualTo(6_002);
        assertThat(configuration.listen().path()).isEqualTo("/ws");
        assertThat(configuration.debug()).isTrue();
        assertThat(configuration.shutdown().grace()).isEqualTo(Duration.ofSeconds(3));
        assertThat(main.err())
                .contains(
                        "metrics.enabled: has no counterpart",
                        "adapter.driver: has no counterpart",
                        "apps[0].color: has no counterpart",
                        "apps[0].maxChannelNameLength: has no counterpart",
                        "apps[0].maxClientEventsPerSecond: counts for each socket",
                        "apps[0].enableUserAuthentication: who has joined",
                        "apps[0].webhooks[0].event_types: rain has no counterpart",
                        "apps[0].webhooks[0].async: has no counterpart",
                        "apps[0].webhooks[1]: left out",
                        "apps[1].maxBackendEventsPerSecond: 0 forbids all")
                .doesNotContain("eventLimits", "userAuthenticationTimeout");
    }

    @Test
    void rowsOfTheTableMeanTheSame() throws IOException {
        RunningMain main =
                run(
                        "apps.json",
                        """
                        [{"id": "1", "key": "k", "secret": "0123456789abcdefghij",
                          "max_connections": 200, "enabled": 1, "enable_client_messages": 1,
                          "max_backend_events_per_sec": -1, "max_client_events_per_sec": -1,
                          "max_read_req_per_sec": 5, "max_presence_members_per_channel": null,
                          "max_presence_member_size_in_kb": null, "max_event_batch_size": 3,
                          "webhooks": "[{\\"url\\":\\"http://h/\\",\\"event_types\\":[\\"client_event\\"]}]",
                          "enable_user_authentication": 0}]
                        """);
        assertThat(imported(main).apps().list())
                .containsExactly(
                        App.builder("1", "k", "0123456789abcdefghij")
                                .dialect(Dialect.SOKETI)
                                .maxConnections(200)
                                .clientEvents(ClientEvents.MEMBERS)
                                .rates(new App.Rates(0, 0, 0, 5))
                                .publish(new Dialect.PublishLimits(100, 3, 102_400, 200))
                                .signIn(false)
                                .webhooks(
                                        List.of(
                                                new Webhook(
                                                        URI.create("http://h/"),
                                                        Set.of(Webhook.Event.CLIENT_EVENT),
                                                        List.of(),
                                                        List.of(),
                                                        List.of(),
                                                        true)))
                                .build());
        assertThat(main.err()).isEmpty();
    }

    @Test
    void programsGetTheFileAndTheWarningsAsJson() throws IOException {
        RunningMain main =
                run(
                        "laravel.env",
                        "REVERB_APP_ID=1\nREVERB_APP_KEY=k\nREVERB_APP_SECRET=s\nREVERB_PORT=1\n",
                        "--json");
        assertThat(main.exitCode()).isEqualTo(Main.OK);
        assertThat(main.err()).isEmpty();
        assertThat(main.out())
                .startsWith(
                        "{\"yaml\":\"apps:\\n  - id: \\\"1\\\"\\n    key: \\\"k\\\"\\n   "
                                + " secret: \\\"s\\\"\\n\",\"warnings\":[\"REVERB_PORT: tells");
    }

    @Test
    void whatIsNoneOfTheseIsRefused() throws IOException {
        for (String text :
                new String[] {"", "hello", "{}", "[]", "{", "{\"port\":1}", "A=1", "[1"}) {
            RunningMain main = run("file", text);
            assertThat(main.exitCode()).as(text).isEqualTo(Main.WRONG);
            assertThat(main.out()).isEmpty();
        }
        RunningMain main = RunningMain.run(directory, "--", "apps", "import", "missing");
        assertThat(main.exitCode()).isEqualTo(Main.FAILED);
        assertThat(main.err()).contains("there is no file").contains("missing");
    }
}
