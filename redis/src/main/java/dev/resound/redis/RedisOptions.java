package dev.resound.redis;

import io.lettuce.core.RedisURI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where Redis or Valkey is, and how much may wait for it.
 *
 * @param servers URLs: {@code redis://host:6379}, {@code rediss://…} with TLS, {@code
 *     redis-sentinel://host1,host2:26379#master}; several of them only of a Redis Cluster
 * @param cluster whether this is a Redis Cluster, of which the others are found by asking these
 * @param user of Redis' access list; null: the one without a name, or what the URL says
 * @param password null: none, or what the URL says
 * @param queueBytes how much may wait to be published while Redis is slow or away; what comes
 *     beyond is refused
 */
public record RedisOptions(
        List<String> servers,
        boolean cluster,
        @Nullable String user,
        @Nullable String password,
        long queueBytes) {
    private static final long QUEUE_BYTES = 16L << 20;

    /**
     * @throws IllegalArgumentException if there is no server, or several without a cluster
     */
    public RedisOptions {
        servers = List.copyOf(servers);
        if (servers.isEmpty() || (servers.size() > 1 && !cluster)) {
            throw new IllegalArgumentException("one URL is needed, or those of a Redis Cluster");
        }
        if (queueBytes < 1) {
            throw new IllegalArgumentException("something must be able to wait");
        }
        servers.forEach(RedisURI::create);
    }

    /** Whether this is a URL as {@link #servers} has them. */
    public static boolean isUrl(String text) {
        try {
            return text.startsWith("redis") && RedisURI.create(text) != null;
        } catch (IllegalArgumentException none) {
            return false;
        }
    }

    /** One server, or those that Sentinels watch. */
    public static RedisOptions of(String url) {
        return new RedisOptions(List.of(url), false, null, null, QUEUE_BYTES);
    }

    /** A Redis Cluster, of which these are some. */
    public static RedisOptions cluster(List<String> urls) {
        return new RedisOptions(urls, true, null, null, QUEUE_BYTES);
    }

    /** The same, with a name and a password. */
    public RedisOptions withCredentials(@Nullable String user, @Nullable String password) {
        return new RedisOptions(servers, cluster, user, password, queueBytes);
    }

    /** The same, with another bound of what waits. */
    public RedisOptions withQueueBytes(long queueBytes) {
        return new RedisOptions(servers, cluster, user, password, queueBytes);
    }

    /** URLs may carry passwords. */
    @Override
    public String toString() {
        return servers.size() + " server(s) of Redis";
    }
}
