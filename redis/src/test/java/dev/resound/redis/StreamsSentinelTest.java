package dev.resound.redis;

import dev.resound.testkit.SentinelRedis;
import org.junit.jupiter.api.AfterAll;

/** A Redis that Sentinels watch. */
class StreamsSentinelTest extends StreamsContract {
    private final SentinelRedis server = SentinelRedis.start();

    @AfterAll
    void stop() {
        server.close();
    }

    @Override
    RedisOptions options() {
        return RedisOptions.of(server.url());
    }
}
