package dev.resound.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** One Redis, or the one that Sentinels say is the primary. */
final class SingleBackend implements RedisLink.Backend {
    private final RedisClient client;

    SingleBackend(RedisLink link) {
        client = RedisClient.create(link.threads(), link.uris().getFirst());
        client.setOptions(RedisLink.options(ClientOptions.builder()).build());
    }

    @Override
    public StatefulRedisPubSubConnection<String, byte[]> listen() {
        return client.connectPubSub(RedisLink.codec());
    }

    @Override
    public RedisLink.Connected publish() {
        StatefulRedisConnection<String, byte[]> connection = client.connect(RedisLink.codec());
        connection.setAutoFlushCommands(false);
        return new Publishing(connection, connection.async());
    }

    private record Publishing(
            StatefulRedisConnection<String, byte[]> connection,
            RedisAsyncCommands<String, byte[]> commands)
            implements RedisLink.Connected {

        @Override
        public CompletionStage<Long> publish(PublishQueue.Outgoing message) {
            return message.sharded()
                    ? commands.spublish(message.channel(), message.payload())
                    : commands.publish(message.channel(), message.payload());
        }

        @Override
        public void flush() {
            connection.flushCommands();
        }

        @Override
        public CompletionStage<Long> subscribers(String channel) {
            return count(commands.pubsubNumsub(channel), channel);
        }

        @Override
        public CompletionStage<Long> shardedSubscribers(String channel) {
            return count(commands.pubsubShardNumsub(channel), channel);
        }

        private CompletionStage<Long> count(
                CompletionStage<Map<String, Long>> asked, String channel) {
            connection.flushCommands();
            return asked.thenApply(counts -> counts.getOrDefault(channel, 0L));
        }
    }

    @Override
    public void close() {
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }
}
