package dev.resound.redis;

import io.lettuce.core.RedisURI;
import io.lettuce.core.StaticCredentialsProvider;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.time.Duration;
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
 * @param trust a PEM file with the certificates to trust with TLS, of an authority or of the server
 *     itself; null: those the Java runtime trusts. Either way the certificate must be for the host
 *     of the URL, and in a cluster for what its servers say they are called
 * @param queueBytes how much may wait to be published while Redis is slow or away; what comes
 *     beyond is refused
 */
public record RedisOptions(
        List<String> servers,
        boolean cluster,
        @Nullable String user,
        @Nullable String password,
        @Nullable Path trust,
        long queueBytes) {
    private static final long QUEUE_BYTES = 16L << 20;

    /**
     * @throws IllegalArgumentException if there is no server, or several without a cluster, or the
     *     file with the certificates cannot be read
     */
    public RedisOptions {
        servers = List.copyOf(servers);
        if (servers.isEmpty() || (servers.size() > 1 && !cluster)) {
            throw new IllegalArgumentException("one URL is needed, or those of a Redis Cluster");
        }
        if (queueBytes < 1) {
            throw new IllegalArgumentException("something must be able to wait");
        }
        if (trust != null) {
            checkCertificates(trust);
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

    private static void checkCertificates(Path pem) {
        try (InputStream in = Files.newInputStream(pem)) {
            if (CertificateFactory.getInstance("X.509").generateCertificates(in).isEmpty()) {
                throw new IllegalArgumentException("there is no certificate in " + pem);
            }
        } catch (IOException | CertificateException unreadable) {
            throw new IllegalArgumentException(
                    "the certificates in " + pem + " cannot be read", unreadable);
        }
    }

    /** One server, or those that Sentinels watch. */
    public static RedisOptions of(String url) {
        return new RedisOptions(List.of(url), false, null, null, null, QUEUE_BYTES);
    }

    /** A Redis Cluster, of which these are some. */
    public static RedisOptions cluster(List<String> urls) {
        return new RedisOptions(urls, true, null, null, null, QUEUE_BYTES);
    }

    /** The same, with a name and a password. */
    public RedisOptions withCredentials(@Nullable String user, @Nullable String password) {
        return new RedisOptions(servers, cluster, user, password, trust, queueBytes);
    }

    /**
     * The same, with the certificates of this PEM file trusted, and no others.
     *
     * @throws IllegalArgumentException if there are none in it, or it cannot be read
     */
    public RedisOptions withTrust(Path pem) {
        return new RedisOptions(servers, cluster, user, password, pem, queueBytes);
    }

    /** The same, with another bound of what waits. */
    public RedisOptions withQueueBytes(long queueBytes) {
        return new RedisOptions(servers, cluster, user, password, trust, queueBytes);
    }

    /** What the library connects to, with what is needed to be let in. */
    List<RedisURI> uris(Duration patience) {
        return servers.stream().map(url -> uri(url, patience)).toList();
    }

    /** Not with the library's builder, which forgets the Sentinels of the URL. */
    private RedisURI uri(String url, Duration patience) {
        RedisURI uri = RedisURI.create(url);
        if (password != null) {
            uri.setCredentialsProvider(new StaticCredentialsProvider(user, password.toCharArray()));
        }
        uri.setClientName("resound");
        uri.setTimeout(patience);
        uri.getSentinels().forEach(sentinel -> sentinel.setTimeout(patience));
        return uri;
    }

    /** URLs may carry passwords. */
    @Override
    public String toString() {
        return servers.size() + " server(s) of Redis";
    }
}
