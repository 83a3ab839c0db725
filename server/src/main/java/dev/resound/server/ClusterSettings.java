package dev.resound.server;

import dev.resound.redis.RedisOptions;
import dev.resound.redis.ReverbVersion;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rows of the table of settings that say how nodes find each other: {@code cluster.…}. */
final class ClusterSettings {

    private ClusterSettings() {}

    static final Setting<List<String>> REDIS =
            Setting.of(
                    "cluster.redis",
                    new Kind<>(
                            "a URL such as redis://127.0.0.1:6379, rediss://… or"
                                    + " redis-sentinel://HOST:26379#PRIMARY, or those of several"
                                    + " servers of a Redis Cluster with a comma and a blank"
                                    + " between them",
                            Kind.Form.SECRET, // it may have a password in it
                            ClusterSettings::urls),
                    "(none: this node is alone)",
                    "The Redis or Valkey that all nodes share; see [Clusters](clusters.md).");

    static final Setting<Boolean> REDIS_CLUSTER =
            Setting.of(
                    "cluster.redis_cluster",
                    Kind.flag(),
                    "false",
                    "Whether that is a Redis Cluster; several URLs say so, too.");

    static final Setting<String> USER =
            Setting.of(
                    "cluster.user",
                    Kind.line(200),
                    "(none)",
                    "The user of Redis' access list, if not in the URL.");

    static final Setting<String> PASSWORD =
            Setting.of(
                    "cluster.password",
                    Kind.secret(),
                    "(none)",
                    "The password of that user, or of Redis without users.");

    static final Setting<Path> TRUST =
            Setting.of(
                    "cluster.trust",
                    Kind.file(),
                    "(none: the authorities Java knows)",
                    "With TLS: who is believed about who Redis is; a PEM file of certificates.");

    static final Setting<String> PREFIX =
            Setting.of(
                    "cluster.prefix",
                    Kind.name(),
                    "resound",
                    "What all names in Redis begin with. Nodes with the same one are a cluster.");

    static final Setting<Integer> QUEUE =
            Setting.of(
                    "cluster.queue",
                    Kind.size(1 << 16, 1 << 30),
                    "16MB",
                    "What may wait for Redis while it is slow or away. Beyond, publishing is"
                            + " answered with 503.");

    static final Setting<Duration> READY_WITHOUT =
            Setting.of(
                    "cluster.ready_without",
                    Kind.duration(Duration.ZERO, Duration.ofHours(24)),
                    "15s",
                    "How long a node that does not reach Redis goes on to be ready for new clients:"
                            + " then `/ready` is 503; `0s`: always.");

    static final Setting<String> REVERB_CHANNEL =
            Setting.of(
                    "cluster.reverb_channel",
                    Kind.line(200),
                    "(none: no cluster of Reverb)",
                    "Joins the servers of Laravel Reverb that scale over this channel, `reverb` as a"
                            + " rule; see [Joining a Reverb cluster](joining-a-reverb-cluster.md).");

    static final Setting<ReverbVersion> REVERB_VERSION =
            Setting.of(
                    "cluster.reverb_version",
                    Kind.choice(List.of(ReverbVersion.values()), ReverbVersion::number),
                    ReverbVersion.V1_10.number(),
                    "Which Reverb that is: 1.10 (and 1.9), 1.8, or 1.5 and what was before.");

    /** All of them, in the order in which they are explained. */
    static final List<Setting<?>> ALL =
            List.of(
                    REDIS,
                    REDIS_CLUSTER,
                    USER,
                    PASSWORD,
                    TRUST,
                    PREFIX,
                    QUEUE,
                    READY_WITHOUT,
                    REVERB_CHANNEL,
                    REVERB_VERSION);

    private static @Nullable List<String> urls(String text) {
        List<String> urls = Arrays.stream(text.split(",\\s+")).map(String::strip).toList();
        return urls.stream().allMatch(RedisOptions::isUrl) ? urls : null;
    }
}
