package dev.resound.redis;

import dev.resound.socketio.LocalNamespace;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * A namespace of a cluster whose nodes speak as {@code @socket.io/redis-adapter} does with
 * sharding: all hear one channel, and in the dynamic modes each also that of every room somebody is
 * in there, so that what is said to one room does not bother the others.
 *
 * <p>Node's servers say something to the others before they do it themselves; here it has been done
 * before.
 *
 * <p><b>Thread:</b> any; messages are heard on that of the link's inbox.
 */
final class ShardedAdapter extends ClusterAdapter {
    /** Of the ids of sockets; rooms of such names have no channel, unless all have. */
    private static final int ID_LENGTH = 20;

    /** Beyond, rooms are forgotten as soon as nobody is in them. */
    static final int MOST_REMEMBERED = 100_000;

    private final RedisAdapters.SubscriptionMode mode;

    /** Those that are listened to, and when somebody came into each last. */
    private final ConcurrentHashMap<String, Long> rooms = new ConcurrentHashMap<>();

    private final AtomicLong times = new AtomicLong();
    private volatile boolean closed;

    /**
     * @param dropped counts messages that are none
     */
    ShardedAdapter(
            RedisLink link,
            RedisAdapters.ShardedOptions options,
            LocalNamespace namespace,
            LongAdder dropped) {
        super(link, namespace, options.channelPrefix(), options.requestsTimeout(), dropped);
        this.mode = options.subscriptionMode();
    }

    void listen() {
        if (mode != RedisAdapters.SubscriptionMode.STATIC) {
            namespace.watchRooms(new Rooms());
        }
        link.subscribeSharded(channelOf(uid), listener);
        // As the last one: whoever counts this node may rely on it.
        link.subscribeSharded(channel, listener);
    }

    @Override
    public void close() {
        closed = true;
        link.unsubscribeSharded(channel, listener);
        link.unsubscribeSharded(channelOf(uid), listener);
        List.copyOf(rooms.keySet()).forEach(this::forget);
        requests.close();
    }

    // ---- rooms

    /** Whether what is said to this room alone is said on a channel of its own. */
    private boolean hasChannel(String room) {
        return switch (mode) {
            case STATIC -> false;
            case DYNAMIC -> room.length() != ID_LENGTH;
            case DYNAMIC_PRIVATE -> true;
        };
    }

    /** Those of this node. */
    private final class Rooms implements LocalNamespace.RoomWatcher {
        private final Duration memory = namespace.memory();

        @Override
        public void onCreated(String room) {
            // The channel of that name is heard anyway.
            if (!hasChannel(room) || room.equals(uid)) {
                return;
            }
            rooms.compute(
                    room,
                    (name, before) -> {
                        if (before == null) {
                            link.subscribeSharded(channelOf(room), listener);
                        }
                        return times.incrementAndGet();
                    });
            if (closed) {
                forget(room);
            }
        }

        /** Whoever comes back will want to have what was said meanwhile. */
        @Override
        public void onDeleted(String room) {
            Long time = rooms.get(room);
            if (time == null) {
                return;
            }
            if (memory.isZero() || rooms.size() > MOST_REMEMBERED) {
                forget(room);
            } else {
                link.later(memory, () -> forget(room, time));
            }
        }
    }

    private void forget(String room) {
        rooms.computeIfPresent(room, (name, time) -> unsubscribed(name));
    }

    /** Unless somebody has come since. */
    private void forget(String room, long time) {
        rooms.computeIfPresent(room, (name, last) -> last == time ? unsubscribed(name) : last);
    }

    @SuppressWarnings("NullAway") // null takes the room out of the map
    private Long unsubscribed(String room) {
        link.unsubscribeSharded(channelOf(room), listener);
        return null;
    }

    // ---- what this node says

    @Override
    public boolean publish(ClusterMessage message) {
        return say(channelFor(message), message);
    }

    @Override
    public CompletionStage<Long> listeners() {
        return link.shardedSubscribers(channel);
    }

    @Override
    boolean say(String channel, ClusterMessage message) {
        return link.publishSharded(channel, ClusterCodec.write(signed(message)));
    }

    /** All nodes have to hear what wants answers, as all of them are counted. */
    private String channelFor(ClusterMessage message) {
        if (message instanceof ClusterMessage.Broadcast broadcast
                && broadcast.requestId() == null
                && broadcast.selection().rooms().size() == 1) {
            String room = broadcast.selection().rooms().iterator().next();
            return hasChannel(room) ? channelOf(room) : channel;
        }
        return channel;
    }
}
