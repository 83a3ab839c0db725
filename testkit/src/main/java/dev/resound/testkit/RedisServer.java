package dev.resound.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A real Redis of a test's own: on a free port of this machine, with nothing on a disk.
 * <b>Thread:</b> the test's.
 */
public final class RedisServer implements AutoCloseable {
    private static final String READY = "Ready to accept connections";

    private final Program program;
    private final Path directory;
    private final int port;
    private final List<String> options;
    private @Nullable Process process;

    /** What answers like Redis, and the Debian package it is in. */
    enum Program {
        REDIS("redis-server", ""),
        VALKEY("valkey-server", "-t bookworm-backports ");

        private final String name; // of the package, too
        private final String release;

        Program(String name, String release) {
            this.name = name;
            this.release = release;
        }

        Path path() {
            Path path = Path.of("/usr/bin", name);
            if (!Files.isExecutable(path)) {
                throw new AssertionError(
                        "the tests need a program that is not installed, "
                                + name
                                + ": apt-get install -y --no-install-recommends "
                                + release
                                + name);
            }
            return path;
        }
    }

    private RedisServer(Program program, Path directory, int port, List<String> options) {
        this.program = program;
        this.directory = directory;
        this.port = port;
        this.options = options;
    }

    /** Starts one that is empty. */
    public static RedisServer start() {
        return startWith();
    }

    /** The same, with more of its options. */
    public static RedisServer startWith(String... options) {
        return start(Program.REDIS, FreePorts.one(), List.of(options));
    }

    /** Starts a Valkey that is empty, with more of its options. */
    public static RedisServer startValkey(String... options) {
        return start(Program.VALKEY, FreePorts.one(), List.of(options));
    }

    static RedisServer start(Program program, int port, List<String> options) {
        program.path();
        try {
            Path directory = Files.createTempDirectory("resound-redis");
            RedisServer server = new RedisServer(program, directory, port, options);
            // Also when this process is interrupted: who has no parent left runs for ever.
            Runtime.getRuntime().addShutdownHook(new Thread(server::close));
            server.startAgain();
            return server;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /**
     * Starts it again, on the same port, empty. One of a cluster knows its place again.
     *
     * @throws IOException if the program cannot be run
     */
    public void startAgain() throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                program.path().toString(),
                                "--bind",
                                "127.0.0.1",
                                "--port",
                                Integer.toString(port),
                                "--dir",
                                directory.toString(),
                                "--save",
                                ""));
        command.addAll(options);
        process = run(command, READY);
    }

    /** Starts a program, and waits until it says that it is ready. */
    static Process run(List<String> command, String word) throws IOException {
        Process started = new ProcessBuilder(command).redirectErrorStream(true).start();
        var ready = new CompletableFuture<Void>();
        Thread.ofVirtual().start(() -> follow(started, word, ready));
        try {
            ready.get(30, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException failed) {
            started.destroyForcibly();
            throw new AssertionError(command.getFirst() + " does not start", failed);
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
        return started;
    }

    /** Reads what it says for as long as it runs, lest it wait for somebody to do so. */
    private static void follow(Process started, String word, CompletableFuture<Void> ready) {
        var said = new StringBuilder();
        try (BufferedReader lines = started.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!ready.isDone()) {
                    said.append(line).append('\n');
                    if (line.contains(word)) {
                        ready.complete(null);
                    }
                }
            }
        } catch (IOException ended) {
            said.append(ended);
        }
        ready.completeExceptionally(new AssertionError(said.toString()));
    }

    /** Ends it, as SIGTERM does. */
    public void stop() {
        end(false);
    }

    /** Ends it as a crash does, with SIGKILL. */
    public void kill() {
        end(true);
    }

    private void end(boolean crash) {
        Process running = process;
        process = null;
        if (running == null) {
            return;
        }
        if (crash) {
            running.destroyForcibly();
        } else {
            signal(running, "CONT"); // or it would not hear of its end
            running.destroy();
        }
        try {
            if (!running.waitFor(30, TimeUnit.SECONDS)) {
                running.destroyForcibly();
                throw new AssertionError(program.name + " does not end");
            }
        } catch (InterruptedException hurry) {
            running.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** Has it stand still: its connections stay, and nothing is answered. */
    public void pause() {
        signal(running(), "STOP");
    }

    /** Has it go on. */
    public void resume() {
        signal(running(), "CONT");
    }

    private static void signal(Process running, String name) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(running.pid())).start().waitFor();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether it was started, and not stopped or killed since. */
    public boolean isRunning() {
        Process running = process;
        return running != null && running.isAlive();
    }

    private Process running() {
        Process running = process;
        if (running == null) {
            throw new IllegalStateException("it was stopped");
        }
        return running;
    }

    /** The process, to be paused or killed. */
    public ProcessHandle process() {
        return running().toHandle();
    }

    @Override
    public synchronized void close() {
        stop();
        delete(directory);
    }

    /** Waits for what no program tells of. */
    static void await(String what, BooleanSupplier holds) {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() - until > 0) {
                throw new AssertionError("in vain waited for " + what);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }

    static void delete(Path directory) {
        try (Stream<Path> all = Files.exists(directory) ? Files.walk(directory) : Stream.empty()) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException | UncheckedIOException staysInTheTemporaryDirectory) {
            // harms nobody
        }
    }

    /** Where it listens, on the loopback address. */
    public int port() {
        return port;
    }

    /** Of one of its databases. */
    public String url(int database) {
        return "redis://127.0.0.1:" + port + "/" + database;
    }

    /** Does these commands, one after another; the last answer, as it comes over the wire. */
    public String execute(String... commands) {
        return execute(port, commands);
    }

    static String execute(int port, String... commands) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            OutputStream out = socket.getOutputStream();
            for (String command : commands) {
                out.write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
            }
            socket.shutdownOutput(); // a Sentinel knows no QUIT
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .strip();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
