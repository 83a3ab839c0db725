package dev.resound.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.engineio.CloseReason;
import dev.resound.socketio.World.Joined;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DisconnectReasonTest {
    private final World world = new World();
    private final List<String> told = new ArrayList<>();

    private Joined watched(FakeEngineSocket client, String namespace) {
        world.io.of(namespace);
        Joined joined = world.join(client, namespace);
        joined.socket()
                .onDisconnecting((reason, description) -> told.add(namespace + " disconnecting"));
        joined.socket()
                .onDisconnect(
                        (reason, description) -> told.add(namespace + " " + reason.wireName()));
        return joined;
    }

    private Joined watched() {
        return watched(world.client(), "/");
    }

    private void toldOnly(String reason) {
        world.settle();
        assertThat(told).containsExactly("/ disconnecting", "/ " + reason);
        assertThat(world.io.root().sockets()).isEmpty();
        assertThat(world.hub.members(world.io.root().topics.everybody())).isZero();
    }

    @Test
    void theClientLeaves() {
        var ann = watched().says("41");
        toldOnly("client namespace disconnect");
        assertThat(ann.hears()).isEmpty();
    }

    @Test
    void theServerDisconnects() { // S27
        var client = world.client();
        var ann = watched(client, "/");
        world.io
                .of("/custom")
                .onConnection(socket -> socket.on("x", arguments -> socket.emit("y")));
        world.join(client, "/custom");
        ann.socket().disconnect();
        ann.socket().disconnect();
        toldOnly("server namespace disconnect");
        client.says("42/custom,[\"x\"]");
        world.settle();
        assertThat(client.hears()).containsExactly("41", "42/custom,[\"y\"]");
        assertThat(client.isClosed()).isFalse();
    }

    @Test
    void theServerDisconnectsTheWholeConnection() { // S28
        var client = world.client();
        var root = watched(client, "/");
        watched(client, "/custom");
        root.socket().disconnect(true);
        world.settle();
        assertThat(client.hears()).containsExactlyInAnyOrder("41", "41/custom,");
        assertThat(client.isClosed()).isTrue();
        assertThat(told)
                .containsExactlyInAnyOrder(
                        "/ disconnecting",
                        "/ server namespace disconnect",
                        "/custom disconnecting",
                        "/custom server namespace disconnect");
    }

    @Test
    void theServerShutsDown() { // S29
        var ann = watched();
        var pending = world.client();
        world.io.close();
        toldOnly("server shutting down");
        assertThat(ann.hears()).isEmpty();
        assertThat(ann.client().isClosed()).isTrue();
        assertThat(pending.isClosed()).isTrue();
    }

    @Test
    void theTransportEnds() {
        var reasons =
                List.of(
                        CloseReason.TRANSPORT_CLOSE,
                        CloseReason.TRANSPORT_ERROR,
                        CloseReason.PING_TIMEOUT,
                        CloseReason.PARSE_ERROR);
        for (CloseReason reason : reasons) {
            watched().client().ends(reason);
            toldOnly(reason.wireName());
            told.clear();
        }
    }

    @Test
    void theServerClosesTheConnection() {
        watched().says("42{}");
        toldOnly("forced close");
    }

    @Test
    void theServerClosesAConnectionThatStillHasSomethingToSend() {
        var ann = watched(world.client().closesSlowly(), "/").says("42{}");
        toldOnly("forced server close");
        assertThat(ann.client().isClosed()).isTrue();
    }

    @Test
    void onlyThoseWhoMayComeBackAreRecoverable() {
        assertThat(DisconnectReason.values())
                .filteredOn(reason -> !reason.isRecoverable())
                .containsExactlyInAnyOrder(
                        DisconnectReason.CLIENT_NAMESPACE_DISCONNECT,
                        DisconnectReason.SERVER_NAMESPACE_DISCONNECT,
                        DisconnectReason.PARSE_ERROR);
    }

    @Test
    void eventsSentBeforeTheEndAreStillHandled() {
        List<String> heard = new ArrayList<>();
        world.io.onConnection(socket -> {
            socket.on("x", arguments -> heard.add("x"));
            socket.onDisconnect((reason, description) -> heard.add("end"));
        });
        var ann = world.join(world.a).says("42[\"x\"]", "42[\"x\"]", "41");
        world.settle();
        assertThat(heard).containsExactly("x", "x", "end");
        assertThat(ann.client().isClosed()).isFalse();
    }

    @Test
    void eventsThatWaitWhenTheServerDisconnectsAreDropped() {
        List<String> heard = new ArrayList<>();
        world.io.onConnection(socket -> {
            socket.on("x", arguments -> heard.add("x"));
            socket.onDisconnect((reason, description) -> heard.add("end"));
        });
        var ann = world.join(world.a).says("42[\"x\"]");
        world.a.run(() -> ann.socket().disconnect());
        world.settle();
        assertThat(heard).containsExactly("end");
    }

    @Test
    void whatIsEmittedAfterTheEndIsDropped() {
        var ann = watched();
        ann.socket().emit("before");
        ann.socket().disconnect();
        ann.socket().emit("after");
        world.settle();
        assertThat(ann.hears()).containsExactly("42[\"before\"]", "41");
    }

    @Test
    void aNamespaceThatWasLeftCanBeJoinedAgain() {
        var ann = watched().says("41", "40");
        world.settle();
        assertThat(ann.hears()).singleElement().asString().doesNotContain(ann.socket().id());
        assertThat(world.io.root().sockets()).hasSize(1);
    }
}
