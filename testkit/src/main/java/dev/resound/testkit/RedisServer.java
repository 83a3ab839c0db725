package dev.resound.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A real Redis of a test's own: on a free port of this machine, with nothing on a disk.
 * <b>Thread:</b> the test's.
 */
public final class RedisServer implements AutoCloseable {
    private static final Path PROGRAM = Path.of("/usr/bin/redis-server");

    private final Path directory;
    private final int port;
    private final List<String> options;
    private @Nullable Process process;

    private RedisServer(Path directory, int port, List<String> options) {
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
        if (!Files.isExecutable(PROGRAM)) {
            throw new AssertionError(
                    "the tests need a program that is not installed, redis-server: apt-get install"
                            + " -y --no-install-recommends redis-server");
        }
        try {
            Path directory = Files.createTempDirectory("resound-redis");
            int port;
            try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = free.getLocalPort();
            }
            RedisServer server = new RedisServer(directory, port, List.of(options));
            // Also when this process is interrupted: who has no parent left runs for ever.
            Runtime.getRuntime().addShutdownHook(new Thread(server::close));
            server.startAgain();
            return server;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /**
     * Starts it again, on the same port, empty.
     *
     * @throws IOException if the program cannot be run
     */
    public void startAgain() throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                PROGRAM.toString(),
                                "--bind",
                                "127.0.0.1",
                                "--port",
                                Integer.toString(port),
                                "--dir",
                                directory.toString(),
                                "--save",
                                ""));
        command.addAll(options);
        Process started = new ProcessBuilder(command).redirectErrorStream(true).start();
        process = started;
        var ready = new CompletableFuture<Void>();
        Thread.ofVirtual().start(() -> follow(started, ready));
        try {
            ready.get(30, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException failed) {
            throw new AssertionError("redis-server does not start", failed);
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }

    /** Reads what it says for as long as it runs, lest it wait for somebody to do so. */
    private static void follow(Process started, CompletableFuture<Void> ready) {
        var said = new StringBuilder();
        try (BufferedReader lines = started.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!ready.isDone()) {
                    said.append(line).append('\n');
                    if (line.contains("Ready to accept connections")) {
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
        Process running = process;
        process = null;
        if (running == null) {
            return;
        }
        running.destroy();
        try {
            if (!running.waitFor(30, TimeUnit.SECONDS)) {
                running.destroyForcibly();
                throw new AssertionError("redis-server does not end");
            }
        } catch (InterruptedException hurry) {
            running.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** The process, to be paused or killed. */
    public ProcessHandle process() {
        Process running = process;
        if (running == null) {
            throw new IllegalStateException("it was stopped");
        }
        return running.toHandle();
    }

    @Override
    public synchronized void close() {
        stop();
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
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            OutputStream out = socket.getOutputStream();
            for (String command : commands) {
                out.write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
            }
            out.write("QUIT\r\n".getBytes(StandardCharsets.UTF_8));
            String answers =
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            String withoutFarewell = answers.substring(0, answers.lastIndexOf("+OK\r\n"));
            return withoutFarewell.strip();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
