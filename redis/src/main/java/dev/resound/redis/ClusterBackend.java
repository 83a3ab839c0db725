package dev.resound.redis;

import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.AsyncExecutions;
import io.lettuce.core.cluster.api.async.RedisAdvancedClusterAsyncCommands;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A Redis Cluster: what is published plainly reaches all its servers, what is sharded one. */
final class ClusterBackend implements RedisLink.Backend {
    private static final Duration REFRESH = Duration.ofSeconds(10);

    private final RedisClusterClient client;

    ClusterBackend(RedisLink link) {
        client = RedisClusterClient.create(link.threads(), link.uris());
        ClusterTopologyRefreshOptions refresh =
                ClusterTopologyRefreshOptions.builder().enablePeriodicRefresh(REFRESH).build();
        ClusterClientOptions.Builder options =
                RedisLink.options(ClusterClientOptions.builder().topologyRefreshOptions(refresh));
        client.setOptions(options.build());
    }

    @Override
    public StatefulRedisPubSubConnection<String, byte[]> listen() {
        return client.connectPubSub(RedisLink.codec());
    }

    @Override
    public RedisLink.Connected publish() {
        StatefulRedisClusterConnection<String, byte[]> connection =
                client.connect(RedisLink.codec());
        connection.setAutoFlushCommands(false);
        return new Publishing(connection, connection.async());
    }

    private record Publishing(
            StatefulRedisClusterConnection<String, byte[]> connection,
            RedisAdvancedClusterAsyncCommands<String, byte[]> commands)
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

        /** A connection listens on one of the servers: all together are the cluster's. */
        @Override
        public CompletionStage<Long> subscribers(String channel) {
            return sum(commands.upstream().commands().pubsubNumsub(channel), channel);
        }

        @Override
        public CompletionStage<Long> shardedSubscribers(String channel) {
            return sum(commands.upstream().commands().pubsubShardNumsub(channel), channel);
        }

        private CompletionStage<Long> sum(
                AsyncExecutions<Map<String, Long>> asked, String channel) {
            connection.flushCommands();
            CompletableFuture<Map<String, Long>>[] all = asked.futures();
            return CompletableFuture.allOf(all)
                    .thenApply(done -> {
                        long sum = 0;
                        for (CompletableFuture<Map<String, Long>> each : all) {
                            sum += each.join().getOrDefault(channel, 0L);
                        }
                        return sum;
                    });
        }
    }

    @Override
    public void close() {
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }
}
