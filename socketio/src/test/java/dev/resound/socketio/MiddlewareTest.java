package dev.resound.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.engineio.CloseReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class MiddlewareTest {
    private final World world = new World();

    @Test
    void middlewaresAreAskedInTheirOrder() {
        List<String> asked = new ArrayList<>();
        world.io.use(socket -> asked.add("1 " + socket.isConnected()));
        world.io
                .root()
                .useAsync(socket -> {
                    asked.add("2");
                    return CompletableFuture.completedFuture(null);
                });
        world.io.use(socket -> asked.add("3"));
        world.io.onConnection(socket -> asked.add("connected " + socket.isConnected()));
        world.join(world.a);
        assertThat(asked).containsExactly("1 false", "2", "3", "connected true");
    }

    @Test
    void anEventEmittedByAMiddlewareComesBeforeTheConnect() { // S24
        world.io.use(socket -> socket.emit("early"));
        var client = world.client().says("40");
        world.settle();
        assertThat(client.hears())
                .satisfiesExactly(
                        event -> assertThat(event).isEqualTo("42[\"early\"]"),
                        connect -> assertThat(connect).startsWith("40{"));
    }

    @Test
    void aRefusedClientIsToldWhyAndMayTryAgain() { // S25
        world.io.use(socket -> {
            if (!socket.handshake().authPresent()) {
                throw new ConnectRefusedException("Not authorized", Map.of("code", "E1"));
            }
        });
        var client = world.client().says("40");
        world.settle();
        assertThat(client.hears())
                .containsExactly("44{\"message\":\"Not authorized\",\"data\":{\"code\":\"E1\"}}");
        client.says("40{\"token\":1}");
        world.settle();
        assertThat(client.hears()).singleElement().asString().startsWith("40{\"sid\"");
    }

    @Test
    void aRefusedSocketLeavesItsRooms() {
        world.io.use(socket -> {
            socket.join("x");
            throw new ConnectRefusedException("no");
        });
        var client = world.client().says("40");
        world.settle();
        assertThat(client.hears()).containsExactly("44{\"message\":\"no\"}");
        assertThat(world.hub.members(world.io.root().topics.of("x"))).isZero();
        assertThat(world.io.root().sockets()).isEmpty();
    }

    @Test
    void aFailingMiddlewareSaysNothingAboutItself() {
        world.io.use(socket -> {
            throw new IllegalStateException("secret");
        });
        var client = world.client().says("40");
        world.settle();
        assertThat(client.hears()).containsExactly("44{\"message\":\"Connection refused\"}");
    }

    @Test
    void aSlowMiddlewareKeepsNobodyWaiting() {
        CompletableFuture<Void> decision = new CompletableFuture<>();
        world.io.of("/slow").useAsync(socket -> decision);
        var client = world.client().says("40/slow,", "40");
        world.settle();
        assertThat(client.hears()).singleElement().asString().startsWith("40{");
        decision.complete(null);
        world.settle();
        assertThat(client.hears()).singleElement().asString().startsWith("40/slow,{");
    }

    @Test
    void anAsynchronousRefusalIsARefusal() {
        CompletableFuture<Void> decision = new CompletableFuture<>();
        world.io.root().useAsync(socket -> decision);
        var client = world.client().says("40");
        world.settle();
        decision.completeExceptionally(new ConnectRefusedException("no"));
        world.settle();
        assertThat(client.hears()).containsExactly("44{\"message\":\"no\"}");
    }

    @Test
    void whoIsGoneMeanwhileNeverConnects() { // S26
        List<String> connected = new ArrayList<>();
        CompletableFuture<Void> decision = new CompletableFuture<>();
        world.io
                .root()
                .useAsync(socket -> {
                    socket.join("x");
                    socket.onDisconnect((reason, description) -> connected.add("disconnect"));
                    return decision;
                });
        world.io.onConnection(socket -> connected.add("connect"));
        var client = world.client().says("40");
        world.settle();
        client.ends(CloseReason.TRANSPORT_CLOSE);
        decision.complete(null);
        world.settle();
        assertThat(connected).isEmpty();
        assertThat(client.hears()).isEmpty();
        assertThat(world.io.root().sockets()).isEmpty();
        assertThat(world.hub.members(world.io.root().topics.of("x"))).isZero();
        assertThat(world.hub.members(world.io.root().topics.everybody())).isZero();
    }

    @Test
    void aMiddlewareAddedMeanwhileIsForTheNext() {
        List<String> asked = new ArrayList<>();
        world.io.use(socket -> {
            asked.add("first");
            world.io.use(other -> asked.add("second"));
        });
        world.join(world.a);
        assertThat(asked).containsExactly("first");
    }
}
