package dev.resound.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code resound start} in a process of its own. */
final class ServerProcess implements AutoCloseable {
    /** One app: 4711, app-key. */
    static final Map<String, String> ONE_APP =
            Map.of(
                    "REVERB_APP_ID", "4711",
                    "REVERB_APP_KEY", "app-key",
                    "REVERB_APP_SECRET", "0123456789abcdefghij");

    private static final Pattern PORT = Pattern.compile("listening on http://127.0.0.1:([0-9]+)");

    private final Process process;
    private final BufferedReader err;
    private final int port;

    private ServerProcess(Process process, int port) {
        this.process = process;
        this.err = process.errorReader();
        this.port = port;
    }

    /** Starts it in a directory, with one app and options of the JVM. */
    static ServerProcess start(Path directory, String... jvm) throws IOException {
        return start(directory, ONE_APP, jvm);
    }

    /** Starts it, and waits until it listens. */
    static ServerProcess start(Path directory, Map<String, String> variables, String... jvm)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow"));
        command.addAll(List.of(jvm));
        command.addAll(
                List.of(
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "start",
                        "--host",
                        "127.0.0.1",
                        "--port",
                        "0"));
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        var environment = builder.environment();
        environment.keySet().removeIf(name -> name.matches("(RESOUND|REVERB|SOKETI)_.*"));
        environment.putAll(variables);
        Process process = builder.start();
        BufferedReader out = process.inputReader();
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            Matcher listening = PORT.matcher(line);
            if (listening.find()) {
                return new ServerProcess(process, Integer.parseInt(listening.group(1)));
            }
        }
        process.destroyForcibly();
        throw new AssertionError("it has not started");
    }

    long pid() {
        return process.pid();
    }

    int port() {
        return port;
    }

    /** The next line of the log that has this in it. */
    String awaitLog(String part) throws IOException {
        for (String line = err.readLine(); line != null; line = err.readLine()) {
            if (line.contains(part)) {
                return line;
            }
        }
        throw new AssertionError("it has not logged: " + part);
    }

    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Waits until it has ended. */
    int exitCode() throws InterruptedException {
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            throw new AssertionError("it does not end");
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
