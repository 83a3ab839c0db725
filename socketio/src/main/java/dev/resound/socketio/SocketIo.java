package dev.resound.socketio;

import dev.resound.core.Burst;
import dev.resound.core.Endpoint;
import dev.resound.core.Lane;
import dev.resound.core.Loop;
import dev.resound.core.Protocol;
import dev.resound.core.http.Route;
import dev.resound.engineio.EngineIo;
import dev.resound.engineio.EngineSession;
import dev.resound.engineio.EngineSocket;
import dev.resound.engineio.Transport;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A Socket.IO server. What is said to it without naming a namespace is said to {@link #root}.
 *
 * <p><b>Thread:</b> any. Calls of one thread take effect in their order. They return without
 * waiting, unless an event loop is far behind: then a thread that is no loop's waits until it has
 * caught up.
 *
 * @param <D> the type of what the application keeps with each socket
 */
public final class SocketIo<D> implements Protocol, Broadcasts<D>, AutoCloseable {
    private static final long WAIT_NANOS = 1_000_000;

    final Settings<D> settings;
    final Observers observers = new Observers();
    final Namespaces<D> namespaces = new Namespaces<>(this);
    private final Namespace<D> root;
    private final Set<Client<D>> clients = ConcurrentHashMap.newKeySet();
    private final Set<Loop> loops = new CopyOnWriteArraySet<>();

    private final EngineIo engine;
    private volatile boolean stopping;
    private volatile boolean describingClients;

    SocketIo(Settings<D> settings) {
        this.settings = settings;
        this.engine =
                settings.engine
                        .apply(EngineIo.builder().path("/socket.io/"))
                        .application(this::accept)
                        .build();
        this.root = namespaces.of("/");
    }

    /** Begins a server whose sockets keep a map of whatever the application puts there. */
    public static SocketIoBuilder<Map<String, Object>> builder() {
        return new SocketIoBuilder<>(null, ConcurrentHashMap::new);
    }

    /** Begins a server whose sockets keep what is made of their handshake. */
    public static <D> SocketIoBuilder<D> builder(Function<Handshake, D> data) {
        return new SocketIoBuilder<>((handshake, attachment) -> data.apply(handshake), null);
    }

    /**
     * Begins a server whose sockets keep what was found out about the client when its session was
     * admitted.
     *
     * @param attachment the type of what admission attached; anything else, or nothing, refuses the
     *     socket
     */
    public static <A, D> SocketIoBuilder<D> builder(
            Class<A> attachment, BiFunction<A, Handshake, D> data) {
        return new SocketIoBuilder<>(
                (handshake, attached) -> data.apply(attached(attachment, attached), handshake),
                null);
    }

    private static <A> A attached(Class<A> type, @Nullable Object attachment) {
        if (!type.isInstance(attachment)) {
            throw new IllegalStateException(
                    "admission attached "
                            + (attachment == null ? "nothing" : attachment.getClass().getName())
                            + ", a socket's data is made of "
                            + type.getName());
        }
        return type.cast(attachment);
    }

    /** What is below: sessions, whatever they speak about. */
    public EngineIo engine() {
        return engine;
    }

    @Override
    public String name() {
        return "socket.io";
    }

    @Override
    public List<Endpoint> endpoints() {
        return engine.endpoints();
    }

    @Override
    public List<Route> routes() {
        return engine.routes();
    }

    @Override
    public void onStop() {
        stopping = true;
        engine.onStop();
    }

    /** Whether the end of a connection is the server's. */
    boolean isStopping() {
        return stopping;
    }

    /** The namespace {@code /}. */
    public Namespace<D> root() {
        return root;
    }

    /**
     * The namespace of this name, which is created if need be.
     *
     * @param name with or without the slash in front
     */
    public Namespace<D> of(String name) {
        return namespaces.of(name);
    }

    /**
     * Has namespaces come into being whose names have a match of this pattern anywhere in them,
     * when a client asks for them.
     */
    public ParentNamespace<D> of(Pattern pattern) {
        return namespaces.parent(pattern);
    }

    /** Has namespaces come into being when a client asks for them. */
    public ParentNamespace<D> of(NamespaceMatcher matcher) {
        return namespaces.parent(matcher);
    }

    /** Hears of every namespace that is made from here on, children of parents among them. */
    public void onNamespaceCreated(Consumer<Namespace<D>> listener) {
        namespaces.onCreated(listener);
    }

    /** As {@link Namespace#onConnection}. */
    public void onConnection(ConnectionListener<D> listener) {
        root.onConnection(listener);
    }

    /** As {@link Namespace#use}. */
    public void use(Middleware<D> middleware) {
        root.use(middleware);
    }

    /** Begins to watch everything. */
    public void addObserver(Observer observer) {
        observers.add(observer);
    }

    /** Watches no more. */
    public void removeObserver(Observer observer) {
        observers.remove(observer);
    }

    /** How many clients this node has, whatever namespaces they are in. */
    public int clients() {
        return clients.size();
    }

    /** Those of them that come by this transport. <b>Cost:</b> all clients. */
    public int clients(Transport transport) {
        int count = 0;
        for (Client<D> client : clients) {
            count += client.engine.transport() == transport ? 1 : 0;
        }
        return count;
    }

    /**
     * Has it said with each fetched socket, here and to other nodes, which client it belongs to and
     * by which transport that comes, see {@link RemoteSocket#clientId}.
     */
    public void describeClients() {
        describingClients = true;
    }

    boolean isDescribingClients() {
        return describingClients;
    }

    /** All namespaces; a snapshot. */
    public List<Namespace<D>> namespaces() {
        return List.copyOf(namespaces.all());
    }

    @Override
    public BroadcastOperator<D> broadcast() {
        return root.broadcast();
    }

    /** One Engine.IO session begins. <b>Thread:</b> its loop. */
    EngineSession accept(EngineSocket engine) {
        Client<D> client = new Client<>(this, engine);
        loops.add(engine.loop());
        clients.add(client);
        client.start();
        return client;
    }

    void remove(Client<D> client) {
        clients.remove(client);
    }

    Set<Loop> loops() {
        return loops;
    }

    /** Hands something to a loop, in order. Waits before if the loop is far behind. */
    void hand(Lane lane, int weight, Runnable action) {
        if (!lane.hasRoom()) {
            await(lane::hasRoom);
        }
        lane.inOrder(weight, action);
    }

    /**
     * Does something after this time, on some loop if there is one, unless the result is there by
     * then.
     */
    void timer(long delayMillis, CompletableFuture<?> result, Runnable action) {
        for (Loop loop : loops) {
            try {
                loop.execute(() -> {
                    Loop.Timer timer = loop.schedule(delayMillis, action);
                    // runs at once if the result is there already
                    result.whenComplete((value, failure) -> loop.execute(timer::cancel));
                });
                return;
            } catch (RejectedExecutionException stopped) {
                // Loops end one after the other, and the others have sockets yet.
            }
        }
        CompletableFuture.delayedExecutor(delayMillis, TimeUnit.MILLISECONDS).execute(action);
    }

    /**
     * Waits until this is so; not on a loop, which must not wait for another.
     *
     * @return whether it is so
     */
    boolean await(BooleanSupplier condition) {
        if (condition.getAsBoolean()) {
            return true;
        }
        if (Loop.current() != null) {
            return false;
        }
        while (!Thread.currentThread().isInterrupted()) {
            Burst.wake();
            LockSupport.parkNanos(this, WAIT_NANOS);
            if (condition.getAsBoolean()) {
                return true;
            }
        }
        return false;
    }

    /**
     * Ends all sockets. Clients are not told that they were disconnected: they see their
     * connections close, and come again.
     */
    @Override
    public void close() {
        for (Client<D> client : clients) {
            client.engine.loop().execute(client::shutDown);
        }
        namespaces.all().forEach(namespace -> namespace.adapter.close());
    }
}
