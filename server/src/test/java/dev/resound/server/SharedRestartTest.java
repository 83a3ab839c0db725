package dev.resound.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.testkit.RedisServer;
import dev.resound.testkit.WireClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Servers that are told by a value in a store they share to restart. */
@Timeout(120)
class SharedRestartTest {
    private static final String KEY = "laravel:reverb:restart";
    private static final String SECRET = "never-to-be-shown";

    @TempDir Path directory;

    private void configure(String store, String shutdown) throws IOException {
        Files.writeString(
                directory.resolve("resound.yml"),
                """
                restart_signal: {store: "%s", interval: 100ms}
                shutdown: {%s}
                """
                        .formatted(store, shutdown));
    }

    private RunningMain restart(String... arguments) {
        String[] all =
                Stream.concat(Stream.of("--", "restart", "--shared"), Stream.of(arguments))
                        .toArray(String[]::new);
        return RunningMain.run(directory, all);
    }

    /** What it answers a program that asks in vain. */
    private String json() {
        RunningMain restart = restart("--json");
        assertThat(restart.exitCode()).isNotZero();
        return restart.out();
    }

    private static WireClient connect(ServerProcess server) throws IOException {
        WireClient client = WireClient.open(server.port(), "/app/app-key");
        assertThat(client.receiveText()).contains("pusher:connection_established");
        return client;
    }

    private static void isToldToComeBack(WireClient client) throws IOException {
        assertThat(client.receiveClose().closeCode()).isEqualTo(4200);
        client.close();
    }

    @Test
    void allServersThatWatchARedisEndInOrderAndThoseStartedAfterwardsRunOn() throws Exception {
        try (RedisServer redis = RedisServer.startWith("--requirepass", SECRET)) {
            redis.execute("AUTH " + SECRET, "SET " + KEY + " 1732200000");
            configure(
                    redis.url(0).replace("//", "//:" + SECRET + "@"), "drain_delay: 0s, grace: 0s");
            Path classes = directory.resolve("classes.log");
            try (ServerProcess one =
                            ServerProcess.start(directory, "-Xlog:class+load:file=" + classes);
                    ServerProcess two = ServerProcess.start(directory)) {
                assertThat(one.awaitLog("Watching for a restart signal"))
                        .endsWith("(" + KEY + " in " + redis.url(0) + ")");
                two.awaitLog("Watching for a restart signal");
                WireClient ann = connect(one);
                WireClient bob = connect(two);
                RunningMain restart = restart("--json");
                assertThat(restart.exitCode()).as(restart.out()).isEqualTo(Main.OK);
                assertThat(restart.out())
                        .startsWith(
                                "{\"store\":\""
                                        + redis.url(0)
                                        + "\",\"key\":\""
                                        + KEY
                                        + "\",\"value\":1");
                isToldToComeBack(ann);
                isToldToComeBack(bob);
                assertThat(one.awaitLog("Restart signal 1")).contains(": ending, as after SIGTERM");
                one.awaitLog("Draining, connections: 1");
                assertThat(one.exitCode()).isZero();
                assertThat(two.exitCode()).isZero();
                assertThat(Files.readString(classes)).contains(" io.lettuce.core.RedisClient ");
            }
            try (ServerProcess next = ServerProcess.start(directory)) {
                next.awaitLog("Watching for a restart signal");
                redis.execute("AUTH " + SECRET, "DEL " + KEY);
                redis.execute("AUTH " + SECRET, "SET " + KEY + " 1");
                next.awaitLog("Restart signal 1 ");
                assertThat(next.exitCode()).isZero();
            }
        }
    }

    @Test
    void withoutARedisNoClassOfItsClientIsLoaded() throws Exception {
        Files.createDirectory(directory.resolve("data"));
        configure("data", "drain_delay: 0s, grace: 0s");
        Path classes = directory.resolve("classes.log");
        try (ServerProcess server =
                ServerProcess.start(directory, "-Xlog:class+load:file=" + classes)) {
            server.awaitLog("Watching for a restart signal");
            WireClient client = connect(server);
            assertThat(restart().exitCode()).isEqualTo(Main.OK);
            isToldToComeBack(client);
            assertThat(server.exitCode()).isZero();
        }
        List<String> loaded = Files.readAllLines(classes);
        assertThat(loaded).anyMatch(line -> line.contains(FileRestartSignal.class.getName()));
        assertThat(loaded)
                .noneMatch(line -> line.contains(" io.lettuce.") || line.contains(" reactor."));
    }

    @Test
    void aSigtermAfterTheSignalIsTheFirstOneAndDoesNotCutOff() throws Exception {
        Files.createDirectory(directory.resolve("data"));
        configure("data", "drain_delay: 3s, grace: 0s");
        try (ServerProcess server = ServerProcess.start(directory)) {
            server.awaitLog("Watching for a restart signal");
            assertThat(restart().exitCode()).isEqualTo(Main.OK);
            server.awaitLog("Draining, connections: 0");
            server.signal("TERM");
            assertThat(server.exitCode()).isZero();
        }
    }

    @Test
    void aStoreThatCannotBeReachedDoesNotKeepAServerFromStartingAndEnding() throws Exception {
        configure("redis://me:" + SECRET + "@127.0.0.1:1/0", "drain_delay: 0s, grace: 0s");
        try (ServerProcess server = ServerProcess.start(directory)) {
            assertThat(server.awaitLog("The restart signal cannot be read"))
                    .contains("(" + KEY + " in redis://127.0.0.1:1/0): ")
                    .endsWith("Connection refused");
            connect(server).close();
            server.signal("TERM");
            assertThat(server.awaitLog("Draining")).contains("connections");
            assertThat(server.exitCode()).isZero();
        }
    }

    @Test
    void whereItIsWrittenAndWhatThatDoesIsTold() throws IOException {
        Path data = Files.createDirectory(directory.resolve("data"));
        configure("data", "grace: 0s");
        RunningMain restart = restart();
        assertThat(restart.exitCode()).as(restart.err()).isEqualTo(Main.OK);
        assertThat(restart.out())
                .matches(
                        "wrote 1[0-9]{9} to "
                                + KEY
                                + " in "
                                + data
                                + ": the servers that watch it restart\n");
    }

    @Test
    void withoutAStoreThereIsNobodyToTell() {
        RunningMain restart = restart();
        assertThat(restart.exitCode()).isEqualTo(Main.WRONG);
        assertThat(restart.err())
                .isEqualToIgnoringNewLines(
                        "resound: no server watches for a signal: set restart_signal.store, or"
                                + " RESOUND_RESTART_SIGNAL_STORE, for the servers and for this"
                                + " command");
        assertThat(json()).startsWith("{\"error\":\"no server watches");
    }

    @Test
    void aStoreThatCannotBeReachedIsTold() throws IOException {
        configure("redis://me:" + SECRET + "@127.0.0.1:1/0", "grace: 0s");
        RunningMain restart = restart();
        assertThat(restart.exitCode()).isEqualTo(Main.FAILED);
        assertThat(restart.err())
                .startsWith("resound: cannot write " + KEY + " in redis://127.0.0.1:1/0: ")
                .contains("Connection refused")
                .doesNotContain(SECRET);
        assertThat(json()).startsWith("{\"error\":\"cannot write ");
    }

    @Test
    void thatAPortIsMeantIsAMistake() {
        RunningMain restart = restart("--port", "8080");
        assertThat(restart.exitCode()).isEqualTo(Main.WRONG);
        assertThat(restart.err()).contains("--port is for one server, --shared for all of them");
    }

    @Test
    void errorsOfTheConfigurationAreTold() throws IOException {
        configure("http://" + SECRET, "grace: 0s");
        RunningMain restart = restart();
        assertThat(restart.exitCode()).isEqualTo(Main.WRONG);
        assertThat(restart.err())
                .contains("resound.yml:1: restart_signal.store is wrong (and not shown here)")
                .doesNotContain(SECRET);
    }
}
