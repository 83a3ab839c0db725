package dev.resound.socketio.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.socketio.Socket;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What one thread says, whether to one socket, to rooms, or to all, reaches everybody in the order
 * it was said: over polling, over WebSockets, and while the one gives way to the other.
 */
class OrderWireTest {
    private static final int EVENTS = 400;
    private static final List<String> ROOMS = List.of("a", "b", "c");

    private final LiveServer server;
    private Random random = new Random();
    private List<Member> members = List.of();

    /** A client, its socket, its rooms, and what it has to hear. */
    private record Member(
            Peer peer, Socket<Map<String, Object>> socket, Set<String> rooms, List<String> owed) {

        boolean isIn(List<String> wanted) {
            return wanted.stream().anyMatch(rooms::contains);
        }
    }

    OrderWireTest() throws IOException {
        server = LiveServer.start();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whatOneThreadSaysArrivesInItsOrder(long seed) throws IOException {
        random = new Random(seed);
        try (server) {
            var done = new CompletableFuture<Boolean>();
            server.onConnection(socket ->
                    socket.on(
                            "speak",
                            arguments -> {
                                speak(socket);
                                done.complete(true);
                            }));
            members = gather();
            Member speaker = members.get(random.nextInt(members.size()));
            speaker.peer.says("42[\"speak\"]");
            // who listens later has more waiting for it when its transport changes
            List<Member> listeners = new ArrayList<>(members);
            Collections.shuffle(listeners, new Random(seed));
            List<List<String>> heard = new ArrayList<>();
            for (Member listener : listeners) {
                heard.add(hearsToTheEnd(listener.peer));
            }
            Until.done(done);
            for (int i = 0; i < listeners.size(); i++) {
                assertThat(heard.get(i))
                        .as("%s, seed %d", listeners.get(i).peer.carrier(), seed)
                        .containsExactlyElementsOf(listeners.get(i).owed);
            }
        }
    }

    private List<Member> gather() throws IOException {
        List<Member> all = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Peer peer = server.connect(Carrier.inTurn(i));
            peer.takesOverAfter(2 + random.nextInt(4));
            Socket<Map<String, Object>> socket = server.socket(peer.join("40").id());
            Set<String> rooms = new HashSet<>();
            for (String room : ROOMS) {
                if (random.nextBoolean()) {
                    rooms.add(room);
                    socket.join(room);
                }
            }
            all.add(new Member(peer, socket, rooms, new CopyOnWriteArrayList<>()));
        }
        return all;
    }

    private static List<String> hearsToTheEnd(Peer peer) throws IOException {
        List<String> heard = new ArrayList<>();
        for (String packet = peer.next(); !packet.equals("42[\"end\"]"); packet = peer.next()) {
            heard.add(packet);
        }
        return heard;
    }

    private void speak(Socket<Map<String, Object>> speaker) {
        for (int i = 0; i < EVENTS; i++) {
            Object[] arguments =
                    random.nextInt(8) == 0
                            ? new Object[] {i, new byte[] {(byte) i}}
                            : new Object[] {i, "x".repeat(random.nextInt(300))};
            String room = ROOMS.get(random.nextInt(ROOMS.size()));
            switch (random.nextInt(7)) {
                case 0, 1 -> {
                    Member one = members.get(random.nextInt(members.size()));
                    one.socket.emit("own", arguments);
                    owe(List.of(one), "own", arguments);
                }
                case 2 -> {
                    server.io.to(room).emit("room", arguments);
                    owe(in(List.of(room)), "room", arguments);
                }
                case 3 -> {
                    server.io.emit("all", arguments);
                    owe(members, "all", arguments);
                }
                case 4 -> {
                    server.io.to("a", "b").except("c").emit("rooms", arguments);
                    List<Member> some = new ArrayList<>(in(List.of("a", "b")));
                    some.removeAll(in(List.of("c")));
                    owe(some, "rooms", arguments);
                }
                case 5 -> {
                    speaker.to(room).emit("others", arguments);
                    owe(without(speaker, in(List.of(room))), "others", arguments);
                }
                default -> {
                    speaker.broadcast().emit("but me", arguments);
                    owe(without(speaker, members), "but me", arguments);
                }
            }
        }
        server.io.emit("end");
    }

    private List<Member> in(List<String> rooms) {
        return members.stream().filter(member -> member.isIn(rooms)).toList();
    }

    private static List<Member> without(Socket<?> speaker, List<Member> all) {
        return all.stream().filter(member -> member.socket != speaker).toList();
    }

    private static void owe(List<Member> all, String event, Object[] arguments) {
        for (Member member : all) {
            if (arguments[1] instanceof byte[] bytes) {
                member.owed.add(
                        "451-[\""
                                + event
                                + "\","
                                + arguments[0]
                                + ",{\"_placeholder\":true,\"num\":0}]");
                member.owed.add(Peer.hex(bytes));
            } else {
                member.owed.add(
                        "42[\"" + event + "\"," + arguments[0] + ",\"" + arguments[1] + "\"]");
            }
        }
    }
}
