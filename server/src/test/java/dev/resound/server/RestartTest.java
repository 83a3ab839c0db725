package dev.resound.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code resound restart} of a server in a process of its own. */
@Timeout(60)
class RestartTest {
    @TempDir Path directory;

    private @Nullable ServerProcess server;

    @AfterEach
    void killWhatIsLeft() {
        if (server != null) {
            server.close();
        }
    }

    private ServerProcess start() throws IOException {
        ServerProcess started = ServerProcess.start(directory, Map.of());
        server = started;
        return started;
    }

    private RunningMain restart(String... arguments) {
        String[] all = new String[arguments.length + 2];
        all[0] = "--";
        all[1] = "restart";
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        return RunningMain.run(directory, all);
    }

    private void configure() throws IOException {
        Files.writeString(
                directory.resolve("resound.yml"),
                "shutdown: {drain_delay: 0s, grace: 0s}\nserver: {port: 1}\n");
    }

    @Test
    void theServerBesideItsConfigurationEndsAsAfterSigterm() throws Exception {
        configure();
        ServerProcess server = start();
        Path file = directory.resolve(".resound-" + server.port() + ".pid");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        RunningMain restart = restart();
        assertThat(restart.exitCode()).as(restart.err()).isEqualTo(Main.OK);
        assertThat(restart.out())
                .isEqualToIgnoringNewLines(
                        "asked process " + server.pid() + " on port " + server.port() + " to end");
        assertThat(server.exitCode()).isZero();
        assertThat(file).doesNotExist();
        RunningMain again = restart();
        assertThat(again.exitCode()).isEqualTo(Main.FAILED);
        assertThat(again.err()).startsWith("resound: no running server of this configuration");
    }

    @Test
    void aServerWithoutAConfigurationFileIsFoundByItsPort() throws Exception {
        ServerProcess server = start();
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).isEmpty();
        }
        RunningMain restart = restart("--port", Integer.toString(server.port()), "--json");
        assertThat(restart.exitCode()).as(restart.out()).isEqualTo(Main.OK);
        assertThat(restart.out())
                .isEqualToIgnoringNewLines(
                        "{\"pid\":" + server.pid() + ",\"port\":" + server.port() + "}");
        assertThat(server.exitCode()).isZero();
    }

    @Test
    void aFileThatAnotherProcessHasLeftIsNotBelieved() throws Exception {
        configure();
        ServerProcess server = start();
        Path file = directory.resolve(".resound-" + server.port() + ".pid");
        var written =
                new RunningServer(server.pid(), Instant.now().minusSeconds(1_000), server.port());
        Files.writeString(file, written.toJson());
        RunningMain restart = restart();
        assertThat(restart.exitCode()).isEqualTo(Main.FAILED);
        assertThat(server.isAlive()).isTrue();
        for (String nonsense : new String[] {"", "{}", "[1]", "{\"pid\":\"x\",\"started\":1}"}) {
            Files.writeString(file, nonsense);
            assertThat(RunningServer.read(file)).isNull();
        }
    }

    @Test
    void aLinkIsNotFollowed() throws Exception {
        Path real = directory.resolve("real");
        RunningServer self = RunningServer.ofThisProcess(80).orElseThrow();
        Files.writeString(real, self.toJson());
        assertThat(RunningServer.read(real)).isEqualTo(self);
        Path link = Files.createSymbolicLink(directory.resolve("link"), real);
        assertThat(RunningServer.read(link)).isNull();
    }

    @Test
    void ofSeveralServersOneMustBeNamed() throws Exception {
        configure();
        for (int other : new int[] {1001, 1002}) {
            Files.writeString(
                    directory.resolve(".resound-" + other + ".pid"),
                    RunningServer.ofThisProcess(other).orElseThrow().toJson());
        }
        RunningMain restart = restart();
        assertThat(restart.exitCode()).isEqualTo(Main.WRONG);
        assertThat(restart.err())
                .isEqualToIgnoringNewLines(
                        "resound: several servers run here, say which: --port [1001, 1002]");
    }

    @Test
    void aStaleFileIsReplacedByTheNextServer() throws Exception {
        configure();
        RunningServers servers =
                RunningServers.of(
                        new Surroundings(Map.of(), directory, System.out, System.err, false), null);
        Path file = directory.resolve(".resound-1003.pid");
        Files.writeString(file, new RunningServer(1, Instant.EPOCH, 1003).toJson());
        assertThat(servers.announce(1003)).isEqualTo(file.toAbsolutePath());
        assertThat(servers.only(null)).isEqualTo(RunningServer.ofThisProcess(1003));
    }
}
