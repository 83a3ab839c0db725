package dev.resound.redis;

import dev.resound.socketio.LocalNamespace;
import dev.resound.socketio.PacketData;
import dev.resound.socketio.RemoteAnswers;
import dev.resound.socketio.Selection;
import dev.resound.socketio.SocketDescription;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What the nodes of a cluster ask of each other in one namespace, and answer, where they say {@link
 * ClusterMessage}s; whatever carries them.
 *
 * <p><b>Thread:</b> any; what others say is heard on one that may wait.
 */
final class ClusterRequests {
    private static final int ID_BYTES = 8;

    /** However long others say that they wait. */
    private static final Duration LONGEST_TIMEOUT = Duration.ofHours(1);

    private final LocalNamespace namespace;
    private final Duration requestsTimeout;
    private final Carrier carrier;
    private final PendingRequests<ClusterMessage.Response> pending;

    /** Takes messages to the other nodes. <b>Thread:</b> any; must not wait. */
    interface Carrier {

        /** Whether it goes to all other nodes; false: too much waits. */
        boolean publish(ClusterMessage message);

        /** Answers the node that has asked. */
        void respond(String uid, ClusterMessage.Response response);

        /** How many nodes would hear what is published; this one is among them, if it listens. */
        CompletionStage<Long> listeners();
    }

    /**
     * @param requestsTimeout how long answers of other nodes are waited for, of those for which a
     *     request does not say it, or says more
     */
    ClusterRequests(
            RedisLink link, LocalNamespace namespace, Duration requestsTimeout, Carrier carrier) {
        this.namespace = namespace;
        this.requestsTimeout = requestsTimeout;
        this.carrier = carrier;
        this.pending = new PendingRequests<>(link);
    }

    /** A name nobody else has, of a node or of a request. */
    static String newId() {
        return Ids.hex(ID_BYTES);
    }

    void close() {
        pending.close();
    }

    // ---- what this node says

    /** See {@link dev.resound.socketio.Adapter#publishWithAck}. */
    void publishWithAck(
            Selection selection, PacketData event, Duration timeout, RemoteAnswers answers) {
        String requestId = newId();
        var held = new HeldAnswers(answers);
        if (!pending.add(requestId, new AskedClients<>(held, ClusterRequests::tell), timeout)
                || !carrier.publish(
                        new ClusterMessage.Broadcast(requestId, selection, event, timeout))) {
            pending.expire(requestId);
            return; // who is asked is not known, so that it is not over before the time is up
        }
        serverCount().thenAccept(nodes -> held.asked(nodes - 1));
    }

    /** See {@link dev.resound.socketio.Adapter#fetchSockets}. */
    CompletionStage<List<SocketDescription>> fetchSockets(Selection selection, Duration timeout) {
        return serverCount()
                .thenCompose(nodes -> fetch(selection, timeout, nodes - 1))
                // What the application does then must not keep the threads that talk to Redis.
                .whenCompleteAsync((sockets, failure) -> {}, Thread::startVirtualThread);
    }

    private CompletionStage<List<SocketDescription>> fetch(
            Selection selection, Duration timeout, int nodes) {
        var result = new CompletableFuture<List<SocketDescription>>();
        String requestId = newId();
        if (nodes == 0) {
            result.complete(List.of());
        } else if (!pending.add(
                requestId,
                new FetchedSockets<>(nodes, ClusterRequests::sockets, result),
                shorter(timeout))) {
            result.completeExceptionally(
                    new IllegalStateException("too many requests wait for an answer"));
        } else if (!carrier.publish(
                new ClusterMessage.Fetch(requestId, selection, shorter(timeout)))) {
            result.completeExceptionally(
                    new IllegalStateException("too much waits to be published"));
            pending.expire(requestId);
        }
        return result;
    }

    private static @Nullable List<SocketDescription> sockets(ClusterMessage.Response response) {
        return response instanceof ClusterMessage.Sockets(var id, var sockets) ? sockets : null;
    }

    /** See {@link dev.resound.socketio.Adapter#serverSideEmitWithAck}. */
    void serverSideEmitWithAck(PacketData event, Duration timeout, RemoteAnswers answers) {
        serverCount().thenAccept(nodes -> ask(event, timeout, nodes - 1, answers));
    }

    private void ask(PacketData event, Duration timeout, int nodes, RemoteAnswers answers) {
        answers.asked(nodes);
        String requestId = newId();
        if (nodes > 0
                && (!pending.add(
                                requestId,
                                new AskedServers<>(nodes, ClusterRequests::arguments, answers),
                                shorter(timeout))
                        || !carrier.publish(new ClusterMessage.ServerSideEmit(requestId, event)))) {
            pending.expire(requestId);
        }
    }

    /** See {@link dev.resound.socketio.Adapter#serverCount}. */
    CompletionStage<Integer> serverCount() {
        // This node may not listen yet.
        return carrier.listeners().thenApply(nodes -> Math.clamp(nodes, 1, Integer.MAX_VALUE));
    }

    private Duration shorter(Duration timeout) {
        return timeout.compareTo(requestsTimeout) < 0 ? timeout : requestsTimeout;
    }

    private static void tell(ClusterMessage.Response response, RemoteAnswers answers) {
        switch (response) {
            case ClusterMessage.ClientCount(var id, var clients) -> answers.counted(clients);
            case ClusterMessage.ClientAnswer(var id, var arguments) -> answers.answered(arguments);
            case ClusterMessage.Sockets ignored -> {}
            case ClusterMessage.Answer ignored -> {}
        }
    }

    private static @Nullable PacketData arguments(ClusterMessage.Response response) {
        return response instanceof ClusterMessage.Answer(var id, var arguments) ? arguments : null;
    }

    // ---- what others say

    /** Does what another node has said; an answer may come by whatever way. */
    void onMessage(String uid, ClusterMessage message) {
        switch (message) {
            case ClusterMessage.Broadcast(var id, var selection, var event, var timeout) -> {
                if (id == null) {
                    namespace.deliver(selection, event);
                } else {
                    deliverWithAck(uid, id, selection, event, timeout);
                }
            }
            case ClusterMessage.Join(var selection, var rooms) -> namespace.join(selection, rooms);
            case ClusterMessage.Leave(var selection, var rooms) ->
                    namespace.leave(selection, rooms);
            case ClusterMessage.Disconnect(var selection, var close) ->
                    namespace.disconnect(selection, close);
            case ClusterMessage.Fetch(var id, var selection, var timeout) ->
                    carrier.respond(
                            uid, new ClusterMessage.Sockets(id, namespace.sockets(selection)));
            case ClusterMessage.ServerSideEmit(var id, var event) ->
                    namespace.onServerSideEmit(
                            event,
                            id == null
                                    ? null
                                    : arguments ->
                                            carrier.respond(
                                                    uid, new ClusterMessage.Answer(id, arguments)));
            case ClusterMessage.Response response ->
                    pending.answered(response.requestId(), response);
            // Whoever is there is counted by other means.
            case ClusterMessage.InitialHeartbeat() -> {}
            case ClusterMessage.Heartbeat() -> {}
            case ClusterMessage.AdapterClose() -> {}
        }
    }

    private void deliverWithAck(
            String uid,
            String requestId,
            Selection selection,
            PacketData event,
            @Nullable Duration wish) {
        Duration timeout = wish == null ? requestsTimeout : wish;
        namespace.deliverWithAck(
                selection,
                event,
                timeout.compareTo(LONGEST_TIMEOUT) < 0 ? timeout : LONGEST_TIMEOUT,
                clients -> carrier.respond(uid, new ClusterMessage.ClientCount(requestId, clients)),
                arguments ->
                        carrier.respond(
                                uid, new ClusterMessage.ClientAnswer(requestId, arguments)));
    }
}
