package dev.resound.engineio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.testkit.FakeConnection;
import dev.resound.testkit.WireClient;
import dev.resound.testkit.WireClient.Received;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions that are a WebSocket from the beginning, on the wire. */
class WebSocketTest {
    private static final byte[] BYTES = {1, 2, 3, 4};

    /** A session and the WebSocket that it is. */
    private record Opened(WireClient socket, Heard session) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static Opened open(EngineServer server, Setting setting, String more)
            throws IOException {
        WireClient socket = server.connect();
        String path = "/engine.io/?EIO=" + setting.revision + "&transport=websocket" + more;
        assertThat(socket.upgrade(path, "").status()).isEqualTo(101);
        return new Opened(socket, server.session(Polling.sid(socket.receiveText())));
    }

    // E13
    @ParameterizedTest
    @EnumSource(Setting.class)
    void aMessageThatIsNoPacketEndsTheSession(Setting setting) throws IOException {
        try (EngineServer server = EngineServer.start(setting.loops)) {
            for (String malformed : new String[] {"abc", "", "7", "b!", "bA", "\u20ac"}) {
                try (Opened opened = open(server, setting, "")) {
                    opened.socket.text(malformed);
                    assertThat(opened.socket.receiveClose().closeCode()).isEqualTo(1005);
                    assertThat(opened.session.end())
                            .as(malformed)
                            .isEqualTo(new Heard.End(CloseReason.PARSE_ERROR, null));
                }
            }
            server.awaitNoSessions();
        }
    }

    // E14
    @Test
    void textAndBytesAreEchoedInRevision4() throws IOException {
        Setting setting = Setting.REVISION_4_ON_TWO_LOOPS;
        try (EngineServer server = EngineServer.start(2);
                Opened opened = open(server, setting, "")) {
            opened.socket.text("4hello");
            assertThat(opened.socket.receiveText()).isEqualTo("4hello");
            opened.socket.frame(true, WireClient.BINARY, BYTES);
            Received echo = opened.socket.receive();
            assertThat(echo.opcode()).isEqualTo(WireClient.BINARY);
            assertThat(echo.payload()).isEqualTo(BYTES);
        }
    }

    // E15
    @Test
    void bytesHaveTheirTypeInFrontInRevision3() throws IOException {
        Setting setting = Setting.REVISION_3_ON_TWO_LOOPS;
        byte[] packet = {4, 1, 2, 3, 4};
        try (EngineServer server = EngineServer.start(2);
                Opened opened = open(server, setting, "")) {
            opened.socket.frame(true, WireClient.BINARY, packet);
            Received echo = opened.socket.receive();
            assertThat(echo.opcode()).isEqualTo(WireClient.BINARY);
            assertThat(echo.payload()).isEqualTo(packet);
            assertThat(opened.session.messages()).containsExactly("0x01020304");
            opened.socket.frame(true, WireClient.BINARY, BYTES);
            assertThat(opened.socket.receiveClose().closeCode()).isEqualTo(1005);
            assertThat(opened.session.end().reason()).isEqualTo(CloseReason.PARSE_ERROR);
        }
    }

    // E20
    @ParameterizedTest
    @EnumSource(Setting.class)
    void aGoodbyeEndsTheSessionAndClosesTheWebSocket(Setting setting) throws IOException {
        try (EngineServer server = EngineServer.start(setting.loops);
                Opened opened = open(server, setting, "")) {
            opened.socket.text("1");
            assertThat(opened.socket.receiveClose().closeCode()).isEqualTo(1005);
            assertThat(opened.session.end())
                    .isEqualTo(new Heard.End(CloseReason.TRANSPORT_CLOSE, null));
            server.awaitNoSessions();
        }
    }

    // E32
    @ParameterizedTest
    @EnumSource(Setting.class)
    void aMessageThatIsTooLargeEndsTheSession(Setting setting) throws IOException {
        try (EngineServer server =
                        EngineServer.start(
                                setting.loops, options -> options.maxMessageBytes(1_000));
                Opened whole = open(server, setting, "");
                Opened pieces = open(server, setting, "")) {
            whole.socket.text("4" + "x".repeat(999));
            assertThat(whole.socket.receiveText()).hasSize(1_000);
            whole.socket.text("4" + "x".repeat(1_000));
            assertThat(whole.socket.receiveClose().closeCode()).isEqualTo(1009);
            assertThat(whole.session.end().reason()).isEqualTo(CloseReason.TRANSPORT_ERROR);
            byte[] part = new byte[600];
            pieces.socket
                    .frame(false, WireClient.BINARY, part)
                    .frame(true, WireClient.CONTINUATION, part);
            assertThat(pieces.socket.receiveClose().closeCode()).isEqualTo(1009);
            assertThat(pieces.session.end().reason()).isEqualTo(CloseReason.TRANSPORT_ERROR);
        }
    }

    // E41
    @ParameterizedTest
    @EnumSource(Setting.class)
    void whoAskedForTextGetsBytesInBase64(Setting setting) throws IOException {
        try (EngineServer server = EngineServer.start(setting.loops);
                Opened opened = open(server, setting, "&b64=1")) {
            opened.session.run(() -> opened.session.socket.send(new byte[] {1, 2, 3}));
            assertThat(opened.socket.receiveText()).isEqualTo(setting.base64("AQID"));
            opened.socket.text(setting.base64("AQIDBA=="));
            assertThat(opened.socket.receiveText()).isEqualTo(setting.base64("AQIDBA=="));
            assertThat(opened.session.messages()).containsExactly("0x01020304");
        }
    }

    @ParameterizedTest
    @EnumSource(Setting.class)
    void bytesInBase64AreUnderstoodEvenIfNobodyAskedForText(Setting setting) throws IOException {
        try (EngineServer server = EngineServer.start(setting.loops);
                Opened opened = open(server, setting, "")) {
            opened.socket.text(setting.base64("AQIDBA=="));
            assertThat(opened.socket.receive().opcode()).isEqualTo(WireClient.BINARY);
            assertThat(opened.session.messages()).containsExactly("0x01020304");
            opened.socket.text(setting.base64(""));
            assertThat(opened.socket.receive().opcode()).isEqualTo(WireClient.BINARY);
            assertThat(opened.session.messages()).containsExactly("0x01020304", "0x");
        }
    }

    @ParameterizedTest
    @EnumSource(Setting.class)
    void packetsThatMeanNothingAreIgnored(Setting setting) throws IOException {
        try (EngineServer server = EngineServer.start(setting.loops);
                Opened opened = open(server, setting, "")) {
            opened.socket.text("6").text("5").text("0").text("4hello");
            assertThat(opened.socket.receiveText()).isEqualTo("4hello");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1001, 1011, 4000, 1002, 1007, 1008})
    void aCloseFrameOfWhateverCodeIsAGoodbye(int code) throws IOException {
        try (EngineServer server = EngineServer.start(2);
                Opened opened = open(server, Setting.REVISION_4_ON_TWO_LOOPS, "")) {
            opened.socket.close(code, "bye");
            assertThat(opened.session.end().reason()).isEqualTo(CloseReason.TRANSPORT_CLOSE);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aLostConnectionIsAGoodbye(boolean reset) throws IOException {
        try (EngineServer server = EngineServer.start(2);
                Opened opened = open(server, Setting.REVISION_4_ON_TWO_LOOPS, "")) {
            if (reset) {
                opened.socket.reset();
            } else {
                opened.socket.close();
            }
            assertThat(opened.session.end().reason()).isEqualTo(CloseReason.TRANSPORT_CLOSE);
            server.awaitNoSessions();
        }
    }

    @Test
    void aPeerThatBreaksTheRulesOfWebSocketsEndsItsSession() throws IOException {
        try (EngineServer server = EngineServer.start(2);
                Opened opened = open(server, Setting.REVISION_4_ON_TWO_LOOPS, "");
                Opened unmasked = open(server, Setting.REVISION_4_ON_TWO_LOOPS, "")) {
            opened.socket.frame(true, WireClient.TEXT, new byte[] {'4', (byte) 0xff});
            assertThat(opened.socket.receiveClose().closeCode()).isEqualTo(1007);
            assertThat(opened.session.end().reason()).isEqualTo(CloseReason.TRANSPORT_ERROR);
            unmasked.socket.send(new byte[] {(byte) 0x81, 1, '4'});
            assertThat(unmasked.socket.receiveClose().closeCode()).isEqualTo(1002);
            assertThat(unmasked.session.end().reason()).isEqualTo(CloseReason.TRANSPORT_ERROR);
        }
    }

    @Test
    void pingsOfTheWebSocketItselfAreAnswered() throws IOException {
        try (EngineServer server = EngineServer.start(1);
                Opened opened = open(server, Setting.REVISION_4_ON_ONE_LOOP, "")) {
            opened.socket.frame(true, WireClient.PING, new byte[] {7});
            Received pong = opened.socket.receive();
            assertThat(pong.opcode()).isEqualTo(WireClient.PONG);
            assertThat(pong.payload()).containsExactly(7);
        }
    }

    @ParameterizedTest
    @EnumSource(Setting.class)
    void anUpgradeThatAsksForPollingIsClosedAndNothingIsSaid(Setting setting) throws IOException {
        try (EngineServer server = EngineServer.start(setting.loops);
                Polling client = Polling.open(server, setting)) {
            String path = Polling.handshakePath(setting);
            for (String target : new String[] {path, path + "&sid=" + client.sid()}) {
                try (WireClient socket = server.connect()) {
                    assertThat(socket.upgrade(target, "").status()).isEqualTo(101);
                    Received first = socket.receive();
                    assertThat(first.opcode()).isEqualTo(WireClient.CLOSE);
                    assertThat(first.closeCode()).isEqualTo(1005);
                }
            }
            assertThat(server.engine().sessions()).isEqualTo(1);
            client.post("4x");
            assertThat(client.poll()).containsExactly("4x");
        }
    }

    /** 2.8: a second message of the same turn is not on its way at once. */
    @Test
    void aWebSocketIsWritableUntilSomethingWasSentInThisTurn() throws IOException {
        try (EngineServer server = EngineServer.start(1);
                Opened opened = open(server, Setting.REVISION_4_ON_ONE_LOOP, "")) {
            EngineSocket socket = opened.session.socket;
            assertThat(opened.session.call(socket::isWritable)).isTrue();
            assertThat(
                            opened.session.call(() -> {
                                socket.send("one");
                                return socket.isWritable();
                            }))
                    .isFalse();
            assertThat(opened.socket.receiveText()).isEqualTo("4one");
            Until.holds("writable again", () -> opened.session.call(socket::isWritable));
        }
    }

    @Test
    void aWebSocketWhosePeerLagsIsNotWritable() {
        var world = new EngineWorld();
        FakeConnection socket = world.openWebSocket(4);
        Heard session = world.session(Polling.sid(socket.takeTexts().getFirst()));
        socket.lags();
        world.home.run(() -> session.socket.send("one"));
        assertThat(session.socket.isWritable()).isFalse();
        socket.drains();
        assertThat(session.socket.isWritable()).isTrue();
        assertThat(session.drains()).isEqualTo(1);
    }
}
