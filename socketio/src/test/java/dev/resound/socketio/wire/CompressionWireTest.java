package dev.resound.socketio.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.core.Endpoint;
import dev.resound.core.Protocol;
import dev.resound.core.Upgrade;
import dev.resound.core.http.Route;
import dev.resound.socketio.Recovery;
import dev.resound.socketio.Socket;
import dev.resound.testkit.WireClient;
import dev.resound.testkit.WireClient.Received;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the application does not want to be compressed is not. */
class CompressionWireTest {
    private static final String TEXT = "a".repeat(200);
    private static final byte[] BYTES = new byte[200];

    /** Socket.IO over WebSockets that compress everything. */
    private record Compressing(Protocol inner) implements Protocol {

        @Override
        public String name() {
            return inner.name();
        }

        @Override
        public List<Endpoint> endpoints() {
            return inner.endpoints().stream()
                    .map(endpoint ->
                            new Endpoint(
                                    endpoint.path(),
                                    handshake ->
                                            endpoint.upgrader()
                                                    .upgrade(handshake)
                                                    .thenApply(Compressing::compressing)))
                    .toList();
        }

        private static Upgrade compressing(Upgrade upgrade) {
            return switch (upgrade) {
                case Upgrade.Accept accept ->
                        new Upgrade.Accept(
                                accept.headers(),
                                accept.maxMessageBytes(),
                                accept.home(),
                                new Upgrade.Deflate(0),
                                accept.open());
                case Upgrade.Reject reject -> reject;
            };
        }

        @Override
        public List<Route> routes() {
            return inner.routes();
        }

        @Override
        public void onStop() {
            inner.onStop();
        }
    }

    private static void hears(WireClient client, boolean compressed, String packet)
            throws IOException {
        Received frame = client.receive();
        assertThat(frame.opcode() == WireClient.TEXT ? frame.text() : Peer.hex(frame.message()))
                .startsWith(packet);
        assertThat(frame.compressed()).as(packet).isEqualTo(compressed);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anEventIsCompressedUnlessTheApplicationSaysSo(boolean recovery) throws IOException {
        try (LiveServer server =
                        LiveServer.start(
                                builder ->
                                        recovery ? builder.recovery(Recovery.defaults()) : builder,
                                Compressing::new);
                WireClient client =
                        WireClient.open(
                                server.port(),
                                "/socket.io/?EIO=4&transport=websocket",
                                "Sec-WebSocket-Extensions: permessage-deflate\r\n")) {
            client.receive();
            client.text("40");
            client.receive();
            Socket<Map<String, Object>> socket =
                    server.io.root().sockets().values().iterator().next();
            socket.join("a", "b");
            for (boolean compressed : new boolean[] {true, false}) {
                socket.compress(compressed).emit("own", TEXT);
                hears(client, compressed, "42[\"own\",\"aaa");
                socket.compress(compressed).emit("bytes", TEXT, BYTES);
                hears(client, compressed, "451-[\"bytes\",");
                hears(client, compressed, "0x000000");
                socket.compress(compressed).emitWithAck("question", TEXT);
                hears(client, compressed, compressed ? "421[" : "422[");
                server.io.compress(compressed).emit("all", TEXT);
                hears(client, compressed, "42[\"all\",\"aaa");
                server.io.to("a").compress(compressed).emit("room", TEXT);
                hears(client, compressed, "42[\"room\",\"aaa");
                server.io.to("a", "b").compress(compressed).except("c").emit("rooms", TEXT);
                hears(client, compressed, "42[\"rooms\",\"aaa");
                server.io.compress(compressed).emitWithAck("everybody", TEXT);
                hears(client, compressed, "4210737418");
                client.text("42[\"still there\"]");
            }
            socket.emit("own", TEXT);
            hears(client, true, "42[\"own\",\"aaa");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPollIsAnsweredAsTheApplicationSays(boolean compressed) throws IOException {
        String polling = "/socket.io/?EIO=4&transport=polling";
        try (LiveServer server =
                        LiveServer.start(
                                builder -> builder.engine(engine -> engine.httpCompression(100)));
                WireClient client = server.wire()) {
            client.get(polling);
            String greeting = client.readResponse().body();
            String sid = greeting.substring(9, greeting.indexOf('"', 9));
            client.request("POST", polling + "&sid=" + sid, "", new byte[] {'4', '0'});
            client.readResponse();
            client.get(polling + "&sid=" + sid);
            client.readResponse();
            Until.holds("a socket", () -> !server.io.root().sockets().isEmpty());
            server.io.compress(compressed).emit("all", TEXT, BYTES);
            client.request(
                    "GET", polling + "&sid=" + sid, "Accept-Encoding: gzip\r\n", new byte[0]);
            assertThat(client.readResponse().headers().containsKey("Content-Encoding"))
                    .isEqualTo(compressed);
        }
    }
}
