package dev.resound.redis;

import dev.resound.redis.RedisAdapters.SubscriptionMode;

/** With one channel for everything. */
class ShardedStaticClusterTest extends ShardedContract {
    @Override
    SubscriptionMode mode() {
        return SubscriptionMode.STATIC;
    }

    @Override
    boolean hasChannel(String room) {
        return false;
    }
}
