package dev.resound.examples.conformance;

import dev.resound.redis.RedisOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the other nodes of profile {@code cluster} are met, and how it talks to them.
 *
 * @param redis where they are met
 * @param adapter how it talks to them
 * @param prefix what all names in Redis begin with; null: what is usual for the adapter
 */
record ClusterOptions(RedisOptions redis, String adapter, @Nullable String prefix) {
    private static final String PROFILE = "cluster";
    private static final String URLS =
            "a URL such as redis://127.0.0.1:6379, rediss://… or"
                    + " redis-sentinel://HOST:26379,HOST:26379#PRIMARY";

    /** What the command line has said of it so far. */
    static final class Words {
        private final List<String> given = new ArrayList<>(); // the names of the options
        private final List<String> urls = new ArrayList<>();
        private boolean cluster;
        private @Nullable String user;
        private @Nullable String password;
        private @Nullable Path trust;
        private @Nullable String prefix;
        private String adapter = "classic";

        /** Whether the word is one of these; then it is taken, with its value. */
        boolean take(String word, Iterator<String> words) {
            switch (word) {
                case "--redis" -> urls.add(url(Options.value(word, words)));
                case "--redis-cluster" -> cluster = true;
                case "--redis-user" -> user = Options.value(word, words);
                case "--redis-password" -> password = Options.value(word, words);
                case "--redis-trust" -> trust = Path.of(Options.value(word, words));
                case "--redis-prefix" -> prefix = Options.value(word, words);
                case "--adapter" -> adapter = Options.value(word, words);
                default -> {
                    return false;
                }
            }
            given.add(word);
            return true;
        }

        private static String url(String text) {
            if (!RedisOptions.isUrl(text)) { // which may have a password in it
                throw new IllegalArgumentException("--redis wants " + URLS);
            }
            return text;
        }

        /** Null if the profile is another. */
        @Nullable ClusterOptions toOptions(String profile) {
            if (!profile.equals(PROFILE)) {
                if (!given.isEmpty()) {
                    throw new IllegalArgumentException(
                            given.getFirst() + " is for profile " + PROFILE);
                }
                return null;
            }
            if (urls.isEmpty()) {
                throw new IllegalArgumentException("profile cluster wants --redis, " + URLS);
            }
            if (user != null && password == null) {
                throw new IllegalArgumentException("--redis-user wants --redis-password beside it");
            }
            if (trust != null && urls.stream().noneMatch(url -> url.startsWith("rediss"))) {
                throw new IllegalArgumentException(
                        "--redis-trust is for TLS, with a URL rediss://…");
            }
            if ((cluster || urls.size() > 1)
                    && urls.stream().anyMatch(url -> url.contains("sentinel://"))) {
                throw new IllegalArgumentException(
                        "a Redis Cluster has no Sentinels: give --redis the URLs of its servers, or"
                                + " one redis-sentinel://…");
            }
            RedisOptions redis =
                    cluster || urls.size() > 1
                            ? RedisOptions.cluster(urls)
                            : RedisOptions.of(urls.getFirst());
            if (password != null) {
                redis = redis.withCredentials(user, password);
            }
            return new ClusterOptions(
                    trust == null ? redis : redis.withTrust(trust), adapter, prefix);
        }
    }
}
