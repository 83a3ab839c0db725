package dev.resound.engineio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.core.Close;
import dev.resound.testkit.FakeConnection;
import dev.resound.testkit.WireClient;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who asks, who answers, and when time is up, to the millisecond. */
class HeartbeatTest {
    private static final int INTERVAL = 300;
    private static final int TIMEOUT = 200;

    private final EngineWorld world = new EngineWorld(HeartbeatTest::timing);

    private static EngineIo.Builder timing(EngineIo.Builder options) {
        return options.pingInterval(Duration.ofMillis(INTERVAL))
                .pingTimeout(Duration.ofMillis(TIMEOUT));
    }

    private static void assertTimedOut(Heard session) {
        assertThat(session.hasEnded()).isTrue();
        assertThat(session.end()).isEqualTo(new Heard.End(CloseReason.PING_TIMEOUT, null));
    }

    @Test
    void thePingComesWhenItsIntervalIsOverAndNotBefore() {
        FakeConnection socket = world.openWebSocket(4);
        socket.takeTexts();
        world.pass(INTERVAL - 1);
        assertThat(socket.takeTexts()).isEmpty();
        world.pass(1);
        assertThat(socket.takeTexts()).containsExactly("2");
    }

    @Test
    void theNextPingComesAnIntervalAfterThePong() {
        FakeConnection socket = world.openWebSocket(4);
        socket.takeTexts();
        world.pass(INTERVAL + 150);
        socket.says("3");
        assertThat(socket.takeTexts()).containsExactly("2");
        world.pass(INTERVAL - 1);
        assertThat(socket.takeTexts()).isEmpty();
        world.pass(1);
        assertThat(socket.takeTexts()).containsExactly("2");
    }

    // E18
    @Test
    void aWebSocketThatAnswersNoPingIsClosedWhenItsTimeIsUp() {
        FakeConnection socket = world.openWebSocket(4);
        Heard session = world.session(Polling.sid(socket.takeTexts().getFirst()));
        world.pass(INTERVAL + TIMEOUT - 1);
        assertThat(session.hasEnded()).isFalse();
        world.pass(1);
        assertTimedOut(session);
        assertThat(socket.closedWith()).isEqualTo(Close.NO_STATUS);
        assertThat(world.engine.sessions()).isZero();
    }

    // E17
    @Test
    void aPollAtTheVeryMomentTheTimeIsUpFindsTheSessionGoneEvenBeforeTheTimerHasFired() {
        EngineWorld.Client client = world.open(4);
        world.pass(INTERVAL + TIMEOUT - 1);
        world.clock.advance(Duration.ofMillis(1));
        EngineWorld.Asked late =
                world.ask(world.home, "GET", client.query(), new byte[0]); // no loop has turned
        assertThat(late.status()).isEqualTo(400);
        assertThat(late.body()).isEqualTo("{\"code\":1,\"message\":\"Session ID unknown\"}");
        assertTimedOut(client.session());
    }

    // E17, the other side of the border
    @Test
    void aPollAMillisecondBeforeIsServed() {
        EngineWorld.Client client = world.open(4);
        world.pass(INTERVAL + TIMEOUT - 1);
        assertThat(client.packets(client.get())).containsExactly("2");
        client.post("3");
        world.pass(INTERVAL);
        assertThat(client.packets(client.get())).containsExactly("2");
    }

    @Test
    void theTimeToAnswerRunsFromWhenThePingWasDueNotFromWhenTheLoopGotToIt() {
        FakeConnection socket = world.openWebSocket(4);
        Heard session = world.session(Polling.sid(socket.takeTexts().getFirst()));
        world.clock.advance(Duration.ofMillis(INTERVAL + 120)); // a long turn
        world.settle();
        assertThat(socket.takeTexts()).containsExactly("2");
        world.pass(TIMEOUT - 120 - 1);
        assertThat(session.hasEnded()).isFalse();
        world.pass(1);
        assertTimedOut(session);
    }

    @Test
    void aHeldPollIsLetGoWithACloseWhenTheTimeIsUp() {
        EngineWorld.Client client = world.open(4);
        EngineWorld.Asked first = client.get();
        world.pass(INTERVAL);
        assertThat(client.packets(first)).containsExactly("2");
        EngineWorld.Asked second = client.get();
        world.pass(TIMEOUT);
        assertThat(client.packets(second)).containsExactly("1");
        assertTimedOut(client.session());
    }

    // E46
    @Test
    void anyOtherPacketExtendsTheTimeToAnswerOncePerPing() {
        FakeConnection socket = world.openWebSocket(4);
        Heard session = world.session(Polling.sid(socket.takeTexts().getFirst()));
        world.pass(INTERVAL + 150);
        socket.says("4part");
        world.pass(TIMEOUT - 1);
        assertThat(session.hasEnded()).isFalse();
        socket.says("4part"); // no second extension
        world.pass(1);
        assertTimedOut(session);
        assertThat(session.messages()).containsExactly("part", "part");
    }

    // E46
    @Test
    void theNextPingMayBeExtendedAgain() {
        FakeConnection socket = world.openWebSocket(4);
        Heard session = world.session(Polling.sid(socket.takeTexts().getFirst()));
        for (int i = 0; i < 3; i++) {
            world.pass(INTERVAL + 150);
            socket.says(new byte[] {1});
            world.pass(TIMEOUT - 1);
            socket.says("3");
        }
        assertThat(session.hasEnded()).isFalse();
        assertThat(socket.takeTexts()).containsExactly("2", "2", "2");
    }

    // E46, polling: the upload that keeps the pong waiting is a post of messages
    @Test
    void aPostExtendsTheTimeToAnswer() {
        EngineWorld.Client client = world.open(4);
        world.pass(INTERVAL + 150);
        client.post("4big");
        world.pass(TIMEOUT - 1);
        assertThat(client.post("3").body()).isEqualTo("ok");
        world.pass(INTERVAL - 1);
        assertThat(client.session().hasEnded()).isFalse();
    }

    @Test
    void trafficBeforeThePingDoesNotPutItOff() {
        FakeConnection socket = world.openWebSocket(4);
        socket.takeTexts();
        world.pass(INTERVAL - 10);
        socket.says("4hello");
        world.pass(10);
        assertThat(socket.takeTexts()).containsExactly("2");
    }

    @Test
    void unsolicitedPongsAreIgnored() {
        FakeConnection socket = world.openWebSocket(4);
        Heard session = world.session(Polling.sid(socket.takeTexts().getFirst()));
        socket.says("3");
        socket.says("3");
        assertThat(session.hasEnded()).isFalse();
        assertThat(socket.takeTexts()).isEmpty();
    }

    @Test
    void aPingFromARevision4PeerIsAnError() {
        FakeConnection socket = world.openWebSocket(4);
        Heard session = world.session(Polling.sid(socket.takeTexts().getFirst()));
        socket.says("2");
        assertThat(session.end())
                .isEqualTo(
                        new Heard.End(CloseReason.TRANSPORT_ERROR, "invalid heartbeat direction"));
        assertThat(socket.closedWith()).isEqualTo(Close.NO_STATUS);
    }

    @Test
    void inRevision3ThePeerAsksAndTheServerAnswers() {
        FakeConnection socket = world.openWebSocket(3);
        socket.takeTexts();
        for (int i = 0; i < 5; i++) {
            world.pass(INTERVAL + TIMEOUT - 1);
            socket.says("2");
            assertThat(socket.takeTexts()).containsExactly("3");
        }
        world.pass(INTERVAL + TIMEOUT - 1);
        assertThat(socket.closedWith()).isNull();
        world.pass(1);
        assertThat(socket.closedWith()).isEqualTo(Close.NO_STATUS);
        assertThat(world.engine.sessions()).isZero();
    }

    @Test
    void inRevision3NoOtherPacketCountsAsAPing() {
        EngineWorld.Client client = world.open(3);
        world.pass(INTERVAL + TIMEOUT - 10);
        client.post("4hello");
        world.pass(10);
        assertTimedOut(client.session());
    }

    @Test
    void aPongFromARevision3PeerIsAnError() {
        EngineWorld.Client client = world.open(3);
        assertThat(client.post("3").body()).isEqualTo("ok");
        assertThat(client.session().end())
                .isEqualTo(
                        new Heard.End(CloseReason.TRANSPORT_ERROR, "invalid heartbeat direction"));
    }

    @Test
    void aChangeOfTransportsForgivesThePingOfTheOldOne() {
        EngineWorld.Client client = world.open(4);
        world.pass(INTERVAL + TIMEOUT - 10);
        FakeConnection socket = upgraded(client);
        world.pass(INTERVAL - 1);
        assertThat(client.session().hasEnded()).isFalse();
        assertThat(socket.takeTexts()).containsExactly("3probe", "2"); // not fetched by a poll
        world.pass(1);
        assertThat(socket.takeTexts()).containsExactly("2");
    }

    /** The peer counts from the last ping: one that came late would find it gone. */
    @Test
    void aChangeOfTransportsDoesNotPutOffAPingThatIsStillToCome() {
        EngineWorld.Client client = world.open(4);
        world.pass(INTERVAL - 20);
        FakeConnection socket = upgraded(client);
        world.pass(19);
        assertThat(socket.takeTexts()).containsExactly("3probe");
        world.pass(1);
        assertThat(socket.takeTexts()).containsExactly("2");
    }

    private static FakeConnection upgraded(EngineWorld.Client client) {
        FakeConnection socket = client.webSocket();
        socket.says("2probe");
        socket.says("5");
        assertThat(client.socket().transport()).isEqualTo(Transport.WEBSOCKET);
        return socket;
    }

    // E16
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aPollingPeerThatAnswersItsPingsStays(int loops) throws IOException {
        try (EngineServer server =
                        EngineServer.start(
                                loops,
                                options -> timing(options).pingTimeout(Duration.ofSeconds(5)));
                Polling client = Polling.open(server, setting(loops))) {
            for (int i = 0; i < 3; i++) {
                assertThat(client.poll()).containsExactly("2");
                assertThat(client.post("3").body()).isEqualTo("ok");
            }
        }
    }

    // E17 and E18, with real time
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void silentPeersAreGoneWhenTheirTimeIsUp(int loops) throws IOException {
        try (EngineServer server = EngineServer.start(loops, HeartbeatTest::timing);
                Polling client = Polling.open(server, setting(loops));
                WireClient socket =
                        WireClient.open(server.port(), "/engine.io/?EIO=4&transport=websocket")) {
            long begun = System.nanoTime();
            assertThat(socket.receiveText()).startsWith("0{");
            assertThat(socket.receiveText()).isEqualTo("2");
            assertThat(socket.receiveClose().closeCode()).isEqualTo(1005);
            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                    .isGreaterThan(Duration.ofMillis(INTERVAL + TIMEOUT - 100));
            server.awaitNoSessions();
            assertThat(client.get().status()).isEqualTo(400);
            assertThat(
                            List.of(
                                    server.sessions().getFirst().end().reason(),
                                    server.sessions().getLast().end().reason()))
                    .containsOnly(CloseReason.PING_TIMEOUT);
        }
    }

    private static Setting setting(int loops) {
        return loops == 1 ? Setting.REVISION_4_ON_ONE_LOOP : Setting.REVISION_4_ON_TWO_LOOPS;
    }

    @Test
    void theApplicationMayAskAPeerThatPolls() {
        EngineWorld.Client client = world.open(4);
        world.pass(INTERVAL - 1);
        world.home.run(() -> client.socket().connection().ping());
        assertThat(client.packets(client.get())).containsExactly("2");
        client.post("3");
        world.pass(INTERVAL - 1);
        EngineWorld.Asked held = client.get();
        assertThat(held.isAnswered()).as("the answer has put off the next").isFalse();
        world.pass(1);
        assertThat(client.packets(held)).containsExactly("2");
    }

    @Test
    void aPeerOfRevision3IsNotAskedItAsks() {
        EngineWorld.Client client = world.open(3);
        world.home.run(() -> client.socket().connection().ping());
        assertThat(client.get().isAnswered()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4})
    void nobodyIsWokenWhetherItPollsOrNot(int revision) {
        EngineWorld.Client client = world.open(revision);
        long soon = world.home.nowMillis() + 10;
        world.home.run(() -> client.socket().connection().wakeAt(soon));
        world.pass(20);
        assertThat(client.session().hasEnded()).isFalse();
        assertThat(client.get().isAnswered()).isFalse();
    }
}
