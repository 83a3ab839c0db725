package dev.resound.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A real Redis with a replica, and three Sentinels, which make the replica the primary some seconds
 * after the primary fell silent. <b>Thread:</b> the test's.
 */
public final class SentinelRedis implements AutoCloseable {
    private static final String NAME = "main";
    private static final int SENTINELS = 3;
    private static final String QUORUM = "2";

    private final List<RedisServer> servers = new ArrayList<>();
    private final List<Sentinel> sentinels = new ArrayList<>();

    private record Sentinel(Path directory, int port, Process process) {

        static Sentinel start(int primary) throws IOException {
            Path directory = Files.createTempDirectory("resound-sentinel");
            int port = FreePorts.one();
            Path file = directory.resolve("sentinel.conf"); // which it writes to
            Files.write(
                    file,
                    List.of(
                            "port " + port,
                            "bind 127.0.0.1",
                            "dir " + directory,
                            "sentinel monitor " + NAME + " 127.0.0.1 " + primary + " " + QUORUM,
                            "sentinel down-after-milliseconds " + NAME + " 1000",
                            "sentinel failover-timeout " + NAME + " 3000"));
            Process process =
                    RedisServer.run(
                            List.of(
                                    RedisServer.Program.REDIS.path().toString(),
                                    file.toString(),
                                    "--sentinel"),
                            "+monitor master");
            return new Sentinel(directory, port, process);
        }

        String ask(String question) {
            return RedisServer.execute(port, "SENTINEL " + question + " " + NAME);
        }

        void close() {
            process.destroyForcibly();
            try {
                process.waitFor(30, TimeUnit.SECONDS);
            } catch (InterruptedException hurry) {
                Thread.currentThread().interrupt();
            }
            RedisServer.delete(directory);
        }
    }

    private SentinelRedis() {}

    /** Starts all of them, and waits until they know each other. */
    public static SentinelRedis start() {
        SentinelRedis redis = new SentinelRedis();
        Runtime.getRuntime().addShutdownHook(new Thread(redis::close));
        try {
            RedisServer primary = RedisServer.start();
            redis.servers.add(primary);
            redis.servers.add(
                    RedisServer.startWith(
                            "--replicaof",
                            "127.0.0.1 " + primary.port(),
                            "--repl-diskless-sync-delay",
                            "0"));
            for (int i = 0; i < SENTINELS; i++) {
                redis.sentinels.add(Sentinel.start(primary.port()));
            }
            RedisServer.await(
                    "a replica that has caught up",
                    () ->
                            redis.servers
                                    .getLast()
                                    .execute("INFO replication")
                                    .contains("master_link_status:up"));
            RedisServer.await(
                    "Sentinels that know each other, and the replica",
                    () -> redis.sentinels.stream().allMatch(SentinelRedis::knowsAll));
            return redis;
        } catch (IOException failed) {
            redis.close();
            throw new UncheckedIOException(failed);
        }
    }

    private static boolean knowsAll(Sentinel sentinel) {
        String known = sentinel.ask("MASTER").replace("\r\n", " ");
        return known.matches(".*num-slaves \\$1 1 .*")
                && known.matches(".*num-other-sentinels \\$1 " + (SENTINELS - 1) + " .*")
                && sentinel.ask("REPLICAS").contains("master-link-status\r\n$2\r\nok");
    }

    /** The server that is the primary now, as a Sentinel says. */
    public RedisServer primary() {
        String address = sentinels.getFirst().ask("GET-MASTER-ADDR-BY-NAME");
        return servers.stream()
                .filter(server -> address.endsWith("\r\n" + server.port()))
                .findAny()
                .orElseThrow(() -> new IllegalStateException("no server of ours: " + address));
    }

    /** Both servers. */
    public List<RedisServer> servers() {
        return List.copyOf(servers);
    }

    /** Of the Sentinels, which lead to the primary. */
    public String url() {
        return sentinels.stream()
                .map(sentinel -> "127.0.0.1:" + sentinel.port())
                .collect(Collectors.joining(",", "redis-sentinel://", "#" + NAME));
    }

    @Override
    public synchronized void close() {
        sentinels.forEach(Sentinel::close);
        servers.forEach(RedisServer::close);
    }
}
