package dev.resound.socketio;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A socket of this node or another, as it was when it was fetched; what is done to it is done where
 * it lives. <b>Thread:</b> any.
 *
 * @see BroadcastOperator#fetchSockets
 */
public final class RemoteSocket {
    private final SocketDescription description;
    private final Json json;
    private final BroadcastOperator<?> self;

    /**
     * @param self the operator that means this socket
     */
    RemoteSocket(SocketDescription description, Json json, BroadcastOperator<?> self) {
        this.description = description;
        this.json = json;
        this.self = self;
    }

    public String id() {
        return description.id();
    }

    public Handshake handshake() {
        return description.handshake();
    }

    /** The rooms it was in, that of its own id among them. */
    public Set<String> rooms() {
        return description.rooms();
    }

    /**
     * What the application kept with it: a copy, read from JSON.
     *
     * @throws tools.jackson.core.JacksonException if it cannot be read as this
     */
    public <T> @Nullable T data(Class<T> type) {
        return json.mapper().treeToValue(ClientNote.removedFrom(description.data()), type);
    }

    /**
     * {@link Socket#clientId}, if its node has said so.
     *
     * @see SocketIo#describeClients
     */
    public Optional<String> clientId() {
        return ClientNote.in(description.data()).map(ClientNote::clientId);
    }

    /** The transport's name on the wire, {@code polling} or {@code websocket}, likewise. */
    public Optional<String> transport() {
        return ClientNote.in(description.data()).map(ClientNote::transport);
    }

    /** As {@link Socket#emit}. */
    public void emit(String event, @Nullable Object @Nullable ... arguments) {
        self.emit(event, arguments);
    }

    /**
     * As {@link Socket#emitWithAck}; if the socket is gone, it fails with {@link
     * AckTimeoutException}.
     */
    public CompletableFuture<Arguments> emitWithAck(
            Duration timeout, String event, @Nullable Object @Nullable ... arguments) {
        return self.timeout(timeout)
                .emitWithAck(event, arguments)
                .thenApply(answers -> {
                    if (answers.isEmpty()) {
                        throw new AckTimeoutException(List.of());
                    }
                    return answers.getFirst();
                });
    }

    public void join(String... rooms) {
        self.socketsJoin(rooms);
    }

    public void leave(String... rooms) {
        self.socketsLeave(rooms);
    }

    /** As {@link Socket#disconnect(boolean)}. */
    public void disconnect(boolean closeConnection) {
        self.disconnectSockets(closeConnection);
    }

    @Override
    public String toString() {
        return "socket " + id();
    }
}
