package dev.resound.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.resound.testkit.RedisServer;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The signal in Redis. */
class RedisRestartSignalTest extends RestartSignalContract {
    private static final String SECRET = "never-to-be-shown";

    private RedisServer server;

    @BeforeAll
    void startServer() {
        server = RedisServer.start();
    }

    @AfterAll
    void stopServer() {
        server.close();
    }

    @Override
    SignalStore store() {
        return read(server.url(1), null, null);
    }

    private static SignalStore read(String url, @Nullable String user, @Nullable String password) {
        return Objects.requireNonNull(SignalStore.read(url, user, password, "cache"));
    }

    @Override
    void empty() {
        server.execute("FLUSHALL");
    }

    @Override
    void laravelPuts(String key, long number) {
        server.execute("SELECT 1", "SET " + key + " " + number);
    }

    @Override
    void put(String value) {
        server.execute("SELECT 1", "SET " + KEY + " " + value);
    }

    @Override
    String stored(String key) {
        return server.execute("SELECT 1", "GET " + key).lines().toList().getLast();
    }

    @Override
    String inLaravelsForm(long number) {
        return Long.toString(number);
    }

    @Override
    void stop() {
        server.stop();
    }

    @Override
    void startAgain() throws IOException {
        server.startAgain();
    }

    @Test
    void theDatabaseOfTheUrlIsUsedAndTheFirstOneIfItNamesNone() throws IOException {
        signal().write(NOW);
        assertThat(server.execute("SELECT 1", "EXISTS " + KEY)).endsWith(":1");
        assertThat(server.execute("SELECT 0", "EXISTS " + KEY)).endsWith(":0");
        SignalStore first = read("redis://127.0.0.1:" + server.port(), null, null);
        try (RestartSignal signal = RestartSignal.in(first, KEY, InstantSource.system())) {
            assertThat(signal.read()).isNull();
        }
    }

    @Test
    void whatIsNoTextInRedisIsAFailure() {
        server.execute("SELECT 1", "LPUSH " + KEY + " 1");
        assertThatThrownBy(() -> signal().read()).hasMessageContaining("WRONGTYPE");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://someone:" + SECRET + "@127.0.0.1:%s/1",
                "redis://:" + SECRET + "@127.0.0.1:%s/99",
                "redis://someone:" + SECRET + "@127.0.0.1:%s/99",
                "redis://someone:" + SECRET + "@127.0.0.1:1/1",
                "rediss://someone:" + SECRET + "@127.0.0.1:%s/1?timeout=" + SECRET,
            })
    void noFailureShowsASecret(String url) {
        SignalStore store = read(url.formatted(server.port()), null, null);
        assertThat(store.toString()).contains("://127.0.0.1:").doesNotContain(SECRET, "someone");
        try (RestartSignal signal = RestartSignal.in(store, KEY, InstantSource.system())) {
            assertThatThrownBy(signal::read)
                    .isInstanceOf(IOException.class)
                    .hasNoCause()
                    .hasMessageNotContainingAny(SECRET, "someone");
        }
    }

    @Test
    void userAndPasswordComeFromTheUrlOrFromTheirSettings() throws IOException {
        try (RedisServer closed = RedisServer.startWith("--requirepass", SECRET)) {
            closed.execute("AUTH " + SECRET, "ACL SETUSER watcher on >" + SECRET + "2 ~* +@all");
            String port = Integer.toString(closed.port());
            for (SignalStore store :
                    new SignalStore[] {
                        read("redis://:" + SECRET + "@127.0.0.1:" + port, null, null),
                        read("redis://127.0.0.1:" + port, null, SECRET),
                        read("redis://127.0.0.1:" + port, "watcher", SECRET + "2"),
                        read("redis://watcher:" + SECRET + "2@127.0.0.1:" + port, null, null)
                    }) {
                try (RestartSignal signal = RestartSignal.in(store, KEY, InstantSource.system())) {
                    assertThat(signal.read()).isNull();
                }
            }
        }
    }

    @Test
    void closingLeavesNoThread() throws IOException {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        RestartSignal another = open(KEY);
        another.read();
        Set<Thread> made = lettuceThreads(before);
        assertThat(made).isNotEmpty();
        another.close();
        await().until(() -> made.stream().noneMatch(Thread::isAlive));
    }

    private static Set<Thread> lettuceThreads(Set<Thread> before) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !before.contains(thread))
                .filter(thread -> thread.getName().startsWith("lettuce"))
                .collect(Collectors.toSet());
    }
}
