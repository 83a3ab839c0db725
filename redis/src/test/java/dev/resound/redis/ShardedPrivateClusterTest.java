package dev.resound.redis;

import dev.resound.redis.RedisAdapters.SubscriptionMode;

/** With one channel for each room, and for each socket. */
class ShardedPrivateClusterTest extends ShardedContract {
    @Override
    SubscriptionMode mode() {
        return SubscriptionMode.DYNAMIC_PRIVATE;
    }

    @Override
    boolean hasChannel(String room) {
        return true;
    }
}
