package dev.resound.socketio;

import dev.resound.socketio.packet.Payload;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Namespaces that come into being when a client asks for them. What is said to the parent is said
 * to all its children on every node. Middlewares and listeners are those a child begins with; what
 * is added later does not reach children that are there. <b>Thread:</b> any.
 */
public final class ParentNamespace<D> implements Broadcasts<D> {
    private final Namespaces<D> namespaces;
    private final Settings<D> settings;
    final @Nullable Pattern pattern;
    private final NamespaceMatcher matcher;
    private final BroadcastTarget<D> children = new Children();
    private volatile List<AsyncMiddleware<D>> middlewares = List.of();
    private volatile List<ConnectionListener<D>> connectionListeners = List.of();

    /**
     * @param pattern decides at once if it is not null; the matcher is not asked then
     */
    ParentNamespace(
            Namespaces<D> namespaces,
            Settings<D> settings,
            @Nullable Pattern pattern,
            NamespaceMatcher matcher) {
        this.namespaces = namespaces;
        this.settings = settings;
        this.pattern = pattern;
        this.matcher = matcher;
    }

    /** As {@link Namespace#onConnection}. */
    public synchronized void onConnection(ConnectionListener<D> listener) {
        connectionListeners = Listeners.with(connectionListeners, listener);
    }

    /** As {@link Namespace#use}. */
    public void use(Middleware<D> middleware) {
        useAsync(AsyncMiddleware.of(middleware));
    }

    /** As {@link Namespace#useAsync}. */
    public synchronized void useAsync(AsyncMiddleware<D> middleware) {
        middlewares = Listeners.with(middlewares, middleware);
    }

    @Override
    public BroadcastOperator<D> broadcast() {
        return new BroadcastOperator<>(
                children, Selection.EVERYBODY, null, settings.ackTimeoutMillis);
    }

    List<AsyncMiddleware<D>> middlewares() {
        return middlewares;
    }

    List<ConnectionListener<D>> connectionListeners() {
        return connectionListeners;
    }

    CompletionStage<Boolean> matches(String name, Handshake handshake) throws Exception {
        return matcher.matches(name, handshake);
    }

    private final class Children implements BroadcastTarget<D> {

        private List<ClusterBroadcasts<D>> all() {
            return namespaces.all().stream()
                    .filter(namespace -> namespace.parent == ParentNamespace.this)
                    .map(namespace -> namespace.cluster)
                    .toList();
        }

        @Override
        public Json json() {
            return settings.json;
        }

        @Override
        public void emit(Selection selection, @Nullable Conversation<D> sender, Payload event) {
            all().forEach(child -> child.emit(selection, sender, event));
        }

        @Override
        public CompletableFuture<List<Arguments>> emitWithAck(
                Selection selection,
                @Nullable Conversation<D> sender,
                Payload event,
                long timeoutMillis) {
            return CompletableFuture.failedFuture(unsupported());
        }

        @Override
        public CompletableFuture<List<RemoteSocket>> fetchSockets(
                Selection selection, long timeoutMillis) {
            return CompletableFuture.failedFuture(unsupported());
        }

        private UnsupportedOperationException unsupported() {
            return new UnsupportedOperationException("not supported on parent namespaces");
        }

        @Override
        public void join(Selection selection, Collection<String> rooms) {
            all().forEach(child -> child.join(selection, rooms));
        }

        @Override
        public void leave(Selection selection, Set<String> rooms) {
            all().forEach(child -> child.leave(selection, rooms));
        }

        @Override
        public void disconnect(Selection selection, boolean closeConnection) {
            all().forEach(child -> child.disconnect(selection, closeConnection));
        }
    }
}
