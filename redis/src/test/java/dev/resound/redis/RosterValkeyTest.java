package dev.resound.redis;

import dev.resound.testkit.RedisServer;
import org.junit.jupiter.api.AfterAll;

/** One Valkey. */
class RosterValkeyTest extends RosterContract {
    private final RedisServer server = RedisServer.startValkey();

    @AfterAll
    void stop() {
        server.close();
    }

    @Override
    RedisOptions options() {
        return RedisOptions.of(server.url(0));
    }
}
