package dev.resound.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.RedisPubSubListener;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's way to Redis: one connection that publishes, one that listens. Both come back by
 * themselves, however long Redis was away; what was subscribed is subscribed again, and what could
 * not be published waits, up to a bound. One link serves everything on a node.
 *
 * <p>Whether it works is known by trying: every two seconds the link says something to itself.
 *
 * <p><b>Thread:</b> any; nothing here waits for Redis.
 */
public final class RedisLink implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RedisLink.class);
    private static final RedisCodec<String, byte[]> CODEC =
            RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);
    private static final Duration CONNECT_TIME = Duration.ofSeconds(5);
    private static final long LONGEST_PAUSE_MILLIS = 3_000;
    private static final long ECHO_MILLIS = 2_000;
    private static final long AWAY_MILLIS = 3 * ECHO_MILLIS;
    private static final int LEAST_THREADS = 2; // that the library allows

    private final String id = Ids.random(12);
    private final RedisOptions options;
    private final ClientResources threads;
    private final Backend backend;
    private final ScheduledExecutorService clerk =
            Executors.newSingleThreadScheduledExecutor(
                    task -> Thread.ofPlatform().daemon().name("resound-redis").unstarted(task));
    private final PublishQueue queue;
    private final Inbox inbox = new Inbox();
    private final Map<Subject, List<Inbox.Listener>> listeners = new ConcurrentHashMap<>();
    private volatile @Nullable StatefulRedisPubSubConnection<String, byte[]> listening;
    private volatile @Nullable Connected publishing;
    private volatile long heardMillis = Long.MIN_VALUE;
    private volatile boolean closed;
    private boolean saidAway; // the clerk's

    /** How it is. */
    public enum State {
        /** What is published reaches Redis, and what is said there reaches this node. */
        CONNECTED,
        /** Not for some seconds, or not yet. */
        AWAY
    }

    /**
     * What the link has done so far.
     *
     * @param published answered by Redis
     * @param refused for want of room while Redis was slow or away
     * @param failed not taken by Redis, for another reason
     * @param waitingBytes not yet answered
     */
    public record Statistics(long published, long refused, long failed, long waitingBytes) {}

    /** What can be listened to. */
    private record Subject(Kind kind, String name) {}

    private enum Kind {
        CHANNEL,
        PATTERN,
        SHARDED
    }

    private RedisLink(RedisOptions options) {
        this.options = options;
        this.threads =
                ClientResources.builder()
                        .ioThreadPoolSize(LEAST_THREADS)
                        .computationThreadPoolSize(LEAST_THREADS)
                        .reconnectDelay(
                                Delay.fullJitter(
                                        Duration.ofMillis(50),
                                        Duration.ofMillis(LONGEST_PAUSE_MILLIS),
                                        50,
                                        TimeUnit.MILLISECONDS))
                        .build();
        this.queue = new PublishQueue(options.queueBytes(), clerk);
        this.backend = options.cluster() ? new ClusterBackend(this) : new SingleBackend(this);
    }

    /** Connects in the background, and goes on trying until it is closed. */
    public static RedisLink open(RedisOptions options) {
        var link = new RedisLink(options);
        link.subscribe(link.echoChannel(), (channel, message) -> link.heardMillis = now());
        link.clerk.execute(() -> link.connect(0));
        link.clerk.scheduleWithFixedDelay(
                link::echo, ECHO_MILLIS, ECHO_MILLIS, TimeUnit.MILLISECONDS);
        return link;
    }

    public State state() {
        long heard = heardMillis;
        return heard != Long.MIN_VALUE && now() - heard <= AWAY_MILLIS
                ? State.CONNECTED
                : State.AWAY;
    }

    public Statistics statistics() {
        return new Statistics(
                queue.published.sum(), queue.refused.sum(), queue.failed.sum(), queue.bytes());
    }

    /** Whether something more can wait to be published. */
    boolean hasRoom() {
        return queue.hasRoom();
    }

    /** Whether it will be published; false: too much waits. */
    boolean publish(String channel, byte[] message) {
        return queue.offer(new PublishQueue.Outgoing(channel, message, false));
    }

    /** The same for those who listen to the shard of this channel. */
    boolean publishSharded(String channel, byte[] message) {
        return queue.offer(new PublishQueue.Outgoing(channel, message, true));
    }

    /** Listens to a channel. What was said before Redis knows of it is not heard. */
    void subscribe(String channel, Inbox.Listener listener) {
        listen(new Subject(Kind.CHANNEL, channel), listener);
    }

    /** Listens to all channels that match a glob. */
    void subscribePattern(String pattern, Inbox.Listener listener) {
        listen(new Subject(Kind.PATTERN, pattern), listener);
    }

    /** Listens to what is published to the shard of the channel. */
    void subscribeSharded(String channel, Inbox.Listener listener) {
        listen(new Subject(Kind.SHARDED, channel), listener);
    }

    void unsubscribe(String channel, Inbox.Listener listener) {
        unlisten(new Subject(Kind.CHANNEL, channel), listener);
    }

    void unsubscribePattern(String pattern, Inbox.Listener listener) {
        unlisten(new Subject(Kind.PATTERN, pattern), listener);
    }

    void unsubscribeSharded(String channel, Inbox.Listener listener) {
        unlisten(new Subject(Kind.SHARDED, channel), listener);
    }

    /** How many connections listen to the channel, on all servers of a cluster. */
    CompletionStage<Long> subscribers(String channel) {
        Connected to = publishing;
        return to == null ? away() : to.subscribers(channel);
    }

    CompletionStage<Long> shardedSubscribers(String channel) {
        Connected to = publishing;
        return to == null ? away() : to.shardedSubscribers(channel);
    }

    /** Runs a task later, off the event loops. It must be quick. */
    void later(Duration pause, Runnable task) {
        clerk.schedule(task, pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static <T> CompletionStage<T> away() {
        return CompletableFuture.failedFuture(new IllegalStateException("Redis is away"));
    }

    // ---- the connections

    /** A connection that publishes and asks. */
    interface Connected extends PublishQueue.Wire {
        CompletionStage<Long> subscribers(String channel);

        CompletionStage<Long> shardedSubscribers(String channel);
    }

    /** One kind of Redis. */
    interface Backend extends AutoCloseable {
        StatefulRedisPubSubConnection<String, byte[]> listen();

        Connected publish();

        @Override
        void close();
    }

    ClientResources threads() {
        return threads;
    }

    static RedisCodec<String, byte[]> codec() {
        return CODEC;
    }

    List<RedisURI> uris() {
        return options.servers().stream().map(this::uri).toList();
    }

    private RedisURI uri(String url) {
        RedisURI.Builder uri = RedisURI.builder(RedisURI.create(url));
        String password = options.password();
        if (password != null && options.user() != null) {
            uri.withAuthentication(options.user(), password);
        } else if (password != null) {
            uri.withPassword(password.toCharArray());
        }
        return uri.withTimeout(CONNECT_TIME).withClientName("resound").build();
    }

    /** What waits for an answer waits as long as it takes: the queue is what is bounded. */
    static <B extends ClientOptions.Builder> B options(B builder) {
        builder.autoReconnect(true)
                .timeoutOptions(TimeoutOptions.builder().timeoutCommands(false).build())
                .socketOptions(
                        SocketOptions.builder()
                                .connectTimeout(CONNECT_TIME)
                                .keepAlive(true)
                                .build());
        return builder;
    }

    private void connect(int attempt) {
        if (closed) {
            return;
        }
        try {
            if (listening == null) {
                StatefulRedisPubSubConnection<String, byte[]> connection = backend.listen();
                connection.addListener(new Ears());
                listening = connection;
                listeners.keySet().forEach(this::listen);
            }
            if (publishing == null) {
                Connected connection = backend.publish();
                publishing = connection;
                queue.connected(connection);
            }
        } catch (RedisException away) {
            sayAway(away);
            long pause = Math.min(LONGEST_PAUSE_MILLIS, 50L << Math.min(attempt, 10));
            long jittered = ThreadLocalRandom.current().nextLong(pause / 2, pause + 1);
            clerk.schedule(() -> connect(attempt + 1), jittered, TimeUnit.MILLISECONDS);
        }
    }

    private void echo() {
        queue.offer(new PublishQueue.Outgoing(echoChannel(), new byte[0], false));
        if (heardMillis != Long.MIN_VALUE) {
            if (state() == State.AWAY) {
                sayAway(null);
            } else if (saidAway) {
                saidAway = false;
                LOG.info("Redis is back");
            }
        }
    }

    private void sayAway(@Nullable RedisException failure) {
        if (!saidAway) {
            saidAway = true;
            LOG.warn(
                    "Redis is away ({}); this node goes on alone and tries again until it is back",
                    failure == null ? "no answer" : reason(failure));
        }
    }

    private static String reason(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String text = root.getMessage();
        return text == null ? root.getClass().getSimpleName() : text;
    }

    private String echoChannel() {
        return "resound:echo:" + id;
    }

    private static long now() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    // ---- listening

    private void listen(Subject subject, Inbox.Listener listener) {
        listeners.compute(
                subject,
                (key, known) -> {
                    if (known != null) {
                        known.add(listener);
                        return known;
                    }
                    listen(key);
                    return new CopyOnWriteArrayList<>(List.of(listener));
                });
    }

    private void unlisten(Subject subject, Inbox.Listener listener) {
        listeners.computeIfPresent(
                subject,
                (key, known) -> {
                    known.remove(listener);
                    if (!known.isEmpty()) {
                        return known;
                    }
                    unlisten(key);
                    return null;
                });
    }

    private void listen(Subject subject) {
        var connection = listening;
        if (connection == null) {
            return; // connect() will do it
        }
        var commands = connection.async();
        String name = subject.name();
        var asked =
                switch (subject.kind()) {
                    case CHANNEL -> commands.subscribe(name);
                    case PATTERN -> commands.psubscribe(name);
                    case SHARDED -> commands.ssubscribe(name);
                };
        asked.exceptionally(failure -> {
            LOG.warn("Redis refuses to be listened to: {}", reason(failure));
            return null;
        });
    }

    private void unlisten(Subject subject) {
        var connection = listening;
        if (connection == null || closed) {
            return;
        }
        var commands = connection.async();
        String name = subject.name();
        switch (subject.kind()) {
            case CHANNEL -> commands.unsubscribe(name);
            case PATTERN -> commands.punsubscribe(name);
            case SHARDED -> commands.sunsubscribe(name);
        }
    }

    /** <b>Thread:</b> the library's that reads. */
    private final class Ears implements RedisPubSubListener<String, byte[]> {
        @Override
        public void message(String channel, byte[] message) {
            tell(new Subject(Kind.CHANNEL, channel), channel, message);
        }

        @Override
        public void message(String pattern, String channel, byte[] message) {
            tell(new Subject(Kind.PATTERN, pattern), channel, message);
        }

        @Override
        public void smessage(String channel, byte[] message) {
            tell(new Subject(Kind.SHARDED, channel), channel, message);
        }

        private void tell(Subject subject, String channel, byte[] message) {
            List<Inbox.Listener> all = listeners.get(subject);
            if (all != null && !closed) {
                all.forEach(listener -> inbox.put(listener, channel, message));
            }
        }

        /** Again after each reconnection: from here on an echo is heard. */
        @Override
        public void subscribed(String channel, long count) {
            if (channel.equals(echoChannel()) && !closed) {
                clerk.execute(RedisLink.this::echo);
            }
        }

        @Override
        public void psubscribed(String pattern, long count) {}

        @Override
        public void unsubscribed(String channel, long count) {}

        @Override
        public void punsubscribed(String pattern, long count) {}
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        inbox.close();
        clerk.shutdownNow();
        backend.close();
        threads.shutdown(0, 2, TimeUnit.SECONDS);
    }
}
