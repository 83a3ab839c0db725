package dev.resound.redis;

import dev.resound.testkit.RedisCluster;
import org.junit.jupiter.api.AfterAll;

/** A Redis Cluster of three, and sharded channels on it. */
class StreamsShardedRedisClusterTest extends StreamsContract {
    private final RedisCluster server = RedisCluster.start();

    @AfterAll
    void stop() {
        server.close();
    }

    @Override
    RedisOptions options() {
        return RedisOptions.cluster(server.urls());
    }

    @Override
    boolean isSharded() {
        return true;
    }
}
