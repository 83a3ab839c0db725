package dev.resound.redis;

import dev.resound.testkit.SecuredRedis;
import org.junit.jupiter.api.AfterAll;

/** A Redis with TLS, for one who may do no more than a node must. */
class RedisJournalTlsTest extends RedisJournalContract {
    private final SecuredRedis redis = SecuredRedis.start();

    @AfterAll
    void stop() {
        redis.close();
    }

    @Override
    RedisOptions options() {
        return RedisOptions.of(redis.url())
                .withTrust(redis.certificate())
                .withCredentials(SecuredRedis.USER, SecuredRedis.USER_PASSWORD);
    }
}
