package dev.resound.socketio.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.core.http.Header;
import dev.resound.socketio.wire.Peer.Joined;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** How clients get into namespaces, and out of them. */
@ParameterizedClass
@EnumSource
class ConnectWireTest {
    private final Setting setting;

    ConnectWireTest(Setting setting) {
        this.setting = setting;
    }

    @Test
    void aSocketHasAnIdOfItsOwn() throws IOException { // S1, S62
        try (LiveServer server = setting.server().echoes()) {
            Peer peer = server.connect(setting.carrier);
            assertThat(peer.join("40").id()).isNotEqualTo(peer.engineId());
            peer.hears("42[\"auth\",{}]");
        }
    }

    @Test
    void aSocketKnowsWhatTheClientBroughtToProveItself() throws IOException { // S2, S62
        try (LiveServer server = setting.server().echoes()) {
            server.io.onConnection(
                    socket -> server.note("auth present: " + socket.handshake().authPresent()));
            Peer peer = server.connect(setting.carrier);
            peer.join("40{\"token\":\"123\"}");
            peer.hears("42[\"auth\",{\"token\":\"123\"}]");
            server.joined(setting.carrier);
            assertThat(server.notes(2))
                    .containsExactly("auth present: true", "auth present: false");
        }
    }

    @Test
    void aClientMayBeginInAnyNamespace() throws IOException { // S3, S62
        try (LiveServer server = setting.server().echoes("/custom")) {
            Peer peer = server.connect(setting.carrier);
            peer.says("40/custom,");
            assertThat(peer.next()).startsWith("40/custom,{\"sid\":\"");
            peer.hears("42/custom,[\"auth\",{}]");
            Peer other = server.connect(setting.carrier);
            other.join("40/custom,{\"token\":\"abc\"}");
            other.hears("42/custom,[\"auth\",{\"token\":\"abc\"}]");
        }
    }

    @Test
    void aNamespaceNobodyMadeIsRefusedAndTheConnectionStays() throws IOException { // S4
        try (LiveServer server = setting.server().echoes()) {
            Peer peer = server.connect(setting.carrier);
            peer.says("40/random").hears("44/random,{\"message\":\"Invalid namespace\"}");
            peer.join("40");
            peer.hears("42[\"auth\",{}]").hearsNothing();
        }
    }

    @Test
    void whoBeginsWithWhatIsNoPacketIsClosed() throws IOException { // S5
        try (LiveServer server = setting.server().echoes()) {
            server.connect(setting.carrier).says("4abc").hears(Peer.END);
            server.awaitNoSessions();
        }
    }

    @Test
    void whoDoesNotJoinInTimeIsClosed() throws IOException { // S6
        try (LiveServer server =
                setting.server(builder -> builder.connectTimeout(Duration.ofMillis(250)))
                        .echoes()) {
            Peer polite = server.joined(setting.carrier);
            polite.says("41"); // having been in one is enough
            long start = System.nanoTime();
            server.connect(setting.carrier).hears(Peer.END);
            assertThat(System.nanoTime() - start).isGreaterThan(200_000_000);
            polite.join("40");
            polite.hears("42[\"auth\",{}]");
        }
    }

    @Test
    void leavingTheLastNamespaceIsNotAnsweredAndTheConnectionStays() throws IOException { // S7
        try (LiveServer server =
                setting.server(builder ->
                                builder.engine(
                                        engine -> engine.pingInterval(Duration.ofMillis(500))))
                        .echoes()) {
            Peer peer = server.joined(setting.carrier);
            peer.says("41").hears("2");
            assertThat(server.notes(1)).containsExactly("client namespace disconnect");
            peer.says("3", "42[\"message\"]").hears(Peer.END);
            assertThat(server.notes()).hasSize(1);
        }
    }

    @Test
    void leavingOneNamespaceLeavesTheOthersAlone() throws IOException { // S8
        try (LiveServer server = setting.server().echoes("/custom")) {
            Peer peer = server.joined(setting.carrier);
            peer.join("40/custom,");
            peer.hears("42/custom,[\"auth\",{}]");
            peer.says("41/custom", "42[\"message\",1]").hears("42[\"message-back\",1]");
        }
    }

    @Test
    void theCommaMayBeMissing() throws IOException { // S22
        try (LiveServer server = setting.server().echoes("/custom")) {
            Peer peer = server.joined(setting.carrier);
            Joined first = peer.join("40/custom");
            peer.hears("42/custom,[\"auth\",{}]");
            peer.says("41/custom");
            assertThat(server.notes(1)).containsExactly("client namespace disconnect");
            Joined second = peer.join("40/custom");
            assertThat(second.id()).isNotEqualTo(first.id());
            peer.hears("42/custom,[\"auth\",{}]").hearsNothing("/custom,");
        }
    }

    @Test
    void anIdOnAConnectMeansNothing() throws IOException { // S23
        try (LiveServer server = setting.server().echoes()) {
            Peer peer = server.connect(setting.carrier);
            peer.join("4012{\"a\":1}");
            peer.hears("42[\"auth\",{\"a\":1}]");
        }
    }

    @Test
    void theQueryIsKnownInEveryNamespace() throws IOException { // S49
        try (LiveServer server = setting.server()) {
            server.io
                    .of("/custom")
                    .onConnection(
                            socket -> socket.emit("key", socket.handshake().query().get("key")));
            Peer peer = server.connect(setting.carrier, 4, "&key=a%20b");
            peer.join("40/custom,");
            peer.hears("42/custom,[\"key\",\"a b\"]");
        }
    }

    @Test
    void headersTheApplicationAddsAreOnTheFirstResponse() throws IOException { // S50
        try (LiveServer server =
                setting.server(builder ->
                        builder.engine(engine ->
                                engine.headers(
                                        request -> List.of(new Header("X-SocketIO", "hello")))))) {
            assertThat(server.connect(setting.carrier).handshake().headers())
                    .containsEntry("X-SocketIO", "hello");
        }
    }

    @Test
    void aQueryInANamespaceIsPartOfItsName() throws IOException { // S56
        try (LiveServer server = setting.server().echoes("/custom")) {
            server.connect(setting.carrier)
                    .says("40/custom?a=b,")
                    .hears("44/custom?a=b,{\"message\":\"Invalid namespace\"}");
        }
    }

    @Test
    void aHandshakeCanBeSentToTheClient() throws IOException { // S59
        try (LiveServer server = setting.server()) {
            server.io
                    .of("/abc")
                    .onConnection(socket -> socket.emit("handshake", socket.handshake()));
            Peer peer = server.connect(setting.carrier, 4, "&key=1");
            peer.join("40/abc,{\"token\":7}");
            String event = peer.next();
            assertThat(event).startsWith("42/abc,[\"handshake\",{");
            JsonNode handshake =
                    JsonMapper.shared().readTree(event.substring("42/abc,".length())).get(1);
            assertThat(handshake.at("/query/key").isString()).isTrue();
            assertThat(handshake.at("/query/key").stringValue()).isEqualTo("1");
            assertThat(handshake.at("/query/EIO").stringValue()).isEqualTo("4");
            assertThat(handshake.at("/auth/token").intValue()).isEqualTo(7);
            assertThat(handshake.at("/address").stringValue()).isEqualTo("127.0.0.1");
            assertThat(handshake.at("/headers/host").stringValue()).isEqualTo("localhost");
            assertThat(handshake.at("/issued").isIntegralNumber()).isTrue();
            assertThat(handshake.at("/time").isString()).isTrue();
            assertThat(handshake.at("/xdomain").isBoolean()).isTrue();
            assertThat(handshake.at("/secure").booleanValue()).isFalse();
        }
    }
}
