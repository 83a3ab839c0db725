package dev.resound.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.resound.testkit.RedisServer;
import dev.resound.testkit.WireClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What Prometheus is told. */
@Timeout(90)
class MetricsTest {
    @TempDir Path directory;

    private RunningMain start(String... variables) {
        return RunningMain.start(directory, variables);
    }

    private static void stop(RunningMain main) {
        main.signal(Signals.SIGTERM);
        assertThat(main.exitCode()).isEqualTo(Main.OK);
    }

    private static WireClient.Response get(int port) {
        try (WireClient client = WireClient.connect(port)) {
            return client.get("/metrics").readResponse();
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    private static double value(int port, String name) {
        return get(port)
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findAny()
                .orElseThrow(() -> new AssertionError("no " + name));
    }

    @Test
    void nobodyIsToldUnlessItIsWanted() {
        RunningMain main = start();
        assertThat(get(main.port()).status()).isEqualTo(404);
        stop(main);
    }

    @Test
    void aNodeAloneSaysHowItIs() throws IOException {
        RunningMain main = start("RESOUND_METRICS_ENABLED=true");
        int port = main.port();
        try (WireClient other = WireClient.connect(port)) {
            other.get("/up").readResponse();
            WireClient.Response response = get(port);
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.headers().get("content-type"))
                    .isEqualTo("text/plain; version=0.0.4; charset=utf-8");
            assertThat(response.body())
                    .contains("# TYPE resound_connections gauge\n", "resound_ready 1.0\n")
                    .contains("resound_degraded 0.0\n")
                    .doesNotContain("redis", "bus");
            assertThat(value(port, "resound_connections")).isGreaterThanOrEqualTo(2);
        }
        stop(main);
    }

    @Test
    void aNodeOfAClusterSaysHowItsWayToTheOthersIs() throws Exception {
        final RunningMain main;
        final int port;
        try (RedisServer redis = RedisServer.start()) {
            main =
                    start(
                            "RESOUND_METRICS_ENABLED=true",
                            "RESOUND_CLUSTER_READY_WITHOUT=1s",
                            "RESOUND_CLUSTER_REDIS=redis://127.0.0.1:" + redis.port());
            port = main.port();
            await().until(() -> value(port, "resound_redis_connected") == 1);
            assertThat(value(port, "resound_degraded")).isZero();
            assertThat(value(port, "resound_redis_away_seconds")).isZero();
            assertThat(get(port).body())
                    .contains(
                            "# TYPE resound_redis_published_total counter\n",
                            "resound_redis_refused_total 0.0\n",
                            "resound_redis_failed_total 0.0\n",
                            "resound_redis_waiting_bytes ",
                            "resound_bus_received_total 0.0\n",
                            "resound_bus_missed_total 0.0\n",
                            "resound_bus_repeated_total 0.0\n",
                            "resound_bus_malformed_total 0.0\n");
        }
        await().atMost(Duration.ofSeconds(30))
                .until(() -> value(port, "resound_redis_connected") == 0);
        await().until(() -> value(port, "resound_ready") == 0);
        assertThat(value(port, "resound_degraded")).isEqualTo(1);
        assertThat(value(port, "resound_redis_away_seconds")).isGreaterThan(1);
        stop(main);
    }
}
