package dev.resound.socketio;

import dev.resound.core.Hub;
import dev.resound.core.Member;
import dev.resound.core.Occupancy;
import dev.resound.core.TopicName;
import dev.resound.socketio.LocalNamespace.RoomWatcher;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Where the rooms of one namespace are found in the hub, and who hears of them. <b>Thread:</b> any.
 *
 * <p>What listeners are to hear is noted in the very step that changes the room, and told
 * afterwards by whichever thread finds nobody else telling: one thing after the other, in the order
 * of the changes of each room. Nothing bounds what waits meanwhile, as listeners are quick.
 */
final class RoomTopics {
    private final Hub hub;
    private final Predicate<String> sockets;
    private final TopicName everybody;
    private volatile String scope;
    private volatile boolean bound;
    private volatile List<RoomListener> listeners = List.of();
    private volatile @Nullable RoomWatcher watcher;
    private final Queue<Consumer<RoomListener>> news = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean telling = new AtomicBoolean();

    /**
     * @param sockets whether there is a socket of this id, which is in the room of that name
     */
    RoomTopics(Hub hub, String namespace, Predicate<String> sockets) {
        this.hub = hub;
        this.sockets = sockets;
        // two scopes, so that no room can have the name of "everybody"
        this.everybody = new TopicName("socket.io", namespace);
        this.scope = "socket.io" + namespace;
    }

    /** Everybody in the namespace. */
    TopicName everybody() {
        return everybody;
    }

    TopicName of(String room) {
        return new TopicName(scope, room);
    }

    boolean isEmpty(String room) {
        return hub.members(of(room)) == 0;
    }

    /** Shares the rooms with whoever else uses this scope. */
    void bind(String scope) {
        this.scope = scope;
        bound = true;
        if (watcher != null) {
            hub.watch(this::membersChanged);
        }
    }

    /** There is one watcher at most, and it is there before anything else happens here. */
    void watch(RoomWatcher watcher) {
        this.watcher = watcher;
    }

    /** Of a topic, whoever its members are. */
    private void membersChanged(TopicName topic, int before, int after) {
        if (topic.scope().equals(scope) && (before == 0) != (after == 0)) {
            String room = topic.name();
            if (!sockets.test(room)) {
                tellWatcher(room, after > 0);
            }
        }
    }

    private void tellWatcher(String room, boolean created) {
        RoomWatcher told = watcher;
        if (told == null) {
            return;
        }
        if (created) {
            told.onCreated(room);
        } else {
            told.onDeleted(room);
        }
    }

    /** Whether others may be in the rooms. */
    boolean isBound() {
        return bound;
    }

    /** {@link #joined} follows. */
    Member reserve(String room, Conversation<?> socket) {
        return hub.inTopic(
                of(room),
                occupancy -> {
                    boolean first = isEmpty(room, occupancy);
                    note(listener -> listener.onJoined(room, socket.id, first));
                    if (first && !bound) {
                        tellWatcher(room, true);
                    }
                    return occupancy.reserve(socket.loop().lane(), socket);
                });
    }

    /** {@link #left} follows. */
    void release(Member member, Conversation<?> socket) {
        String room = member.topic().name();
        hub.changeTopic(
                member.topic(),
                occupancy -> {
                    occupancy.release(member);
                    boolean last = isEmpty(room, occupancy);
                    note(listener -> listener.onLeft(room, socket.id, last));
                    if (last && !bound) {
                        tellWatcher(room, false);
                    }
                });
    }

    private boolean isEmpty(String room, Occupancy occupancy) {
        return occupancy.members() == 0 && !sockets.test(room);
    }

    synchronized void listen(RoomListener listener) {
        listeners = Listeners.with(listeners, listener);
    }

    void joined(String room, Conversation<?> socket) {
        tell();
        socket.client.io.observers.tell(observer -> observer.onJoined(socket.socket, room));
    }

    void left(String room, Conversation<?> socket) {
        tell();
        socket.client.io.observers.tell(observer -> observer.onLeft(socket.socket, room));
    }

    /**
     * The socket enters the room of its own id, where no seat is taken.
     *
     * @param enter has it be among the sockets
     */
    void joinOwn(Conversation<?> socket, Runnable enter) {
        changeOwn(
                socket,
                enter,
                true,
                (listener, empty) -> listener.onJoined(socket.id, socket.id, empty));
        joined(socket.id, socket);
    }

    /**
     * @param exit has it be among the sockets no more
     */
    void leaveOwn(Conversation<?> socket, Runnable exit) {
        changeOwn(
                socket,
                exit,
                false,
                (listener, empty) -> listener.onLeft(socket.id, socket.id, empty));
        left(socket.id, socket);
    }

    private void changeOwn(
            Conversation<?> socket, Runnable change, boolean enters, OwnRoomCall told) {
        if (listeners.isEmpty() && watcher == null) {
            change.run();
            return;
        }
        hub.changeTopic(
                of(socket.id),
                occupancy -> {
                    change.run();
                    boolean empty = occupancy.members() == 0; // but for the socket
                    note(listener -> told.accept(listener, empty));
                    if (empty) {
                        tellWatcher(socket.id, enters);
                    }
                });
    }

    private interface OwnRoomCall {
        void accept(RoomListener listener, boolean empty);
    }

    private void note(Consumer<RoomListener> call) {
        if (!listeners.isEmpty()) {
            news.add(call);
        }
    }

    private void tell() {
        while (!news.isEmpty() && telling.compareAndSet(false, true)) {
            try {
                tellAll();
            } finally {
                telling.set(false); // what was noted since finds nobody telling, or is found here
            }
        }
    }

    private void tellAll() {
        Consumer<RoomListener> next = news.poll();
        while (next != null) {
            for (RoomListener listener : listeners) {
                Consumer<RoomListener> call = next;
                Mailbox.guarded(() -> call.accept(listener));
            }
            next = news.poll();
        }
    }
}
