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
import java.util.concurrent.CompletableFuture;
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
final class StreamsAdapter implements Adapter {
    private static final int ID_BYTES = 8;
    private static final RateLimitedLog DROPS =
            new RateLimitedLog(LoggerFactory.getLogger(StreamsAdapter.class));

    private final String uid = Ids.hex(ID_BYTES);
    private final RedisLink link;
    private final StreamsOptions options;
    private final LocalNamespace namespace;
    private final StreamReader reader;
    private final LongAdder dropped;
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
        this.link = link;
        this.options = options;
        this.namespace = namespace;
        this.reader = reader;
        this.dropped = dropped;
        this.siblings = siblings;
        this.stream = options.streamOf(namespace.name());
        this.own = new OwnEntries(link);
        this.recovery =
                new StreamRecovery(link, options, namespace.name(), this::publishInOrder, own);
    }

    void listen() {}

    @Override
    public void close() {
        siblings.remove(namespace.name(), this);
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

    private void append(ClusterMessage message) {
        append(StreamEntry.of(uid, namespace.name(), message));
    }

    @Override
    public void publish(Selection selection, PacketData event) {
        append(new ClusterMessage.Broadcast(selection, event));
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
        append(new ClusterMessage.Join(selection, rooms));
    }

    @Override
    public void leave(Selection selection, Set<String> rooms) {
        append(new ClusterMessage.Leave(selection, rooms));
    }

    @Override
    public void disconnect(Selection selection, boolean closeConnection) {
        append(new ClusterMessage.Disconnect(selection, closeConnection));
    }

    @Override
    public void publishWithAck(
            Selection selection, PacketData event, Duration timeout, RemoteAnswers answers) {
        answers.asked(0);
    }

    @Override
    public CompletionStage<List<SocketDescription>> fetchSockets(
            Selection selection, Duration timeout) {
        return CompletableFuture.completedFuture(List.of());
    }

    @Override
    public void serverSideEmit(PacketData event) {}

    @Override
    public void serverSideEmitWithAck(PacketData event, Duration timeout, RemoteAnswers answers) {
        answers.asked(0);
    }

    @Override
    public CompletionStage<Integer> serverCount() {
        return CompletableFuture.completedFuture(1);
    }

    // ---- what others say, and this node itself

    /** <b>Thread:</b> the inbox's. */
    void onEntry(StreamId id, Map<String, byte[]> fields) {
        try {
            StreamEntry entry = StreamEntry.read(fields);
            if (entry.uid().equals(uid)) {
                own.read(entry.data(), id.toString());
            } else {
                onMessage(id, entry.message());
            }
        } catch (MalformedMessage malformed) {
            dropped.increment();
            DROPS.warn(
                    "An entry of the stream "
                            + stream
                            + " was dropped, for no Socket.IO server says such a thing: "
                            + malformed.getMessage());
        }
    }

    private void onMessage(StreamId id, ClusterMessage message) {
        switch (message) {
            case ClusterMessage.Broadcast(var requestId, var selection, var event, var timeout) 
                    when requestId == null -> {
                if (selection.rooms().size() != 1
                        || namespace.hasRoom(selection.rooms().iterator().next())) {
                    namespace.deliver(selection, event, id.toString());
                }
            }
            case ClusterMessage.Join(var selection, var rooms) -> namespace.join(selection, rooms);
            case ClusterMessage.Leave(var selection, var rooms) ->
                    namespace.leave(selection, rooms);
            case ClusterMessage.Disconnect(var selection, var close) ->
                    namespace.disconnect(selection, close);
            default -> {}
        }
    }
}
