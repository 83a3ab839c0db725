package dev.resound.socketio.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.socketio.AckTimeoutException;
import dev.resound.socketio.Arguments;
import dev.resound.socketio.BroadcastOperator;
import dev.resound.socketio.Handlers;
import dev.resound.socketio.Socket;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Who hears what is said to many. Clients of every kind, on two loops. */
@ParameterizedClass
@EnumSource
class BroadcastWireTest {
    private final Handlers handlers;

    BroadcastWireTest(Handlers handlers) {
        this.handlers = handlers;
    }

    /** A server on which clients may join rooms. */
    private LiveServer server() throws IOException {
        return LiveServer.start(builder -> builder.handlers(handlers))
                .onConnection(socket -> {
                    socket.on(
                            "join",
                            arguments -> {
                                socket.join(arguments.string(0));
                                arguments.ack().send();
                            });
                    socket.on("tell", arguments -> socket.to(arguments.string(0)).emit("told", 1));
                    socket.on("tell-all", arguments -> socket.broadcast().emit("told", 2));
                });
    }

    private static void join(Peer peer, String... rooms) throws IOException {
        for (String room : rooms) {
            peer.says("420[\"join\",\"" + room + "\"]").hears("430[]");
        }
    }

    @Test
    void everybodyHearsOnceWhateverRoomsTheyAreIn() throws IOException { // S30
        try (LiveServer server = server()) {
            List<Peer> crowd = server.crowd(8);
            for (Peer peer : crowd) {
                join(peer, "a", "b", "c");
            }
            server.io.emit("all", 1);
            server.io.to("a", "b").to("c").emit("rooms", new byte[] {1});
            for (Peer peer : crowd) {
                peer.hears("42[\"all\",1]");
                peer.hears("451-[\"rooms\",{\"_placeholder\":true,\"num\":0}]", "0x01");
                peer.hearsNothing();
            }
        }
    }

    @Test
    void roomsAddUpAndExceptionsTakeAway() throws IOException { // S31
        try (LiveServer server = server()) {
            List<Peer> crowd = server.crowd(8);
            String[][] rooms = {
                {"a"}, {"b"}, {"a", "b"}, {"a", "c"}, {"b", "c"}, {"c"}, {}, {"a", "b", "c"}
            };
            for (int i = 0; i < crowd.size(); i++) {
                join(crowd.get(i), rooms[i]);
            }
            server.io.to("a").to("b").except("c").emit("some");
            for (int i = 0; i < crowd.size(); i++) {
                if (i < 3) {
                    crowd.get(i).hears("42[\"some\"]");
                }
                crowd.get(i).hearsNothing();
            }
        }
    }

    @Test
    void aSenderDoesNotHearItself() throws IOException { // S32
        try (LiveServer server = server()) {
            List<Peer> crowd = server.crowd(8);
            for (Peer peer : crowd) {
                join(peer, "room");
            }
            for (Peer sender : crowd) {
                sender.says("42[\"tell\",\"room\"]", "42[\"tell-all\"]").hearsNothing();
                for (Peer peer : crowd) {
                    if (peer != sender) {
                        peer.hears("42[\"told\",1]", "42[\"told\",2]");
                    }
                }
            }
            for (Peer peer : crowd) {
                peer.hearsNothing();
            }
        }
    }

    @Test
    void anOperatorIsNotChangedByWhatIsMadeOfIt() throws IOException { // S33
        try (LiveServer server = server()) {
            List<Peer> crowd = server.crowd(4);
            for (int i = 0; i < crowd.size(); i++) {
                join(crowd.get(i), i % 2 == 0 ? "a" : "b");
            }
            BroadcastOperator<Map<String, Object>> toA = server.io.to("a");
            toA.to("b").emit("both");
            toA.except("a").emit("nobody");
            toA.emit("a");
            for (int i = 0; i < crowd.size(); i++) {
                crowd.get(i).hears("42[\"both\"]");
                if (i % 2 == 0) {
                    crowd.get(i).hears("42[\"a\"]");
                }
                crowd.get(i).hearsNothing();
            }
        }
    }

    @Test
    void askingNobodyIsAnsweredAtOnce() throws IOException { // S36
        try (LiveServer server = server()) {
            assertThat(Until.done(server.io.broadcast().emitWithAck("anybody"))).isEmpty();
            List<Peer> crowd = server.crowd(2);
            assertThat(Until.done(server.io.to("empty").emitWithAck("anybody"))).isEmpty();
            for (Peer peer : crowd) {
                peer.hearsNothing();
            }
        }
    }

    @Test
    void everybodysAnswersAreGathered() throws IOException { // S37
        try (LiveServer server = server()) {
            List<Peer> crowd = server.crowd(6);
            CompletableFuture<List<Arguments>> answers =
                    server.io.broadcast().emitWithAck("question", "?");
            for (int i = 0; i < crowd.size(); i++) {
                Peer peer = crowd.get(i);
                String id = idOf(peer.next(), "[\"question\",\"?\"]");
                peer.says("43" + id + "[" + i + ",\"more\"]");
            }
            assertThat(Until.done(answers))
                    .extracting(answer -> answer.get(0).intValue())
                    .containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5);
        }
    }

    @Test
    void oneWhoKeepsSilentMakesTheOthersAnswersLate() throws IOException { // S37
        try (LiveServer server = server()) {
            List<Peer> crowd = server.crowd(3);
            CompletableFuture<List<Arguments>> answers =
                    server.io.timeout(Duration.ofMillis(400)).emitWithAck("question");
            List<String> ids = new ArrayList<>();
            for (Peer peer : crowd) {
                ids.add(idOf(peer.next(), "[\"question\"]"));
            }
            crowd.get(0).says("43" + ids.get(0) + "[\"a\"]");
            crowd.get(1).says("43" + ids.get(1) + "[\"b\"]");
            assertThat(Until.failed(answers))
                    .isInstanceOfSatisfying(
                            AckTimeoutException.class,
                            timeout ->
                                    assertThat(timeout.responses())
                                            .extracting(answer -> answer.string(0))
                                            .containsExactlyInAnyOrder("a", "b"));
            crowd.get(2).says("43" + ids.get(2) + "[\"late\"]").hearsNothing();
        }
    }

    private static String idOf(String packet, String event) {
        assertThat(packet).startsWith("42").endsWith(event);
        String id = packet.substring(2, packet.length() - event.length());
        assertThat(Long.parseLong(id)).isBetween(1L << 30, (1L << 31) - 1);
        return id;
    }

    @Test
    void whoWatchesWhatGoesOutSeesBroadcasts() throws IOException { // S45
        try (LiveServer server = server()) {
            server.io.onConnection(socket ->
                    socket.onAnyOutgoing((event, arguments) ->
                            server.note(socket.id() + event + arguments.size())));
            List<Peer> crowd = server.crowd(4);
            for (Peer peer : crowd) {
                peer.hearsNothing(); // the listeners are there by now
            }
            server.io.emit("all", 1, 2);
            List<String> expected = new ArrayList<>();
            for (Socket<Map<String, Object>> socket : server.io.root().sockets().values()) {
                expected.add(socket.id() + "all2");
            }
            assertThat(server.notes(4)).containsExactlyInAnyOrderElementsOf(expected);
            for (Peer peer : crowd) {
                peer.hears("42[\"all\",1,2]").hearsNothing();
            }
        }
    }
}
