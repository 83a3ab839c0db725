package dev.resound.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.engineio.CloseReason;
import dev.resound.engineio.Transport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
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

    /** Who is in which room, as far as it was told; says so if it is told what cannot be. */
    private static final class Occupants implements RoomListener {
        final Map<String, Set<String>> rooms = new HashMap<>();
        final List<String> wrong = new ArrayList<>();
        int comings;

        @Override
        public void onJoined(String room, String socketId, boolean first) {
            Set<String> occupants = rooms.computeIfAbsent(room, name -> new HashSet<>());
            if (first != occupants.isEmpty() || !occupants.add(socketId)) {
                wrong.add("+" + room + " " + socketId + " " + first);
            }
            comings += first ? 1 : 0;
        }

        @Override
        public void onLeft(String room, String socketId, boolean last) {
            Set<String> occupants = rooms.getOrDefault(room, Set.of());
            if (!occupants.remove(socketId) || last != occupants.isEmpty()) {
                wrong.add("-" + room + " " + socketId + " " + last);
            }
        }
    }

    @Test
    void aRoomIsSaidToComeAndGoExactlyWhenItDoes() throws InterruptedException {
        var told = new Occupants();
        world.io.root().onRooms(told);
        List<World.Joined> all = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            all.add(world.join(i % 2 == 0 ? world.a : world.b));
        }
        List<String> rooms = List.of("x", "y", all.getFirst().socket().id());
        List<Thread> threads = new ArrayList<>();
        for (int seed = 0; seed < 8; seed++) {
            var random = new Random(seed);
            threads.add(
                    Thread.ofPlatform()
                            .start(() -> {
                                for (int step = 0; step < 5_000; step++) {
                                    var socket = all.get(random.nextInt(all.size())).socket();
                                    String room = rooms.get(random.nextInt(rooms.size()));
                                    if (random.nextInt(3) == 0) {
                                        socket.join(room);
                                    } else {
                                        socket.leave(room);
                                    }
                                }
                            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        world.settle();
        assertThat(told.wrong).isEmpty();
        assertThat(told.comings).isGreaterThan(100);
        for (World.Joined each : all) {
            assertThat(told.rooms.entrySet())
                    .filteredOn(room -> room.getValue().contains(each.socket().id()))
                    .extracting(Map.Entry::getKey)
                    .containsExactlyInAnyOrderElementsOf(each.socket().rooms());
        }
        all.forEach(each -> each.client().ends(CloseReason.TRANSPORT_CLOSE));
        world.settle();
        assertThat(told.wrong).isEmpty();
        assertThat(told.rooms.values()).allMatch(Set::isEmpty);
    }

    @Test
    void theRoomOfASocketsIdGoesWithTheLastOne() {
        var told = new Occupants();
        world.io.root().onRooms(told);
        var ann = world.join(world.a);
        var bob = world.join(world.b);
        bob.socket().join(ann.socket().id());
        bob.socket().leave(ann.socket().id());
        bob.socket().join(ann.socket().id());
        ann.client().ends(CloseReason.TRANSPORT_CLOSE);
        world.settle();
        assertThat(told.rooms).containsEntry(ann.socket().id(), Set.of(bob.socket().id()));
        bob.socket().leave(ann.socket().id());
        assertThat(told.wrong).isEmpty();
        assertThat(told.comings).isEqualTo(2);
    }

    @Test
    void aListenerThatJoinsAndFailsIsToldOnAllTheSame() {
        var told = new Occupants();
        var ann = world.join(world.a);
        world.io
                .root()
                .onRooms(
                        new RoomListener() {
                            @Override
                            public void onJoined(String room, String socketId, boolean first) {
                                ann.socket().join("y");
                                throw new IllegalStateException("ours");
                            }

                            @Override
                            public void onLeft(String room, String socketId, boolean last) {}
                        });
        world.io.root().onRooms(told);
        ann.socket().join("x");
        assertThat(told.wrong).isEmpty();
        assertThat(told.rooms).containsOnlyKeys("x", "y");
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
