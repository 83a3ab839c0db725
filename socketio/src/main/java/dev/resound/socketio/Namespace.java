package dev.resound.socketio;

import dev.resound.engineio.BinaryForm;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A part of a server with sockets, rooms and rules of its own. <b>Thread:</b> any, see {@link
 * SocketIo}.
 */
public final class Namespace<D> implements Broadcasts<D> {
    final SocketIo<D> io;
    final RoomTopics topics;
    final LocalBroadcasts<D> local;
    private final String name;
    private final Map<BinaryForm, PacketFormat> formats = new EnumMap<>(BinaryForm.class);
    private final ConcurrentHashMap<String, Conversation<D>> sockets = new ConcurrentHashMap<>();
    private volatile List<AsyncMiddleware<D>> middlewares = List.of();
    private volatile List<ConnectionListener<D>> connectionListeners = List.of();
    private volatile RoomEvents roomEvents = RoomEvents.PLAIN;

    Namespace(SocketIo<D> io, String name) {
        this.io = io;
        this.name = name;
        this.topics = new RoomTopics(io.settings.hub, name);
        this.local = new LocalBroadcasts<>(this);
        for (BinaryForm form : BinaryForm.values()) {
            formats.put(form, new PacketFormat(this, io.settings.codec, form));
        }
    }

    /** The name, with the slash in front. */
    public String name() {
        return name;
    }

    /** The connected sockets of this node by id; a snapshot. <b>Cost:</b> all of them. */
    public Map<String, Socket<D>> sockets() {
        Map<String, Socket<D>> all = new TreeMap<>();
        sockets.forEach((id, socket) -> all.put(id, socket.socket));
        return all;
    }

    /** Hears of every socket that connects from here on. */
    public synchronized void onConnection(ConnectionListener<D> listener) {
        connectionListeners = Listeners.with(connectionListeners, listener);
    }

    /**
     * Has a say in who connects. Middlewares are asked one after the other, in the order they were
     * added, where the socket's callbacks run.
     */
    public void use(Middleware<D> middleware) {
        useAsync(socket -> {
            middleware.admit(socket);
            return CompletableFuture.completedFuture(null);
        });
    }

    /** As {@link #use}, without keeping the thread while it is decided. */
    public synchronized void useAsync(AsyncMiddleware<D> middleware) {
        middlewares = Listeners.with(middlewares, middleware);
    }

    /** Hears of rooms that come and go from here on. */
    public void onRooms(RoomListener listener) {
        topics.listen(listener);
    }

    /**
     * Shares this namespace's rooms with the topics of a scope, for example the channels of a
     * Pusher app ({@code app/<id>}): what is published there reaches the room of that name, and
     * what is emitted to the room, unless it has attachments, reaches those who are subscribed
     * there. To be called before sockets connect.
     *
     * @param form how events from there are told
     */
    public void bindRooms(String scope, RoomEvents form) {
        topics.bind(scope);
        roomEvents = form;
    }

    @Override
    public BroadcastOperator<D> broadcast() {
        return new BroadcastOperator<>(
                this, Selection.EVERYBODY, null, io.settings.ackTimeoutMillis);
    }

    List<AsyncMiddleware<D>> middlewares() {
        return middlewares;
    }

    List<ConnectionListener<D>> connectionListeners() {
        return connectionListeners;
    }

    RoomEvents roomEvents() {
        return roomEvents;
    }

    Json json() {
        return io.settings.json;
    }

    PacketFormat format(BinaryForm form) {
        return Objects.requireNonNull(formats.get(form));
    }

    @Nullable Conversation<D> socket(String id) {
        return sockets.get(id);
    }

    void enter(Conversation<D> socket) {
        sockets.put(socket.id, socket);
        topics.ownRoomJoined(socket);
    }

    void leave(Conversation<D> socket) {
        sockets.remove(socket.id, socket);
        topics.ownRoomLeft(socket);
    }
}
