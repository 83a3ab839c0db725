package dev.resound.redis;

import dev.resound.core.RateLimitedLog;
import dev.resound.socketio.Adapter;
import dev.resound.socketio.LocalNamespace;
import dev.resound.socketio.PacketData;
import dev.resound.socketio.RecoveryStore;
import dev.resound.socketio.RemoteAnswers;
import dev.resound.socketio.Selection;
import dev.resound.socketio.SocketDescription;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * A namespace of a cluster whose nodes speak as {@code @socket.io/redis-streams-adapter} does:
 * events, and what changes rooms, are entries of a stream; questions and answers are published.
 *
 * <p>With recovery, what this node appends it delivers when it reads it, as all others do: so
 * everybody gets events in the order of their offsets, and nobody who comes back gets one twice or
 * not at all. Node's servers deliver as soon as they know the offset.
 *
 * <p><b>Thread:</b> any; entries and messages are heard on that of the link's inbox.
 */
final class StreamsAdapter implements Adapter, ClusterRequests.Carrier {
    private static final Duration REQUESTS_TIMEOUT = Duration.ofSeconds(5);
    private static final RateLimitedLog DROPS =
            new RateLimitedLog(LoggerFactory.getLogger(StreamsAdapter.class));

    private final String uid = ClusterRequests.newId();
    private final RedisLink link;
    private final StreamsOptions options;
    private final LocalNamespace namespace;
    private final StreamReader reader;
    private final LongAdder dropped;
    private final Map<String, StreamsAdapter> siblings;
    private final String stream;
    private final String channel;
    private final ClusterRequests requests;
    private final Inbox.Listener listener = this::onMessage;
    private final OwnEntries own;
    private final StreamRecovery recovery;

    /**
     * @param dropped counts messages that are none
     * @param siblings of which it is one, until it is closed
     */
    StreamsAdapter(
            RedisLink link,
            StreamsOptions options,
            LocalNamespace namespace,
            StreamReader reader,
            LongAdder dropped,
            Map<String, StreamsAdapter> siblings) {
        this.link = link;
        this.options = options;
        this.namespace = namespace;
        this.reader = reader;
        this.dropped = dropped;
        this.siblings = siblings;
        this.stream = options.streamOf(namespace.name());
        this.channel = options.channelPrefix() + "#" + namespace.name() + "#";
        this.requests = new ClusterRequests(link, namespace, REQUESTS_TIMEOUT, this);
        this.own = new OwnEntries(link);
        this.recovery =
                new StreamRecovery(link, options, namespace.name(), this::publishInOrder, own);
    }

    void listen() {
        listenTo(channelOf(uid));
        // As the last one: whoever counts this node may rely on it.
        listenTo(channel);
    }

    private void listenTo(String name) {
        if (options.useShardedPubSub()) {
            link.subscribeSharded(name, listener);
        } else {
            link.subscribe(name, listener);
        }
    }

    private void listenNoMoreTo(String name) {
        if (options.useShardedPubSub()) {
            link.unsubscribeSharded(name, listener);
        } else {
            link.unsubscribe(name, listener);
        }
    }

    /** That of the answers to a node. */
    private String channelOf(String node) {
        return channel + node + "#";
    }

    @Override
    public void close() {
        siblings.remove(namespace.name(), this);
        listenNoMoreTo(channel);
        listenNoMoreTo(channelOf(uid));
        requests.close();
        own.close();
    }

    @Override
    public RecoveryStore recoveryStore() {
        return recovery;
    }

    // ---- what this node says

    private boolean append(StreamEntry entry) {
        return link.append(stream, entry.fields(), options.maxLen());
    }

    private boolean say(String name, ClusterMessage message) {
        byte[] bytes =
                ClusterCodec.writeMessagePack(
                        new ClusterCodec.Sent(uid, namespace.name(), message));
        return options.useShardedPubSub()
                ? link.publishSharded(name, bytes)
                : link.publish(name, bytes);
    }

    @Override
    public boolean publish(ClusterMessage message) {
        boolean passing =
                switch (message) {
                    case ClusterMessage.Broadcast broadcast -> broadcast.requestId() != null;
                    case ClusterMessage.Join ignored -> false;
                    case ClusterMessage.Leave ignored -> false;
                    case ClusterMessage.Disconnect ignored -> false;
                    case ClusterMessage.Fetch ignored -> true;
                    case ClusterMessage.ServerSideEmit ignored -> true;
                    case ClusterMessage.Response ignored -> true;
                    case ClusterMessage.InitialHeartbeat ignored -> true;
                    case ClusterMessage.Heartbeat ignored -> true;
                    case ClusterMessage.AdapterClose ignored -> true;
                };
        return passing
                ? say(channel, message)
                : append(StreamEntry.of(uid, namespace.name(), message));
    }

    @Override
    public void respond(String asker, ClusterMessage.Response response) {
        say(channelOf(asker), response);
    }

    @Override
    public CompletionStage<Long> listeners() {
        return options.useShardedPubSub()
                ? link.shardedSubscribers(channel)
                : link.subscribers(channel);
    }

    @Override
    public void publish(Selection selection, PacketData event) {
        publish(new ClusterMessage.Broadcast(selection, event));
    }

    /** The same with a delivery when it is read, if it can be. */
    private void publishInOrder(
            Selection selection, PacketData event, Consumer<@Nullable String> delivery) {
        var entry =
                StreamEntry.of(
                        uid, namespace.name(), new ClusterMessage.Broadcast(selection, event));
        boolean follows = reader.isFollowing();
        boolean waits;
        synchronized (own) { // so that both are in the same order, and it is not read before
            waits = append(entry) && follows;
            if (waits) {
                own.add(entry.data(), delivery);
            }
        }
        if (!waits) {
            own.inTurn(() -> delivery.accept(null));
        }
    }

    @Override
    public void join(Selection selection, Set<String> rooms) {
        publish(new ClusterMessage.Join(selection, rooms));
    }

    @Override
    public void leave(Selection selection, Set<String> rooms) {
        publish(new ClusterMessage.Leave(selection, rooms));
    }

    @Override
    public void disconnect(Selection selection, boolean closeConnection) {
        publish(new ClusterMessage.Disconnect(selection, closeConnection));
    }

    @Override
    public void publishWithAck(
            Selection selection, PacketData event, Duration timeout, RemoteAnswers answers) {
        requests.publishWithAck(selection, event, timeout, answers);
    }

    @Override
    public CompletionStage<List<SocketDescription>> fetchSockets(
            Selection selection, Duration timeout) {
        return requests.fetchSockets(selection, timeout);
    }

    @Override
    public void serverSideEmit(PacketData event) {
        publish(new ClusterMessage.ServerSideEmit(null, event));
    }

    @Override
    public void serverSideEmitWithAck(PacketData event, Duration timeout, RemoteAnswers answers) {
        requests.serverSideEmitWithAck(event, timeout, answers);
    }

    @Override
    public CompletionStage<Integer> serverCount() {
        return requests.serverCount();
    }

    // ---- what others say, and this node itself

    /** <b>Thread:</b> the inbox's. */
    void onEntry(StreamId id, Map<String, byte[]> fields) {
        try {
            StreamEntry entry = StreamEntry.read(fields);
            if (entry.uid().equals(uid)) {
                own.read(entry.data(), id.toString());
            } else {
                onEntry(id, entry.uid(), entry.message());
            }
        } catch (MalformedMessage malformed) {
            dropped("An entry of the stream " + stream, malformed);
        }
    }

    private void onEntry(StreamId id, String sender, ClusterMessage message) {
        if (message
                        instanceof
                        ClusterMessage.Broadcast(var request, var selection, var event, var t)
                && request == null) {
            Set<String> rooms = selection.rooms();
            if (rooms.size() != 1 || namespace.hasRoom(rooms.iterator().next())) {
                namespace.deliver(selection, event, id.toString());
            }
        } else {
            requests.onMessage(sender, message); // emitters say more here than servers do
        }
    }

    private void onMessage(String heardOn, byte[] message) {
        try {
            ClusterCodec.Sent sent = ClusterCodec.read(message, uid, namespace.name());
            if (sent != null) {
                requests.onMessage(sent.uid(), sent.message());
            }
        } catch (MalformedMessage malformed) {
            dropped("A message of " + message.length + " bytes", malformed);
        }
    }

    private void dropped(String what, MalformedMessage malformed) {
        dropped.increment();
        DROPS.warn(
                what
                        + " was dropped, for no Socket.IO server says such a thing: "
                        + malformed.getMessage());
    }
}
