package dev.resound.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.resound.core.http.Route;
import dev.resound.netty.Resound;
import dev.resound.pusher.Health;
import dev.resound.testkit.WireClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What load balancers in front of soketi ask for. */
@Timeout(60)
class SoketiRoutesTest {
    @TempDir Path directory;

    private static WireClient.Response get(int port, String path) {
        try (WireClient client = WireClient.connect(port)) {
            return client.get(path).readResponse();
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    private RunningMain start(String... variables) {
        return RunningMain.start(directory, variables);
    }

    private static void stop(RunningMain main) {
        main.signal(Signals.SIGTERM);
        assertThat(main.exitCode()).isEqualTo(Main.OK);
    }

    @Test
    void theyAnswerBelowThePrefixAndStrangersLearnNothingOfTheMemory() {
        RunningMain main = start("SOKETI_PATH_PREFIX=/ws");
        int port = main.port();
        for (String path : List.of("/ws/", "/ws/accept-traffic")) {
            assertThat(get(port, path).status()).as(path).isEqualTo(200);
            assertThat(get(port, path).body()).isEqualTo("OK");
        }
        assertThat(get(port, "/ws/ready").status()).isEqualTo(200);
        assertThat(get(port, "/ws/usage").status()).isEqualTo(404);
        assertThat(get(port, "/").status()).isEqualTo(404);
        stop(main);
    }

    @Test
    void otherDialectsDoNotHaveThem() {
        RunningMain main = start("SOKETI_DEBUG=false", "RESOUND_DIALECT=reverb");
        int port = main.port();
        assertThat(get(port, "/").status()).isEqualTo(404);
        assertThat(get(port, "/accept-traffic").status()).isEqualTo(404);
        assertThat(get(port, "/ready").status()).isEqualTo(200);
        stop(main);
    }

    @Test
    void aServerThatEndsTakesNoTrafficButIsAlive() {
        RunningMain main = start("SOKETI_DEBUG=false", "RESOUND_SHUTDOWN_DRAIN_DELAY=2s");
        int port = main.port();
        main.signal(Signals.SIGTERM);
        await().until(() -> get(port, "/accept-traffic").status() == 503);
        assertThat(get(port, "/ready").status()).isEqualTo(503);
        assertThat(get(port, "/").status()).isEqualTo(200);
        assertThat(main.exitCode()).isEqualTo(Main.OK);
    }

    @Test
    void trafficIsTakenUpToTheThreshold() throws IOException {
        AtomicReference<Health> health = new AtomicReference<>(Health.DEGRADED);
        AtomicInteger percent = new AtomicInteger(85);
        Resound.Builder builder = Resound.builder().port(0).loops(1);
        for (Route route : new SoketiRoutes(health::get, 85, percent::get).routes()) {
            builder.route(route);
        }
        try (Resound server = builder.start()) {
            assertThat(get(server.port(), "/accept-traffic").status()).isEqualTo(200);
            percent.set(86);
            assertThat(get(server.port(), "/accept-traffic").status()).isEqualTo(503);
            percent.set(0);
            health.set(Health.DRAINING);
            assertThat(get(server.port(), "/accept-traffic").status()).isEqualTo(503);
        }
    }
}
