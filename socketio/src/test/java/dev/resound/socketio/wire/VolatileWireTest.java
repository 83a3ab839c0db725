package dev.resound.socketio.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.socketio.Handlers;
import dev.resound.socketio.Socket;
import dev.resound.socketio.SocketEmitter;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What may be lost is lost as a whole, and only if it cannot be sent at once. */
class VolatileWireTest {

    /** Within one turn of the loop, which is what the handlers run on. */
    private static LiveServer server() throws IOException {
        return LiveServer.start(builder -> builder.handlers(Handlers.ON_LOOP))
                .onConnection(socket -> {
                    socket.on("text", arguments -> sendText(socket));
                    socket.on("bytes", arguments -> sendBytes(socket));
                });
    }

    private static void sendText(Socket<Map<String, Object>> socket) {
        SocketEmitter droppable = socket.asVolatile();
        droppable.emit("v", 1);
        droppable.emit("v", 2);
        socket.emit("normal");
    }

    private static void sendBytes(Socket<Map<String, Object>> socket) {
        SocketEmitter droppable = socket.asVolatile();
        droppable.emit("v", new byte[] {1}, new byte[] {2});
        droppable.emit("v", new byte[] {3}, new byte[] {4});
        socket.emit("normal");
    }

    @ParameterizedTest
    @EnumSource(names = {"WEBSOCKET", "UPGRADED"})
    void theFirstOfATurnIsSent(Carrier carrier) throws IOException { // S34
        try (LiveServer server = server()) {
            Peer peer = server.connect(carrier);
            peer.join("40");
            peer.hearsNothing();
            peer.says("42[\"text\"]").hears("42[\"v\",1]", "42[\"normal\"]").hearsNothing();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"WEBSOCKET", "UPGRADED"})
    void attachmentsShareTheFateOfTheirEvent(Carrier carrier) throws IOException { // S35
        try (LiveServer server = server()) {
            Peer peer = server.connect(carrier);
            peer.join("40");
            peer.hearsNothing();
            peer.says("42[\"bytes\"]");
            peer.hears(
                    "452-[\"v\",{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":1}]",
                    "0x01",
                    "0x02",
                    "42[\"normal\"]");
            peer.hearsNothing();
        }
    }

    /** Whether a poll is there yet when the post is, nobody can say; so both ends are right. */
    @ParameterizedTest
    @EnumSource(names = {"POLLING"})
    void aPollThatWaitsTakesTheFirst(Carrier carrier) throws IOException { // S34, S35
        try (LiveServer server = server()) {
            Peer peer = server.connect(carrier);
            peer.join("40");
            Until.holds("a poll that came before a post", () -> pollsWhileItIsSent(peer, "text"));
            Until.holds("a poll that came before a post", () -> pollsWhileItIsSent(peer, "bytes"));
            peer.says("42[\"text\"]", "42[\"bytes\"]"); // and no poll waits
            peer.hears("42[\"normal\"]", "42[\"normal\"]").hearsNothing();
        }
    }

    private static boolean pollsWhileItIsSent(Peer peer, String what) throws IOException {
        peer.poll();
        peer.says("42[\"" + what + "\"]");
        String first = peer.next();
        if (first.equals("42[\"normal\"]")) {
            return false;
        }
        if (what.equals("text")) {
            assertThat(first).isEqualTo("42[\"v\",1]");
        } else {
            assertThat(first).startsWith("452-[\"v\",");
            peer.hears("0x01", "0x02");
        }
        peer.hears("42[\"normal\"]");
        return true;
    }
}
