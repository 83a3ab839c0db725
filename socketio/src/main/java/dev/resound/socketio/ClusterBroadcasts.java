package dev.resound.socketio;

import dev.resound.socketio.packet.Payload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A namespace, here and on all other nodes. This node never waits for the others. <b>Thread:</b>
 * any.
 */
final class ClusterBroadcasts<D> implements BroadcastTarget<D> {
    private final Namespace<D> namespace;

    ClusterBroadcasts(Namespace<D> namespace) {
        this.namespace = namespace;
    }

    @Override
    public Json json() {
        return namespace.json();
    }

    @Override
    public void emit(Selection selection, @Nullable Conversation<D> sender, Payload event) {
        StoredRecovery<D> stored = namespace.stored;
        if (stored != null) {
            stored.emit(selection, sender, event);
            return;
        }
        namespace.local.emit(selection, sender, event);
        if (!selection.local()) {
            namespace.adapter.publish(without(sender, selection), PacketData.of(event));
        }
    }

    @Override
    public CompletableFuture<List<Arguments>> emitWithAck(
            Selection selection,
            @Nullable Conversation<D> sender,
            Payload event,
            long timeoutMillis) {
        BroadcastAck answers = answers(timeoutMillis);
        answers.alsoHere();
        namespace.inOrder(() ->
                namespace.local.ask(
                        selection,
                        sender,
                        event,
                        timeoutMillis,
                        answers::counted,
                        answers::answered));
        if (selection.local()) {
            answers.asked(0);
        } else {
            namespace.adapter.publishWithAck(
                    without(sender, selection),
                    PacketData.of(event),
                    Duration.ofMillis(timeoutMillis),
                    answers);
        }
        return answers.result();
    }

    CompletableFuture<List<Arguments>> serverSideEmitWithAck(PacketData event) {
        long timeoutMillis = namespace.io.settings.ackTimeoutMillis;
        BroadcastAck answers = answers(timeoutMillis);
        namespace.adapter.serverSideEmitWithAck(event, Duration.ofMillis(timeoutMillis), answers);
        return answers.result();
    }

    /** Somewhere to gather answers, for a limited time. */
    private BroadcastAck answers(long timeoutMillis) {
        var answers = new BroadcastAck(json(), namespace.io.settings.completions);
        namespace.io.timer(timeoutMillis, answers.result(), answers::expire);
        return answers;
    }

    private static Selection without(@Nullable Conversation<?> sender, Selection selection) {
        return sender == null ? selection : selection.except(List.of(sender.id));
    }

    @Override
    public CompletableFuture<List<RemoteSocket>> fetchSockets(
            Selection selection, long timeoutMillis) {
        List<SocketDescription> here = namespace.localSockets.sockets(selection);
        if (selection.local()) {
            return CompletableFuture.completedFuture(sockets(here));
        }
        return namespace
                .adapter
                .fetchSockets(selection, Duration.ofMillis(timeoutMillis))
                .exceptionally(ClusterBroadcasts::failed)
                .thenApply(elsewhere -> {
                    List<SocketDescription> all = new ArrayList<>(here);
                    all.addAll(elsewhere);
                    return sockets(all);
                })
                .toCompletableFuture();
    }

    private static List<SocketDescription> failed(Throwable failure) {
        Throwable reason = failure instanceof CompletionException ? failure.getCause() : failure;
        if (reason instanceof TimeoutException late) {
            var timeout = new AckTimeoutException(List.of());
            timeout.initCause(late);
            throw timeout;
        }
        throw new CompletionException(reason);
    }

    private List<RemoteSocket> sockets(List<SocketDescription> descriptions) {
        return descriptions.stream()
                .map(each ->
                        new RemoteSocket(
                                each, json(), namespace.broadcast().to(List.of(each.id()))))
                .toList();
    }

    @Override
    public void join(Selection selection, Collection<String> rooms) {
        Set<String> all = Set.copyOf(rooms);
        namespace.inOrder(() -> namespace.localSockets.join(selection, all));
        if (!selection.local()) {
            namespace.adapter.join(selection, all);
        }
    }

    @Override
    public void leave(Selection selection, Set<String> rooms) {
        namespace.inOrder(() -> namespace.localSockets.leave(selection, rooms));
        if (!selection.local()) {
            namespace.adapter.leave(selection, rooms);
        }
    }

    @Override
    public void disconnect(Selection selection, boolean closeConnection) {
        namespace.inOrder(() -> namespace.localSockets.disconnect(selection, closeConnection));
        if (!selection.local()) {
            namespace.adapter.disconnect(selection, closeConnection);
        }
    }
}
