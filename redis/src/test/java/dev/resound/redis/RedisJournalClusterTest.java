package dev.resound.redis;

import dev.resound.testkit.RedisCluster;
import org.junit.jupiter.api.AfterAll;

/** A Redis Cluster of three. */
class RedisJournalClusterTest extends RedisJournalContract {
    private final RedisCluster cluster = RedisCluster.start();

    @AfterAll
    void stop() {
        cluster.close();
    }

    @Override
    RedisOptions options() {
        return RedisOptions.cluster(cluster.urls());
    }
}
