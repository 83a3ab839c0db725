package dev.resound.redis;

import dev.resound.testkit.RedisServer;
import dev.resound.testkit.SentinelRedis;
import java.util.List;
import org.junit.jupiter.api.AfterAll;

/** A Redis that Sentinels watch. */
class RedisLinkSentinelTest extends RedisLinkContract {
    private final SentinelRedis redis = SentinelRedis.start();

    @AfterAll
    void stop() {
        redis.close();
    }

    @Override
    RedisOptions options() {
        return RedisOptions.of(redis.url());
    }

    @Override
    List<RedisServer> servers() {
        return redis.servers();
    }
}
