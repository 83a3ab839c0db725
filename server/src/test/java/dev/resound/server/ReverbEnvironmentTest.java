package dev.resound.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.pusher.App;
import dev.resound.pusher.ClientEvents;
import dev.resound.redis.ReverbVersion;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The environment of a Laravel application, as it is. */
class ReverbEnvironmentTest {
    @TempDir Path directory;

    @Test
    void whatLaravelsInstallerWritesIsEnough() {
        Configuration configuration =
                Written.in(directory)
                        .variable("REVERB_APP_ID", "256980")
                        .variable("REVERB_APP_KEY", "f4l2tmwqf6eg0f6jz0mw")
                        .variable("REVERB_APP_SECRET", "zioqeto9xrytlnlg7sj6")
                        .variable("REVERB_HOST", "localhost")
                        .variable("REVERB_PORT", "8080")
                        .variable("REVERB_SCHEME", "http")
                        .variable("VITE_REVERB_APP_KEY", "f4l2tmwqf6eg0f6jz0mw")
                        .read();
        assertThat(configuration.apps().list())
                .containsExactly(
                        App.builder("256980", "f4l2tmwqf6eg0f6jz0mw", "zioqeto9xrytlnlg7sj6")
                                .build());
        assertThat(configuration.listen().host()).isEqualTo("0.0.0.0");
        assertThat(configuration.listen().port()).isEqualTo(8080);
        assertThat(configuration.listen().hostname()).isEqualTo("localhost");
        assertThat(configuration.limits().http().bodyBytes()).isEqualTo(10_000);
        assertThat(configuration.notes().warnings()).isEmpty();
    }

    private static final String LARAVEL =
            """
            APP_NAME="My App"
            # REVERB_APP_ID=1
            REVERB_APP_ID=256980
            REVERB_APP_KEY="f4l2tmwqf6eg0f6jz0mw"   # the key
            export REVERB_APP_SECRET='zioqeto9xrytlnlg7sj6'
            REVERB_HOST=localhost
            REVERB_SERVER_PORT=9001 # not 8080
            REVERB_APP_MAX_CONNECTIONS=null

            VITE_REVERB_APP_KEY="${REVERB_APP_KEY}"
            RESOUND_SERVER_PORT=1
            """;

    @Test
    void aProjectsFileIsReadWhereThereIsOne() {
        Configuration configuration = Written.in(directory).file(".env", LARAVEL).read();
        assertThat(configuration.apps().list())
                .containsExactly(
                        App.builder("256980", "f4l2tmwqf6eg0f6jz0mw", "zioqeto9xrytlnlg7sj6")
                                .build());
        assertThat(configuration.listen().port()).isEqualTo(9001);
        assertThat(configuration.notes().sources()).containsExactly("5 REVERB_ variables in .env");
    }

    @Test
    void theEnvironmentWinsOverTheProjectsFileAndThatOverOurs() {
        Configuration configuration =
                Written.in(directory)
                        .file("resound.yml", "server: {port: 7000, path: /ws}\n")
                        .file(".env", LARAVEL)
                        .variable("REVERB_APP_ID", "7")
                        .read();
        assertThat(configuration.apps().list().getFirst().id()).isEqualTo("7");
        assertThat(configuration.listen().port()).isEqualTo(9001);
        assertThat(configuration.listen().path()).isEqualTo("/ws");
    }

    @Test
    void theFileMayHaveAnotherName() {
        Configuration configuration =
                Written.in(directory)
                        .file("prod.env", LARAVEL)
                        .variable("RESOUND_ENV_FILE", "prod.env")
                        .read();
        assertThat(configuration.apps().list().getFirst().id()).isEqualTo("256980");
        assertThat(Written.in(directory).variable("RESOUND_ENV_FILE", "no.env").problems())
                .singleElement()
                .asString()
                .startsWith("RESOUND_ENV_FILE: names no.env, which cannot be read");
    }

    @Test
    void mistakesInTheFileNameTheLine() {
        assertThat(Written.in(directory).file(".env", LARAVEL.replace("9001", "ninety")).problems())
                .containsExactly(
                        ".env:7 REVERB_SERVER_PORT: server.port is \"ninety\"; it must be a whole"
                                + " number from 0 to 65535");
    }

    @Test
    void aFileOfAnotherProgramIsNobodysBusiness() {
        assertThat(
                        Written.in(directory)
                                .file(".env", "DATABASE_URL=x\n")
                                .read()
                                .apps()
                                .development())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    A=b                  | b
                    A = b                | b
                    A=                   | ``
                    A=b c                | b c
                    A=b #c               | b
                    A=b#c                | b#c
                    A=#c                 | ``
                    A="b #c"             | b #c
                    A="b \\"c\\" "       | `b "c" `
                    A='b ${X} \\' #'      | `b ${X} ' #`
                    A=${X}-${Y}          | x-${Y}
                    A="${X}"             | x
                    """)
    void valuesAreReadAsLaravelReadsThem(String line, String value) {
        var entry = DotEnv.parse("X=x\n" + line).get("A");
        assertThat(entry == null ? null : entry.value()).isEqualTo(value);
    }

    @Test
    void thePublicAddressIsNotTheOneToListenOn() {
        Configuration configuration =
                Written.in(directory)
                        .app()
                        .variable("REVERB_HOST", "ws.example.com")
                        .variable("REVERB_PORT", "443")
                        .variable("REVERB_SCHEME", "https")
                        .variable("REVERB_SERVER_HOST", "127.0.0.1")
                        .variable("REVERB_SERVER_PORT", "9999")
                        .variable("REVERB_SERVER_PATH", "/reverb")
                        .read();
        assertThat(configuration.listen())
                .isEqualTo(
                        new Configuration.Listen(
                                "127.0.0.1",
                                9999,
                                "/reverb",
                                "ws.example.com",
                                Runtime.getRuntime().availableProcessors(),
                                null));
    }

    @Test
    void everyVariableAboutTheAppIsRead() {
        App app =
                Written.in(directory)
                        .app()
                        .variable("REVERB_MAX_REQUEST_SIZE", "20000")
                        .variable("REVERB_ALLOWED_ORIGINS", "laravel.com, *.localhost")
                        .variable("REVERB_APP_PING_INTERVAL", "61")
                        .variable("REVERB_APP_ACTIVITY_TIMEOUT", "31")
                        .variable("REVERB_APP_MAX_CONNECTIONS", "100")
                        .variable("REVERB_APP_MAX_MESSAGE_SIZE", "12345")
                        .variable("REVERB_APP_ACCEPT_CLIENT_EVENTS_FROM", "none")
                        .variable("REVERB_APP_RATE_LIMITING_ENABLED", "true")
                        .variable("REVERB_APP_RATE_LIMIT_MAX_ATTEMPTS", "3")
                        .variable("REVERB_APP_RATE_LIMIT_DECAY_SECONDS", "5")
                        .variable("REVERB_APP_RATE_LIMIT_TERMINATE", "(true)")
                        .read()
                        .apps()
                        .list()
                        .getFirst();
        assertThat(app)
                .isEqualTo(
                        App.builder("4711", "key-of-4711", "0123456789abcdefghij")
                                .allowedOrigins(List.of("laravel.com", "*.localhost"))
                                .pingInterval(61)
                                .activityTimeout(31)
                                .maxConnections(100)
                                .maxMessageBytes(12_345)
                                .clientEvents(ClientEvents.NONE)
                                .rateLimit(new App.RateLimit(3, 5, true))
                                .build());
    }

    @Test
    void laravelsWordsForNothingCountAsNotSet() {
        for (String nothing : List.of("", "null", "(null)", "empty", "(empty)")) {
            App app =
                    Written.in(directory)
                            .app()
                            .variable("REVERB_APP_MAX_CONNECTIONS", nothing)
                            .read()
                            .apps()
                            .list()
                            .getFirst();
            assertThat(app.maxConnections()).isZero();
        }
    }

    @Test
    void rateLimitsHaveReverbsDefaults() {
        App app =
                Written.in(directory)
                        .app()
                        .variable("REVERB_APP_RATE_LIMITING_ENABLED", "true")
                        .read()
                        .apps()
                        .list()
                        .getFirst();
        assertThat(app.rateLimit()).isEqualTo(new App.RateLimit(60, 60, false));
    }

    @Test
    void scalingJoinsReverbsClusterWhereRedisIs() {
        Written written = Written.in(directory).app().variable("REDIS_HOST", "10.0.0.1");
        assertThat(written.variable("REVERB_SCALING_ENABLED", "false").read().cluster()).isNull();
        written.variable("REVERB_SCALING_ENABLED", "true");
        Configuration.Cluster cluster = Objects.requireNonNull(written.read().cluster());
        assertThat(cluster.redis().servers()).containsExactly("redis://10.0.0.1:6379");
        assertThat(cluster.redis().password()).isNull();
        assertThat(cluster.reverb())
                .isEqualTo(new Configuration.ReverbCluster("reverb", ReverbVersion.V1_10));
        cluster =
                Objects.requireNonNull(
                        written.variable("REDIS_HOST", "tls://redis.example")
                                .variable("REDIS_PORT", "6380")
                                .variable("REDIS_DB", "3")
                                .variable("REDIS_USERNAME", "ann")
                                .variable("REDIS_PASSWORD", "confidential")
                                .variable("REVERB_SCALING_CHANNEL", "shop")
                                .variable("RESOUND_CLUSTER_REVERB_VERSION", "1.8")
                                .read()
                                .cluster());
        assertThat(cluster.redis().servers()).containsExactly("rediss://redis.example:6380/3");
        assertThat(cluster.redis().user()).isEqualTo("ann");
        assertThat(cluster.redis().password()).isEqualTo("confidential");
        assertThat(cluster.reverb())
                .isEqualTo(new Configuration.ReverbCluster("shop", ReverbVersion.V1_8));
        cluster =
                Objects.requireNonNull(
                        written.variable("REDIS_URL", "redis://bob:word@other:6379")
                                .read()
                                .cluster());
        assertThat(cluster.redis().servers()).containsExactly("redis://bob:word@other:6379");
        assertThat(cluster.redis().password()).isNull();
    }

    @Test
    void whatReverbDoesNotKnowIsRefused() {
        Written written =
                Written.in(directory).app().variable("RESOUND_CLUSTER_REDIS", "redis://a:1");
        assertThat(written.variable("RESOUND_CLUSTER_REVERB_VERSION", "1.8").problems())
                .containsExactly(
                        "RESOUND_CLUSTER_REVERB_VERSION: cluster.reverb_channel is missing beside"
                                + " it");
        written.variable("RESOUND_CLUSTER_REVERB_CHANNEL", "reverb");
        assertThat(written.variable("RESOUND_CLUSTER_REDIS_CLUSTER", "true").problems())
                .containsExactly(
                        "RESOUND_CLUSTER_REVERB_CHANNEL: is of no use with a Redis Cluster, which"
                                + " Reverb does not know");
    }

    @Test
    void scalingWithoutAWordOfRedisIsWarnedOf() {
        Written written = Written.in(directory).app();
        assertThat(written.variable("REVERB_SCALING_ENABLED", "true").read().notes().warnings())
                .containsExactly(
                        "REVERB_SCALING_ENABLED: neither REDIS_URL nor REDIS_HOST is beside it; to"
                                + " join Reverb's cluster set cluster.redis and"
                                + " cluster.reverb_channel");
    }
}
