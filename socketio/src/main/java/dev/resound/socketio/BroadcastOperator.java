package dev.resound.socketio;

import dev.resound.socketio.packet.Payload;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A choice of sockets of a namespace. Immutable: every method that narrows down returns another
 * one. <b>Thread:</b> any.
 */
public final class BroadcastOperator<D> implements Broadcasts<D> {
    private final BroadcastTarget<D> target;
    private final Selection selection;
    private final @Nullable Conversation<D> sender;
    private final long timeoutMillis;

    /**
     * @param sender left out, if there is one
     */
    BroadcastOperator(
            BroadcastTarget<D> target,
            Selection selection,
            @Nullable Conversation<D> sender,
            long timeoutMillis) {
        this.target = target;
        this.selection = selection;
        this.sender = sender;
        this.timeoutMillis = timeoutMillis;
    }

    private BroadcastOperator<D> with(Selection other) {
        return new BroadcastOperator<>(target, other, sender, timeoutMillis);
    }

    @Override
    public BroadcastOperator<D> broadcast() {
        return this;
    }

    @Override
    public BroadcastOperator<D> to(Collection<String> rooms) {
        return with(selection.to(rooms));
    }

    @Override
    public BroadcastOperator<D> except(Collection<String> rooms) {
        return with(selection.except(rooms));
    }

    @Override
    public BroadcastOperator<D> local() {
        return with(selection.onThisNode());
    }

    @Override
    public BroadcastOperator<D> asVolatile() {
        return with(selection.droppable());
    }

    @Override
    public BroadcastOperator<D> compress(boolean wanted) {
        return with(selection.compressed(wanted));
    }

    @Override
    public BroadcastOperator<D> timeout(Duration timeout) {
        return new BroadcastOperator<>(target, selection, sender, timeout.toMillis());
    }

    @Override
    public void emit(String event, @Nullable Object @Nullable ... arguments) {
        Payload payload = target.json().event(event, arguments);
        target.emit(selection, sender, payload);
    }

    @Override
    public CompletableFuture<List<Arguments>> emitWithAck(
            String event, @Nullable Object @Nullable ... arguments) {
        Payload payload = target.json().event(event, arguments);
        return target.emitWithAck(selection, sender, payload, timeoutMillis);
    }

    @Override
    public <T> T as(Class<T> contract) {
        return Contract.emitting(
                contract,
                new Contract.Emitter() {
                    @Override
                    public Json json() {
                        return target.json();
                    }

                    @Override
                    public void emit(String event, @Nullable Object[] arguments) {
                        BroadcastOperator.this.emit(event, arguments);
                    }

                    @Override
                    public CompletableFuture<List<Arguments>> ask(
                            String event, @Nullable Object[] arguments) {
                        return BroadcastOperator.this.emitWithAck(event, arguments);
                    }
                },
                false);
    }

    @Override
    public CompletableFuture<List<RemoteSocket>> fetchSockets() {
        return target.fetchSockets(selection, timeoutMillis);
    }

    @Override
    public void socketsJoin(String... rooms) {
        target.join(selection, List.of(rooms));
    }

    @Override
    public void socketsLeave(String... rooms) {
        target.leave(selection, Set.of(rooms));
    }

    @Override
    public void disconnectSockets(boolean closeConnections) {
        target.disconnect(selection, closeConnections);
    }
}
