package dev.resound.socketio;

import dev.resound.engineio.BinaryForm;
import java.util.Collection;
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
    final @Nullable ParentNamespace<D> parent;
    final Adapter adapter;
    final LocalSockets<D> localSockets;

    /** What this node keeps for those who come back, unless {@link #stored} is there for it. */
    final @Nullable RecoveryLog<D> recovery;

    final @Nullable StoredRecovery<D> stored;

    /** Those connected and those on their way in. Guarded by the registry's key. */
    int population;

    private final String name;
    private final Map<BinaryForm, PacketFormat> formats = new EnumMap<>(BinaryForm.class);
    private final ConcurrentHashMap<String, Conversation<D>> sockets = new ConcurrentHashMap<>();
    private volatile List<AsyncMiddleware<D>> middlewares = List.of();
    private volatile List<ConnectionListener<D>> connectionListeners = List.of();
    private final Listeners serverSide = new Listeners();
    final ClusterBroadcasts<D> cluster;
    private volatile RoomEvents roomEvents = RoomEvents.PLAIN;
    private volatile boolean withoutData;

    Namespace(SocketIo<D> io, String name, @Nullable ParentNamespace<D> parent) {
        this.io = io;
        this.parent = parent;
        this.name = name;
        this.topics = new RoomTopics(io.settings.hub, name, sockets::containsKey);
        this.local = new LocalBroadcasts<>(this);
        for (BinaryForm form : BinaryForm.values()) {
            formats.put(form, new PacketFormat(this, io.settings.codec, form));
        }
        if (parent != null) {
            middlewares = parent.middlewares();
            connectionListeners = parent.connectionListeners();
        }
        this.localSockets = new LocalSockets<>(this);
        this.cluster = new ClusterBroadcasts<>(this);
        this.adapter = io.settings.adapter.create(localSockets);
        Recovery wish = io.settings.recovery;
        RecoveryStore store = wish == null ? null : adapter.recoveryStore();
        this.stored =
                wish == null || store == null ? null : new StoredRecovery<>(this, store, wish);
        this.recovery = wish == null || store != null ? null : new RecoveryLog<>(io, wish);
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

    /** How many sockets of this node are connected. */
    public int socketCount() {
        return sockets.size();
    }

    /**
     * Has nothing kept with the sockets of this namespace from here on: {@link Socket#data} is null
     * there. For namespaces that are not the application's, whose clients bring nothing its data
     * could be made of.
     */
    public void keepNoData() {
        withoutData = true;
    }

    boolean keepsData() {
        return !withoutData;
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
        useAsync(AsyncMiddleware.of(middleware));
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

    /**
     * Hears what other nodes say to this one with {@link #serverSideEmit}.
     *
     * @throws IllegalArgumentException if the name is {@code connect}, {@code connection} or {@code
     *     new_namespace}
     */
    public void onServerSideEmit(String event, Listener listener) {
        serverSide.on(ServerSideEvents.checked(event), listener);
    }

    /** Tells the other nodes, not this one. */
    public void serverSideEmit(String event, @Nullable Object @Nullable ... arguments) {
        adapter.serverSideEmit(ServerSideEvents.data(json(), event, arguments));
    }

    /** The same, for the first argument of each other node's answer. */
    public CompletableFuture<List<Arguments>> serverSideEmitWithAck(
            String event, @Nullable Object @Nullable ... arguments) {
        return cluster.serverSideEmitWithAck(ServerSideEvents.data(json(), event, arguments));
    }

    @Override
    public BroadcastOperator<D> broadcast() {
        return new BroadcastOperator<>(
                cluster, Selection.EVERYBODY, null, io.settings.ackTimeoutMillis);
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

    /** What lets this socket go on after a disconnection; null if nothing does. */
    @Nullable Recoverable<D> recoverable(Conversation<D> socket, @Nullable Returning<D> returning) {
        if (stored != null) {
            return new StoredRecoverable<>(
                    socket, stored, returning instanceof Returning.Stored<D> it ? it : null);
        }
        return recovery == null
                ? null
                : new LoggedRecoverable<>(
                        socket, recovery, returning instanceof Returning.Kept<D> it ? it : null);
    }

    /** Does something behind what was sent before, if that has not been delivered here yet. */
    void inOrder(Runnable action) {
        if (stored == null) {
            action.run();
        } else {
            stored.store.afterwards(action);
        }
    }

    PacketFormat format(BinaryForm form) {
        return Objects.requireNonNull(formats.get(form));
    }

    @Nullable Conversation<D> socket(String id) {
        return sockets.get(id);
    }

    Collection<Conversation<D>> conversations() {
        return sockets.values();
    }

    /** Another node has said something. */
    void onServerSideEmit(String event, Arguments arguments) {
        List<Listener> listeners = serverSide.of(event);
        io.settings.completions.execute(() -> {
            for (Listener listener : listeners) {
                Mailbox.guarded(() -> listener.onEvent(arguments));
            }
        });
    }

    void enter(Conversation<D> socket) {
        topics.joinOwn(socket, () -> sockets.put(socket.id, socket));
    }

    void leave(Conversation<D> socket) {
        topics.leaveOwn(socket, () -> sockets.remove(socket.id, socket));
    }
}
