package dev.resound.redis;

import dev.resound.testkit.RedisCluster;
import org.junit.jupiter.api.AfterAll;

/** A Redis Cluster of three. */
class StreamsRedisClusterTest extends StreamsContract {
    private final RedisCluster server = RedisCluster.start();

    @AfterAll
    void stop() {
        server.close();
    }

    @Override
    RedisOptions options() {
        return RedisOptions.cluster(server.urls());
    }
}
