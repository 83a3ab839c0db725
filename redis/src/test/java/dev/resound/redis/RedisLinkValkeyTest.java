package dev.resound.redis;

import dev.resound.testkit.RedisServer;

/** One Valkey, which does all that one Redis does. */
class RedisLinkValkeyTest extends RedisLinkTest {
    @Override
    RedisServer start() {
        return RedisServer.startValkey();
    }
}
