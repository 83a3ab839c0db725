package dev.resound.socketio.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.socketio.Recovery;
import dev.resound.socketio.wire.Peer.Joined;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that come back by another transport than they were gone from, or change it meanwhile. */
class RecoveryTransportWireTest {
    private static final Pattern EVENT =
            Pattern.compile("^4(?:2|51-)\\[(.*),\"([\\w-]{5}\\.[0-9a-z]+)\"]$");

    private static LiveServer server() throws IOException {
        LiveServer server =
                LiveServer.start(builder ->
                        builder.recovery(Recovery.defaults())
                                .engine(engine -> engine.maxPacketsPerPoll(2)));
        return server.onConnection(socket -> {
            socket.join("room");
            server.note(socket.isRecovered() ? "recovered" : "new");
            socket.onDisconnect((reason, description) -> server.note("gone"));
        });
    }

    /** Hears an event and hands back its offset. */
    private static String hears(Peer peer, String event) throws IOException {
        String packet = peer.next();
        Matcher matcher = EVENT.matcher(packet);
        assertThat(matcher.matches()).as(packet).isTrue();
        assertThat(matcher.group(1)).isEqualTo(event);
        return matcher.group(2);
    }

    private static String connect(Joined joined, String offset) {
        return "40{\"pid\":\"" + joined.privateId() + "\",\"offset\":\"" + offset + "\"}";
    }

    /** What waits for polls is taken over by the WebSocket, wherever in it the change comes. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 9})
    void whatWasMissedComesOnceAndInOrderThoughTheTransportChangesInItsMidst(int polls)
            throws IOException {
        try (LiveServer server = server()) {
            Peer peer = server.connect(Carrier.POLLING);
            Joined first = peer.join("40");
            server.notes(1); // is in the room
            server.socket(first.id()).emit("one");
            String offset = hears(peer, "\"one\"");
            peer.leaves();
            server.notes(2);
            server.io.emit("missed", 1);
            server.io.to("room").emit("bytes", new byte[] {1, 2});
            server.io.to("elsewhere").emit("not missed");
            server.io.to("room").emit("missed", 2);
            server.io.to(first.id()).emit("missed", 3);

            Peer back = server.connect(Carrier.UPGRADING);
            back.takesOverAfter(polls);
            back.says(connect(first, offset));
            assertThat(server.notes(3)).containsExactly("new", "gone", "recovered");
            server.io.to("room").emit("live", 1);
            server.io.emit("live", 2);

            hears(back, "\"missed\",1");
            assertThat(back.isPolling()).isEqualTo(polls > 0);
            hears(back, "\"bytes\",{\"_placeholder\":true,\"num\":0}");
            back.hears("0x0102");
            hears(back, "\"missed\",2");
            hears(back, "\"missed\",3");
            assertThat(Peer.joined(back.next())).isEqualTo(first);
            hears(back, "\"live\",1");
            offset = hears(back, "\"live\",2");
            back.hearsNothing();
            assertThat(back.isPolling()).isEqualTo(polls == 9);

            back.leaves();
            server.notes(4);
            server.io.emit("missed", 4);
            Peer again = server.connect(Carrier.POLLING);
            again.says(connect(first, offset));
            hears(again, "\"missed\",4");
            assertThat(Peer.joined(again.next())).isEqualTo(first);
            again.hearsNothing();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "WEBSOCKET, POLLING",
        "WEBSOCKET, UPGRADING",
        "UPGRADED, POLLING",
        "UPGRADED, UPGRADING",
        "UPGRADED, WEBSOCKET",
    })
    void whoseConnectionIsLostComesBackByAnotherTransport(Carrier lost, Carrier back)
            throws IOException {
        try (LiveServer server = server()) {
            Peer peer = server.connect(lost);
            Joined first = peer.join("40");
            server.notes(1); // is in the room
            server.io.to("room").emit("one");
            String offset = hears(peer, "\"one\"");
            server.io.to("room").emit("two");
            hears(peer, "\"two\""); // as far as the client knows, this never came
            peer.vanishes();
            assertThat(server.notes(2)).containsExactly("new", "gone");
            server.io.to("room").emit("three");

            Peer returned = server.connect(back);
            returned.says(connect(first, offset));
            hears(returned, "\"two\"");
            hears(returned, "\"three\"");
            assertThat(Peer.joined(returned.next())).isEqualTo(first);
            server.notes(3);
            server.io.to("room").emit("four");
            hears(returned, "\"four\"");
            returned.hearsNothing();
            assertThat(server.socket(first.id()).isRecovered()).isTrue();
        }
    }

    @Test
    void aPollLostOnTheWayIsMadeUpForByTheNextSession() throws IOException {
        try (LiveServer server = server()) {
            Peer peer = server.connect(Carrier.POLLING);
            Joined first = peer.join("40");
            server.notes(1); // is in the room
            server.io.to("room").emit("one");
            String offset = hears(peer, "\"one\"");
            peer.poll(); // and goes while it waits
            peer.vanishes();
            assertThat(server.notes(2)).containsExactly("new", "gone");
            server.io.to("room").emit("two");

            Peer returned = server.connect(Carrier.POLLING);
            returned.says(connect(first, offset));
            hears(returned, "\"two\"");
            assertThat(Peer.joined(returned.next())).isEqualTo(first);
            returned.hearsNothing();
        }
    }
}
