package dev.resound.socketio;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Something to broadcast from: a server, a namespace, or a {@link BroadcastOperator} that has
 * narrowed down who is meant. <b>Thread:</b> any.
 */
public sealed interface Broadcasts<D>
        permits BroadcastOperator, Namespace, ParentNamespace, SocketIo {

    /** Everybody who is meant so far. */
    BroadcastOperator<D> broadcast();

    /** Also those in these rooms; without any {@code to}, everybody is meant. */
    default BroadcastOperator<D> to(String... rooms) {
        return to(List.of(rooms));
    }

    /** As {@link #to(String...)}. */
    default BroadcastOperator<D> to(Collection<String> rooms) {
        return broadcast().to(rooms);
    }

    /** Another name of {@link #to(String...)}. */
    default BroadcastOperator<D> in(String... rooms) {
        return to(rooms);
    }

    /** Not those in these rooms. A socket's id is the name of a room with that socket in it. */
    default BroadcastOperator<D> except(String... rooms) {
        return except(List.of(rooms));
    }

    /** As {@link #except(String...)}. */
    default BroadcastOperator<D> except(Collection<String> rooms) {
        return broadcast().except(rooms);
    }

    /** Only those connected to this node. */
    default BroadcastOperator<D> local() {
        return broadcast().local();
    }

    /** Dropped for those whose connection could not send it at once. */
    default BroadcastOperator<D> asVolatile() {
        return broadcast().asVolatile();
    }

    /** Whether compressing what is sent is worth while; if not, it is sent as it is. */
    default BroadcastOperator<D> compress(boolean wanted) {
        return broadcast().compress(wanted);
    }

    /** How long answers are waited for. */
    default BroadcastOperator<D> timeout(Duration timeout) {
        return broadcast().timeout(timeout);
    }

    /**
     * Sends an event.
     *
     * @param event any name but the reserved ones of the protocol ({@code connect}, {@code
     *     connect_error}, {@code disconnect}, {@code disconnecting}, {@code newListener}, {@code
     *     removeListener})
     * @param arguments what the server's mapper can write, null included; {@code byte[]} and {@code
     *     ByteBuffer} go as binary, at any depth. What came as {@link Arguments#toArray} is sent on
     *     as it came
     * @throws IllegalArgumentException if the name is reserved
     * @throws tools.jackson.core.JacksonException if an argument cannot be written as JSON
     */
    default void emit(String event, @Nullable Object @Nullable ... arguments) {
        broadcast().emit(event, arguments);
    }

    /** Sends an event of a known type. */
    default <T> void emit(Event<T> event, T value) {
        emit(event.name(), value);
    }

    /** Sends an event of a known type and gathers everybody's answers. */
    default <T> CompletableFuture<List<Arguments>> emitWithAck(Event<T> event, T value) {
        return emitWithAck(event.name(), value);
    }

    /**
     * An object whose methods emit: the event is the method's name or its {@link OnEvent}, the
     * parameters are the arguments. A method returns {@code void}, or {@code
     * CompletableFuture<List<T>>} for the first argument of everybody's answer.
     *
     * @throws IllegalArgumentException if the contract is no interface, or has other methods
     */
    default <T> T as(Class<T> contract) {
        return broadcast().as(contract);
    }

    /** Sends the event {@code message}. */
    default void send(@Nullable Object @Nullable ... arguments) {
        emit("message", arguments);
    }

    /**
     * Sends an event and gathers everybody's answers.
     *
     * @return the answers, in the order they came, once all who were asked have answered; at once
     *     if nobody was. Fails with {@link AckTimeoutException} otherwise
     */
    default CompletableFuture<List<Arguments>> emitWithAck(
            String event, @Nullable Object @Nullable ... arguments) {
        return broadcast().emitWithAck(event, arguments);
    }

    /**
     * Who is meant: the sockets of this node and of all others.
     *
     * @return fails with {@link AckTimeoutException} if a node did not answer in time, and with
     *     {@link UnsupportedOperationException} for a {@link ParentNamespace}
     */
    default CompletableFuture<List<RemoteSocket>> fetchSockets() {
        return broadcast().fetchSockets();
    }

    /** Has everybody who is meant join these rooms. */
    default void socketsJoin(String... rooms) {
        broadcast().socketsJoin(rooms);
    }

    /** Has everybody who is meant leave these rooms. */
    default void socketsLeave(String... rooms) {
        broadcast().socketsLeave(rooms);
    }

    /** Disconnects everybody who is meant, as {@link Socket#disconnect(boolean)} does. */
    default void disconnectSockets(boolean closeConnections) {
        broadcast().disconnectSockets(closeConnections);
    }
}
