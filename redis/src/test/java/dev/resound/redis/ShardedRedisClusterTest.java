package dev.resound.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.resound.socketio.Arguments;
import dev.resound.testkit.RedisCluster;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two servers on a Redis Cluster of three: channels are on all of them. */
@Timeout(120)
class ShardedRedisClusterTest {
    private static Node node(RedisCluster cluster) throws IOException {
        return new Node(
                RedisOptions.cluster(cluster.urls().subList(0, 1)),
                RedisAdapters::sharded,
                (link, namespace) -> link.shardedSubscribers("socket.io#" + namespace + "#"),
                null);
    }

    @Test
    void nodesMeet() throws Exception {
        try (RedisCluster cluster = RedisCluster.start();
                Node a = node(cluster);
                Node b = node(cluster)) {
            a.awaitNodes("/", 2);
            b.awaitNodes("/", 2);
            Client here = a.client();
            Client there = b.client();
            a.io.emit("told", 1);
            here.hears("[\"told\",1]");
            there.hears("[\"told\",1]");
            for (int i = 0; i < 12; i++) { // on whatever server
                String room = "room" + i;
                there.joins(room);
                await().atMost(Duration.ofSeconds(20))
                        .until(() ->
                                get(
                                                a.link.shardedSubscribers(
                                                                "socket.io#/#" + room + "#")
                                                        .toCompletableFuture())
                                        == 1);
                a.io.to(room).emit("told", room);
                there.hears("[\"told\",\"" + room + "\"]");
            }
            assertThat(get(a.io.fetchSockets())).hasSize(2);
            CompletableFuture<List<Arguments>> asked = a.io.emitWithAck("ask");
            here.answers("[\"ask\"]", "[1]");
            there.answers("[\"ask\"]", "[2]");
            assertThat(get(asked)).hasSize(2);
        }
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(20, TimeUnit.SECONDS);
    }
}
