package dev.resound.socketio.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.socketio.Socket;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** How sockets end, and what both sides are told. */
@ParameterizedClass
@EnumSource
class DisconnectWireTest {
    private final Setting setting;

    DisconnectWireTest(Setting setting) {
        this.setting = setting;
    }

    @Test
    void theServerEndsOneSocketAndTheOthersGoOn() throws IOException { // S27
        try (LiveServer server = setting.server().echoes("/custom")) {
            Peer peer = server.connect(setting.carrier);
            Socket<Map<String, Object>> socket = server.socket(peer.join("40").id());
            peer.hears("42[\"auth\",{}]");
            peer.join("40/custom,");
            peer.hears("42/custom,[\"auth\",{}]");
            socket.disconnect();
            peer.hears("41");
            assertThat(server.notes(1)).containsExactly("server namespace disconnect");
            peer.says("42/custom,[\"message\",1]").hears("42/custom,[\"message-back\",1]");
            socket.emit("late");
            socket.disconnect();
            peer.hearsNothing("/custom,");
            assertThat(peer.join("40").id()).isNotEqualTo(socket.id());
        }
    }

    @Test
    void theServerEndsAllSocketsAndTheConnection() throws IOException { // S28
        try (LiveServer server = setting.server().echoes("/custom")) {
            Peer peer = server.connect(setting.carrier);
            Socket<Map<String, Object>> socket = server.socket(peer.join("40").id());
            peer.hears("42[\"auth\",{}]");
            peer.join("40/custom,");
            peer.hears("42/custom,[\"auth\",{}]");
            socket.disconnect(true);
            assertThat(new TreeSet<>(List.of(peer.next(), peer.next())))
                    .containsExactly("41", "41/custom,");
            peer.hears(Peer.END);
            assertThat(server.notes(2))
                    .containsExactly("server namespace disconnect", "server namespace disconnect");
            server.awaitNoSessions();
        }
    }

    @Test
    void theServerEndsEverything() throws IOException { // S29
        try (LiveServer server = setting.server().echoes("/custom")) {
            Peer peer = server.joined(setting.carrier);
            peer.join("40/custom,");
            peer.hears("42/custom,[\"auth\",{}]");
            server.io.close();
            peer.hears(Peer.END);
            assertThat(server.notes(2))
                    .containsExactly("server shutting down", "server shutting down");
            server.awaitNoSessions();
            assertThat(server.io.root().sockets()).isEmpty();
        }
    }

    @Test
    void roomsAreKnownUntilTheEndHasBeenTold() throws IOException { // S40
        try (LiveServer server = setting.server()) {
            server.onConnection(socket -> {
                socket.onDisconnecting(
                        (reason, description) -> server.note("disconnecting " + state(socket)));
                socket.onDisconnect((reason, description) -> server.note("gone " + state(socket)));
            });
            Peer peer = server.connect(setting.carrier);
            Socket<Map<String, Object>> socket = server.socket(peer.join("40").id());
            assertThat(socket.rooms()).containsExactly(socket.id());
            socket.join("a", "b", "c");
            socket.leave("b");
            socket.leave("unknown");
            assertThat(socket.rooms()).containsExactlyInAnyOrder(socket.id(), "a", "c");
            peer.hearsNothing().leaves();
            assertThat(server.notes(2)).containsExactly("disconnecting 3 true", "gone 0 false");
            socket.join("late");
            assertThat(socket.rooms()).isEmpty();
            assertThat(Until.done(server.io.to("a", "c", "late").fetchSockets())).isEmpty();
        }
    }

    private static String state(Socket<?> socket) {
        return socket.rooms().size() + " " + socket.isConnected();
    }
}
