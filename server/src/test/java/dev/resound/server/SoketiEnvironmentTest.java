package dev.resound.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.pusher.App;
import dev.resound.pusher.ClientEvents;
import dev.resound.pusher.Dialect;
import dev.resound.pusher.Webhook;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The environment of soketi, as it is. */
class SoketiEnvironmentTest {
    private static final String SECRET = "0123456789abcdefghij";

    @TempDir Path directory;

    private Written written() {
        return Written.in(directory);
    }

    private Written app() {
        return written()
                .variable("SOKETI_DEFAULT_APP_ID", "4711")
                .variable("SOKETI_DEFAULT_APP_KEY", "app-key-1")
                .variable("SOKETI_DEFAULT_APP_SECRET", SECRET);
    }

    private static App only(Written written) {
        return written.read().apps().list().getFirst();
    }

    @Test
    void anAppIsThatOfSoketiWithItsDefaults() {
        Configuration configuration = app().read();
        assertThat(configuration.apps().list())
                .containsExactly(
                        App.builder("4711", "app-key-1", SECRET)
                                .dialect(Dialect.SOKETI)
                                .rates(new App.Rates(0, 0, 0, 0))
                                .build());
        assertThat(configuration.apps().dialect()).isEqualTo(Dialect.SOKETI);
        assertThat(configuration.listen().port()).isEqualTo(6001);
        assertThat(configuration.notes().sources())
                .containsExactly("soketi's defaults", "3 SOKETI_ variables");
        assertThat(configuration.notes().warnings()).isEmpty();
    }

    @Test
    void everyVariableIsReadInSoketisUnits() {
        Configuration configuration =
                app().variable("SOKETI_HOST", "127.0.0.1")
                        .variable("SOKETI_PORT", "6002")
                        .variable("SOKETI_PATH_PREFIX", "/ws")
                        .variable("SOKETI_DEBUG", "1")
                        .variable("SOKETI_SHUTDOWN_GRACE_PERIOD", "3500")
                        .variable("SOKETI_HTTP_ACCEPT_TRAFFIC_MEMORY_THRESHOLD", "70")
                        .variable("SOKETI_WEBHOOKS_BATCHING", "true")
                        .variable("SOKETI_WEBHOOKS_BATCHING_DURATION", "50")
                        .variable("SOKETI_DEFAULT_APP_ENABLED", "false")
                        .variable("SOKETI_DEFAULT_APP_MAX_CONNS", "100")
                        .variable("SOKETI_DEFAULT_APP_ENABLE_CLIENT_MESSAGES", "true")
                        .variable("SOKETI_DEFAULT_APP_MAX_BACKEND_EVENTS_PER_SEC", "11")
                        .variable("SOKETI_DEFAULT_APP_MAX_CLIENT_EVENTS_PER_SEC", "12")
                        .variable("SOKETI_DEFAULT_APP_MAX_READ_REQ_PER_SEC", "13")
                        .variable("SOKETI_DEFAULT_APP_USER_AUTHENTICATION", "true")
                        .variable("SOKETI_USER_AUTHENTICATION_TIMEOUT", "10500")
                        .variable("SOKETI_PRESENCE_MAX_MEMBERS", "14")
                        .variable("SOKETI_PRESENCE_MAX_MEMBER_SIZE", "15")
                        .variable("SOKETI_EVENT_MAX_CHANNELS_AT_ONCE", "16")
                        .variable("SOKETI_EVENT_MAX_NAME_LENGTH", "17")
                        .variable("SOKETI_EVENT_MAX_SIZE_IN_KB", "20.5")
                        .variable("SOKETI_EVENT_MAX_BATCH_SIZE", "19")
                        .variable("SOKETI_CHANNEL_CACHE_TTL", "60")
                        .read();
        assertThat(configuration.apps().list())
                .containsExactly(
                        App.builder("4711", "app-key-1", SECRET)
                                .dialect(Dialect.SOKETI)
                                .enabled(false)
                                .maxConnections(100)
                                .clientEvents(ClientEvents.MEMBERS)
                                .rates(new App.Rates(12, 0, 11, 13))
                                .signIn(true)
                                .authenticationSeconds(11)
                                .presence(new Dialect.PresenceLimits(14, 15 * 1_024))
                                .publish(new Dialect.PublishLimits(16, 19, 20_992, 17))
                                .cacheSeconds(60)
                                .build());
        assertThat(configuration.listen().host()).isEqualTo("127.0.0.1");
        assertThat(configuration.listen().port()).isEqualTo(6002);
        assertThat(configuration.listen().path()).isEqualTo("/ws");
        assertThat(configuration.debug()).isTrue();
        assertThat(configuration.acceptTrafficPercent()).isEqualTo(70);
        assertThat(configuration.webhooks().batchTime()).isEqualTo(Duration.ofMillis(50));
        assertThat(configuration.shutdown().grace()).isEqualTo(Duration.ofMillis(3_500));
        assertThat(configuration.notes().warnings()).isEmpty();
    }

    // ---- which layer wins

    @Test
    void aDialectThatIsNamedIsKept() {
        Configuration configuration = app().variable("RESOUND_DIALECT", "reverb").read();
        assertThat(configuration.apps().list().getFirst().dialect()).isEqualTo(Dialect.REVERB);
        assertThat(configuration.listen().port()).isEqualTo(8080);
        assertThat(app().file("dialect: pusher\n").read().apps().dialect())
                .isEqualTo(Dialect.PUSHER);
    }

    @Test
    void theVariablesWinOverTheFileAndOursOverThem() {
        Configuration configuration =
                app().file("server: {port: 7000, path: /file}\n")
                        .variable("SOKETI_PATH_PREFIX", "/soketi")
                        .variable("SOKETI_PORT", "7001")
                        .variable("RESOUND_SERVER_PORT", "7002")
                        .read();
        assertThat(configuration.listen().path()).isEqualTo("/soketi");
        assertThat(configuration.listen().port()).isEqualTo(7002);
    }

    @Test
    void theFileBesideIsReadAndTheEnvironmentWins() {
        Configuration configuration =
                written()
                        .file(
                                ".env",
                                """
                                SOKETI_DEFAULT_APP_ID=1
                                SOKETI_DEFAULT_APP_KEY="app-key-1"
                                SOKETI_DEFAULT_APP_SECRET=0123456789abcdefghij # ours
                                SOKETI_PORT=6002
                                SOKETI_DEBUG=
                                """)
                        .variable("SOKETI_PORT", "6003")
                        .read();
        assertThat(configuration.apps().list().getFirst().id()).isEqualTo("1");
        assertThat(configuration.listen().port()).isEqualTo(6003);
        assertThat(written().file(".env", "SOKETI_PORT=x\n").problems())
                .containsExactly(
                        ".env:1 SOKETI_PORT: server.port is \"x\"; it must be a whole number from 0"
                                + " to 65535");
    }

    @Test
    void withoutVariablesOfSoketiNothingIsOtherwise() {
        assertThat(written().app().read().notes().sources()).containsExactly("3 REVERB_ variables");
        assertThat(written().app().read().apps().dialect()).isEqualTo(Dialect.REVERB);
    }

    @Test
    void whatKubernetesMakesOfAServiceNamedSoketiIsNone() {
        Configuration configuration =
                written()
                        .app()
                        .variable("SOKETI_SERVICE_HOST", "10.0.0.1")
                        .variable("SOKETI_SERVICE_PORT", "6001")
                        .variable("SOKETI_PORT", "tcp://10.0.0.1:6001")
                        .variable("SOKETI_PORT_6001_TCP_ADDR", "10.0.0.1")
                        .read();
        assertThat(configuration.apps().dialect()).isEqualTo(Dialect.REVERB);
        assertThat(configuration.notes().warnings()).isEmpty();
    }

    // ---- soketi's defaults

    @Test
    void whatAnAppDoesNotSayIsThatOfSoketisSample() {
        assertThat(only(written().variable("SOKETI_DEFAULT_APP_SECRET", SECRET)))
                .extracting(App::id, App::key)
                .containsExactly("app-id", "app-key");
        assertThat(written().variable("SOKETI_DEFAULT_APP_KEY", "mine").problems())
                .singleElement()
                .asString()
                .startsWith("soketi's default: apps[0].secret is a sample that everybody knows");
        assertThat(
                        written()
                                .variable("SOKETI_DEFAULT_APP_KEY", "mine")
                                .variable("SOKETI_HOST", "127.0.0.1")
                                .problems())
                .isEmpty();
    }

    @Test
    void anAppInTheFileStaysWhatItIs() {
        App app =
                only(
                        written()
                                .file("apps:\n  - {id: a, key: b}\n")
                                .variable("RESOUND_APPS_0_SECRET", SECRET)
                                .variable("SOKETI_PORT", "1"));
        assertThat(app).isEqualTo(App.builder("a", "b", SECRET).dialect(Dialect.SOKETI).build());
    }

    @Test
    void socketsMustBeSomebodysOnlyWhereUsersSignIn() {
        Written written = app().variable("SOKETI_USER_AUTHENTICATION_TIMEOUT", "5000");
        assertThat(only(written).users().authenticationSeconds()).isZero();
        written.variable("SOKETI_DEFAULT_APP_USER_AUTHENTICATION", "1");
        assertThat(only(written).users().authenticationSeconds()).isEqualTo(5);
        assertThat(
                        only(app().variable("SOKETI_DEFAULT_APP_USER_AUTHENTICATION", "true"))
                                .users()
                                .authenticationSeconds())
                .isEqualTo(30);
    }

    @Test
    void noLimitIsMinusOneAndZeroIsTheDefaultOrAnError() {
        App app =
                only(
                        app().variable("SOKETI_DEFAULT_APP_MAX_CONNS", "-1")
                                .variable("SOKETI_DEFAULT_APP_MAX_READ_REQ_PER_SEC", "-1")
                                .variable("SOKETI_EVENT_MAX_BATCH_SIZE", "0")
                                .variable("SOKETI_EVENT_MAX_SIZE_IN_KB", "0"));
        assertThat(app.maxConnections()).isZero();
        assertThat(app.rates().reads()).isZero();
        assertThat(app.publish()).isEqualTo(Dialect.SOKETI.defaults().publish());
        assertThat(app().variable("SOKETI_DEFAULT_APP_MAX_CONNS", "0").problems())
                .containsExactly(
                        "SOKETI_DEFAULT_APP_MAX_CONNS: is 0, which forbids everything in soketi and"
                                + " cannot be said here; -1 is no limit");
    }

    @Test
    void aRateOfNoClientEventsSwitchesThemOff() {
        App app =
                only(
                        app().variable("SOKETI_DEFAULT_APP_ENABLE_CLIENT_MESSAGES", "true")
                                .variable("SOKETI_DEFAULT_APP_MAX_CLIENT_EVENTS_PER_SEC", "0"));
        assertThat(app.clientEvents()).isEqualTo(ClientEvents.NONE);
    }

    @Test
    void aLongGraceIsNotCutShort() {
        assertThat(app().variable("SOKETI_SHUTDOWN_GRACE_PERIOD", "60000").read().shutdown())
                .isEqualTo(
                        new Configuration.Shutdown(
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(60),
                                Duration.ofSeconds(80)));
    }

    // ---- webhooks

    @Test
    void webhooksAreThoseThatHaveACounterpart() {
        Configuration configuration =
                app().variable(
                                "SOKETI_DEFAULT_APP_WEBHOOKS",
                                """
                                [{"url": "https://example.com/hook",
                                  "event_types": ["member_added", "cache_missed"]},
                                 {"lambda_function": "f", "event_types": ["member_added"]}]
                                """)
                        .read();
        assertThat(configuration.apps().list().getFirst().webhooks())
                .containsExactly(
                        new Webhook(
                                URI.create("https://example.com/hook"),
                                Set.of(Webhook.Event.MEMBER_ADDED, Webhook.Event.CACHE_MISS),
                                List.of(),
                                List.of(),
                                List.of(),
                                true));
        assertThat(configuration.notes().warnings())
                .containsExactly(
                        "SOKETI_DEFAULT_APP_WEBHOOKS[1]: left out: only webhooks with a url have a"
                                + " counterpart");
        assertThat(app().variable("SOKETI_DEFAULT_APP_WEBHOOKS", "s3cr3t").problems())
                .singleElement()
                .asString()
                .startsWith("SOKETI_DEFAULT_APP_WEBHOOKS: apps[0].webhooks is wrong")
                .doesNotContain("s3cr3t");
    }

    // ---- a table of apps

    @ParameterizedTest
    @CsvSource({
        "mysql, jdbc:mysql://127.0.0.1:3306/main, root",
        "postgres, jdbc:postgresql://127.0.0.1:5432/main, postgres"
    })
    void theTableIsThatOfSoketisDefaults(String driver, String url, String user) {
        AppTable table = table(written().variable("SOKETI_APP_MANAGER_DRIVER", driver));
        assertThat(table.url()).isEqualTo(url);
        assertThat(table.user()).isEqualTo(user);
        assertThat(table.password()).isNull();
        assertThat(table.table()).isEqualTo("apps");
        assertThat(table.dialect()).isEqualTo(Dialect.SOKETI);
    }

    private static AppTable table(Written written) {
        AppTable table = written.read().apps().table();
        if (table == null) {
            throw new AssertionError("no table");
        }
        return table;
    }

    @Test
    void theTableIsTheOneThatIsNamedAndTheSampleAppIsNotServed() {
        Written written =
                written()
                        .variable("SOKETI_APP_MANAGER_DRIVER", "mysql")
                        .variable("SOKETI_DB_MYSQL_HOST", "db.internal")
                        .variable("SOKETI_DB_MYSQL_PORT", "3307")
                        .variable("SOKETI_DB_MYSQL_DATABASE", "tenants")
                        .variable("SOKETI_DB_MYSQL_USERNAME", "reader")
                        .variable("SOKETI_DB_MYSQL_PASSWORD", "p4ss")
                        .variable("SOKETI_APP_MANAGER_MYSQL_TABLE", "our_apps")
                        .variable("SOKETI_DB_POOLING_ENABLED", "true")
                        .variable("SOKETI_DB_POOLING_MAX", "7")
                        .variable("SOKETI_APP_MANAGER_CACHE_ENABLED", "true")
                        .variable("SOKETI_APP_MANAGER_CACHE_TTL", "120")
                        .variable("SOKETI_DEFAULT_APP_ID", "app-id")
                        .variable("SOKETI_PRESENCE_MAX_MEMBERS", "7");
        AppTable table = table(written);
        assertThat(table.url()).isEqualTo("jdbc:mysql://db.internal:3307/tenants");
        assertThat(table.user()).isEqualTo("reader");
        assertThat(table.password()).isEqualTo("p4ss");
        assertThat(table.table()).isEqualTo("our_apps");
        assertThat(table.pool()).isEqualTo(7);
        assertThat(table.cacheTime()).isEqualTo(Duration.ofMinutes(2));
        assertThat(written.read().apps().list()).isEmpty();
        assertThat(written.read().notes().warnings())
                .containsExactly(
                        "SOKETI_PRESENCE_MAX_MEMBERS: has no effect on apps in a table; their rows,"
                                + " or the dialect, have the limit");
    }

    @Test
    void aDatabaseThatMakesNoUrlIsAnError() {
        assertThat(
                        written()
                                .variable("SOKETI_APP_MANAGER_DRIVER", "postgres")
                                .variable("SOKETI_DB_POSTGRES_DATABASE", "a?user=b")
                                .problems())
                .contains(
                        "SOKETI_APP_MANAGER_DRIVER: SOKETI_DB_POSTGRES_HOST, _PORT and _DATABASE"
                                + " make no URL of a database; set app_source.url");
    }

    // ---- what has no counterpart

    @ParameterizedTest
    @CsvSource({
        "SOKETI_ADAPTER_DRIVER, local, redis",
        "SOKETI_CACHE_DRIVER, memory, redis",
        "SOKETI_QUEUE_DRIVER, sync, sqs",
        "SOKETI_RATE_LIMITER_DRIVER, local, redis",
        "SOKETI_METRICS_ENABLED, false, 1",
        "SOKETI_MODE, full, worker",
        "SOKETI_CHANNEL_LIMITS_MAX_NAME_LENGTH, 200, 100"
    })
    void whatHasNoCounterpartIsWarnedOfWhenItIsNotTheDefault(
            String variable, String byDefault, String other) {
        assertThat(app().variable(variable, byDefault).read().notes().warnings()).isEmpty();
        assertThat(app().variable(variable, other).read().notes().warnings())
                .singleElement()
                .asString()
                .startsWith(variable + ": is \"" + other + "\", which has no counterpart: ");
    }

    @Test
    void theDetailsOfWhatIsWarnedOfAreNotAndUnknownNamesAre() {
        assertThat(
                        written()
                                .variable("SOKETI_DB_REDIS_HOST", "redis")
                                .variable("SOKETI_METRICS_SERVER_PORT", "9601")
                                .variable("SOKETI_ADAPTER_REDIS_PREFIX", "p")
                                .variable("SOKETI_DEFAULT_APP_COLOUR", "red")
                                .variable("SOKETI_APP_MANAGER_DRIVER", "dynamodb")
                                .read()
                                .notes()
                                .warnings())
                .containsExactlyInAnyOrder(
                        "SOKETI_DEFAULT_APP_COLOUR: has no counterpart",
                        "SOKETI_APP_MANAGER_DRIVER: is \"dynamodb\", which has no counterpart");
    }
}
