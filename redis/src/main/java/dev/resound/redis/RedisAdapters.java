package dev.resound.redis;

import dev.resound.socketio.Adapter;
import dev.resound.socketio.LocalNamespace;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiFunction;

/**
 * Makes the namespaces of a server those of a cluster. Its nodes may be Resound's and Node's own,
 * with the adapters of the same name on the same Redis.
 *
 * <p>Nodes are counted by their connections: each server wants a {@link RedisLink} of its own.
 *
 * <p><b>Thread:</b> any.
 */
public final class RedisAdapters implements Adapter.Factory {
    private final BiFunction<LocalNamespace, LongAdder, Adapter> create;
    private final LongAdder dropped = new LongAdder();

    /**
     * What must be the same on all nodes, and how long they are waited for.
     *
     * @param key what the names of all channels begin with
     * @param requestsTimeout how long answers of other nodes are waited for, of those for which a
     *     request does not say it, or says more
     * @param publishOnSpecificResponseChannel whether answers go to the node that asked, instead of
     *     to all
     */
    public record Options(
            String key, Duration requestsTimeout, boolean publishOnSpecificResponseChannel) {

        /**
         * @throws IllegalArgumentException if there is no key, or no time
         */
        public Options {
            if (key.isEmpty()) {
                throw new IllegalArgumentException("the key is empty");
            }
            if (requestsTimeout.toMillis() < 1) {
                throw new IllegalArgumentException("requestsTimeout is not positive");
            }
        }

        /** Those of Node's adapter: {@code socket.io}, five seconds, to all. */
        public static Options defaults() {
            return new Options("socket.io", Duration.ofSeconds(5), false);
        }

        /** The same, with another key. */
        public Options withKey(String key) {
            return new Options(key, requestsTimeout, publishOnSpecificResponseChannel);
        }

        /** The same, with another time. */
        public Options withRequestsTimeout(Duration requestsTimeout) {
            return new Options(key, requestsTimeout, publishOnSpecificResponseChannel);
        }

        /** The same, with answers going to the node that asked, or to all. */
        public Options withPublishOnSpecificResponseChannel(boolean specific) {
            return new Options(key, requestsTimeout, specific);
        }
    }

    /** Which channels the nodes of a sharded cluster listen to. */
    public enum SubscriptionMode {
        /** One for everything. */
        STATIC,
        /** One for each room that somebody is in, too, unless it is that of a single socket. */
        DYNAMIC,
        /** One for each room, those of single sockets among them. */
        DYNAMIC_PRIVATE
    }

    /**
     * What must be the same on all nodes of a sharded cluster, and how long they are waited for.
     *
     * @param channelPrefix what the names of all channels begin with
     * @param requestsTimeout how long answers of other nodes are waited for, of those for which a
     *     request does not say it, or says more
     */
    public record ShardedOptions(
            String channelPrefix, SubscriptionMode subscriptionMode, Duration requestsTimeout) {

        /**
         * @throws IllegalArgumentException if there is no prefix, or no time
         */
        public ShardedOptions {
            if (channelPrefix.isEmpty()) {
                throw new IllegalArgumentException("the prefix is empty");
            }
            if (requestsTimeout.toMillis() < 1) {
                throw new IllegalArgumentException("requestsTimeout is not positive");
            }
        }

        /** Those of Node's adapter: {@code socket.io}, dynamic, five seconds. */
        public static ShardedOptions defaults() {
            return new ShardedOptions("socket.io", SubscriptionMode.DYNAMIC, Duration.ofSeconds(5));
        }

        /** The same, with another prefix. */
        public ShardedOptions withChannelPrefix(String prefix) {
            return new ShardedOptions(prefix, subscriptionMode, requestsTimeout);
        }

        /** The same, in another mode. */
        public ShardedOptions withSubscriptionMode(SubscriptionMode mode) {
            return new ShardedOptions(channelPrefix, mode, requestsTimeout);
        }

        /** The same, with another time. */
        public ShardedOptions withRequestsTimeout(Duration requestsTimeout) {
            return new ShardedOptions(channelPrefix, subscriptionMode, requestsTimeout);
        }
    }

    private RedisAdapters(BiFunction<LocalNamespace, LongAdder, Adapter> create) {
        this.create = create;
    }

    /**
     * For clusters of {@code @socket.io/redis-adapter}'s {@code createAdapter}, the one that works
     * with every Redis. It does not keep events for clients that come back.
     */
    public static RedisAdapters classic(RedisLink link) {
        return classic(link, Options.defaults());
    }

    /** The same, with options. */
    public static RedisAdapters classic(RedisLink link, Options options) {
        return new RedisAdapters((namespace, dropped) -> {
            var adapter = new ClassicAdapter(link, options, namespace, dropped);
            adapter.listen();
            return adapter;
        });
    }

    /**
     * For clusters of {@code @socket.io/redis-adapter}'s {@code createShardedAdapter}, which wants
     * Redis 7 or Valkey. It does not keep events for clients that come back.
     */
    public static RedisAdapters sharded(RedisLink link) {
        return sharded(link, ShardedOptions.defaults());
    }

    /** The same, with options. */
    public static RedisAdapters sharded(RedisLink link, ShardedOptions options) {
        return new RedisAdapters((namespace, dropped) -> {
            var adapter = new ShardedAdapter(link, options, namespace, dropped);
            adapter.listen();
            return adapter;
        });
    }

    /**
     * For clusters of {@code @socket.io/redis-streams-adapter} 0.3, the one with which a client may
     * come back to any node, see {@link dev.resound.socketio.Recovery}: events and sessions are
     * kept in Redis.
     */
    public static RedisAdapters streams(RedisLink link) {
        return streams(link, StreamsOptions.defaults());
    }

    /** The same, with options. */
    public static RedisAdapters streams(RedisLink link, StreamsOptions options) {
        var streams = new Streams(link, options);
        return new RedisAdapters(streams::create);
    }

    @Override
    public Adapter create(LocalNamespace namespace) {
        return create.apply(namespace, dropped);
    }

    /** How many messages came that no Socket.IO server says; each was dropped. */
    public long dropped() {
        return dropped.sum();
    }
}
