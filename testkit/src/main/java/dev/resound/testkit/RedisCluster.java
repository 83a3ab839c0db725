package dev.resound.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A real Redis Cluster of three primaries, each with a replica if asked for, which takes its place
 * some seconds after it fell silent. <b>Thread:</b> the test's.
 */
public final class RedisCluster implements AutoCloseable {
    private static final int PRIMARIES = 3;
    private static final Path PROGRAM = Path.of("/usr/bin/redis-cli");

    private final List<RedisServer> servers = new ArrayList<>();

    private RedisCluster() {}

    /** Starts three servers that share the slots. */
    public static RedisCluster start() {
        return start(0);
    }

    /** Starts six: each primary has a replica. */
    public static RedisCluster startWithReplicas() {
        return start(1);
    }

    private static RedisCluster start(int replicas) {
        RedisCluster cluster = new RedisCluster();
        try {
            int count = PRIMARIES * (1 + replicas);
            for (int i = 0; i < count; i++) {
                cluster.servers.add(
                        RedisServer.start(
                                RedisServer.Program.REDIS,
                                FreePorts.oneForCluster(),
                                List.of(
                                        "--cluster-enabled", "yes",
                                        "--cluster-node-timeout", "2000",
                                        "--repl-diskless-sync-delay", "0")));
            }
            cluster.create(replicas);
            RedisServer.await(
                    "a cluster that works",
                    () ->
                            cluster.servers.stream()
                                    .allMatch(server -> {
                                        String info = server.execute("CLUSTER INFO");
                                        return info.contains("cluster_state:ok")
                                                && info.contains("cluster_known_nodes:" + count);
                                    }));
            RedisServer.await(
                    "replicas that have caught up",
                    () ->
                            cluster.servers.stream()
                                            .map(server -> server.execute("INFO replication"))
                                            .filter(info -> info.contains("master_link_status:up"))
                                            .count()
                                    == (long) PRIMARIES * replicas);
            return cluster;
        } catch (IOException failed) {
            cluster.close();
            throw new UncheckedIOException(failed);
        }
    }

    private void create(int replicas) throws IOException {
        List<String> command = new ArrayList<>(List.of(PROGRAM.toString(), "--cluster", "create"));
        servers.forEach(server -> command.add("127.0.0.1:" + server.port()));
        command.addAll(List.of("--cluster-replicas", Integer.toString(replicas), "--cluster-yes"));
        Process creating = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            String said =
                    new String(creating.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (creating.waitFor() != 0) {
                throw new AssertionError("redis-cli makes no cluster: " + said);
            }
        } catch (InterruptedException hurry) {
            creating.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** All of them, also those that were stopped. */
    public List<RedisServer> servers() {
        return List.copyOf(servers);
    }

    /** The one that has the slot of this channel now, as the others say. */
    public RedisServer ownerOf(String channel) {
        RedisServer any = servers.stream().filter(RedisServer::isRunning).findAny().orElseThrow();
        int slot = Integer.parseInt(any.execute("CLUSTER KEYSLOT " + channel).substring(1));
        for (String line : any.execute("CLUSTER NODES").split("\n", -1)) {
            String[] words = line.strip().split(" ", -1);
            for (int i = 8; i < words.length; i++) {
                String[] range = words[i].split("-", -1);
                if (!words[i].startsWith("[")
                        && Integer.parseInt(range[0]) <= slot
                        && slot <= Integer.parseInt(range[range.length - 1])) {
                    return at(words[1]);
                }
            }
        }
        throw new IllegalStateException("nobody has slot " + slot);
    }

    private RedisServer at(String address) {
        return servers.stream()
                .filter(server -> address.startsWith("127.0.0.1:" + server.port() + "@"))
                .findAny()
                .orElseThrow();
    }

    /** Of all of them. */
    public List<String> urls() {
        return servers.stream().map(server -> server.url(0)).toList();
    }

    @Override
    public void close() {
        servers.forEach(RedisServer::close);
    }
}
