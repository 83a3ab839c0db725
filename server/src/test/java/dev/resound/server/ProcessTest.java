package dev.resound.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
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

    private @Nullable Process process;

    @AfterEach
    void killWhatIsLeft() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    private Process start(Map<String, String> variables) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "start",
                        "--host",
                        "127.0.0.1",
                        "--port",
                        "0");
        builder.directory(directory.toFile());
        builder.environment().keySet().removeIf(name -> name.matches("(RESOUND|REVERB)_.*"));
        builder.environment().putAll(variables);
        Process started = builder.start();
        process = started;
        awaitLine(started.inputReader(), "listening on http://127.0.0.1:");
        return started;
    }

    private static void awaitLine(BufferedReader reader, String part) throws IOException {
        String line = reader.readLine();
        while (line != null && !line.contains(part)) {
            line = reader.readLine();
        }
        assertThat(line).as("a line with: " + part).isNotNull();
    }

    private static int signalAndWait(Process process, String signal) throws Exception {
        signal(process, signal);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private static void signal(Process process, String signal) throws Exception {
        new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
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
        Process running =
                start(
                        Map.of(
                                "REVERB_APP_ID", "4711",
                                "REVERB_APP_KEY", "app-key",
                                "REVERB_APP_SECRET", "0123456789abcdefghij",
                                "RESOUND_SHUTDOWN_DRAIN_DELAY", "20s"));
        signal(running, "TERM");
        awaitLine(running.errorReader(), "Draining, connections: 0");
        long began = System.nanoTime();
        assertThat(signalAndWait(running, "TERM")).isEqualTo(143);
        assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began)).isLessThan(10);
    }

    @Test
    void onSighupTheConfigurationIsReadAgain() throws Exception {
        Path file = directory.resolve("resound.yml");
        String app = "apps: [{id: one, key: key-one, secret: 0123456789abcdefghij%s}]";
        Files.writeString(file, app.formatted(""));
        Process running = start(Map.of("RESOUND_SHUTDOWN_DRAIN_DELAY", "0"));
        Files.writeString(file, app.formatted(", dialect: pascal"));
        signal(running, "HUP");
        awaitLine(running.errorReader(), "Not reloaded: resound.yml:1: apps[0].dialect is");
        Files.writeString(file, app.formatted(", max_connections: 7"));
        signal(running, "HUP");
        awaitLine(running.errorReader(), "Reloaded: apps added: 0, changed: 1, removed: 0");
        assertThat(signalAndWait(running, "TERM")).isZero();
    }

    @Test
    void aChangedFileIsNoticed() throws Exception {
        Path file = directory.resolve("resound.yml");
        String app = "apps: [{id: one, key: key-one, secret: 0123456789abcdefghij%s}]";
        Files.writeString(file, app.formatted(""));
        Process running = start(Map.of("RESOUND_SHUTDOWN_DRAIN_DELAY", "0"));
        Files.writeString(file, app.formatted(", max_connections: 7") + "\ndebug: false\n");
        awaitLine(running.errorReader(), "Changed, and used after a restart only: debug");
        awaitLine(running.errorReader(), "Reloaded: apps added: 0, changed: 1, removed: 0");
        assertThat(signalAndWait(running, "TERM")).isZero();
    }
}
