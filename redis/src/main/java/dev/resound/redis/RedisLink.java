package dev.resound.redis;

import dev.resound.redis.Listening.Kind;
import dev.resound.redis.Listening.Subject;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.resource.ClientResources;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's way to Redis: connections that publish, and others that listen. Both come back by
 * themselves, however long Redis was away and whichever of its servers is the primary then; what
 * was subscribed is subscribed again, and what could not be published waits, up to a bound. One
 * link serves everything on a node.
 *
 * <p>Whether it works is known by trying: every two seconds each connection is asked for a sign of
 * life, and the link says something to itself. What stays silent for ten seconds is given up and
 * made anew, also if it claims to be open.
 *
 * <p><b>Threads:</b> any may call; nothing here waits for Redis. {@code resound-redis} owns the
 * connections, {@code resound-bus} calls the listeners, and those whose names begin with {@code
 * lettuce-} are the library's.
 */
public final class RedisLink implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RedisLink.class);
    private static final RedisCodec<String, byte[]> CODEC =
            RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);
    private static final Duration CONNECT_TIME = Duration.ofSeconds(5);
    private static final Duration ECHO_PERIOD = Duration.ofSeconds(2);
    private static final long AWAY_NANOS = 3 * ECHO_PERIOD.toNanos();
    private static final long LONGEST_SILENCE_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long CLOSE_SECONDS = 2;
    private static final int LEAST_THREADS = 2; // that the library allows

    static {
        // With both native transports there the library warns at each connection, and takes epoll.
        String ioUring = "io.lettuce.core.iouring";
        if (System.getProperty(ioUring) == null) {
            System.setProperty(ioUring, "false");
        }
    }

    private final String echoChannel = "resound:echo:" + Ids.random(12);
    private final Map<String, Runnable> whenListening = new ConcurrentHashMap<>();
    private final Clerk clerk = new Clerk();
    private final Inbox inbox = new Inbox();
    // Each has its threads: those that listen may be made to wait until there is room in the inbox.
    private final Client speaker;
    private final Client listener;
    private final Backend backend;
    private final Publishing publishing;
    private final Listening listening;
    private final PublishQueue queue;
    private final List<StreamReader> readers = new CopyOnWriteArrayList<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile long heardNanos = System.nanoTime(); // if ever
    private volatile boolean heard;
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

    /** The library, with threads of its own. */
    private record Client(RedisClient client, ClientResources threads) {

        static Client of(RedisOptions options) {
            ClientResources threads =
                    ClientResources.builder()
                            .ioThreadPoolSize(LEAST_THREADS)
                            .computationThreadPoolSize(LEAST_THREADS)
                            .build();
            RedisClient client = RedisClient.create(threads);
            client.setOptions(clientOptions(options));
            return new Client(client, threads);
        }

        /** What waits for an answer waits as long as its connection is good. */
        private static ClientOptions clientOptions(RedisOptions options) {
            SslOptions.Builder tls = SslOptions.builder();
            if (options.trust() != null) {
                tls.trustManager(options.trust().toFile());
            }
            return ClientOptions.builder()
                    .autoReconnect(false)
                    .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                    .timeoutOptions(TimeoutOptions.builder().timeoutCommands(false).build())
                    .socketOptions(
                            SocketOptions.builder()
                                    .connectTimeout(CONNECT_TIME)
                                    .keepAlive(true)
                                    .build())
                    .sslOptions(tls.build())
                    .build();
        }

        CompletableFuture<Void> close() {
            return client.shutdownAsync(0, CLOSE_SECONDS, TimeUnit.SECONDS)
                    .whenComplete((done, failure) ->
                            threads.shutdown(0, CLOSE_SECONDS, TimeUnit.SECONDS));
        }
    }

    private RedisLink(RedisOptions options) {
        List<RedisURI> uris = options.uris(CONNECT_TIME);
        speaker = Client.of(options);
        listener = Client.of(options);
        backend =
                options.cluster()
                        ? new ClusterBackend(uris, this::serversChanged, this::troubled, clerk)
                        : new SingleBackend(uris.getFirst());
        publishing =
                new Publishing(
                        this, backend, clerk, uri -> speaker.client.connectAsync(CODEC, uri));
        listening =
                new Listening(
                        this,
                        backend,
                        clerk,
                        inbox,
                        uri -> listener.client.connectPubSubAsync(CODEC, uri));
        queue = new PublishQueue(options.queueBytes(), options.cluster(), publishing, clerk);
    }

    /** Connects in the background, and goes on trying until it is closed. */
    public static RedisLink open(RedisOptions options) {
        var link = new RedisLink(options);
        link.subscribe(link.echoChannel, (channel, message) -> {}); // heard before it comes here
        link.clerk.offer(link::settle);
        link.clerk.repeat(ECHO_PERIOD, link::turn);
        return link;
    }

    public State state() {
        return heard && System.nanoTime() - heardNanos <= AWAY_NANOS ? State.CONNECTED : State.AWAY;
    }

    /** For how long it is away; zero while it is connected. */
    public Duration awayFor() {
        return state() == State.CONNECTED
                ? Duration.ZERO
                : Duration.ofNanos(System.nanoTime() - heardNanos);
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
        return queue.offer(PublishQueue.Outgoing.publish(channel, message));
    }

    /**
     * The same.
     *
     * @param taken is called, by the library's thread, when Redis has it
     */
    boolean publish(String channel, byte[] message, Runnable taken) {
        return queue.offer(PublishQueue.Outgoing.publish(channel, message).andThen(taken));
    }

    /** The same for those who listen to the shard of this channel. */
    boolean publishSharded(String channel, byte[] message) {
        return queue.offer(PublishQueue.Outgoing.publishSharded(channel, message));
    }

    /** Has something written in the order of its key. Whether it will be; false: too much waits. */
    boolean write(PublishQueue.Outgoing message) {
        return queue.offer(message);
    }

    /**
     * The same for an entry at the end of a stream, which keeps about so many. An entry whose
     * connection broke may be there twice.
     */
    boolean append(String stream, Map<String, byte[]> fields, long maxLength) {
        return queue.offer(PublishQueue.Outgoing.append(stream, fields, maxLength));
    }

    /** Reads a stream from now on, over a connection of its own. */
    StreamReader follow(
            String stream, int mostAtOnce, Duration patience, StreamReader.Listener listener) {
        var reader =
                new StreamReader(
                        this,
                        backend,
                        clerk,
                        inbox,
                        uri -> this.listener.client.connectAsync(CODEC, uri),
                        new StreamReader.Subject(stream, mostAtOnce, patience, listener));
        readers.add(reader);
        clerk.offer(reader::settle);
        return reader;
    }

    /** Listens to a channel. What was said before Redis knows of it is not heard. */
    void subscribe(String channel, Inbox.Listener listener) {
        listening.add(new Subject(Kind.CHANNEL, channel), listener);
    }

    /**
     * Has something done whenever Redis says that it tells what is said on a channel from here on:
     * what was said before may not have been heard.
     */
    void whenListening(String channel, Runnable task) {
        whenListening.put(channel, task);
    }

    /** <b>Thread:</b> the library's that reads. */
    void listens(String channel) {
        Runnable task = whenListening.get(channel);
        if (task != null) {
            inbox.add(task);
        }
    }

    /** Listens to all channels that match a glob. */
    void subscribePattern(String pattern, Inbox.Listener listener) {
        listening.add(new Subject(Kind.PATTERN, pattern), listener);
    }

    /** Listens to what is published to the shard of the channel. */
    void subscribeSharded(String channel, Inbox.Listener listener) {
        listening.add(new Subject(Kind.SHARDED, channel), listener);
    }

    void unsubscribe(String channel, Inbox.Listener listener) {
        listening.remove(new Subject(Kind.CHANNEL, channel), listener);
    }

    void unsubscribePattern(String pattern, Inbox.Listener listener) {
        listening.remove(new Subject(Kind.PATTERN, pattern), listener);
    }

    void unsubscribeSharded(String channel, Inbox.Listener listener) {
        listening.remove(new Subject(Kind.SHARDED, channel), listener);
    }

    /** How many connections listen to the channel, on all servers of a cluster. */
    CompletionStage<Long> subscribers(String channel) {
        return ask(() -> publishing.subscribers(channel));
    }

    CompletionStage<Long> shardedSubscribers(String channel) {
        return ask(() -> publishing.shardedSubscribers(channel));
    }

    /**
     * Asks the primary that has the key. Nothing is asked twice: who gets no answer ({@link
     * NotNow}) does not know whether Redis did it.
     *
     * @param question must ask of no other server's keys, and not wait
     */
    <T> CompletionStage<T> ask(
            String key,
            Function<RedisAsyncCommands<String, byte[]>, ? extends CompletionStage<T>> question) {
        return ask(() -> publishing.ask(key, question));
    }

    private <T> CompletionStage<T> ask(Supplier<CompletionStage<T>> question) {
        var asked = new CompletableFuture<CompletionStage<T>>();
        if (!clerk.offer(() -> asked.complete(question.get()))) {
            asked.completeExceptionally(new NotNow("the link to Redis is closed"));
        }
        return asked.thenCompose(answer -> answer);
    }

    /** Runs a task on the thread that calls the listeners, behind what was said before. */
    void hear(Runnable task) {
        inbox.add(task);
    }

    /** Whether the calling thread is the one that calls the listeners. */
    boolean isHearing() {
        return inbox.isCurrent();
    }

    /** Runs a task later, off the event loops. It must be quick. */
    void later(Duration pause, Runnable task) {
        clerk.offer(pause, task);
    }

    // ---- the connections; all of this is the clerk's

    private void settle() {
        publishing.settle(listening.homeServer());
        listening.settle(publishing.homeServer());
        readers.forEach(StreamReader::settle);
    }

    private void turn() {
        publishing.check();
        listening.check();
        readers.forEach(StreamReader::check);
        renewWhatDoesNotWork();
        if (backend.isStale()) {
            backend.refresh(publishing.any());
        }
        settle();
        echo();
        sayHowItIs();
    }

    /** Each connection is good, and yet nothing comes through: they must have parted ways. */
    private void renewWhatDoesNotWork() {
        Line<?> says = publishing.home();
        Line<?> hears = listening.home();
        if (says == null || hears == null || inbox.isFull()) {
            return;
        }
        long patience = Math.min(says.ageNanos(), hears.ageNanos());
        long silence = heard ? System.nanoTime() - heardNanos : Long.MAX_VALUE;
        if (Math.min(patience, silence) > LONGEST_SILENCE_NANOS) {
            LOG.warn(
                    "{} is told, and {} does not tell: connecting again",
                    says.server(),
                    hears.server());
            publishing.renew();
            listening.renew();
        }
    }

    private void echo() {
        Line<?> line = publishing.home();
        if (line != null) {
            line.commands().publish(echoChannel, new byte[0]);
            line.flush();
        }
    }

    void opened(Line<?> line) {
        backend.refresh(line);
        clerk.offer(() -> {
            settle();
            queue.retry();
        });
    }

    void refused(Throwable failure, Duration pause) {
        if (!heard || state() == State.AWAY) {
            sayAway(Lines.reason(failure));
        }
        clerk.offer(pause, this::settle);
        troubled();
    }

    /** Something is not where it was. */
    void troubled() {
        backend.refresh(publishing.any());
    }

    /** The same. <b>Thread:</b> any. */
    void sayTroubled() {
        clerk.offer(this::troubled);
    }

    private void serversChanged() {
        Set<Server> wanted = new HashSet<>(backend.all());
        addIfThere(wanted, publishing.homeServer());
        addIfThere(wanted, listening.homeServer());
        publishing.keepOnly(wanted);
        listening.keepOnly(wanted);
        readers.forEach(reader -> reader.keepOnly(wanted));
        settle();
        queue.retry();
    }

    private static void addIfThere(Set<Server> servers, @Nullable Server server) {
        if (server != null) {
            servers.add(server);
        }
    }

    // ---- how it is

    boolean isEcho(String channel) {
        return channel.equals(echoChannel);
    }

    /** <b>Thread:</b> the library's that reads. */
    void heardEcho() {
        heardNanos = System.nanoTime();
        heard = true;
    }

    /** <b>Thread:</b> the library's that reads. */
    void canHearEcho() {
        clerk.offer(this::echo);
    }

    boolean isClosed() {
        return closed.get();
    }

    private void sayHowItIs() {
        if (!heard) {
            return;
        }
        if (state() == State.AWAY) {
            sayAway("no answer");
        } else if (saidAway) {
            saidAway = false;
            LOG.info("Redis is back");
        }
    }

    private void sayAway(String reason) {
        if (!saidAway) {
            saidAway = true;
            LOG.warn(
                    "Redis is away ({}); this node goes on alone and tries again until it is back",
                    reason);
        }
    }

    /** What waits is not published any more. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        inbox.close();
        clerk.close();
        try {
            CompletableFuture.allOf(speaker.close(), listener.close())
                    .get(2 * CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException slow) {
            LOG.warn("The connection to Redis ends slowly: {}", Lines.reason(slow));
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }
}
