package dev.resound.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.pusher.rest.Pusher;
import dev.resound.testkit.WireClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server with one app in its configuration and others in a table, from the clients' side. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class AppsFromATableTest {
    private static final String SECRET = "0123456789abcdefghij";

    private DatabaseServer database;
    private RunningMain server;
    private int port;

    @BeforeAll
    void startDatabase() {
        database = DatabaseServer.start(DatabaseServer.Product.POSTGRESQL);
        database.execute(
                "CREATE TABLE apps (id varchar(255) PRIMARY KEY, key varchar(255),"
                        + " secret varchar(255), enabled boolean, max_connections integer)");
    }

    @AfterAll
    void stopDatabase() {
        database.close();
    }

    @BeforeEach
    void start(@TempDir Path directory) {
        database.execute("DELETE FROM apps");
        insert("one");
        insert("two");
        server =
                RunningMain.run(
                        directory,
                        "REVERB_APP_ID=file",
                        "REVERB_APP_KEY=key-file",
                        "REVERB_APP_SECRET=" + SECRET,
                        "RESOUND_SHUTDOWN_DRAIN_DELAY=0",
                        "RESOUND_SHUTDOWN_GRACE=0",
                        "RESOUND_APP_SOURCE_URL=" + database.url(),
                        "RESOUND_APP_SOURCE_USER=" + database.user(),
                        "RESOUND_APP_SOURCE_CACHE_TTL=1s",
                        "RESOUND_APP_SOURCE_NEGATIVE_TTL=1s",
                        "--",
                        "start",
                        "--host",
                        "127.0.0.1",
                        "--port",
                        "0");
        port = server.port();
    }

    @AfterEach
    void stop() {
        server.signal(Signals.SIGTERM);
        assertThat(server.exitCode()).isEqualTo(Main.OK);
    }

    private void insert(String id) {
        database.execute(
                "INSERT INTO apps VALUES ('%s', 'key-%s', '%s', true, -1)"
                        .formatted(id, id, SECRET));
    }

    private WireClient connect(String key) throws IOException {
        WireClient client = WireClient.open(port, "/app/" + key);
        assertThat(client.receiveText()).contains("pusher:connection_established");
        return client;
    }

    private void isRefused(String key, int code) throws IOException {
        try (WireClient client = WireClient.open(port, "/app/" + key)) {
            assertThat(client.receiveText()).contains("pusher:error", Integer.toString(code));
            assertThat(client.receiveClose().closeCode()).isEqualTo(code);
        }
    }

    private WireClient.Response channels(String id) throws IOException {
        URI signed =
                new Pusher(id, "key-" + id, SECRET)
                        .signedUri("GET", "/apps/" + id + "/channels", null);
        return get(signed.getRawPath() + "?" + signed.getRawQuery());
    }

    private WireClient.Response get(String target) throws IOException {
        try (WireClient client = WireClient.connect(port)) {
            return client.get(target).readResponse();
        }
    }

    @Test
    void appsOfTheConfigurationAndOfTheTableAreServed() throws IOException {
        for (String id : new String[] {"file", "one", "two"}) {
            connect("key-" + id).close();
            assertThat(channels(id).status()).isEqualTo(200);
        }
        isRefused("key-three", 4001);
        assertThat(get("/apps/three/channels").status()).isEqualTo(404);
        assertThat(get("/up").body()).isEqualTo("{\"health\":\"OK\"}");
    }

    @Test
    void socketsOfAnAppThatIsDisabledOrDeletedAreClosed() throws IOException {
        try (WireClient one = connect("key-one");
                WireClient two = connect("key-two");
                WireClient file = connect("key-file")) {
            database.execute(
                    "UPDATE apps SET enabled = false WHERE id = 'one'",
                    "DELETE FROM apps WHERE id = 'two'");
            assertThat(one.receiveClose().closeCode()).isEqualTo(4003);
            assertThat(two.receiveClose().closeCode()).isEqualTo(4001);
            file.text("{\"event\":\"pusher:ping\"}");
            assertThat(file.receiveText()).contains("pusher:pong");
        }
    }

    @Test
    void whoHasTheIdOfAConfiguredAppIsNotServed() throws IOException {
        database.execute(
                "INSERT INTO apps VALUES ('file', 'key-thief', 'abcdefghij0123456789', true, -1)");
        isRefused("key-thief", 4001);
        assertThat(channels("file").status()).isEqualTo(200);
    }

    @Test
    void whileTheDatabaseIsAwayWhoIsKnownIsServedAndOthersComeBack() throws IOException {
        WireClient early = connect("key-one");
        database.stop();
        try {
            connect("key-one").close();
            connect("key-file").close();
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> get("/up").body().equals("{\"health\":\"DEGRADED\"}"));
            assertThat(get("/up").status()).isEqualTo(200);
            connect("key-one").close();
            assertThat(channels("one").status()).isEqualTo(200);
            isRefused("key-two", 4100);
            WireClient.Response unavailable = channels("two");
            assertThat(unavailable.status()).isEqualTo(503);
            assertThat(unavailable.headers()).containsEntry("retry-after", "5");
        } finally {
            database.start();
        }
        await().atMost(Duration.ofSeconds(30))
                .until(() -> get("/up").body().equals("{\"health\":\"OK\"}"));
        connect("key-two").close();
        assertThat(channels("two").status()).isEqualTo(200);
        early.text("{\"event\":\"pusher:ping\"}");
        assertThat(early.receiveText()).contains("pusher:pong");
        early.close();
    }

    @Test
    void socketIoClientsAreServedFromTheTable() throws IOException {
        try (WireClient client = WireClient.open(port, "/socket.io/?EIO=4&transport=websocket")) {
            client.receiveText();
            client.text("40/key-one,");
            assertThat(client.receiveText()).startsWith("40/key-one,{\"sid\":");
            client.text("40/key-nobody,");
            assertThat(client.receiveText()).startsWith("44/key-nobody,");
            client.text("42/key-one,[\"subscribe\",{\"channel\":\"news\"}]");
            assertThat(client.receiveText())
                    .isEqualTo("42/key-one,[\"subscription_succeeded\",\"news\"]");
            database.execute("UPDATE apps SET enabled = false WHERE id = 'one'");
            await().atMost(Duration.ofSeconds(10)).until(() -> channels("one").status() == 403);
            try (WireClient late = WireClient.open(port, "/socket.io/?EIO=4&transport=websocket")) {
                late.receiveText();
                late.text("40/key-one,");
                assertThat(late.receiveText())
                        .isEqualTo("44/key-one,{\"message\":\"The app is disabled.\"}");
            }
        }
    }
}
