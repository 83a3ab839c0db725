package dev.resound.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.engineio.CloseReason;
import dev.resound.engineio.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RoomsTest {
    private final World world = new World();

    @Test
    void roomsAreJoinedAndLeftAtOnce() { // S40
        var ann = world.join(world.a).socket();
        assertThat(ann.rooms()).containsExactly(ann.id());
        ann.join("x", "y");
        assertThat(ann.rooms()).containsExactlyInAnyOrder(ann.id(), "x", "y");
        ann.leave("x");
        assertThat(ann.rooms()).containsExactlyInAnyOrder(ann.id(), "y");
    }

    @Test
    void roomsAreThereUntilTheSocketHasBeenTold() { // S40
        List<Set<String>> seen = new ArrayList<>();
        var ann = world.join(world.a);
        var socket = ann.socket();
        socket.join("x");
        socket.onDisconnecting((reason, description) -> {
            seen.add(socket.rooms());
            assertThat(socket.isConnected()).isTrue();
        });
        socket.onDisconnect((reason, description) -> {
            seen.add(socket.rooms());
            assertThat(socket.isConnected()).isFalse();
            socket.join("late");
            seen.add(socket.rooms());
        });
        ann.client().ends(CloseReason.TRANSPORT_CLOSE);
        world.settle();
        assertThat(seen.getFirst()).containsExactlyInAnyOrder(socket.id(), "x");
        assertThat(seen.subList(1, 3)).containsExactly(Set.of(), Set.of());
        assertThat(world.hub.members(socket.namespace().topics.of("x"))).isZero();
        assertThat(world.hub.members(socket.namespace().topics.of("late"))).isZero();
    }

    @Test
    void aJoinIsSeenByWhatIsPublishedAfterIt() {
        var ann = world.join(world.a);
        ann.socket().join("x");
        world.io.to("x").emit("hi");
        ann.socket().leave("x");
        world.io.to("x").emit("again");
        world.settle();
        assertThat(ann.hears()).containsExactly("42[\"hi\"]");
    }

    @Test
    void aJoinOnItsWayWhenTheSocketEndsUndoesItself() {
        var ann = world.join(world.a);
        ann.socket().join("x");
        assertThat(world.hub.members(ann.socket().namespace().topics.of("x"))).isOne();
        ann.client().ends(CloseReason.TRANSPORT_CLOSE);
        world.settle();
        assertThat(world.hub.members(ann.socket().namespace().topics.of("x"))).isZero();
    }

    @Test
    void joiningTwiceIsJoiningOnce() {
        var ann = world.join(world.a);
        ann.socket().join("x");
        ann.socket().join("x");
        world.io.to("x").emit("hi");
        ann.socket().leave("x");
        world.io.to("x").emit("again");
        world.settle();
        assertThat(ann.hears()).containsExactly("42[\"hi\"]");
    }

    @Test
    void roomsJoinedInAMiddlewareCountOnceTheSocketIsConnected() {
        world.io.use(socket -> {
            socket.join("x");
            world.io.to("x").emit("early");
            assertThat(socket.rooms()).containsExactly("x");
        });
        var ann = world.join(world.a);
        world.io.to("x").emit("hi");
        world.settle();
        assertThat(ann.hears()).containsExactly("42[\"hi\"]");
    }

    @Test
    void roomsMoveWithTheSessionToItsWebSocket() {
        var client = world.client(world.a, 4, Transport.POLLING);
        var ann = world.join(client, "/");
        ann.socket().join("x");
        world.io.to("x").emit("1");
        world.io.emit("2");
        world.settle();
        client.upgrades();
        world.io.to("x").emit("3");
        world.io.emit("4");
        world.settle();
        assertThat(ann.hears()).containsExactly("42[\"1\"]", "42[\"2\"]", "42[\"3\"]", "42[\"4\"]");
        assertThat(ann.socket().transport()).isEqualTo(Transport.WEBSOCKET);
    }

    @Test
    void listenersHearOfRoomsThatComeAndGo() {
        List<String> heard = new ArrayList<>();
        world.io
                .root()
                .onRooms(
                        new RoomListener() {
                            @Override
                            public void onJoined(String room, String socketId, boolean first) {
                                heard.add(
                                        "+"
                                                + (room.equals(socketId) ? "own" : room)
                                                + (first ? " first" : ""));
                            }

                            @Override
                            public void onLeft(String room, String socketId, boolean last) {
                                heard.add(
                                        "-"
                                                + (room.equals(socketId) ? "own" : room)
                                                + (last ? " last" : ""));
                            }
                        });
        var ann = world.join(world.a);
        var bob = world.join(world.b);
        ann.socket().join("x");
        bob.socket().join("x");
        bob.socket().join("x");
        ann.socket().leave("x");
        bob.client().ends(CloseReason.TRANSPORT_CLOSE);
        world.settle();
        assertThat(heard)
                .containsExactly(
                        "+own first", "+own first", "+x first", "+x", "-x", "-own last", "-x last");
    }
}
