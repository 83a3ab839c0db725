package dev.resound.redis;

import dev.resound.core.RateLimitedLog;
import dev.resound.core.Roster;
import dev.resound.core.TopicName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The roster over Redis. Redis holds each node's parts, under a lease that the node renews every
 * three seconds; whoever first sees that one has ended, after ten, takes the parts away. All nodes
 * hear of each change by one message.
 *
 * <p>The topics are spread over {@value #SHARDS} shards, each with the keys of one slot.
 *
 * <p><b>Thread:</b> any. The listener is called by {@code resound-bus}.
 */
public final class RedisRoster implements Roster {
    static final int SHARDS = 16;
    private static final Duration BEAT = Duration.ofSeconds(3);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration ANSWER_TIME = Duration.ofSeconds(1);
    private static final Duration CLOSE_TIME = Duration.ofSeconds(2);
    private static final RateLimitedLog LOG =
            new RateLimitedLog(LoggerFactory.getLogger(RedisRoster.class));

    private final RedisLink link;
    private final String prefix;
    private final Inbox.Listener ears = this::onMessage;
    private final LongAdder malformed = new LongAdder();
    private List<RosterShard> shards = List.of();
    private volatile boolean closed;

    private RedisRoster(RedisLink link, String prefix) {
        this.link = link;
        this.prefix = prefix;
    }

    /**
     * A roster for all nodes that share this Redis and this prefix.
     *
     * @param prefix of the names in Redis; letters, digits and the like
     */
    public static RedisRoster over(RedisLink link, String prefix) {
        return new RedisRoster(link, prefix);
    }

    static String channel(String prefix) {
        return prefix + ":roster";
    }

    @Override
    public void connect(Listener listener) {
        String family = Ids.random(12);
        shards =
                IntStream.range(0, SHARDS)
                        .mapToObj(i -> new RosterShard(link, prefix, i, family, listener))
                        .toList();
        link.subscribe(channel(prefix), ears);
        beat();
    }

    private void beat() {
        if (!closed) {
            shards.forEach(RosterShard::beat);
            link.later(isConnected() ? BEAT : RETRY, this::beat);
        }
    }

    /** Whether Redis knows this node's parts, as far as is known. */
    public boolean isConnected() {
        return shards.stream().allMatch(RosterShard::isConnected);
    }

    /** How many messages came that no roster says; each was dropped. */
    public long malformed() {
        return malformed.sum();
    }

    @Override
    public boolean isShared() {
        return true;
    }

    private RosterShard shard(TopicName topic) {
        int hash = topic.scope().hashCode() * 31 + topic.name().hashCode();
        return shards.get((hash ^ (hash >>> 16)) & (SHARDS - 1));
    }

    @Override
    public void members(TopicName topic, int before, int after) {
        shard(topic).own().members(topic, after);
    }

    @Override
    public void join(TopicName topic, String user, String data) {
        shard(topic).own().join(topic, user, data);
    }

    @Override
    public void leave(TopicName topic, String user, String data) {
        shard(topic).own().leave(topic, user);
    }

    @Override
    public CompletionStage<Void> watch(TopicName topic) {
        return shard(topic).watch(topic);
    }

    @Override
    public void unwatch(TopicName topic) {
        shard(topic).views().unwatch(topic);
    }

    @Override
    public Elsewhere elsewhere(TopicName topic) {
        return shard(topic).views().elsewhere(topic);
    }

    @Override
    public CompletionStage<Answer<Map<TopicName, Elsewhere>>> ask(Collection<TopicName> topics) {
        Map<RosterShard, List<TopicName>> wanted = new HashMap<>();
        topics.forEach(topic ->
                wanted.computeIfAbsent(shard(topic), first -> new ArrayList<>()).add(topic));
        List<CompletionStage<Map<TopicName, Elsewhere>>> asked = new ArrayList<>();
        wanted.forEach((shard, some) -> asked.add(shard.ask(some)));
        return gather(asked);
    }

    @Override
    public CompletionStage<Answer<Map<String, Integer>>> occupied(String scope) {
        return gather(shards.stream().map(shard -> shard.occupied(scope)).toList());
    }

    /** What there is by the time that is waited for. */
    private static <K, V> CompletionStage<Answer<Map<K, V>>> gather(
            List<CompletionStage<Map<K, V>>> asked) {
        List<CompletableFuture<@Nullable Map<K, V>>> answers = new ArrayList<>();
        for (CompletionStage<Map<K, V>> each : asked) {
            answers.add(
                    each.<@Nullable Map<K, V>>thenApply(answer -> answer)
                            .exceptionally(failure -> null)
                            .toCompletableFuture()
                            .completeOnTimeout(
                                    null, ANSWER_TIME.toMillis(), TimeUnit.MILLISECONDS));
        }
        return CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
                .thenApply(done -> {
                    Map<K, V> all = new HashMap<>();
                    boolean complete = true;
                    for (CompletableFuture<@Nullable Map<K, V>> each : answers) {
                        Map<K, V> answer = each.join();
                        if (answer == null) {
                            complete = false;
                        } else {
                            all.putAll(answer);
                        }
                    }
                    return new Answer<>(all, complete);
                });
    }

    private void onMessage(String from, byte[] bytes) {
        try {
            RosterMessage.Told told = RosterMessage.told(bytes);
            if (told.shard() < 0 || told.shard() >= SHARDS) {
                throw new MalformedMessage("no such shard");
            }
            shards.get(told.shard()).told(told);
        } catch (MalformedMessage broken) {
            malformed.increment();
            LOG.warn("A message to the roster was none of ours: dropped");
        }
    }

    @Override
    public void close() {
        closed = true;
        CompletableFuture<?>[] all =
                shards.stream()
                        .map(shard -> shard.close().toCompletableFuture())
                        .toArray(CompletableFuture[]::new);
        try {
            var told = new CompletableFuture<Void>();
            CompletableFuture.allOf(all)
                    .thenRun(() -> link.hear(() -> told.complete(null)))
                    .thenCompose(done -> told) // what that has changed was told before
                    .get(CLOSE_TIME.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException late) {
            LOG.warn("Redis is not told that this node goes: it finds out within ten seconds");
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
        link.unsubscribe(channel(prefix), ears);
    }
}
