package dev.resound.redis;

import dev.resound.testkit.SentinelRedis;
import org.junit.jupiter.api.AfterAll;

/** A Redis that Sentinels watch. */
class RedisJournalSentinelTest extends RedisJournalContract {
    private final SentinelRedis redis = SentinelRedis.start();

    @AfterAll
    void stop() {
        redis.close();
    }

    @Override
    RedisOptions options() {
        return RedisOptions.of(redis.url());
    }
}
