package dev.resound.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.redis.RedisAdapters.SubscriptionMode;
import dev.resound.socketio.Recovery;
import java.time.Duration;
import org.junit.jupiter.api.Test;

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

    @Test
    void roomsAreListenedToAsLongAsSomebodyMayComeBack() throws Exception {
        var memory = new Recovery(Duration.ofSeconds(2), true, 100, 1 << 20);
        try (Node mindful =
                new Node(
                        RedisOptions.of(redis.url(0)),
                        RedisAdapters::sharded,
                        (link, namespace) ->
                                link.shardedSubscribers("socket.io#" + namespace + "#"),
                        memory)) {
            mindful.awaitNodes("/", 3);
            Client client = mindful.client().joins("x");
            heard("x", 1);
            long start = System.nanoTime();
            client.close();
            heard("x", 0);
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isGreaterThanOrEqualTo(memory.maxDisconnection());
        }
    }
}
