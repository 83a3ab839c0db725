package dev.resound.socketio;

import dev.resound.core.Loop;
import dev.resound.engineio.Transport;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One client in one namespace.
 *
 * <p><b>Thread:</b> any. Calls of one thread take effect in their order, together with what it
 * broadcasts. Callbacks come one after the other, in the order the client caused them, see {@link
 * Handlers}; while too many of them wait, the client is not read from. A callback may wait for the
 * client's answer: it gets through, unless the client sends a thousand events before it.
 *
 * @param <D> the type of {@link #data}
 */
public final class Socket<D> {
    private final Conversation<D> conversation;
    private final Handshake handshake;
    private volatile @Nullable D data;

    Socket(Conversation<D> conversation, Handshake handshake) {
        this.conversation = conversation;
        this.handshake = handshake;
    }

    void createData() throws Exception {
        Recoverable<D> recoverable = conversation.recoverable();
        data =
                recoverable != null && recoverable.isReturning()
                        ? recoverable.dataBefore(this::newData)
                        : newData();
    }

    private @Nullable D newData() throws Exception {
        DataFactory<D> factory = conversation.client.io.settings.data;
        return factory != null && conversation.namespace.keepsData()
                ? factory.create(handshake, conversation.client.engine.request().attachment())
                : null;
    }

    Conversation<D> conversation() {
        return conversation;
    }

    /** 20 characters that say nothing; other clients may know them. */
    public String id() {
        return conversation.id;
    }

    /**
     * A name of the client, the same for its sockets in all namespaces, for people and their tools:
     * the first 12 characters of its session's id. Not for other clients.
     */
    public String clientId() {
        String session = conversation.client.engine.id();
        return session.substring(0, Math.min(12, session.length()));
    }

    public Namespace<D> namespace() {
        return conversation.namespace;
    }

    public Handshake handshake() {
        return handshake;
    }

    /** What there is by now of {@link #data}. */
    @Nullable D dataSoFar() {
        return data;
    }

    /** What the application keeps with this socket. */
    @SuppressWarnings("NullAway") // made before the application sees the socket
    public D data() {
        D kept = data;
        return kept == null ? dataAtFirst() : kept;
    }

    private synchronized @Nullable D dataAtFirst() {
        Supplier<D> empty = conversation.client.io.settings.emptyData;
        if (data == null && empty != null && conversation.namespace.keepsData()) {
            data = empty.get();
        }
        return data;
    }

    /** Keeps something else. */
    public void data(D data) {
        synchronized (this) {
            this.data = data;
        }
        conversation.changed();
        conversation.client.io.observers.tell(observer -> observer.onUpdated(this));
    }

    /** The rooms the socket is in, that of its own id among them; a snapshot. */
    public Set<String> rooms() {
        return conversation.roomNames();
    }

    /** Whether the namespace has admitted the socket, and it has not been told of its end. */
    public boolean isConnected() {
        return conversation.isConnected();
    }

    /**
     * The loop the socket lives on, for protocols that are built on top. With {@link
     * Handlers#ON_LOOP} every callback runs there.
     */
    public Loop loop() {
        return conversation.loop();
    }

    /**
     * Whether the client goes on where it was: with its id, its rooms, its data, and what it has
     * missed, see {@link Recovery}.
     */
    public boolean isRecovered() {
        Recoverable<D> recoverable = conversation.recoverable();
        return recoverable != null && recoverable.isReturning();
    }

    /** What carries the connection at the moment. */
    public Transport transport() {
        return conversation.client.engine.transport();
    }

    /** Whether the client has taken everything, as of the last message sent to it alone. */
    public boolean isWritable() {
        return backlogBytes() == 0;
    }

    /** Bytes the client has not taken, as of the last message sent to it alone. */
    public long backlogBytes() {
        return conversation.client.backlogBytes();
    }

    /** The revision of Engine.IO the client speaks: 3 for Socket.IO 2 clients, else 4. */
    public int protocolRevision() {
        return conversation.client.engine.revision();
    }

    // ---- out

    /**
     * Sends an event to this client. Sent also while middlewares are asked; dropped after the end.
     *
     * @param event as in {@link Broadcasts#emit}
     * @param arguments as in {@link Broadcasts#emit}
     */
    public void emit(String event, @Nullable Object @Nullable ... arguments) {
        plain().emit(event, arguments);
    }

    /** Sends the event {@code message}. */
    public void send(@Nullable Object @Nullable ... arguments) {
        emit("message", arguments);
    }

    /**
     * Sends an event and waits for the client's answer.
     *
     * @return the answer's arguments. Fails with {@link AckTimeoutException}, or with {@link
     *     SocketDisconnectedException} as soon as the socket is gone
     */
    public CompletableFuture<Arguments> emitWithAck(
            String event, @Nullable Object @Nullable ... arguments) {
        return plain().emitWithAck(event, arguments);
    }

    /** Sends an event of a known type. */
    public <T> void emit(Event<T> event, T value) {
        emit(event.name(), value);
    }

    /** Sends an event of a known type and waits for the client's answer. */
    public <T> CompletableFuture<Arguments> emitWithAck(Event<T> event, T value) {
        return emitWithAck(event.name(), value);
    }

    /**
     * An object whose methods emit to this client, as {@link Broadcasts#as}; for an answer they
     * return {@code CompletableFuture<T>} of its first argument.
     */
    public <T> T as(Class<T> contract) {
        return plain().as(contract);
    }

    /** Dropped if the connection could not send it at once. */
    public SocketEmitter asVolatile() {
        return plain().asVolatile();
    }

    /** Whether compressing what is sent is worth while; if not, it is sent as it is. */
    public SocketEmitter compress(boolean wanted) {
        return plain().compress(wanted);
    }

    /** How long the answer is waited for. */
    public SocketEmitter timeout(Duration timeout) {
        return plain().timeout(timeout);
    }

    /** Everybody else in the namespace. */
    public BroadcastOperator<D> broadcast() {
        return new BroadcastOperator<>(
                conversation.namespace.cluster,
                Selection.EVERYBODY,
                conversation,
                conversation.client.io.settings.ackTimeoutMillis);
    }

    /** Everybody else in these rooms. */
    public BroadcastOperator<D> to(String... rooms) {
        return broadcast().to(rooms);
    }

    /** Another name of {@link #to}. */
    public BroadcastOperator<D> in(String... rooms) {
        return broadcast().to(rooms);
    }

    /** Everybody else who is not in these rooms. */
    public BroadcastOperator<D> except(String... rooms) {
        return broadcast().except(rooms);
    }

    /** Everybody else on this node. */
    public BroadcastOperator<D> local() {
        return broadcast().local();
    }

    private SocketEmitter plain() {
        return new SocketEmitter(
                conversation, Flags.NONE, conversation.client.io.settings.ackTimeoutMillis);
    }

    // ---- rooms

    /** Joins rooms; a socket that is gone joins nothing. */
    public void join(String... rooms) {
        join(List.of(rooms));
    }

    /** As {@link #join(String...)}. */
    public void join(Collection<String> rooms) {
        rooms.forEach(conversation.rooms::join);
    }

    public void leave(String room) {
        conversation.rooms.leave(room);
    }

    // ---- in

    /** Hears an event of this client. */
    public void on(String event, Listener listener) {
        conversation.listeners.on(event, listener);
    }

    /**
     * Hears an event of a known type. What cannot be read as that goes to the error listeners. An
     * absent argument and null are given as null.
     */
    public <T> void on(Event<T> event, Consumer<T> listener) {
        on(event, (value, ack) -> listener.accept(value));
    }

    /** Hears an event of a known type, and may answer it. */
    @SuppressWarnings("NullAway") // null is what the client sent
    public <T> void on(Event<T> event, BiConsumer<T, Ack> listener) {
        on(event.name(), arguments -> listener.accept(event.read(arguments), arguments.ack()));
    }

    /**
     * Has events call the public methods of the handler that have an {@link OnEvent}. Parameters
     * are the arguments, in order; a {@link Socket}, an {@link Ack} and {@link Arguments} are given
     * as well wherever they are asked for. What a method returns, or the stage it returns completes
     * with, is the answer. In a named module, its package must be open to this one.
     *
     * @throws IllegalArgumentException if there is no such method
     */
    public void serve(Object handler) {
        Contract.serve(conversation, handler.getClass(), handler, false);
    }

    /** The same for all methods of a contract. */
    public <T> void serve(Class<T> contract, T handler) {
        Contract.serve(conversation, contract, handler, true);
    }

    /** As {@link #on(String, Listener)}, for one time. */
    public void once(String event, Listener listener) {
        conversation.listeners.once(event, listener);
    }

    /** Takes a listener back. */
    public void off(String event, Listener listener) {
        conversation.listeners.off(event, listener);
    }

    /** Takes all listeners of an event back. */
    public void off(String event) {
        conversation.listeners.off(event, null);
    }

    /** Hears every event of this client, before middlewares and other listeners. */
    public void onAny(AnyListener listener) {
        conversation.listeners.onAny(listener);
    }

    /** As {@link #onAny}, before those that are there. */
    public void prependAny(AnyListener listener) {
        conversation.listeners.prependAny(listener);
    }

    /** Takes one back. */
    public void offAny(AnyListener listener) {
        conversation.listeners.offAny(listener);
    }

    /** Takes all back. */
    public void offAny() {
        conversation.listeners.offAny(null);
    }

    /** Hears every event sent to this client, broadcasts included; not answers. */
    public void onAnyOutgoing(AnyListener listener) {
        conversation.changeOutgoing(listeners -> listeners.onAnyOutgoing(listener));
    }

    /** As {@link #onAnyOutgoing}, before those that are there. */
    public void prependAnyOutgoing(AnyListener listener) {
        conversation.changeOutgoing(listeners -> listeners.prependAnyOutgoing(listener));
    }

    /** Takes one back. */
    public void offAnyOutgoing(AnyListener listener) {
        conversation.changeOutgoing(listeners -> listeners.offAnyOutgoing(listener));
    }

    /** Takes all back. */
    public void offAnyOutgoing() {
        conversation.changeOutgoing(listeners -> listeners.offAnyOutgoing(null));
    }

    /** Lets the events of this client pass, or not, on their way to the listeners. */
    public void use(EventMiddleware middleware) {
        conversation.listeners.use(middleware);
    }

    /** Hears of the end while the rooms are still known. */
    public void onDisconnecting(DisconnectListener listener) {
        conversation.listeners.onDisconnecting(listener);
    }

    /** Hears of the end. */
    public void onDisconnect(DisconnectListener listener) {
        conversation.listeners.onDisconnect(listener);
    }

    /**
     * Hears of events that could not be handled: a listener or middleware threw, an argument was
     * not what it was read as, or the client sent what is no packet.
     */
    public void onError(Consumer<Throwable> listener) {
        conversation.listeners.onError(listener);
    }

    // ---- end

    /** Ends this socket; the connection and its other sockets go on. */
    public void disconnect() {
        disconnect(false);
    }

    /**
     * Ends this socket.
     *
     * @param closeConnection with all other sockets of the client, and the connection
     */
    public void disconnect(boolean closeConnection) {
        conversation.namespace.inOrder(() ->
                conversation.client.io.hand(
                        conversation.loop().lane(),
                        64,
                        () -> conversation.disconnect(closeConnection)));
    }

    @Override
    public String toString() {
        return "socket " + id() + " in " + conversation.namespace.name();
    }
}
