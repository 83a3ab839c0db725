package dev.resound.redis;

import dev.resound.testkit.RedisServer;
import org.junit.jupiter.api.AfterAll;

/** One Redis. */
class RedisJournalTest extends RedisJournalContract {
    private final RedisServer server = RedisServer.start();

    @AfterAll
    void stop() {
        server.close();
    }

    @Override
    RedisOptions options() {
        return RedisOptions.of(server.url(0));
    }
}
