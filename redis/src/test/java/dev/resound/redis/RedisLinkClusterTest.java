package dev.resound.redis;

import dev.resound.testkit.RedisCluster;
import dev.resound.testkit.RedisServer;
import java.util.List;
import org.junit.jupiter.api.AfterAll;

/** A Redis Cluster of three, of which one is told. */
class RedisLinkClusterTest extends RedisLinkContract {
    private final RedisCluster cluster = RedisCluster.start();

    @AfterAll
    void stop() {
        cluster.close();
    }

    @Override
    RedisOptions options() {
        return RedisOptions.cluster(cluster.urls().subList(0, 1));
    }

    @Override
    List<RedisServer> servers() {
        return cluster.servers();
    }
}
