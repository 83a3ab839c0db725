package dev.resound.redis;

import dev.resound.redis.RedisAdapters.SubscriptionMode;

/** With one channel for each room, but not for single sockets. */
class ShardedDynamicClusterTest extends ShardedContract {
    @Override
    SubscriptionMode mode() {
        return SubscriptionMode.DYNAMIC;
    }

    @Override
    boolean hasChannel(String room) {
        return room.length() != 20;
    }
}
