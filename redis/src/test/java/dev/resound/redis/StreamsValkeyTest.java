package dev.resound.redis;

import dev.resound.testkit.RedisServer;
import org.junit.jupiter.api.AfterAll;

/** One Valkey, and sharded channels on it. */
class StreamsValkeyTest extends StreamsContract {
    private final RedisServer server = RedisServer.startValkey();

    @AfterAll
    void stop() {
        server.close();
    }

    @Override
    RedisOptions options() {
        return RedisOptions.of(server.url(0));
    }

    @Override
    boolean isSharded() {
        return true;
    }
}
