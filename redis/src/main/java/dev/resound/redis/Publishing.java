package dev.resound.redis;

import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.cluster.SlotHash;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a link says and asks: over one connection what is not sharded, over one to each server that
 * has slots what is.
 *
 * <p><b>Thread:</b> the clerk's.
 */
final class Publishing
        implements PublishQueue.Wire, Lines.Owner<StatefulRedisConnection<String, byte[]>> {
    /**
     * How long nothing is published once Redis is back: what waited is for other nodes, which come
     * back in their own time, after the longest pause between two attempts.
     */
    private static final long GRACE_NANOS = TimeUnit.MILLISECONDS.toNanos(1_500);

    private final RedisLink link;
    private final Backend backend;
    private final Lines<StatefulRedisConnection<String, byte[]>> lines;
    private final Set<Line<?>> unflushed = new HashSet<>();
    private @Nullable Server home; // takes what is not sharded
    private boolean wasAway; // not only was a connection cut
    private long silentUntilNanos = System.nanoTime();
    private final Map<Integer, Long> silentSlots = new HashMap<>(); // the same for one shard

    Publishing(
            RedisLink link,
            Backend backend,
            Clerk clerk,
            Function<RedisURI, CompletionStage<StatefulRedisConnection<String, byte[]>>> dial) {
        this.link = link;
        this.backend = backend;
        this.lines = new Lines<>(clerk, dial, this);
    }

    // ---- its connections

    /**
     * Sees to it that there is one for what is not sharded.
     *
     * @param other better not this one: two servers of a cluster that hear each other prove more
     *     than one that hears itself
     */
    void settle(@Nullable Server other) {
        if (home == null || !lines.isWorthTrying(home)) {
            home = lines.best(backend.servers(), other);
        }
        if (home != null) {
            lines.dial(home);
        }
    }

    @Nullable Line<StatefulRedisConnection<String, byte[]>> home() {
        return home == null ? null : lines.open(home);
    }

    @Nullable Server homeServer() {
        return home;
    }

    /** Any that is open. */
    @Nullable Line<?> any() {
        List<Line<StatefulRedisConnection<String, byte[]>>> open = lines.open();
        return open.isEmpty() ? null : open.get(Ids.below(open.size()));
    }

    void check() {
        lines.check(backend.hasSentinels());
    }

    void keepOnly(Set<Server> wanted) {
        lines.keepOnly(wanted);
    }

    /** Another is taken for what is not sharded. */
    void renew() {
        Line<?> line = home();
        home = null;
        if (line != null) {
            line.close();
        }
    }

    @Override
    public void opened(Line<StatefulRedisConnection<String, byte[]>> line) {
        line.connection().setAutoFlushCommands(false);
        if (wasAway) {
            wasAway = false;
            silentUntilNanos = System.nanoTime() + GRACE_NANOS;
        }
        link.opened(line);
    }

    @Override
    public void lost(Line<StatefulRedisConnection<String, byte[]>> line) {
        unflushed.remove(line);
        forget(line.server());
    }

    @Override
    public void refused(Server server, Throwable failure, long pauseMillis) {
        forget(server);
        wasAway |= pauseMillis > 0;
        link.refused(failure, Duration.ofMillis(pauseMillis));
    }

    private void forget(Server server) {
        if (server.equals(home)) {
            home = null;
        }
    }

    // ---- what it says

    @Override
    public CompletionStage<?> publish(PublishQueue.Outgoing message, boolean again) {
        Line<?> line = lineOf(message);
        if (line == null || silentUntilNanos - System.nanoTime() > 0) {
            return CompletableFuture.failedFuture(new NotNow("Redis is away"));
        }
        unflushed.add(line);
        return message.command().send(line.commands(), again);
    }

    private @Nullable Line<?> lineOf(PublishQueue.Outgoing message) {
        if (!message.byKey()) {
            return home();
        }
        int slot = SlotHash.getSlot(message.key());
        Server owner = backend.ownerOf(slot);
        if (owner == null || !lines.isWorthTrying(owner)) {
            silentSlots.put(slot, System.nanoTime() + GRACE_NANOS);
            return null;
        }
        Long silentUntil = silentSlots.get(slot);
        if (silentUntil != null && silentUntil - System.nanoTime() > 0) {
            return null;
        }
        Line<?> line = lines.open(owner);
        if (line == null) {
            lines.dial(owner);
        } else if (silentUntil != null) {
            silentSlots.remove(slot);
        }
        return line;
    }

    @Override
    public void flush() {
        unflushed.forEach(Line::flush);
        unflushed.clear();
    }

    @Override
    public void troubled() {
        link.troubled();
    }

    // ---- what it asks

    /** Asks the server that has the key; and sends what waits there. */
    <T> CompletionStage<T> ask(
            String key,
            Function<RedisAsyncCommands<String, byte[]>, ? extends CompletionStage<T>> question) {
        Server owner = backend.ownerOf(SlotHash.getSlot(key));
        if (owner == null) {
            return CompletableFuture.failedFuture(new NotNow("Redis is away"));
        }
        return lines.dial(owner)
                .thenCompose(line -> {
                    CompletionStage<T> answer = question.apply(line.commands());
                    line.flush();
                    return answer;
                })
                .whenComplete((answer, failure) -> {
                    if (failure != null && NotNow.is(failure)) {
                        link.sayTroubled();
                    }
                });
    }

    /** A connection listens on one of the servers: all together are the cluster's. */
    CompletionStage<Long> subscribers(String channel) {
        return sum(channel, RedisAsyncCommands::pubsubNumsub);
    }

    CompletionStage<Long> shardedSubscribers(String channel) {
        return sum(channel, RedisAsyncCommands::pubsubShardNumsub);
    }

    private CompletionStage<Long> sum(
            String channel,
            BiFunction<
                            RedisAsyncCommands<String, byte[]>,
                            String,
                            CompletionStage<Map<String, Long>>>
                    question) {
        List<CompletableFuture<Long>> answers =
                backend.all().stream()
                        .map(server ->
                                lines.dial(server)
                                        .thenCompose(line -> {
                                            var asked = question.apply(line.commands(), channel);
                                            line.flush();
                                            return asked.thenApply(
                                                    all -> all.getOrDefault(channel, 0L));
                                        }))
                        .toList();
        return CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
                .handle((done, failure) -> total(answers));
    }

    /** Nobody listens on a server that is away. If all are, nobody knows. */
    private static long total(List<CompletableFuture<Long>> answers) {
        long total = 0;
        boolean known = false;
        for (CompletableFuture<Long> each : answers) {
            if (!each.isCompletedExceptionally()) {
                total += each.join();
                known = true;
            }
        }
        if (!known) {
            throw new NotNow("Redis is away");
        }
        return total;
    }
}
