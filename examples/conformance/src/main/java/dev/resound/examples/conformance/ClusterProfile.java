package dev.resound.examples.conformance;

import dev.resound.netty.Limits;
import dev.resound.netty.Resound;
import dev.resound.redis.RedisAdapters;
import dev.resound.redis.RedisAdapters.SubscriptionMode;
import dev.resound.redis.RedisLink;
import dev.resound.redis.StreamsOptions;
import dev.resound.socketio.AckTimeoutException;
import dev.resound.socketio.Arguments;
import dev.resound.socketio.BroadcastOperator;
import dev.resound.socketio.Namespace;
import dev.resound.socketio.Recovery;
import dev.resound.socketio.RemoteSocket;
import dev.resound.socketio.Socket;
import dev.resound.socketio.SocketIo;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * {@code cluster}: a node among others. What it is to do is an event {@code do} on the namespace
 * {@code /control}, with an object that says what and with whom, and the arguments; the answer is
 * what came of it. What other nodes say to this one are events {@code heard} there. On {@code /}
 * there are the {@link ClusterEvents}, too.
 */
final class ClusterProfile {
    private static final String CONTROL = "/control";
    private static final String WITH_RECOVERY = "streams-recovery";
    private static final List<String> NAMESPACES = List.of("/", "/custom");

    private final SocketIo<Map<String, Object>> io;

    private ClusterProfile(SocketIo<Map<String, Object>> io) {
        this.io = io;
    }

    static Resound start(Options options) throws IOException {
        ClusterOptions cluster = Objects.requireNonNull(options.cluster());
        return start(options, RedisLink.open(cluster.redis())); // which goes with the process
    }

    /**
     * The same.
     *
     * @param link to the Redis of the options
     */
    static Resound start(Options options, RedisLink link) throws IOException {
        ClusterOptions cluster = Objects.requireNonNull(options.cluster());
        SocketIo<Map<String, Object>> io =
                SocketIo.builder()
                        .adapter(adapters(cluster, link))
                        .recovery(
                                cluster.adapter().equals(WITH_RECOVERY)
                                        ? Recovery.defaults()
                                        : null)
                        .handlers(options.handlers())
                        .ackTimeout(options.patienceOr(Duration.ofSeconds(10)))
                        .build();
        var profile = new ClusterProfile(io);
        NAMESPACES.forEach(name -> profile.serve(io.of(name)));
        io.onConnection(new ClusterEvents(io.root())::serve);
        io.of(CONTROL).onConnection(socket -> socket.on("do", profile::act));
        return options.server(3000)
                .limits(Limits.defaults().withMessagesPerSecond(0))
                .protocol(io)
                .start();
    }

    private static RedisAdapters adapters(ClusterOptions cluster, RedisLink link) {
        String prefix = cluster.prefix();
        return switch (cluster.adapter()) {
            case "classic" -> {
                var options = RedisAdapters.Options.defaults();
                yield RedisAdapters.classic(
                        link, prefix == null ? options : options.withKey(prefix));
            }
            case "sharded" -> sharded(link, SubscriptionMode.DYNAMIC, prefix);
            case "sharded-static" -> sharded(link, SubscriptionMode.STATIC, prefix);
            case "sharded-dynamic-private" ->
                    sharded(link, SubscriptionMode.DYNAMIC_PRIVATE, prefix);
            case "streams", WITH_RECOVERY -> RedisAdapters.streams(link, streams(prefix));
            default ->
                    throw new IllegalArgumentException(
                            "--adapter wants classic, sharded, sharded-static,"
                                    + " sharded-dynamic-private, streams or streams-recovery");
        };
    }

    private static StreamsOptions streams(@Nullable String prefix) {
        StreamsOptions options = StreamsOptions.defaults();
        return prefix == null
                ? options
                : options.withStreams(prefix, 1)
                        .withSessionKeyPrefix(prefix + ":session:")
                        .withChannelPrefix(prefix);
    }

    private static RedisAdapters sharded(
            RedisLink link, SubscriptionMode mode, @Nullable String prefix) {
        var options = RedisAdapters.ShardedOptions.defaults().withSubscriptionMode(mode);
        return RedisAdapters.sharded(
                link, prefix == null ? options : options.withChannelPrefix(prefix));
    }

    private void serve(Namespace<Map<String, Object>> namespace) {
        namespace.onConnection(this::answer);
        for (String event : List.of("hello", "question")) {
            namespace.onServerSideEmit(
                    event,
                    arguments -> {
                        io.of(CONTROL)
                                .local()
                                .emit("heard", namespace.name(), event, arguments.toArray());
                        arguments.ack().send("resound", "more");
                    });
        }
    }

    private void answer(Socket<Map<String, Object>> socket) {
        socket.data().put("name", socket.handshake().auth().path("name").asString(""));
        socket.on(
                "join",
                event -> {
                    socket.join(event.string(0));
                    event.ack().send();
                });
        socket.on("pub", event -> io.to(event.string(0)).emit("msg", event.get(1)));
        socket.on("my rooms", event -> event.ack().send(socket.rooms()));
        socket.on("shout", event -> socket.broadcast().emit("told", event.toArray()));
    }

    private void act(Arguments event) {
        JsonNode wish = event.get(0);
        Namespace<Map<String, Object>> namespace = io.of(wish.path("nsp").asString("/"));
        BroadcastOperator<Map<String, Object>> chosen = chosen(namespace, wish);
        Object[] arguments = Arrays.stream(event.toArray()).skip(2).toArray();
        String name = event.size() > 1 ? event.string(1) : "";
        switch (wish.path("what").asString("")) {
            case "emit" -> {
                chosen.emit(name, arguments);
                event.ack().send();
            }
            case "emitWithAck" ->
                    chosen.emitWithAck(name, arguments)
                            .whenComplete((answers, failure) -> tell(event, answers, failure));
            case "fetchSockets" ->
                    chosen.fetchSockets()
                            .thenApply(all -> all.stream().map(ClusterProfile::describe).toList())
                            .whenComplete((sockets, failure) ->
                                    event.ack().send(message(failure), sockets));
            case "socketsJoin" -> {
                chosen.socketsJoin(strings(wish, "rooms").toArray(String[]::new));
                event.ack().send();
            }
            case "socketsLeave" -> {
                chosen.socketsLeave(strings(wish, "rooms").toArray(String[]::new));
                event.ack().send();
            }
            case "disconnectSockets" -> {
                chosen.disconnectSockets(wish.path("close").asBoolean(false));
                event.ack().send();
            }
            case "serverSideEmit" -> {
                namespace.serverSideEmit(name, arguments);
                event.ack().send();
            }
            case "serverSideEmitWithAck" ->
                    namespace
                            .serverSideEmitWithAck(name, arguments)
                            .whenComplete((answers, failure) -> tell(event, answers, failure));
            default -> throw new IllegalArgumentException("nothing to do");
        }
    }

    private static BroadcastOperator<Map<String, Object>> chosen(
            Namespace<Map<String, Object>> namespace, JsonNode wish) {
        BroadcastOperator<Map<String, Object>> chosen =
                namespace
                        .broadcast()
                        .to(strings(wish, "to"))
                        .except(strings(wish, "except"))
                        .compress(wish.path("compress").asBoolean(true));
        if (wish.path("local").asBoolean(false)) {
            chosen = chosen.local();
        }
        if (wish.path("volatile").asBoolean(false)) {
            chosen = chosen.asVolatile();
        }
        return wish.has("timeout")
                ? chosen.timeout(Duration.ofMillis(wish.path("timeout").asLong()))
                : chosen;
    }

    private static List<String> strings(JsonNode wish, String field) {
        List<String> strings = new ArrayList<>();
        wish.path(field).forEach(each -> strings.add(each.asString()));
        return strings;
    }

    private static void tell(
            Arguments event, @Nullable List<Arguments> answers, @Nullable Throwable failure) {
        List<Arguments> some =
                reason(failure) instanceof AckTimeoutException late ? late.responses() : List.of();
        event.ack()
                .send(
                        message(failure),
                        (answers == null ? some : answers)
                                .stream().map(Arguments::toArray).toList());
    }

    private static @Nullable String message(@Nullable Throwable failure) {
        Throwable reason = reason(failure);
        return reason == null ? null : String.valueOf(reason.getMessage());
    }

    private static @Nullable Throwable reason(@Nullable Throwable failure) {
        return failure instanceof CompletionException ? failure.getCause() : failure;
    }

    private static Map<String, Object> describe(RemoteSocket socket) {
        return Map.of(
                "id",
                socket.id(),
                "rooms",
                socket.rooms(),
                "handshake",
                socket.handshake(),
                "data",
                String.valueOf(socket.data(JsonNode.class)));
    }
}
