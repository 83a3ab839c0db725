package dev.resound.socketio;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Takes what is done in one namespace to the other nodes of a cluster. This node has done its part
 * when an adapter is called; what comes from other nodes goes to the {@link LocalNamespace}.
 *
 * <p><b>Thread:</b> any, event loops among them: no method may wait.
 */
public interface Adapter extends AutoCloseable {

    /** Makes the adapters. */
    @FunctionalInterface
    interface Factory {
        /** A namespace is being created. Nothing else may be asked of the server meanwhile. */
        Adapter create(LocalNamespace namespace);
    }

    /** Sends an event to the chosen sockets of the other nodes. */
    void publish(Selection selection, PacketData event);

    /**
     * Sends an event to the chosen sockets of the other nodes and passes on their answers.
     *
     * @param timeout after which nobody waits any more
     */
    void publishWithAck(
            Selection selection, PacketData event, Duration timeout, RemoteAnswers answers);

    /**
     * The chosen sockets of the other nodes.
     *
     * @return fails with {@link java.util.concurrent.TimeoutException} if a node does not answer in
     *     time
     */
    CompletionStage<List<SocketDescription>> fetchSockets(Selection selection, Duration timeout);

    /** Has the chosen sockets of the other nodes join these rooms. */
    void join(Selection selection, Set<String> rooms);

    /** Has the chosen sockets of the other nodes leave these rooms. */
    void leave(Selection selection, Set<String> rooms);

    /** Disconnects the chosen sockets of the other nodes. */
    void disconnect(Selection selection, boolean closeConnection);

    /** Tells the other nodes' {@link LocalNamespace#onServerSideEmit}. */
    void serverSideEmit(PacketData event);

    /** The same, for an answer of each: of its arguments, the first. */
    void serverSideEmitWithAck(PacketData event, Duration timeout, RemoteAnswers answers);

    /** How many nodes there are, this one included. */
    CompletionStage<Integer> serverCount();

    /**
     * What keeps events and sessions for clients that come back to any node; null if each node has
     * to keep them by itself. Asked once, and used if the server has a {@link Recovery}.
     */
    default @Nullable RecoveryStore recoveryStore() {
        return null;
    }

    /** The namespace is gone, or the server closes. */
    @Override
    void close();
}
