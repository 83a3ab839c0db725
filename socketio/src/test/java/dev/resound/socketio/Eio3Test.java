package dev.resound.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.engineio.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class Eio3Test {
    private final World world = new World();

    private FakeEngineSocket old() {
        return world.client(world.a, 3, Transport.WEBSOCKET);
    }

    @Test
    void theServerJoinsTheClientByItself() { // S54
        List<String> ids = new ArrayList<>();
        world.io.onConnection(socket -> {
            ids.add(socket.id());
            assertThat(socket.protocolRevision()).isEqualTo(3);
        });
        var client = old();
        world.settle();
        assertThat(client.hears()).containsExactly("40");
        assertThat(ids).containsExactly(client.id());
    }

    @Test
    void askingForItAgainCloses() {
        var client = old().says("40");
        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void otherNamespacesAreAskedForWithAQuery() { // S54, S55
        List<String> seen = new ArrayList<>();
        world.io
                .of("/custom")
                .onConnection(socket -> seen.add(socket.id() + socket.handshake().auth()));
        var client = old().says("40/custom?tok=a%20b&x,", "42/custom,[\"x\"]");
        world.settle();
        assertThat(client.isClosed()).isTrue(); // the event came before the answer
        client = old().says("40/custom?tok=a%20b&x,");
        world.settle();
        client.says("42/custom,[\"x\"]");
        world.settle();
        assertThat(client.hears()).containsExactly("40", "40/custom,");
        assertThat(seen).containsExactly("/custom#" + client.id() + "{\"tok\":\"a b\",\"x\":\"\"}");
    }

    @Test
    void unknownNamespacesAreRefusedAsEver() {
        var client = old().says("40/unk?a=b,");
        assertThat(client.hears()).containsExactly("44/unk,{\"message\":\"Invalid namespace\"}");
    }

    @Test
    void refusalsAreTheMessageOrTheData() {
        world.io.use(socket -> {
            throw new ConnectRefusedException("no");
        });
        world.io
                .of("/data")
                .use(socket -> {
                    throw new ConnectRefusedException("no", Map.of("code", 1));
                });
        var client = old().says("40/data,");
        world.settle();
        assertThat(client.hears()).containsExactly("44\"no\"", "44/data,{\"code\":1}");
    }

    @Test
    void newerClientsAreTakenAtTheirWord() { // S56
        world.io.of("/custom");
        var client = world.client().says("40/custom?a=b,");
        assertThat(client.hears())
                .containsExactly("44/custom?a=b,{\"message\":\"Invalid namespace\"}");
    }
}
