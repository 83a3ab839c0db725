package dev.resound.examples.conformance;

import dev.resound.socketio.Ack;
import dev.resound.socketio.Arguments;
import dev.resound.socketio.Namespace;
import dev.resound.socketio.RemoteSocket;
import dev.resound.socketio.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** What suites for adapters have a node of a cluster do with everybody, or with one socket. */
final class ClusterEvents {
    private static final Duration ACK_TIMEOUT = Duration.ofSeconds(5);

    /** Other nodes have done by then what they were asked to. */
    private static final Executor LATER =
            CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS);

    private final Namespace<Map<String, Object>> everybody;

    ClusterEvents(Namespace<Map<String, Object>> everybody) {
        this.everybody = everybody;
    }

    void serve(Socket<Map<String, Object>> socket) {
        socket.join("room1", "room2", "room4", "room5");
        String greeting = "hello from " + socket.id();
        socket.on("broadcast", event -> everybody.emit("broadcast", greeting));
        socket.on(
                "volatile_broadcast", event -> everybody.asVolatile().emit("broadcast", greeting));
        socket.on("broadcast_with_ack", event -> broadcastWithAck(event.ack()));
        socket.on("disconnect_socket", event -> everybody.disconnectSockets(false));
        socket.on("rooms", event -> rooms(event.ack()));
        socket.on("fetch_sockets", event -> fetchSockets(event.ack()));
        socket.on(
                "join_room",
                event -> {
                    everybody.socketsJoin("room7");
                    LATER.execute(event.ack()::send);
                });
        socket.on(
                "leave_room",
                event -> {
                    everybody.socketsLeave("room4");
                    LATER.execute(event.ack()::send);
                });
        socket.on(
                "emit_from_remote_sock",
                event ->
                        withSocket(
                                event,
                                other -> {
                                    other.emit("emit", greeting);
                                    event.ack().send();
                                }));
        socket.on(
                "emit_with_ack_from_remote_sock",
                event ->
                        withSocket(
                                event,
                                other ->
                                        other.emitWithAck(ACK_TIMEOUT, "emit", greeting)
                                                .thenAccept(answer ->
                                                        event.ack().send(answer.toArray()))));
        socket.on(
                "join_room_from_remote_sock",
                event ->
                        withSocket(
                                event,
                                other -> {
                                    other.join(greeting);
                                    LATER.execute(event.ack()::send);
                                }));
        socket.on(
                "leave_room_from_remote_sock",
                event ->
                        withSocket(
                                event,
                                other -> {
                                    other.leave("room4");
                                    LATER.execute(event.ack()::send);
                                }));
        socket.on(
                "get_rooms_remote_sock",
                event -> withSocket(event, other -> event.ack().send(other.rooms())));
        socket.on(
                "disconnect_remote_sock",
                event ->
                        withSocket(
                                event,
                                other -> {
                                    other.disconnect(false);
                                    event.ack().send();
                                }));
    }

    private void broadcastWithAck(Ack ack) {
        everybody
                .timeout(ACK_TIMEOUT)
                .emitWithAck("broadcast_with_ack", (Object) null)
                .thenAccept(
                        answers -> ack.send(answers.stream().map(ClusterEvents::first).toList()));
    }

    private static Object first(Arguments answer) {
        return answer.size() == 0 ? "" : answer.get(0);
    }

    private void rooms(Ack ack) {
        everybody
                .fetchSockets()
                .thenAccept(sockets -> {
                    Set<String> rooms = new TreeSet<>();
                    sockets.forEach(socket -> rooms.addAll(socket.rooms()));
                    ack.send(rooms);
                });
    }

    private void fetchSockets(Ack ack) {
        everybody
                .fetchSockets()
                .thenAccept(sockets ->
                        ack.send(
                                sockets.stream()
                                        .map(socket ->
                                                Map.of("id", socket.id(), "ns", everybody.name()))
                                        .toList()));
    }

    /** The one with the id that was named, wherever it is connected. */
    private void withSocket(Arguments event, Consumer<RemoteSocket> action) {
        everybody.in(event.string(0)).fetchSockets().thenApply(List::getFirst).thenAccept(action);
    }
}
