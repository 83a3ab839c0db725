package dev.resound.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Exit codes are real only in a process of its own. */
@Timeout(60)
class ProcessTest {
    @TempDir Path directory;

    private @Nullable ServerProcess server;

    @AfterEach
    void killWhatIsLeft() {
        if (server != null) {
            server.close();
        }
    }

    private ServerProcess start(Map<String, String> variables) throws IOException {
        ServerProcess started = ServerProcess.start(directory, variables);
        server = started;
        return started;
    }

    private static int signalAndWait(ServerProcess server, String signal) throws Exception {
        server.signal(signal);
        return server.exitCode();
    }

    @Test
    void afterSigtermItExitsWithZero() throws Exception {
        assertThat(signalAndWait(start(Map.of()), "TERM")).isZero();
    }

    @Test
    void afterCtrlCItExitsWithZero() throws Exception {
        assertThat(signalAndWait(start(Map.of()), "INT")).isZero();
    }

    @Test
    void aSecondSignalEndsItAtOnce() throws Exception {
        ServerProcess running =
                start(
                        Map.of(
                                "REVERB_APP_ID", "4711",
                                "REVERB_APP_KEY", "app-key",
                                "REVERB_APP_SECRET", "0123456789abcdefghij",
                                "RESOUND_SHUTDOWN_DRAIN_DELAY", "20s"));
        running.signal("TERM");
        running.awaitLog("Draining, connections: 0");
        long began = System.nanoTime();
        assertThat(signalAndWait(running, "TERM")).isEqualTo(143);
        assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began)).isLessThan(10);
    }

    @Test
    void onSighupTheConfigurationIsReadAgain() throws Exception {
        Path file = directory.resolve("resound.yml");
        String app = "apps: [{id: one, key: key-one, secret: 0123456789abcdefghij%s}]";
        Files.writeString(file, app.formatted(""));
        ServerProcess running = start(Map.of("RESOUND_SHUTDOWN_DRAIN_DELAY", "0"));
        Files.writeString(file, app.formatted(", dialect: pascal"));
        running.signal("HUP");
        running.awaitLog("Not reloaded: resound.yml:1: apps[0].dialect is");
        Files.writeString(file, app.formatted(", max_connections: 7"));
        running.signal("HUP");
        running.awaitLog("Reloaded: apps added: 0, changed: 1, removed: 0");
        assertThat(signalAndWait(running, "TERM")).isZero();
    }

    @Test
    void aChangedFileIsNoticed() throws Exception {
        Path file = directory.resolve("resound.yml");
        String app = "apps: [{id: one, key: key-one, secret: 0123456789abcdefghij%s}]";
        Files.writeString(file, app.formatted(""));
        ServerProcess running = start(Map.of("RESOUND_SHUTDOWN_DRAIN_DELAY", "0"));
        Files.writeString(file, app.formatted(", max_connections: 7") + "\ndebug: false\n");
        running.awaitLog("Changed, and used after a restart only: debug");
        running.awaitLog("Reloaded: apps added: 0, changed: 1, removed: 0");
        assertThat(signalAndWait(running, "TERM")).isZero();
    }
}
