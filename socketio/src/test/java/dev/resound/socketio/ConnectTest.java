package dev.resound.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.core.http.Header;
import dev.resound.engineio.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConnectTest {
    private final World world = new World();

    private void greetAll() {
        ConnectionListener<Map<String, Object>> greeting =
                socket -> socket.emit("auth", socket.handshake().auth());
        world.io.onConnection(greeting);
        world.io.of("/custom").onConnection(greeting);
    }

    @Test
    void connectIsAnsweredWithAnIdOfItsOwn() { // S1, S62
        greetAll();
        var client = world.client().says("40");
        world.settle();
        List<String> heard = client.hears();
        assertThat(heard).hasSize(2);
        assertThat(heard.getFirst()).matches("40\\{\"sid\":\"[0-9A-Za-z_-]{20}\"}");
        assertThat(heard.getFirst()).doesNotContain(client.id());
        assertThat(heard.getLast()).isEqualTo("42[\"auth\",{}]");
    }

    @Test
    void authReachesTheApplication() { // S2
        greetAll();
        var client = world.client().says("40{\"token\":\"123\"}");
        world.settle();
        assertThat(client.hears()).last().isEqualTo("42[\"auth\",{\"token\":\"123\"}]");
    }

    @Test
    void otherNamespacesAnswerByTheirNames() { // S3
        greetAll();
        var client = world.client().says("40/custom,{\"token\":\"abc\"}");
        world.settle();
        List<String> heard = client.hears();
        assertThat(heard.getFirst()).startsWith("40/custom,{\"sid\":\"");
        assertThat(heard.getLast()).isEqualTo("42/custom,[\"auth\",{\"token\":\"abc\"}]");
    }

    @Test
    void absentAuthCanBeToldFromEmptyAuth() { // S62
        List<Boolean> present = new ArrayList<>();
        world.io.onConnection(socket -> present.add(socket.handshake().authPresent()));
        world.client().says("40");
        world.client().says("40{}");
        world.settle();
        assertThat(present).containsExactly(false, true);
    }

    @Test
    void unknownNamespaceIsRefusedAndTheConnectionStays() { // S4
        var client = world.client().says("40/random");
        assertThat(client.hears()).containsExactly("44/random,{\"message\":\"Invalid namespace\"}");
        assertThat(client.isClosed()).isFalse();
        client.says("40");
        world.settle();
        assertThat(client.hears()).hasSize(1);
    }

    @Test
    void nameOfMoreThan512CharactersIsRefused() {
        String name = "/" + "x".repeat(512);
        world.io.of(name);
        world.io.of(name.substring(1, 512));
        var client = world.client().says("40" + name + ",", "40" + name.substring(0, 512) + ",");
        world.settle();
        assertThat(client.hears())
                .satisfiesExactly(
                        refused ->
                                assertThat(refused).endsWith("{\"message\":\"Invalid namespace\"}"),
                        accepted -> assertThat(accepted).contains("\"sid\""));
    }

    @Test
    void noMoreNamespacesThanAllowed() {
        var small = new World(builder -> builder.maxNamespaces(2));
        small.io.of("/x");
        small.io.of("/y");
        var client = small.client().says("40/x,", "40/y,", "40");
        small.settle();
        assertThat(client.hears())
                .satisfiesExactlyInAnyOrder(
                        refused ->
                                assertThat(refused)
                                        .isEqualTo("44{\"message\":\"Too many namespaces\"}"),
                        x -> assertThat(x).startsWith("40/x,"),
                        y -> assertThat(y).startsWith("40/y,"));
        assertThat(client.isClosed()).isFalse();
    }

    @Test
    void connectWithoutACommaAndWithAnIdIsAccepted() { // S22, S23
        world.io.of("/custom");
        var client = world.client().says("40/custom", "4012{\"a\":1}");
        world.settle();
        assertThat(client.hears())
                .satisfiesExactly(
                        custom -> assertThat(custom).startsWith("40/custom,{\"sid\""),
                        root -> assertThat(root).startsWith("40{\"sid\""));
    }

    @Test
    void whoDoesNotJoinInTimeIsClosed() { // S6
        var idle = world.client();
        var joined = world.join(world.a);
        world.passes(Duration.ofMillis(44_999));
        assertThat(idle.isClosed()).isFalse();
        world.passes(Duration.ofMillis(1));
        assertThat(idle.isClosed()).isTrue();
        assertThat(joined.client().isClosed()).isFalse();
    }

    @Test
    void leavingAllNamespacesDoesNotStartTheTimeAgain() { // S7
        var ann = world.join(world.a).says("41");
        world.passes(Duration.ofMinutes(5));
        assertThat(ann.hears()).isEmpty();
        assertThat(ann.client().isClosed()).isFalse();
    }

    @Test
    void leavingOneNamespaceLeavesTheOthersAlone() { // S8
        world.io.of("/custom");
        world.io.onConnection(socket -> socket.on("x", arguments -> socket.emit("y")));
        var client = world.client().says("40", "40/custom,");
        world.settle();
        client.hears();
        client.says("41/custom", "42[\"x\"]");
        world.settle();
        assertThat(client.hears()).containsExactly("42[\"y\"]");
    }

    @Test
    void handshakeSaysWhatTheFirstRequestSaid() throws Exception { // S49, S59
        List<Handshake> seen = new ArrayList<>();
        world.io
                .of("/custom")
                .onConnection(socket -> {
                    seen.add(socket.handshake());
                    socket.emit("handshake", socket.handshake());
                });
        var request =
                FakeEngineSocket.request(
                        "/socket.io/?EIO=4&key=%7B",
                        null,
                        new Header("accept", "a"),
                        new Header("accept", "b"),
                        new Header("cookie", "x=1"),
                        new Header("cookie", "y=2"),
                        new Header("origin", "http://example.org"));
        var client =
                world.client(world.a, 4, Transport.WEBSOCKET, request).says("40/custom,{\"n\":1}");
        world.settle();
        Handshake handshake = seen.getFirst();
        assertThat(handshake.headers())
                .containsEntry("accept", "a, b")
                .containsEntry("cookie", "x=1; y=2");
        assertThat(handshake.query()).containsEntry("key", "{");
        assertThat(handshake.url()).isEqualTo("/socket.io/?EIO=4&key=%7B");
        assertThat(handshake.address()).isEqualTo("127.0.0.1");
        assertThat(handshake.xdomain()).isTrue();
        assertThat(handshake.secure()).isFalse();
        assertThat(handshake.issued()).isEqualTo(world.clock.millis());
        var json = tools.jackson.databind.json.JsonMapper.shared();
        var told = json.readTree(client.hears().getLast().substring("42/custom,".length()));
        assertThat(told.get(1).propertyNames())
                .containsExactlyInAnyOrder(
                        "headers", "time", "issued", "address", "xdomain", "secure", "url", "query",
                        "auth");
        assertThat(told.get(1).get("auth").get("n").asInt()).isEqualTo(1);
    }

    @Test
    void dataIsMadeOfWhatAdmissionAttached() {
        record User(String name, String query) {}

        var typed =
                world.prepared(
                                SocketIo.builder(
                                        String.class,
                                        (name, handshake) ->
                                                new User(name, handshake.query().toString())))
                        .build();
        List<User> users = new ArrayList<>();
        typed.onConnection(socket -> users.add(socket.data()));
        new FakeEngineSocket(world.a, 4, Transport.WEBSOCKET, World.request("ann"))
                .open(typed)
                .says("40");
        world.settle();
        assertThat(users).containsExactly(new User("ann", World.request(null).query().toString()));
    }

    @Test
    void anythingElseThanWhatAdmissionShouldAttachRefusesTheSocket() {
        List<String> asked = new ArrayList<>();
        var typed =
                world.prepared(
                                SocketIo.builder(
                                        String.class,
                                        (name, handshake) -> {
                                            asked.add(name);
                                            return name;
                                        }))
                        .build();
        for (Object attachment : Arrays.asList(null, 7)) {
            var client =
                    new FakeEngineSocket(world.a, 4, Transport.WEBSOCKET, World.request(attachment))
                            .open(typed)
                            .says("40");
            world.settle();
            assertThat(client.hears()).containsExactly("44{\"message\":\"Connection refused\"}");
        }
        assertThat(asked).isEmpty();
        assertThat(typed.root().sockets()).isEmpty();
    }

    @Test
    void dataThatCannotBeMadeRefusesTheSocketWithoutSayingWhy() {
        var typed =
                world.prepared(
                                SocketIo.<String>builder(handshake -> {
                                    throw new IllegalStateException("secret");
                                }))
                        .build();
        var client =
                new FakeEngineSocket(world.a, 4, Transport.WEBSOCKET, World.request(null))
                        .open(typed)
                        .says("40");
        world.settle();
        assertThat(client.hears()).containsExactly("44{\"message\":\"Connection refused\"}");
    }
}
