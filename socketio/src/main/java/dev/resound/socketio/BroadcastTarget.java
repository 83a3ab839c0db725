package dev.resound.socketio;

import dev.resound.socketio.packet.Payload;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What operators work on: a namespace, or all children of a parent. <b>Thread:</b> any. */
interface BroadcastTarget<D> {

    Json json();

    /**
     * Sends an event.
     *
     * @param sender left out, if there is one
     */
    void emit(Selection selection, @Nullable Conversation<D> sender, Payload event);

    CompletableFuture<List<Arguments>> emitWithAck(
            Selection selection,
            @Nullable Conversation<D> sender,
            Payload event,
            long timeoutMillis);

    CompletableFuture<List<RemoteSocket>> fetchSockets(Selection selection, long timeoutMillis);

    void join(Selection selection, Collection<String> rooms);

    void leave(Selection selection, Set<String> rooms);

    void disconnect(Selection selection, boolean closeConnection);
}
