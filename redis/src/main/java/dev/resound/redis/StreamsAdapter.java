package dev.resound.redis;

import dev.resound.socketio.LocalNamespace;
import dev.resound.socketio.PacketData;
import dev.resound.socketio.RecoveryStore;
import dev.resound.socketio.Selection;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

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
final class StreamsAdapter extends ClusterAdapter {
    private static final Duration REQUESTS_TIMEOUT = Duration.ofSeconds(5);

    private final StreamsOptions options;
    private final StreamReader reader;
    private final Map<String, StreamsAdapter> siblings;
    private final String stream;
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
        super(link, namespace, options.channelPrefix(), REQUESTS_TIMEOUT, dropped);
        this.options = options;
        this.reader = reader;
        this.siblings = siblings;
        this.stream = options.streamOf(namespace.name());
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

    @Override
    boolean say(String channel, ClusterMessage message) {
        byte[] bytes = ClusterCodec.writeMessagePack(signed(message));
        return options.useShardedPubSub()
                ? link.publishSharded(channel, bytes)
                : link.publish(channel, bytes);
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
    public CompletionStage<Long> listeners() {
        return options.useShardedPubSub()
                ? link.shardedSubscribers(channel)
                : link.subscribers(channel);
    }

    /** An event, with its delivery here when it is read, if it can be. */
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
}
