package dev.resound.server;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A real database server of a test's own: on a free port of this machine, its files in a temporary
 * directory. Neither server runs as root, so root has it run as the user its package has made.
 */
final class DatabaseServer implements AutoCloseable {
    private final Product product;
    private final Path directory;
    private final int port;
    private @Nullable Process process;

    /** What can be started. */
    enum Product {
        POSTGRESQL("postgres", "postgresql"),
        MARIADB("mysql", "mariadb-server");

        final String user;
        private final String debianPackage;

        Product(String user, String debianPackage) {
            this.user = user;
            this.debianPackage = debianPackage;
        }

        /** The program; the newest if there are several. */
        private Path program(String name) {
            List<Path> places = new ArrayList<>(List.of(Path.of("/usr/sbin"), Path.of("/usr/bin")));
            try (Stream<Path> versions =
                    Files.exists(Path.of("/usr/lib/postgresql"))
                            ? Files.list(Path.of("/usr/lib/postgresql"))
                            : Stream.empty()) {
                versions.sorted(Comparator.reverseOrder())
                        .map(version -> version.resolve("bin"))
                        .forEach(places::add);
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
            return places.stream()
                    .map(place -> place.resolve(name))
                    .filter(Files::isExecutable)
                    .findFirst()
                    .orElseThrow(() ->
                            new AssertionError(
                                    "the tests need a program that is not installed, "
                                            + name
                                            + ": apt-get install -y --no-install-recommends "
                                            + debianPackage));
        }
    }

    private DatabaseServer(Product product, Path directory, int port) {
        this.product = product;
        this.directory = directory;
        this.port = port;
    }

    /** Starts one with an empty database. */
    static DatabaseServer start(Product product) {
        try {
            Path directory = Files.createTempDirectory("resound-db");
            int port;
            try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = free.getLocalPort();
            }
            DatabaseServer server = new DatabaseServer(product, directory, port);
            // Also when this process is interrupted: who has no parent left runs for ever.
            Runtime.getRuntime().addShutdownHook(new Thread(server::close));
            server.install();
            server.start();
            return server;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void install() throws IOException {
        if (isRoot()) {
            run(List.of("chown", product.user, directory.toString()));
        }
        String data = directory.resolve("data").toString();
        switch (product) {
            case POSTGRESQL ->
                    run(
                            asUser(
                                    product.program("initdb"),
                                    "-A",
                                    "trust",
                                    "-U",
                                    "tests",
                                    "-N",
                                    data));
            case MARIADB ->
                    run(
                            asUser(
                                    product.program("mariadb-install-db"),
                                    "--no-defaults",
                                    "--datadir=" + data,
                                    "--auth-root-authentication-method=normal",
                                    "--skip-test-db"));
        }
    }

    /** Starts it again, on the same port and with what was in it. */
    void start() throws IOException {
        String data = directory.resolve("data").toString();
        List<String> command =
                switch (product) {
                    case POSTGRESQL ->
                            asUser(
                                    product.program("postgres"),
                                    "-D",
                                    data,
                                    "-p",
                                    Integer.toString(port),
                                    "-k",
                                    directory.toString(),
                                    "-c",
                                    "listen_addresses=127.0.0.1",
                                    "-c",
                                    "fsync=off");
                    case MARIADB ->
                            asUser(
                                    product.program("mariadbd"),
                                    "--no-defaults",
                                    "--datadir=" + data,
                                    "--port=" + port,
                                    "--bind-address=127.0.0.1",
                                    "--socket=" + directory.resolve("socket"),
                                    "--pid-file=" + directory.resolve("pid"));
                };
        Process started = process(command, "server.log");
        process = started;
        await().atMost(Duration.ofSeconds(60))
                .until(() -> {
                    if (!started.isAlive()) {
                        throw new AssertionError(log("server.log"));
                    }
                    return answers();
                });
    }

    private boolean answers() {
        try (Connection connection = connect()) {
            return connection.isValid(1);
        } catch (SQLException notYet) {
            return false;
        }
    }

    /** Ends it, with all its connections. */
    void stop() {
        Process running = process;
        process = null;
        if (running == null) {
            return;
        }
        try {
            // PostgreSQL waits for its clients when it is asked to end in the usual way.
            String signal = product == Product.POSTGRESQL ? "-INT" : "-TERM";
            new ProcessBuilder("kill", signal, Long.toString(running.pid())).start().waitFor();
            if (!running.waitFor(30, TimeUnit.SECONDS)) {
                running.destroyForcibly();
                throw new AssertionError("does not end: " + log("server.log"));
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException hurry) {
            running.destroyForcibly();
            Thread.currentThread().interrupt();
        }
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

    String url() {
        return switch (product) {
            case POSTGRESQL -> "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
            case MARIADB -> "jdbc:mariadb://127.0.0.1:" + port + "/mysql?sslMode=disable";
        };
    }

    String user() {
        return product == Product.POSTGRESQL ? "tests" : "root";
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(url(), user(), "");
    }

    void execute(String... statements) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException failed) {
            throw new AssertionError(failed);
        }
    }

    /** The only value of the only row. */
    String query(String sql) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            if (!result.next()) {
                throw new AssertionError("no row: " + sql);
            }
            return result.getString(1);
        } catch (SQLException failed) {
            throw new AssertionError(failed);
        }
    }

    // ---- processes

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private List<String> asUser(Path program, String... arguments) {
        List<String> command = new ArrayList<>();
        if (isRoot()) {
            // Unlike su it becomes the program, so that a signal reaches that.
            Collections.addAll(
                    command,
                    "setpriv",
                    "--reuid=" + product.user,
                    "--regid=" + product.user,
                    "--clear-groups");
        }
        command.add(program.toString());
        Collections.addAll(command, arguments);
        return command;
    }

    private Process process(List<String> command, String log) throws IOException {
        return new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve(log).toFile())
                .start();
    }

    private void run(List<String> command) throws IOException {
        try {
            if (process(command, "install.log").waitFor() != 0) {
                throw new AssertionError(command + ": " + log("install.log"));
            }
        } catch (InterruptedException hurry) {
            throw new AssertionError(hurry);
        }
    }

    private String log(String name) throws IOException {
        return Files.readString(directory.resolve(name));
    }
}
