package dev.resound.socketio;

import dev.resound.socketio.packet.Payload;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Sends to one socket, in a way that was asked for. Immutable: every method that asks for something
 * returns another one. <b>Thread:</b> any.
 *
 * @see Socket#asVolatile
 * @see Socket#compress
 * @see Socket#timeout
 */
public final class SocketEmitter {
    private final Conversation<?> socket;
    private final Flags flags;
    private final long timeoutMillis;

    SocketEmitter(Conversation<?> socket, Flags flags, long timeoutMillis) {
        this.socket = socket;
        this.flags = flags;
        this.timeoutMillis = timeoutMillis;
    }

    /** Dropped if the connection could not send it at once. */
    public SocketEmitter asVolatile() {
        return new SocketEmitter(socket, flags.droppable(), timeoutMillis);
    }

    /** Whether compressing what is sent is worth while; if not, it is sent as it is. */
    public SocketEmitter compress(boolean wanted) {
        return new SocketEmitter(socket, flags.compressed(wanted), timeoutMillis);
    }

    /** How long the answer is waited for. */
    public SocketEmitter timeout(Duration timeout) {
        return new SocketEmitter(socket, flags, timeout.toMillis());
    }

    /** As {@link Socket#emit}. */
    public void emit(String event, @Nullable Object @Nullable ... arguments) {
        Payload payload = socket.namespace.json().event(event, arguments);
        socket.out().emit(payload, flags);
    }

    /** As {@link Socket#emitWithAck}. */
    public CompletableFuture<Arguments> emitWithAck(
            String event, @Nullable Object @Nullable ... arguments) {
        Payload payload = socket.namespace.json().event(event, arguments);
        var answer = new AckFuture(socket.namespace.json(), socket.client.io.settings.completions);
        socket.out().ask(payload, flags, answer, timeoutMillis);
        return answer.result();
    }

    /** As {@link Socket#as}. */
    public <T> T as(Class<T> contract) {
        return Contract.emitting(
                contract,
                new Contract.Emitter() {
                    @Override
                    public Json json() {
                        return socket.namespace.json();
                    }

                    @Override
                    public void emit(String event, @Nullable Object[] arguments) {
                        SocketEmitter.this.emit(event, arguments);
                    }

                    @Override
                    public CompletableFuture<List<Arguments>> ask(
                            String event, @Nullable Object[] arguments) {
                        return SocketEmitter.this.emitWithAck(event, arguments).thenApply(List::of);
                    }
                },
                true);
    }
}
