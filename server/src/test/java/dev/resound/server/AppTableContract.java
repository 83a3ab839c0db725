package dev.resound.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.resound.pusher.App;
import dev.resound.pusher.AppSource;
import dev.resound.pusher.ClientEvents;
import dev.resound.pusher.Dialect;
import dev.resound.pusher.Webhook;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Apps from a table, whatever database it is in. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
abstract class AppTableContract {
    static final String SECRET = "0123456789abcdefghij";

    private static final CachedAppSource.Times TIMES =
            new CachedAppSource.Times(
                    Duration.ofSeconds(60), Duration.ofSeconds(5), Duration.ofHours(24));

    private final DatabaseServer.Product product;
    private final AtomicLong nanos = new AtomicLong();
    private final List<Runnable> later = new CopyOnWriteArrayList<>();
    private DatabaseServer server;
    private HikariDataSource connections;
    private CountingDataSource reads;

    AppTableContract(DatabaseServer.Product product) {
        this.product = product;
    }

    @BeforeAll
    void startServer() {
        server = DatabaseServer.start(product);
    }

    @AfterAll
    void stopServer() {
        server.close();
    }

    @BeforeEach
    void createTable() {
        server.execute("DROP TABLE IF EXISTS apps", create("apps"));
        connections = SqlAppSource.connectionsTo(table("apps"));
        reads = new CountingDataSource(connections);
    }

    @AfterEach
    void disconnect() {
        connections.close();
    }

    /** The name of a column that is a word of the language. */
    abstract String quoted(String column);

    /** The type of a switch. */
    abstract String flagType();

    private String create(String name) {
        return """
        CREATE TABLE %s (
          id varchar(255) PRIMARY KEY,
          %s varchar(255) NOT NULL,
          secret varchar(255) NOT NULL,
          max_connections integer NOT NULL DEFAULT -1,
          enable_client_messages %s NOT NULL,
          enabled %s NOT NULL,
          max_backend_events_per_sec integer NOT NULL DEFAULT -1,
          max_client_events_per_sec integer NOT NULL DEFAULT -1,
          max_read_req_per_sec integer NOT NULL DEFAULT -1,
          webhooks json,
          max_presence_members_per_channel integer,
          max_presence_member_size_in_kb integer,
          max_channel_name_length integer,
          max_event_channels_at_once integer,
          max_event_name_length integer,
          max_event_payload_in_kb integer,
          max_event_batch_size integer,
          enable_user_authentication %s NOT NULL)
        """
                .formatted(name, quoted("key"), flagType(), flagType(), flagType());
    }

    private AppTable table(String name) {
        return new AppTable(
                server.url(),
                server.user(),
                "",
                name,
                4,
                TIMES.cache(),
                TIMES.unknown(),
                TIMES.stale(),
                Dialect.SOKETI);
    }

    private SqlAppSource source() {
        return new SqlAppSource(reads, table("apps"), true);
    }

    private CachedAppSource cached() {
        return new CachedAppSource(source(), TIMES, nanos::get, (delay, task) -> later.add(task));
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private void insert(String id) {
        server.execute(
                "INSERT INTO apps (id, "
                        + quoted("key")
                        + ", secret, enable_client_messages, enabled, enable_user_authentication)"
                        + " VALUES ('%s', 'key-%s', '%s', %s, %s, %s)"
                                .formatted(id, id, SECRET, "true", "true", "false"));
    }

    private void set(String column, String value) {
        server.execute("UPDATE apps SET " + column + " = " + value);
    }

    private static Optional<App> of(CompletionStage<Optional<App>> answer) {
        try {
            return answer.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof TimeoutException) {
                throw new AssertionError(failed);
            }
            throw failed;
        }
    }

    private static App app(CompletionStage<Optional<App>> answer) {
        return of(answer).orElseThrow();
    }

    // ---- rows

    @Test
    void anAppIsFoundByItsKeyAndByItsId() {
        insert("one");
        insert("two");
        AppSource source = source();
        App one = app(source.byId("one"));
        assertThat(one)
                .isEqualTo(
                        App.builder("one", "key-one", SECRET)
                                .dialect(Dialect.SOKETI)
                                .clientEvents(ClientEvents.MEMBERS)
                                .rates(new App.Rates(0, 0, 0, 0))
                                .build());
        assertThat(app(source.byKey("key-one"))).isEqualTo(one);
        assertThat(app(source.byKey("key-two")).id()).isEqualTo("two");
        assertThat(of(source.byKey("one"))).isEmpty();
        assertThat(of(source.byId("key-one"))).isEmpty();
    }

    @Test
    void everyColumnIsASetting() {
        insert("one");
        set("max_connections", "100");
        set("enable_client_messages", "false");
        set("max_backend_events_per_sec", "11");
        set("max_client_events_per_sec", "12");
        set("max_read_req_per_sec", "13");
        set("max_presence_members_per_channel", "14");
        set("max_presence_member_size_in_kb", "3");
        set("max_event_channels_at_once", "15");
        set("max_event_name_length", "16");
        set("max_event_payload_in_kb", "5");
        set("max_event_batch_size", "17");
        set("enable_user_authentication", "true");
        set(
                "webhooks",
                "'[{\"url\":\"https://example.com/a\",\"event_types\":[\"client_event\"]}]'");
        App app = app(source().byId("one"));
        assertThat(app.maxConnections()).isEqualTo(100);
        assertThat(app.clientEvents()).isEqualTo(ClientEvents.NONE);
        assertThat(app.rates()).isEqualTo(new App.Rates(12, 0, 11, 13));
        assertThat(app.presence()).isEqualTo(new Dialect.PresenceLimits(14, 3_072));
        assertThat(app.publish()).isEqualTo(new Dialect.PublishLimits(15, 17, 5_120, 16));
        assertThat(app.users()).isEqualTo(new App.Users(true, 100, 30));
        assertThat(app.webhooks()).hasSize(1);
        Webhook webhook = app.webhooks().getFirst();
        assertThat(webhook.url()).hasToString("https://example.com/a");
        assertThat(webhook.privateAddresses()).isFalse();
    }

    @Test
    void disabledAppsAreFoundDisabled() {
        insert("one");
        set("enabled", "false");
        assertThat(app(source().byId("one")).enabled()).isFalse();
    }

    @Test
    void columnsMayBeMissingAndOthersBeThere() {
        server.execute(
                "DROP TABLE apps",
                "CREATE TABLE apps (id varchar(20), "
                        + quoted("key")
                        + " varchar(20), secret varchar(40), plan integer, created_at date)",
                "INSERT INTO apps VALUES ('one', 'key-one', '" + SECRET + "', 7, '2026-01-01')");
        assertThat(app(source().byKey("key-one")))
                .isEqualTo(
                        App.builder("one", "key-one", SECRET)
                                .dialect(Dialect.SOKETI)
                                .rates(new App.Rates(0, 0, 0, 0))
                                .build());
    }

    @Test
    void aColumnThatIsAddedWhileItRunsHarmsNobody() {
        insert("one");
        CachedAppSource apps = cached();
        for (int i = 0; i < 10; i++) { // more often than a driver keeps from preparing
            assertThat(of(apps.byId("one"))).isPresent();
            pass(TIMES.cache());
        }
        server.execute("ALTER TABLE apps ADD COLUMN plan integer");
        assertThat(of(apps.byId("one"))).isPresent();
        assertThat(apps.isDegraded()).isFalse();
    }

    @Test
    void theTableMayHaveAnotherNameAndASchema() {
        server.execute("DROP SCHEMA IF EXISTS tenants" + (isPostgreSql() ? " CASCADE" : ""));
        server.execute("CREATE SCHEMA tenants", create("tenants.pusher_apps"));
        server.execute(
                "INSERT INTO tenants.pusher_apps (id, "
                        + quoted("key")
                        + ", secret, enable_client_messages, enabled, enable_user_authentication)"
                        + " VALUES ('one', 'key-one', 'abcdefghij', true, true, false)");
        AppSource source = new SqlAppSource(reads, table("tenants.pusher_apps"), true);
        assertThat(app(source.byKey("key-one")).secret()).isEqualTo("abcdefghij");
    }

    private boolean isPostgreSql() {
        return product == DatabaseServer.Product.POSTGRESQL;
    }

    @ParameterizedTest
    @ValueSource(strings = {"ONE", "One", "one ", " one", "on"})
    void namesAreComparedExactly(String id) {
        insert("one");
        assertThat(of(source().byId(id))).isEmpty();
        assertThat(of(cached().byId(id))).isEmpty();
        assertThat(of(cached().byKey("key-" + id))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "' OR '1'='1",
                "one' --",
                "one'; DROP TABLE apps; --",
                "\" OR \"\"=\"",
                "` OR 1=1 #",
                "\\' OR 1=1 #",
                "one'/*",
                "%",
                "o_e"
            })
    void whatLooksLikeSqlIsAName(String text) {
        insert("one");
        assertThat(of(source().byId(text))).isEmpty();
        assertThat(of(source().byKey(text))).isEmpty();
        assertThat(of(cached().byKey(text))).isEmpty();
        assertThat(of(source().byId("one"))).isPresent();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "secret|''",
                "max_connections|0",
                "max_connections|-2",
                "max_backend_events_per_sec|0",
                "max_read_req_per_sec|0",
                "max_event_payload_in_kb|2000000",
                "webhooks|'{}'",
                "webhooks|'[{\"url\":\"ftp://0123456789abcdefghij/\"}]'",
                "webhooks|'[{\"url\":\"http://a/\",\"event_types\":[\"0123456789abcdefghij\"]}]'",
            })
    void aRowWithUnusableValuesIsLeftOutAndNamedWithoutThem(String column, String value) {
        insert("one");
        set(column, value);
        assertThatThrownBy(() -> of(source().byId("one")))
                .hasCauseInstanceOf(UnusableApp.class)
                .hasMessageContaining("app \"one\": column " + column + " ")
                .hasMessageNotContaining(SECRET);
        CachedAppSource apps = cached();
        assertThat(of(apps.byId("one"))).isEmpty();
        assertThat(apps.isDegraded()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"app-secret,is a sample", "one,is the app's key or id", "key-one,is the app's"})
    void aSecretThatEverybodyKnowsIsForThisMachineOnly(String secret, String reason) {
        insert("one");
        set("secret", "'" + secret + "'");
        assertThatThrownBy(() -> of(source().byId("one")))
                .hasCauseInstanceOf(UnusableApp.class)
                .hasMessageContaining("app \"one\": column secret " + reason);
        AppSource local = new SqlAppSource(reads, table("apps"), false);
        assertThat(app(local.byId("one")).secret()).isEqualTo(secret);
    }

    @Test
    void anAppWhoseRowBecomesUnusableGoesOnAsItWas() {
        insert("one");
        CachedAppSource apps = cached();
        App good = app(apps.byKey("key-one"));
        set("webhooks", "'7'");
        pass(TIMES.cache());
        assertThat(app(apps.byKey("key-one"))).isEqualTo(good);
        assertThat(app(apps.byId("one"))).isEqualTo(good);
        set("webhooks", "null");
        set("max_connections", "7");
        pass(TIMES.cache());
        assertThat(app(apps.byKey("key-one")).maxConnections()).isEqualTo(7);
    }

    @Test
    void noClientEventsAtAllCanBeSaid() {
        insert("one");
        set("max_client_events_per_sec", "0");
        assertThat(app(source().byId("one")).clientEvents()).isEqualTo(ClientEvents.NONE);
    }

    @Test
    void aKeyInTwoRowsIsNobodys() {
        insert("one");
        insert("two");
        set(quoted("key"), "'same'");
        assertThatThrownBy(() -> of(source().byKey("same")))
                .hasCauseInstanceOf(UnusableApp.class)
                .hasMessageContaining("column key has this value in two rows");
    }

    // ---- memory

    @Test
    void aChangedRowIsSeenAfterItsTime() {
        insert("one");
        CachedAppSource apps = cached();
        assertThat(app(apps.byKey("key-one")).maxConnections()).isZero();
        set("max_connections", "7");
        pass(TIMES.cache().dividedBy(2));
        assertThat(app(apps.byKey("key-one")).maxConnections()).isZero();
        assertThat(app(apps.byId("one")).maxConnections()).isZero();
        assertThat(reads.taken()).isEqualTo(1);
        pass(TIMES.cache().dividedBy(2));
        assertThat(app(apps.byKey("key-one")).maxConnections()).isEqualTo(7);
        assertThat(app(apps.byId("one")).maxConnections()).isEqualTo(7);
        assertThat(reads.taken()).isEqualTo(1);
    }

    @Test
    void aDisabledAndADeletedAppAreSeenAfterTheirTime() {
        insert("one");
        CachedAppSource apps = cached();
        assertThat(app(apps.byKey("key-one")).enabled()).isTrue();
        set("enabled", "false");
        pass(TIMES.cache());
        assertThat(app(apps.byKey("key-one")).enabled()).isFalse();
        server.execute("DELETE FROM apps");
        pass(TIMES.cache());
        assertThat(of(apps.byId("one"))).isEmpty();
        assertThat(of(apps.byKey("key-one"))).isEmpty();
    }

    @Test
    void aNewAppIsSeenWhenItsAbsenceIsForgotten() {
        CachedAppSource apps = cached();
        assertThat(of(apps.byKey("key-one"))).isEmpty();
        insert("one");
        assertThat(of(apps.byKey("key-one"))).isEmpty();
        assertThat(reads.taken()).isEqualTo(1);
        pass(TIMES.unknown());
        assertThat(of(apps.byKey("key-one"))).isPresent();
    }

    @Test
    void aKeyThatIsGivenUpIsForgottenWithTheAppsNewOne() {
        insert("one");
        CachedAppSource apps = cached();
        assertThat(of(apps.byKey("key-one"))).isPresent();
        set(quoted("key"), "'key-new'");
        pass(TIMES.cache());
        assertThat(app(apps.byId("one")).key()).isEqualTo("key-new");
        assertThat(of(apps.byKey("key-one"))).isEmpty();
        assertThat(of(apps.byKey("key-new"))).isPresent();
    }

    @Test
    void howeverManyWantTheSameItIsReadOnce() throws InterruptedException {
        insert("one");
        CachedAppSource apps = cached();
        for (String key : List.of("key-one", "key-nobody")) {
            List<CompletableFuture<Optional<App>>> answers = new CopyOnWriteArrayList<>();
            CountDownLatch ready = new CountDownLatch(128);
            List<Thread> askers = new ArrayList<>();
            for (int i = 0; i < 128; i++) {
                askers.add(
                        Thread.ofVirtual()
                                .start(() -> {
                                    ready.countDown();
                                    try {
                                        ready.await();
                                    } catch (InterruptedException hurry) {
                                        throw new AssertionError(hurry);
                                    }
                                    answers.add(apps.byKey(key).toCompletableFuture());
                                }));
            }
            for (Thread asker : askers) {
                asker.join();
            }
            assertThat(answers).hasSize(128);
            answers.forEach(
                    answer -> assertThat(of(answer).isPresent()).isEqualTo(key.equals("key-one")));
            assertThat(reads.taken()).isEqualTo(1);
        }
    }

    @Test
    void namesNobodyCanHaveAreNotLookedUp() {
        CachedAppSource apps = cached();
        for (String name :
                List.of(
                        "",
                        "x".repeat(256),
                        "a\u0000b",
                        "a\nb",
                        "\ud800",
                        "\ud83d\ude00",
                        "one\u0301",
                        "öne")) {
            assertThat(of(apps.byKey(name))).isEmpty();
            assertThat(of(apps.byId(name))).isEmpty();
        }
        assertThat(reads.taken()).isZero();
        assertThat(of(apps.byKey("x".repeat(255)))).isEmpty();
        assertThat(reads.taken()).isEqualTo(1);
    }

    // ---- the database is away

    @Test
    void whileTheDatabaseIsAwayKnownAppsGoOnAndUnknownOnesAreNotUnknown() throws IOException {
        insert("one");
        insert("two");
        CachedAppSource apps = cached();
        App one = app(apps.byKey("key-one"));
        whileStopped(() -> {
            pass(TIMES.cache().multipliedBy(10));
            assertThat(app(apps.byKey("key-one"))).isEqualTo(one);
            assertThat(app(apps.byId("one"))).isEqualTo(one);
            assertThat(apps.isDegraded()).isTrue();
            assertThat(apps.byKey("key-two").toCompletableFuture())
                    .isCompletedExceptionally(); // at once: it has just been tried
            pass(CachedAppSource.RETRY);
            assertThatThrownBy(() -> of(apps.byKey("key-two")))
                    .isInstanceOf(CompletionException.class);
            assertThat(later).hasSize(1);
        });
        set("max_connections", "7");
        probe(apps);
        assertThat(apps.isDegraded()).isFalse();
        assertThat(app(apps.byKey("key-two")).id()).isEqualTo("two");
        assertThat(app(apps.byKey("key-one")).maxConnections()).isEqualTo(7);
        assertThat(later).isEmpty();
    }

    private void whileStopped(Runnable test) throws IOException {
        server.stop();
        try {
            test.run();
        } finally {
            server.start();
        }
    }

    /** Runs what was put off until the source answers again. */
    private void probe(CachedAppSource apps) {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> {
                    if (!later.isEmpty()) {
                        later.removeFirst().run();
                    }
                    return !apps.isDegraded();
                });
    }

    @Test
    void anAppThatCouldNotBeReadForTooLongIsServedNoLonger() throws IOException {
        insert("one");
        CachedAppSource apps = cached();
        assertThat(of(apps.byKey("key-one"))).isPresent();
        whileStopped(() -> {
            pass(TIMES.stale());
            assertThatThrownBy(() -> of(apps.byKey("key-one")))
                    .isInstanceOf(CompletionException.class);
        });
    }

    @Test
    void aTableThatIsGoneIsAFailureAndNoUnknownApp() {
        server.execute("DROP TABLE apps");
        CachedAppSource apps = cached();
        assertThatThrownBy(() -> of(apps.byKey("key-one"))).isInstanceOf(CompletionException.class);
        assertThat(apps.isDegraded()).isTrue();
    }
}
