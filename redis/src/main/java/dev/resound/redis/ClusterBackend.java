package dev.resound.redis;

import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.models.partitions.ClusterPartitionParser;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode.NodeFlag;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Redis Cluster: what is published plainly reaches all its servers, what is sharded those of one
 * shard. Where the slots are is asked of any server, every ten seconds and when something is amiss.
 */
final class ClusterBackend implements Backend {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterBackend.class);
    private static final long REFRESH_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private static final Duration FAIL_OVER_PAUSE = Duration.ofMillis(500);

    private final List<RedisURI> given;
    private final Runnable changed;
    private final Runnable askAgain;
    private final Clerk clerk;
    private @Nullable Server[] owners = new Server[SlotHash.SLOT_COUNT];
    private List<Server> primaries = List.of(); // those that work
    private List<Server> all = List.of();
    private boolean asking;
    private long askedNanos = System.nanoTime() - REFRESH_NANOS;

    ClusterBackend(List<RedisURI> given, Runnable changed, Runnable askAgain, Clerk clerk) {
        this.given = given;
        this.changed = changed;
        this.askAgain = askAgain;
        this.clerk = clerk;
    }

    @Override
    public List<Server> servers() {
        List<Server> servers = new ArrayList<>(primaries);
        Collections.shuffle(servers); // the nodes that connect spread over them
        all.stream().filter(replica -> !servers.contains(replica)).forEach(servers::add);
        // Last, in case none of them is where it was.
        given.stream().map(Server::of).filter(it -> !servers.contains(it)).forEach(servers::add);
        return servers;
    }

    @Override
    public List<Server> all() {
        return all;
    }

    @Override
    public @Nullable Server ownerOf(int slot) {
        return owners[slot];
    }

    @Override
    public boolean hasSentinels() {
        return false;
    }

    @Override
    public void refresh(@Nullable Line<?> whom) {
        long sinceNanos = System.nanoTime() - askedNanos;
        if (whom == null || sinceNanos < PAUSE_NANOS || (asking && sinceNanos < REFRESH_NANOS)) {
            return;
        }
        asking = true;
        askedNanos = System.nanoTime();
        whom.commands()
                .clusterNodes()
                .whenComplete((nodes, failure) ->
                        clerk.offer(() -> {
                            asking = false;
                            if (nodes != null) {
                                learn(nodes, whom.server());
                            } else if (failure != null && !NotNow.is(failure)) {
                                LOG.warn(
                                        "{} does not tell its cluster: {}",
                                        whom.server(),
                                        Lines.reason(failure));
                            }
                        }));
        whom.flush();
    }

    @Override
    public boolean isStale() {
        return System.nanoTime() - askedNanos >= REFRESH_NANOS;
    }

    private void learn(String nodes, Server from) {
        List<Server> everyone = new ArrayList<>();
        List<Server> working = new ArrayList<>();
        @Nullable Server[] slots = new Server[SlotHash.SLOT_COUNT];
        for (RedisClusterNode node : ClusterPartitionParser.parse(nodes)) {
            if (node.is(NodeFlag.NOADDR) || node.is(NodeFlag.HANDSHAKE) || node.is(NodeFlag.FAIL)) {
                continue;
            }
            Server server = serverOf(node, from);
            everyone.add(server);
            if (node.is(NodeFlag.UPSTREAM) && !node.getSlots().isEmpty()) {
                working.add(server);
                node.getSlots().forEach(slot -> slots[slot] = server);
            }
        }
        if (Arrays.asList(slots).contains(null)) {
            clerk.offer(FAIL_OVER_PAUSE, askAgain); // a replica is about to take them
        }
        everyone.sort(Comparator.comparing(Server::name));
        working.sort(Comparator.comparing(Server::name));
        if (everyone.equals(all) && working.equals(primaries) && Arrays.equals(slots, owners)) {
            return;
        }
        all = everyone;
        primaries = working;
        owners = slots;
        changed.run();
    }

    /** One that does not know how it is called is called as we did. */
    private Server serverOf(RedisClusterNode node, Server from) {
        @Nullable RedisURI uri = node.getUri();
        String host = uri == null || uri.getHost().isEmpty() ? from.uri().getHost() : uri.getHost();
        int port = uri == null ? from.uri().getPort() : uri.getPort();
        return Server.of(RedisURI.builder(given.getFirst()).withHost(host).withPort(port).build());
    }
}
