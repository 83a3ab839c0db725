package dev.resound.engineio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.core.Close;
import dev.resound.core.Frame;
import dev.resound.core.Loop;
import dev.resound.testkit.FakeConnection;
import dev.resound.testkit.WireClient;
import dev.resound.testkit.WireClient.Received;
import dev.resound.testkit.WireClient.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From polling to WebSocket: on the wire, and to the millisecond. */
class UpgradeTest {

    /** A WebSocket handshake and what follows it, as one piece. */
    static byte[] handshakeAndFrames(String path, String... texts) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(
                ("GET "
                                + path
                                + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                                + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                                + "Sec-WebSocket-Key: "
                                + WireClient.KEY
                                + "\r\n\r\n")
                        .getBytes(UTF_8));
        for (String text : texts) {
            out.writeBytes(WireClient.frameBytes(true, WireClient.TEXT, text.getBytes(UTF_8)));
        }
        return out.toByteArray();
    }

    private static WireClient landing(EngineServer server, Polling client, boolean sameLoop)
            throws IOException {
        Loop home = client.session().socket.loop();
        return sameLoop ? server.connectOn(home) : server.connectOff(home);
    }

    // E21
    @ParameterizedTest
    @EnumSource(Setting.class)
    void aProbedWebSocketTakesOver(Setting setting) throws IOException {
        for (boolean sameLoop : new boolean[] {true, false}) {
            try (EngineServer server = EngineServer.start(setting.loops);
                    Polling client = Polling.open(server, setting);
                    WireClient socket = client.webSocket(sameLoop)) {
                socket.text("2probe");
                assertThat(socket.receiveText()).isEqualTo("3probe");
                assertThat(client.poll()).containsExactly("6");
                socket.text("5").text("4hello");
                assertThat(socket.receiveText()).isEqualTo("4hello");
                assertThat(client.session().socket.transport()).isEqualTo(Transport.WEBSOCKET);
                assertThat(client.session().upgrades()).isEqualTo(1);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Setting.class)
    void aPollThatIsHeldWhenTheWebSocketOpensIsLetGo(Setting setting) throws IOException {
        try (EngineServer server = EngineServer.start(setting.loops);
                Polling client = Polling.open(server, setting)) {
            client.hold();
            client.webSocket(false);
            assertThat(client.answerToPoll()).containsExactly("6");
        }
    }

    /** The server has not even answered when probe, upgrade and a message are there already. */
    @ParameterizedTest
    @CsvSource({
        "false, 1, true", "false, 2, true", "false, 2, false",
        "true, 1, true", "true, 2, true", "true, 2, false"
    })
    void framesDirectlyBehindTheHandshakeAreHeardInTheirOrder(
            boolean tls, int loops, boolean sameLoop) throws IOException {
        Setting setting = Setting.REVISION_4_ON_TWO_LOOPS;
        String large = "4" + "x".repeat(100_000);
        for (int i = 0; i < 5; i++) {
            try (EngineServer server =
                            tls ? EngineServer.behindTls(loops) : EngineServer.start(loops);
                    Polling client = Polling.open(server, setting);
                    WireClient socket = landing(server, client, sameLoop)) {
                socket.send(
                        handshakeAndFrames(
                                client.webSocketPath(), "2probe", "5", "4one", large, "4two"));
                assertThat(socket.readResponse().status()).isEqualTo(101);
                assertThat(socket.receiveText()).isEqualTo("3probe");
                assertThat(socket.receiveText()).isEqualTo("4one");
                assertThat(socket.receiveText()).isEqualTo(large);
                assertThat(socket.receiveText()).isEqualTo("4two");
                assertThat(client.session().socket.request().secure()).isEqualTo(tls);
            }
        }
    }

    /** Traffic in both directions on a channel that has moved, until the end. */
    @ParameterizedTest
    @CsvSource({"false, true", "false, false", "true, true", "true, false"})
    void aWebSocketThatHasMovedIsAsGoodAsAnyOther(boolean tls, boolean sameLoop)
            throws IOException {
        try (EngineServer server = tls ? EngineServer.behindTls(2) : EngineServer.start(2);
                Polling client = Polling.open(server, Setting.REVISION_4_ON_TWO_LOOPS);
                WireClient socket = client.upgraded(sameLoop)) {
            String large = "4" + "y".repeat(900_000);
            for (int i = 0; i < 20; i++) {
                socket.text("4ping " + i);
                assertThat(socket.receiveText()).isEqualTo("4ping " + i);
            }
            socket.text(large);
            assertThat(socket.receiveText()).isEqualTo(large);
            socket.frame(true, WireClient.PING, new byte[] {1});
            assertThat(socket.receive().opcode()).isEqualTo(WireClient.PONG);
            assertThat(client.session().call(() -> client.session().socket.connection().loop()))
                    .isSameAs(client.session().socket.loop());
            socket.close(1000, "");
            assertThat(socket.receiveClose().closeCode()).isEqualTo(1000);
            assertThat(socket.isEnded()).isTrue();
            assertThat(client.session().end().reason()).isEqualTo(CloseReason.TRANSPORT_CLOSE);
            server.awaitNoSessions();
        }
    }

    /** Requests before the handshake on the same connection, which has to move then. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aConnectionThatWasUsedForRequestsMayMoveToo(boolean sameLoop) throws IOException {
        Setting setting = Setting.REVISION_4_ON_TWO_LOOPS;
        try (EngineServer server = EngineServer.start(2);
                Polling client = Polling.open(server, setting);
                WireClient socket = landing(server, client, sameLoop)) {
            String get = "GET /loop HTTP/1.1\r\nHost: a\r\n\r\n";
            socket.send(get + get);
            socket.send(handshakeAndFrames(client.webSocketPath(), "2probe", "5", "4x"));
            assertThat(socket.readResponse().status()).isEqualTo(200);
            assertThat(socket.readResponse().status()).isEqualTo(200);
            assertThat(socket.readResponse().status()).isEqualTo(101);
            assertThat(socket.receiveText()).isEqualTo("3probe");
            assertThat(socket.receiveText()).isEqualTo("4x");
        }
    }

    // E22
    @ParameterizedTest
    @EnumSource(Setting.class)
    void pollsAndPostsAfterTheUpgradeAreRefused(Setting setting) throws IOException {
        try (EngineServer server = EngineServer.start(setting.loops);
                Polling client = Polling.open(server, setting);
                WireClient socket = client.upgraded(false)) {
            for (Response refused : List.of(client.get(), client.post("4x"))) {
                assertThat(refused.status()).isEqualTo(400);
                assertThat(refused.body()).isEqualTo("{\"code\":3,\"message\":\"Bad request\"}");
            }
            socket.text("4hello");
            assertThat(socket.receiveText()).isEqualTo("4hello");
            assertThat(client.session().messages()).containsExactly("hello");
        }
    }

    // E23
    @ParameterizedTest
    @EnumSource(Setting.class)
    void aSecondWebSocketAfterTheUpgradeIsClosed(Setting setting) throws IOException {
        try (EngineServer server = EngineServer.start(setting.loops);
                Polling client = Polling.open(server, setting);
                WireClient socket = client.upgraded(false)) {
            for (boolean sameLoop : new boolean[] {true, false}) {
                WireClient second = client.webSocket(sameLoop);
                assertThat(second.receiveClose().closeCode()).isEqualTo(1005);
            }
            socket.text("4hello");
            assertThat(socket.receiveText()).isEqualTo("4hello");
        }
    }

    @ParameterizedTest
    @EnumSource(Setting.class)
    void aSecondWebSocketDuringTheUpgradeIsClosedAndTheFirstGoesOn(Setting setting)
            throws IOException {
        try (EngineServer server = EngineServer.start(setting.loops);
                Polling client = Polling.open(server, setting);
                WireClient socket = client.webSocket(false)) {
            socket.text("2probe");
            assertThat(socket.receiveText()).isEqualTo("3probe");
            assertThat(client.webSocket(true).receiveClose().closeCode()).isEqualTo(1005);
            socket.text("5").text("4hello");
            assertThat(socket.receiveText()).isEqualTo("4hello");
        }
    }

    // E24
    @ParameterizedTest
    @EnumSource(Setting.class)
    void pollsDuringTheUpgradeAreLetGoAtOnceEvenIfAPingIsWaiting(Setting setting)
            throws IOException {
        try (EngineServer server = EngineServer.start(setting.loops)) {
            boolean inTime = false;
            while (!inTime) { // a quarter of a second is short on a busy machine
                try (Polling client = Polling.open(server, setting);
                        WireClient socket = landing(server, client, false)) {
                    long begun = System.nanoTime();
                    socket.upgrade(client.webSocketPath(), "");
                    client.post(setting.revision == 3 ? "2" : "4queued");
                    List<String> polled = new ArrayList<>();
                    for (int i = 0; i < 5; i++) {
                        polled.addAll(client.poll());
                    }
                    inTime = System.nanoTime() - begun < 240_000_000;
                    if (inTime) {
                        assertThat(polled).containsExactly("6", "6", "6", "6", "6");
                        socket.text("2probe");
                        assertThat(socket.receiveText()).isEqualTo("3probe");
                        socket.text("5");
                        assertThat(socket.receiveText())
                                .isEqualTo(setting.revision == 3 ? "3" : "4queued");
                        assertThat(client.session().hasEnded()).isFalse();
                    }
                }
            }
        }
    }

    // E24, to the millisecond, with the ping of revision 4
    @Test
    void aPollDuringTheUpgradeIsHeldForTenMillisecondsAndThePingIsKeptForTheWebSocket() {
        var world =
                new EngineWorld(options ->
                        options.pingInterval(Duration.ofMillis(300))
                                .pingTimeout(Duration.ofMillis(200)));
        EngineWorld.Client client = world.open(4);
        world.pass(295);
        FakeConnection socket = client.webSocket();
        world.pass(10);
        for (int i = 0; i < 5; i++) {
            EngineWorld.Asked poll = client.get();
            world.pass(9);
            assertThat(poll.isAnswered()).isFalse();
            world.pass(1);
            assertThat(client.packets(poll)).containsExactly("6");
        }
        socket.says("2probe");
        socket.says("5");
        assertThat(socket.takeTexts()).containsExactly("3probe", "2");
        assertThat(client.session().hasEnded()).isFalse();
    }

    @Test
    void messagesAreKeptBackForAQuarterOfASecondAndThenGoByPolling() {
        var world = new EngineWorld();
        EngineWorld.Client client = world.open(4);
        FakeConnection socket = client.webSocket();
        client.send("one");
        EngineWorld.Asked early = client.get();
        world.pass(10);
        assertThat(client.packets(early)).containsExactly("6");
        world.pass(235);
        EngineWorld.Asked held = client.get();
        world.pass(4);
        assertThat(held.isAnswered()).isFalse();
        world.pass(1);
        assertThat(client.packets(held)).containsExactly("4one");
        client.send("two");
        assertThat(client.packets(client.get())).containsExactly("4two");
        client.send("three");
        socket.says("2probe");
        socket.says("5");
        assertThat(socket.takeTexts()).containsExactly("3probe", "4three");
    }

    @Test
    void aMessageDuringTheUpgradeDoesNotGoToAPollThatIsStillHeld() {
        var world = new EngineWorld();
        EngineWorld.Client client = world.open(4);
        EngineWorld.Asked held = client.get();
        FakeConnection socket = client.webSocket();
        client.send("one");
        assertThat(client.socket().isWritable()).isFalse();
        world.pass(10);
        assertThat(client.packets(held)).containsExactly("6");
        socket.says("2probe");
        socket.says("5");
        assertThat(socket.takeTexts()).containsExactly("3probe", "4one");
    }

    // E25
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anUpgradeThatIsNotCompletedInTimeFailsAndPollingGoesOn(boolean probed) {
        var world = new EngineWorld();
        EngineWorld.Client client = world.open(4);
        FakeConnection socket = client.webSocket();
        if (probed) {
            socket.says("2probe");
        }
        world.pass(9_999);
        assertThat(socket.closedWith()).isNull();
        client.send("hello");
        world.pass(1);
        assertThat(socket.closedWith()).isEqualTo(Close.NO_STATUS);
        assertThat(((Session) client.socket()).isUpgrading()).isFalse();
        assertThat(client.packets(client.get())).containsExactly("4hello");
        EngineWorld.Asked held = client.get();
        world.pass(1_000);
        assertThat(held.isAnswered()).as("held as ever").isFalse();
        FakeConnection another = client.webSocket();
        another.says("2probe");
        another.says("5");
        assertThat(client.packets(held)).containsExactly("6");
        assertThat(client.session().upgrades()).isEqualTo(1);
    }

    // E25 on the wire
    @ParameterizedTest
    @EnumSource(Setting.class)
    void aWebSocketThatNeverSaysAWordIsClosed(Setting setting) throws IOException {
        try (EngineServer server =
                        EngineServer.start(
                                setting.loops,
                                options -> options.upgradeTimeout(Duration.ofMillis(50)));
                Polling client = Polling.open(server, setting);
                WireClient socket = client.webSocket(false)) {
            assertThat(socket.receiveClose().closeCode()).isEqualTo(1005);
            client.post("4hello");
            assertThat(client.poll()).containsExactly("4hello");
        }
    }

    // E26
    @ParameterizedTest
    @EnumSource(Setting.class)
    void aPeerThatSaysSomethingElseIsClosedAndPollingGoesOn(Setting setting) throws IOException {
        try (EngineServer server = EngineServer.start(setting.loops);
                Polling client = Polling.open(server, setting)) {
            for (String wrong : List.of("4x", "5", "2", "2probe ", "", "1", "b")) {
                WireClient socket = client.webSocket(false);
                socket.text(wrong);
                assertThat(socket.receiveClose().closeCode()).as(wrong).isEqualTo(1005);
            }
            for (String wrong : List.of("4x", "2probe", "", "6")) {
                WireClient socket = client.webSocket(true);
                socket.text("2probe");
                assertThat(socket.receiveText()).isEqualTo("3probe");
                socket.text(wrong);
                assertThat(socket.receiveClose().closeCode()).as(wrong).isEqualTo(1005);
            }
            WireClient bytes = client.webSocket(false);
            bytes.frame(true, WireClient.BINARY, new byte[] {4});
            assertThat(bytes.receiveClose().closeCode()).isEqualTo(1005);
            assertThat(client.session().messages()).isEmpty();
            client.post("4hello");
            assertThat(client.poll()).containsExactly("4hello");
            assertThat(client.session().hasEnded()).isFalse();
        }
    }

    /** What the WebSocket may do wrong before it takes over concerns nobody but itself. */
    @ParameterizedTest
    @EnumSource(Setting.class)
    void aWebSocketThatGoesBeforeItTakesOverLeavesTheSessionPolling(Setting setting)
            throws IOException {
        List<ThrowingConsumer> ends =
                List.of(
                        WireClient::close,
                        WireClient::reset,
                        socket -> socket.close(1000, ""),
                        socket -> socket.send(new byte[] {(byte) 0xff, (byte) 0xff}),
                        socket -> socket.frame(true, WireClient.TEXT, new byte[] {(byte) 0xff}));
        try (EngineServer server = EngineServer.start(setting.loops);
                Polling client = Polling.open(server, setting)) {
            int count = 0;
            for (ThrowingConsumer end : ends) {
                WireClient socket = client.webSocket(false);
                socket.text("2probe");
                assertThat(socket.receiveText()).isEqualTo("3probe");
                end.accept(socket);
                Session session = (Session) client.session().socket;
                Until.holds(
                        "the end of the upgrade",
                        () -> !client.session().call(session::isUpgrading));
                String text = "4still here " + count++;
                client.post(text);
                assertThat(client.poll()).containsExactly(text);
            }
            WireClient socket = client.upgraded(false);
            socket.text("4at last");
            assertThat(socket.receiveText()).isEqualTo("4at last");
        }
    }

    private interface ThrowingConsumer {
        void accept(WireClient socket) throws IOException;
    }

    // E27
    @ParameterizedTest
    @EnumSource(Setting.class)
    void whatTheServerSaysBetweenProbeAndUpgradeFollowsTheSwitch(Setting setting)
            throws IOException {
        try (EngineServer server = EngineServer.silent(setting.loops, options -> options);
                Polling client = Polling.open(server, setting);
                WireClient socket = client.webSocket(false)) {
            Heard session = client.session();
            socket.text("2probe");
            assertThat(socket.receiveText()).isEqualTo("3probe");
            session.run(() -> {
                session.socket.send("one");
                session.socket.send(new byte[] {1, 2});
                session.socket.send("two");
            });
            socket.text("5");
            assertThat(socket.receiveText()).isEqualTo("4one");
            Received bytes = socket.receive();
            assertThat(bytes.opcode()).isEqualTo(WireClient.BINARY);
            assertThat(bytes.payload())
                    .isEqualTo(setting.revision == 4 ? new byte[] {1, 2} : new byte[] {4, 1, 2});
            assertThat(socket.receiveText()).isEqualTo("4two");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4})
    void whoAskedForTextGetsTextAfterTheSwitchToo(int revision) {
        var world = new EngineWorld();
        EngineWorld.Asked handshake =
                world.ask(
                        world.home,
                        "GET",
                        "EIO=" + revision + "&transport=polling&b64=1",
                        new byte[0]);
        EngineWorld.Client client = world.new Client(revision, Polling.sid(handshake.body()));
        world.home.run(() -> client.socket().send(new byte[] {1, 2, 3}));
        FakeConnection socket = client.webSocket();
        socket.says("2probe");
        socket.says("5");
        world.home.run(() -> client.socket().send(new byte[] {1, 2, 3}));
        String base64 = revision == 4 ? "bAQID" : "b4AQID";
        assertThat(socket.takeTexts()).containsExactly("3probe", base64, base64);
    }

    @ParameterizedTest
    @CsvSource({"4, ''", "4, &b64=1", "3, ''", "3, &b64=1"})
    void whatIsNotToBeCompressedIsNotAfterTheSwitchEither(int revision, String more) {
        var world = new EngineWorld();
        EngineWorld.Asked handshake =
                world.ask(
                        world.home,
                        "GET",
                        "EIO=" + revision + "&transport=polling" + more,
                        new byte[0]);
        EngineWorld.Client client = world.new Client(revision, Polling.sid(handshake.body()));
        world.home.run(() -> {
            for (Frame frame : List.of(Frame.text("4a"), Frame.binary(new byte[] {1}))) {
                client.socket().connection().send(frame);
                client.socket().connection().send(frame.uncompressed());
            }
        });
        FakeConnection socket = client.webSocket();
        socket.says("2probe");
        socket.says("5");
        world.settle();
        List<Frame> sent = socket.frames();
        assertThat(sent.subList(sent.size() - 4, sent.size()))
                .extracting(Frame::compressible)
                .containsExactly(true, false, true, false);
    }

    @Test
    void aSessionThatEndsDuringTheUpgradeTakesTheWebSocketWithIt() {
        List<Consumer<EngineWorld.Client>> ends =
                List.of(
                        client -> client.post("1"),
                        client -> client.post("nonsense"),
                        client -> {
                            client.get();
                            client.get();
                        });
        for (boolean probed : new boolean[] {true, false}) {
            for (Consumer<EngineWorld.Client> end : ends) {
                var world = new EngineWorld();
                EngineWorld.Client client = world.open(4);
                FakeConnection socket = client.webSocket();
                if (probed) {
                    socket.says("2probe");
                }
                end.accept(client);
                assertThat(client.session().hasEnded()).isTrue();
                assertThat(socket.closedWith()).isEqualTo(Close.NO_STATUS);
            }
        }
    }

    @Test
    void anUpgradeOfASessionThatIsClosingBringsWhatIsQueuedAndThenTheEnd() {
        var world = new EngineWorld();
        EngineWorld.Client client = world.open(4);
        client.send("last words");
        FakeConnection socket = client.webSocket();
        world.home.run(() -> assertThat(client.socket().close()).isFalse());
        socket.says("2probe");
        assertThat(client.session().hasEnded()).isFalse();
        socket.says("5");
        assertThat(socket.takeTexts()).containsExactly("3probe", "4last words");
        assertThat(socket.closedWith()).isEqualTo(Close.NO_STATUS);
        assertThat(client.session().end()).isEqualTo(new Heard.End(CloseReason.FORCED_CLOSE, null));
        assertThat(client.session().upgrades()).isZero();
    }

    @Test
    void aWebSocketForASessionThatHasJustEndedIsClosed() {
        var world = new EngineWorld();
        EngineWorld.Client client = world.open(4);
        client.post("1"); // remembered for a tenth of a second
        assertThat(client.webSocket().closedWith()).isEqualTo(Close.NO_STATUS);
    }

    @Test
    void aSessionThatDoesNotReadGoesOnNotReading() {
        var world = new EngineWorld();
        EngineWorld.Client client = world.open(4);
        world.home.run(() -> client.socket().connection().reading(false));
        EngineWorld.Asked post = client.post("4x");
        assertThat(post.isAnswered()).isFalse();
        FakeConnection socket = client.webSocket();
        socket.says("2probe");
        socket.says("5");
        assertThat(post.body()).isEqualTo("ok");
        assertThat(socket.isReading()).isFalse();
        world.home.run(() -> client.socket().connection().reading(true));
        assertThat(socket.isReading()).isTrue();
    }

    @Test
    void whoLaggedAtPollingIsDrainedByTheSwitch() {
        var world = new EngineWorld(options -> options.backlogBytes(1_000));
        EngineWorld.Client client = world.open(4);
        client.send("x".repeat(600));
        FakeConnection socket = client.webSocket();
        socket.says("2probe");
        socket.says("5");
        assertThat(client.session().drains()).isEqualTo(1);
    }

    @Test
    void whoLagsOnTheWebSocketTooIsDrainedByTheWebSocket() {
        var world = new EngineWorld(options -> options.backlogBytes(1_000));
        EngineWorld.Client client = world.open(4);
        client.send("x".repeat(600));
        FakeConnection socket = client.webSocket();
        socket.says("2probe");
        socket.lags();
        socket.says("5");
        assertThat(client.session().drains()).isZero();
        socket.drains();
        assertThat(client.session().drains()).isEqualTo(1);
    }

    /** The handshake of a WebSocket whose session ends while the channel moves. */
    @Test
    void sessionsThatEndWhileTheirWebSocketsMoveLeaveNothingBehind() throws IOException {
        try (EngineServer server = EngineServer.start(2)) {
            for (int i = 0; i < 50; i++) {
                try (Polling client = Polling.open(server, Setting.REVISION_4_ON_TWO_LOOPS);
                        WireClient socket = landing(server, client, false)) {
                    socket.send(handshakeAndFrames(client.webSocketPath(), "2probe", "5"));
                    client.session().socket.loop().execute(client.session().socket::closeNow);
                    int status = socket.readResponse().status();
                    if (status == 101) {
                        assertThat(socket.receiveClose().closeCode()).isEqualTo(1005);
                    } else {
                        assertThat(status).isEqualTo(400);
                    }
                }
            }
            server.awaitNoSessions();
        }
    }

    /** The peer is gone while its channel moves. */
    @Test
    void peersThatGoWhileTheirWebSocketsMoveLeaveNothingBehind() throws IOException {
        try (EngineServer server = EngineServer.start(2);
                Polling client = Polling.open(server, Setting.REVISION_4_ON_TWO_LOOPS)) {
            for (int i = 0; i < 50; i++) {
                WireClient socket = landing(server, client, i % 5 == 0);
                socket.send(handshakeAndFrames(client.webSocketPath(), "2probe"));
                if (i % 2 == 0) {
                    socket.reset();
                } else {
                    socket.close();
                }
            }
            Until.holds(
                    "only the polling client's connections",
                    () -> server.resound().connections() == 2);
            Session session = (Session) client.session().socket;
            Until.holds("no upgrade", () -> !client.session().call(session::isUpgrading));
            client.post("4still here");
            assertThat(client.poll()).containsExactly("4still here");
        }
    }
}
