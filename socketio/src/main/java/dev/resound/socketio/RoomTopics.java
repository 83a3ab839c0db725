package dev.resound.socketio;

import dev.resound.core.Hub;
import dev.resound.core.Member;
import dev.resound.core.TopicName;
import java.util.List;

/** Where the rooms of one namespace are found in the hub. <b>Thread:</b> any. */
final class RoomTopics {
    private final Hub hub;
    private final TopicName everybody;
    private volatile String scope;
    private volatile boolean bound;
    private volatile List<RoomListener> listeners = List.of();

    RoomTopics(Hub hub, String namespace) {
        this.hub = hub;
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
    }

    /** Whether others may be in the rooms. */
    boolean isBound() {
        return bound;
    }

    Member reserve(String room, Conversation<?> socket) {
        return hub.reserve(of(room), socket.loop, socket);
    }

    void release(Member member) {
        hub.release(member);
    }

    synchronized void listen(RoomListener listener) {
        listeners = Listeners.with(listeners, listener);
    }

    void joined(String room, Conversation<?> socket) {
        for (RoomListener listener : listeners) {
            boolean first = hub.members(of(room)) == 1;
            Mailbox.guarded(() -> listener.onJoined(room, socket.id, first));
        }
        socket.client.io.observers.tell(observer -> observer.onJoined(socket.socket, room));
    }

    void left(String room, Conversation<?> socket) {
        for (RoomListener listener : listeners) {
            boolean last = hub.members(of(room)) == 0;
            Mailbox.guarded(() -> listener.onLeft(room, socket.id, last));
        }
        socket.client.io.observers.tell(observer -> observer.onLeft(socket.socket, room));
    }

    void ownRoomJoined(Conversation<?> socket) {
        for (RoomListener listener : listeners) {
            Mailbox.guarded(() -> listener.onJoined(socket.id, socket.id, true));
        }
        socket.client.io.observers.tell(observer -> observer.onJoined(socket.socket, socket.id));
    }

    void ownRoomLeft(Conversation<?> socket) {
        for (RoomListener listener : listeners) {
            Mailbox.guarded(() -> listener.onLeft(socket.id, socket.id, true));
        }
        socket.client.io.observers.tell(observer -> observer.onLeft(socket.socket, socket.id));
    }
}
