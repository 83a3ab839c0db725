package dev.resound.redis;

import dev.resound.core.RateLimitedLog;
import dev.resound.socketio.Adapter;
import dev.resound.socketio.LocalNamespace;
import dev.resound.socketio.PacketData;
import dev.resound.socketio.RemoteAnswers;
import dev.resound.socketio.Selection;
import dev.resound.socketio.SocketDescription;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * A namespace of a cluster whose nodes speak as {@code @socket.io/redis-adapter} does, without
 * sharding. Node's servers do to their own sockets what they hear themselves ask; here that has
 * been done before, so what this node says itself is not listened to.
 *
 * <p><b>Thread:</b> any; messages are heard on that of the link's inbox.
 */
final class ClassicAdapter implements Adapter {
    private static final int ID_LENGTH = 6;
    private static final Selection EVERYBODY =
            new Selection(Set.of(), Set.of(), false, false, true);

    /** However long others say that they wait. */
    private static final Duration LONGEST_TIMEOUT = Duration.ofHours(1);

    private static final RateLimitedLog DROPS =
            new RateLimitedLog(LoggerFactory.getLogger(ClassicAdapter.class));

    private final String uid = Ids.random(ID_LENGTH);
    private final RedisLink link;
    private final RedisAdapters.Options options;
    private final LocalNamespace namespace;
    private final LongAdder dropped;
    private final String broadcastChannel;
    private final String broadcastPattern;
    private final String requestChannel;
    private final String responseChannel;
    private final Inbox.Listener onBroadcast =
            Inbox.allBut(ClassicCodec.head(uid), guarded(this::onBroadcast));
    private final Inbox.Listener onRequest = guarded(this::onRequest);
    private final Inbox.Listener onResponse = guarded(this::onResponse);
    private final PendingRequests<ClassicResponse> pending;

    /**
     * @param dropped counts messages that are none
     */
    ClassicAdapter(
            RedisLink link,
            RedisAdapters.Options options,
            LocalNamespace namespace,
            LongAdder dropped) {
        this.link = link;
        this.options = options;
        this.namespace = namespace;
        this.dropped = dropped;
        this.pending = new PendingRequests<>(link);
        String name = namespace.name();
        this.broadcastChannel = options.key() + "#" + name + "#";
        this.broadcastPattern = Globs.literal(broadcastChannel) + "*";
        this.requestChannel = options.key() + "-request#" + name + "#";
        this.responseChannel = options.key() + "-response#" + name + "#";
    }

    void listen() {
        link.subscribePattern(broadcastPattern, onBroadcast);
        link.subscribe(responseChannel, onResponse);
        link.subscribe(responseChannelOf(uid), onResponse);
        // As the last one: whoever counts this node may rely on it.
        link.subscribe(requestChannel, onRequest);
    }

    @Override
    public void close() {
        link.unsubscribePattern(broadcastPattern, onBroadcast);
        link.unsubscribe(requestChannel, onRequest);
        link.unsubscribe(responseChannel, onResponse);
        link.unsubscribe(responseChannelOf(uid), onResponse);
        pending.close();
    }

    private String responseChannelOf(String requester) {
        return responseChannel + requester + "#";
    }

    // ---- what this node says

    @Override
    public void publish(Selection selection, PacketData event) {
        String channel =
                selection.rooms().size() == 1
                        ? broadcastChannel + selection.rooms().iterator().next() + "#"
                        : broadcastChannel;
        link.publish(
                channel,
                ClassicCodec.write(
                        new ClassicCodec.Broadcast(uid, namespace.name(), selection, event)));
    }

    @Override
    public void publishWithAck(
            Selection selection, PacketData event, Duration timeout, RemoteAnswers answers) {
        String requestId = Ids.random(ID_LENGTH);
        var held = new HeldAnswers(answers);
        if (!pending.add(requestId, new AskedClients<>(held, ClassicAdapter::tell), timeout)
                || !request(
                        new ClassicRequest.Broadcast(uid, requestId, selection, event, timeout))) {
            pending.expire(requestId);
            return; // who is asked is not known, so that it is not over before the time is up
        }
        serverCount().thenAccept(nodes -> held.asked(nodes - 1));
    }

    @Override
    public CompletionStage<List<SocketDescription>> fetchSockets(
            Selection selection, Duration timeout) {
        return serverCount()
                .thenCompose(nodes -> fetch(selection, timeout, nodes - 1))
                // What the application does then must not keep the threads that talk to Redis.
                .whenCompleteAsync((sockets, failure) -> {}, Thread::startVirtualThread);
    }

    private CompletionStage<List<SocketDescription>> fetch(
            Selection selection, Duration timeout, int nodes) {
        var result = new CompletableFuture<List<SocketDescription>>();
        String requestId = Ids.random(ID_LENGTH);
        if (nodes == 0) {
            result.complete(List.of());
        } else if (!pending.add(
                requestId,
                new FetchedSockets<>(nodes, ClassicAdapter::sockets, result),
                shorter(timeout))) {
            result.completeExceptionally(
                    new IllegalStateException("too many requests wait for an answer"));
        } else if (!request(new ClassicRequest.Fetch(uid, requestId, selection))) {
            result.completeExceptionally(
                    new IllegalStateException("too much waits to be published"));
            pending.expire(requestId);
        }
        return result;
    }

    private static @Nullable List<SocketDescription> sockets(ClassicResponse response) {
        return response instanceof ClassicResponse.Sockets(var id, var sockets) ? sockets : null;
    }

    private Duration shorter(Duration timeout) {
        return timeout.compareTo(options.requestsTimeout()) < 0
                ? timeout
                : options.requestsTimeout();
    }

    @Override
    public void join(Selection selection, Set<String> rooms) {
        request(new ClassicRequest.Join(uid, selection, rooms));
    }

    @Override
    public void leave(Selection selection, Set<String> rooms) {
        request(new ClassicRequest.Leave(uid, selection, rooms));
    }

    @Override
    public void disconnect(Selection selection, boolean closeConnection) {
        request(new ClassicRequest.Disconnect(uid, selection, closeConnection));
    }

    @Override
    public void serverSideEmit(PacketData event) {
        request(new ClassicRequest.ServerSideEmit(uid, null, event));
    }

    @Override
    public void serverSideEmitWithAck(PacketData event, Duration timeout, RemoteAnswers answers) {
        serverCount().thenAccept(nodes -> ask(event, timeout, nodes - 1, answers));
    }

    private void ask(PacketData event, Duration timeout, int nodes, RemoteAnswers answers) {
        answers.asked(nodes);
        String requestId = Ids.random(ID_LENGTH);
        if (nodes > 0
                && (!pending.add(
                                requestId,
                                new AskedServers<>(nodes, ClassicAdapter::arguments, answers),
                                shorter(timeout))
                        || !request(new ClassicRequest.ServerSideEmit(uid, requestId, event)))) {
            pending.expire(requestId);
        }
    }

    @Override
    public CompletionStage<Integer> serverCount() {
        // This node's own subscription may be under way.
        return link.subscribers(requestChannel)
                .thenApply(nodes -> Math.clamp(nodes, 1, Integer.MAX_VALUE));
    }

    private boolean request(ClassicRequest request) {
        return link.publish(requestChannel, ClassicCodec.write(request, namespace.name()));
    }

    private static void tell(ClassicResponse response, RemoteAnswers answers) {
        switch (response) {
            case ClassicResponse.ClientCount(var id, var clients) -> answers.counted(clients);
            case ClassicResponse.ClientAnswer(var id, var arguments) -> answers.answered(arguments);
            case ClassicResponse.SocketIds ignored -> {}
            case ClassicResponse.Rooms ignored -> {}
            case ClassicResponse.Done ignored -> {}
            case ClassicResponse.Sockets ignored -> {}
            case ClassicResponse.Answer ignored -> {}
        }
    }

    private static @Nullable PacketData arguments(ClassicResponse response) {
        return response instanceof ClassicResponse.Answer(var id, var arguments) ? arguments : null;
    }

    // ---- what others say

    /** Hears messages, which may be malformed. */
    private interface Ear {
        void onMessage(String channel, byte[] message) throws MalformedMessage;
    }

    private Inbox.Listener guarded(Ear ear) {
        return (channel, message) -> {
            try {
                ear.onMessage(channel, message);
            } catch (MalformedMessage malformed) {
                dropped.increment();
                DROPS.warn(
                        "A message of "
                                + message.length
                                + " bytes from Redis was dropped, for no Socket.IO server says"
                                + " such a thing: "
                                + malformed.getMessage());
            }
        };
    }

    private void onBroadcast(String channel, byte[] message) throws MalformedMessage {
        if (!channel.startsWith(broadcastChannel)) {
            return; // globs differ between servers
        }
        String room =
                channel.length() == broadcastChannel.length()
                        ? ""
                        : channel.substring(broadcastChannel.length(), channel.length() - 1);
        if (!room.isEmpty() && !namespace.hasRoom(room)) {
            return;
        }
        ClassicCodec.Broadcast broadcast =
                ClassicCodec.readBroadcast(message, uid, namespace.name());
        if (broadcast != null) {
            namespace.deliver(broadcast.selection(), broadcast.event());
        }
    }

    private void onRequest(String channel, byte[] message) throws MalformedMessage {
        ClassicRequest request = ClassicCodec.readRequest(message, uid);
        switch (request) {
            case null -> {}
            case ClassicRequest.SocketIds(var asker, var id, var rooms) -> {
                List<String> ids =
                        namespace.sockets(in(rooms)).stream().map(SocketDescription::id).toList();
                respond(asker, new ClassicResponse.SocketIds(id, ids));
            }
            case ClassicRequest.AllRooms(var asker, var id) ->
                    respond(asker, new ClassicResponse.Rooms(id, rooms()));
            case ClassicRequest.Join(var asker, var selection, var rooms) ->
                    namespace.join(selection, rooms);
            case ClassicRequest.Leave(var asker, var selection, var rooms) ->
                    namespace.leave(selection, rooms);
            case ClassicRequest.Disconnect(var asker, var selection, var close) ->
                    namespace.disconnect(selection, close);
            case ClassicRequest.OfSocket ofSocket -> change(ofSocket);
            case ClassicRequest.Fetch(var asker, var id, var selection) ->
                    respond(asker, new ClassicResponse.Sockets(id, namespace.sockets(selection)));
            case ClassicRequest.ServerSideEmit(var asker, var id, var event) ->
                    namespace.onServerSideEmit(
                            event,
                            id == null
                                    ? null
                                    : arguments ->
                                            // Always here, wherever other responses go.
                                            publishResponse(
                                                    responseChannel,
                                                    new ClassicResponse.Answer(id, arguments)));
            case ClassicRequest.Broadcast broadcast -> deliver(broadcast);
        }
    }

    private static Selection in(Set<String> rooms) {
        return new Selection(rooms, Set.of(), false, false, true);
    }

    private Set<String> rooms() {
        Set<String> rooms = new LinkedHashSet<>();
        namespace.sockets(EVERYBODY).forEach(socket -> rooms.addAll(socket.rooms()));
        return rooms;
    }

    /** A socket of another node is no matter of this one. */
    private void change(ClassicRequest.OfSocket request) {
        Set<String> others = new LinkedHashSet<>(); // that have joined the room of its id
        boolean isHere = false;
        for (SocketDescription socket : namespace.sockets(in(Set.of(request.socketId())))) {
            boolean isMeant = socket.id().equals(request.socketId());
            isHere |= isMeant;
            if (!isMeant) {
                others.add(socket.id());
            }
        }
        if (!isHere) {
            return;
        }
        var selection = new Selection(Set.of(request.socketId()), others, false, false, true);
        switch (request.change()) {
            case ClassicRequest.Change.JoinRoom(var room) ->
                    namespace.join(selection, Set.of(room));
            case ClassicRequest.Change.LeaveRoom(var room) ->
                    namespace.leave(selection, Set.of(room));
            case ClassicRequest.Change.End(var close) -> namespace.disconnect(selection, close);
        }
        respond(request.uid(), new ClassicResponse.Done(request.requestId()));
    }

    private void deliver(ClassicRequest.Broadcast broadcast) {
        String asker = broadcast.uid();
        String id = broadcast.requestId();
        Duration wish = broadcast.timeout();
        Duration timeout = wish == null ? options.requestsTimeout() : wish;
        namespace.deliverWithAck(
                broadcast.selection(),
                broadcast.event(),
                timeout.compareTo(LONGEST_TIMEOUT) < 0 ? timeout : LONGEST_TIMEOUT,
                clients -> respond(asker, new ClassicResponse.ClientCount(id, clients)),
                arguments -> respond(asker, new ClassicResponse.ClientAnswer(id, arguments)));
    }

    private void respond(@Nullable String asker, ClassicResponse response) {
        publishResponse(
                options.publishOnSpecificResponseChannel() && asker != null
                        ? responseChannelOf(asker)
                        : responseChannel,
                response);
    }

    private void publishResponse(String channel, ClassicResponse response) {
        link.publish(channel, ClassicCodec.write(response));
    }

    private void onResponse(String channel, byte[] message) throws MalformedMessage {
        if (pending.isEmpty()) {
            return; // every node hears what is answered to any
        }
        ClassicResponse response = ClassicCodec.readResponse(message);
        if (response != null) {
            pending.answered(response.requestId(), response);
        }
    }
}
