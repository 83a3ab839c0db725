package dev.resound.socketio;

import dev.resound.socketio.packet.Payload;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A choice of sockets of a namespace. Immutable: every method that narrows down returns another
 * one. <b>Thread:</b> any.
 */
public final class BroadcastOperator<D> implements Broadcasts<D> {
    private final Namespace<D> namespace;
    private final Selection selection;
    private final @Nullable Conversation<D> sender;
    private final long timeoutMillis;

    /**
     * @param sender left out, if there is one
     */
    BroadcastOperator(
            Namespace<D> namespace,
            Selection selection,
            @Nullable Conversation<D> sender,
            long timeoutMillis) {
        this.namespace = namespace;
        this.selection = selection;
        this.sender = sender;
        this.timeoutMillis = timeoutMillis;
    }

    private BroadcastOperator<D> with(Selection other) {
        return new BroadcastOperator<>(namespace, other, sender, timeoutMillis);
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
        return new BroadcastOperator<>(namespace, selection, sender, timeout.toMillis());
    }

    @Override
    public void emit(String event, @Nullable Object @Nullable ... arguments) {
        Payload payload = namespace.json().event(event, arguments);
        namespace.local.emit(selection, sender, payload);
    }

    @Override
    public CompletableFuture<List<Arguments>> emitWithAck(
            String event, @Nullable Object @Nullable ... arguments) {
        Payload payload = namespace.json().event(event, arguments);
        return namespace.local.emitWithAck(selection, sender, payload, timeoutMillis);
    }
}
