package dev.resound.engineio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.core.Close;
import dev.resound.testkit.FakeConnection;
import dev.resound.testkit.WireClient;
import dev.resound.testkit.WireClient.Response;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions that this side ends. */
class CloseTest {
    private static final Heard.End FORCED = new Heard.End(CloseReason.FORCED_CLOSE, null);

    private final EngineWorld world = new EngineWorld();

    private static void assertGone(EngineWorld.Client client) {
        assertThat(client.get().status()).isEqualTo(400);
        assertThat(client.get().body())
                .isEqualTo("{\"code\":1,\"message\":\"Session ID unknown\"}");
    }

    private boolean close(EngineWorld.Client client) {
        return world.home.call(() -> client.socket().close());
    }

    @Test
    void aHeldPollIsAnsweredWithTheCloseAndTheSessionIsOver() {
        EngineWorld.Client client = world.open(4);
        EngineWorld.Asked held = client.get();
        assertThat(close(client)).isTrue();
        assertThat(client.packets(held)).containsExactly("1");
        assertThat(client.session().end()).isEqualTo(FORCED);
        assertThat(world.engine.sessions()).isZero();
        assertGone(client);
    }

    @Test
    void withoutAHeldPollTheNextOneGetsTheClose() {
        EngineWorld.Client client = world.open(4);
        assertThat(close(client)).isFalse();
        assertThat(client.socket().isOpen()).isFalse();
        assertThat(client.session().hasEnded()).isFalse();
        assertThat(client.packets(client.get())).containsExactly("6", "1");
        assertThat(client.session().end()).isEqualTo(FORCED);
        assertGone(client);
    }

    // E39
    @Test
    void whatIsQueuedComesBeforeTheClose() {
        EngineWorld.Client client = world.open(4);
        client.send("one");
        client.send("two");
        assertThat(close(client)).isFalse();
        assertThat(client.packets(client.get())).containsExactly("4one", "4two");
        assertThat(client.session().hasEnded()).isFalse();
        assertThat(client.packets(client.get())).containsExactly("6", "1");
        assertThat(client.session().end()).isEqualTo(FORCED);
    }

    // E39, said and closed in one turn while a poll is held
    @Test
    void whatWasSaidInTheSameTurnComesBeforeTheClose() {
        EngineWorld.Client client = world.open(4);
        EngineWorld.Asked held = client.get();
        world.home.run(() -> {
            client.socket().send("goodbye");
            assertThat(client.socket().close()).isFalse();
        });
        world.settle();
        assertThat(client.packets(held)).containsExactly("4goodbye");
        assertThat(client.packets(client.get())).containsExactly("6", "1");
        assertThat(client.session().end()).isEqualTo(FORCED);
    }

    // E39 on the wire
    @ParameterizedTest
    @EnumSource(Setting.class)
    void onTheWireTheDataComesFirstAndThenTheClose(Setting setting) throws IOException {
        try (EngineServer server = EngineServer.silent(setting.loops, options -> options);
                Polling client = Polling.open(server, setting)) {
            Heard session = client.session();
            session.run(() -> {
                session.socket.send("goodbye");
                session.socket.close();
            });
            assertThat(client.poll()).containsExactly("4goodbye");
            assertThat(client.poll()).containsExactly("6", "1");
            assertThat(session.end()).isEqualTo(FORCED);
            assertThat(client.get().status()).isEqualTo(400);
        }
    }

    @ParameterizedTest
    @EnumSource(Setting.class)
    void onTheWireAHeldPollIsAnsweredWithTheClose(Setting setting) throws IOException {
        try (EngineServer server = EngineServer.silent(setting.loops, options -> options);
                Polling client = Polling.open(server, setting)) {
            client.hold();
            client.session().run(() -> client.session().socket.close());
            assertThat(client.answerToPoll()).containsExactly("1");
            server.awaitNoSessions();
        }
    }

    @Test
    void aClosedSessionThatIsNeverPolledAgainIsDroppedAfterHalfAMinute() {
        EngineWorld.Client client = world.open(4);
        client.send("never fetched");
        close(client);
        client.post("4x"); // not heard any more
        world.pass(29_999);
        assertThat(client.session().hasEnded()).isFalse();
        world.pass(1);
        assertThat(client.session().end()).isEqualTo(FORCED);
        assertThat(world.engine.sessions()).isZero();
    }

    /** No ping is sent to it any more, so none is waited for. */
    @Test
    void aClosedSessionIsNotTimedOutBeforeThat() {
        var hurried =
                new EngineWorld(options ->
                        options.pingInterval(Duration.ofMillis(300))
                                .pingTimeout(Duration.ofMillis(200)));
        EngineWorld.Client client = hurried.open(4);
        client.send("one");
        hurried.home.run(() -> client.socket().close());
        hurried.pass(1_000);
        assertThat(client.packets(client.get())).containsExactly("4one");
        hurried.pass(1_000);
        assertThat(client.packets(client.get())).containsExactly("6", "1");
        assertThat(client.session().end()).isEqualTo(FORCED);
    }

    @Test
    void aClosedSessionHearsNothingButTheGoodbyeOfThePeer() {
        EngineWorld.Client client = world.open(4);
        close(client);
        assertThat(client.post("4ignored", "2", "bAQ==").body()).isEqualTo("ok");
        assertThat(client.session().messages()).isEmpty();
        assertThat(client.session().hasEnded()).isFalse();
        assertThat(client.post("1").body()).isEqualTo("ok");
        assertThat(client.session().end())
                .isEqualTo(new Heard.End(CloseReason.TRANSPORT_CLOSE, null));
    }

    @Test
    void nothingIsSentAfterTheClose() {
        EngineWorld.Client client = world.open(4);
        close(client);
        client.send("too late");
        assertThat(close(client)).as("again").isFalse();
        assertThat(client.packets(client.get())).containsExactly("6", "1");
        assertThat(close(client)).as("when it is over").isTrue();
    }

    @Test
    void closingAtOnceDropsWhatIsQueued() {
        EngineWorld.Client client = world.open(4);
        client.send("dropped");
        world.home.run(() -> client.socket().closeNow());
        assertThat(client.session().end()).isEqualTo(FORCED);
        assertGone(client);
    }

    @Test
    void aPeerThatSaysGoodbyeWhileItIsClosedIsGone() {
        EngineWorld.Client client = world.open(4);
        client.send("x");
        close(client);
        client.post("1");
        assertThat(client.packets(client.get())).containsExactly("6");
        assertThat(client.get().status()).isEqualTo(400);
    }

    @Test
    void aWebSocketIsClosedBehindWhatWasSaid() {
        FakeConnection socket = world.openWebSocket(4);
        Heard session = world.session(Polling.sid(socket.takeTexts().getFirst()));
        world.home.run(() -> {
            session.socket.send("goodbye");
            assertThat(session.socket.close()).isTrue();
        });
        assertThat(socket.takeTexts()).containsExactly("4goodbye");
        assertThat(socket.closedWith()).isEqualTo(Close.NO_STATUS);
        assertThat(session.end()).isEqualTo(FORCED);
        world.settle();
        assertThat(session.wrongs()).isEmpty();
    }

    @Test
    void onTheWireAWebSocketIsClosedWithoutAStatus() throws IOException {
        try (EngineServer server = EngineServer.start(2);
                WireClient socket =
                        WireClient.open(server.port(), "/engine.io/?EIO=4&transport=websocket")) {
            Heard session = server.session(Polling.sid(socket.receiveText()));
            session.run(() -> {
                session.socket.send("goodbye");
                session.socket.close();
            });
            assertThat(socket.receiveText()).isEqualTo("4goodbye");
            assertThat(socket.receiveClose().payload()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCloseDuringAnUpgradeThatFailsStillReachesThePeer(boolean held) {
        EngineWorld.Client client = world.open(4);
        EngineWorld.Asked poll = held ? client.get() : null;
        client.send("x");
        FakeConnection socket = client.webSocket();
        close(client);
        socket.vanishes();
        world.settle();
        EngineWorld.Asked first = poll == null ? client.get() : poll;
        assertThat(client.packets(first)).containsExactly("4x");
        assertThat(client.packets(client.get())).containsExactly("6", "1");
        assertThat(client.session().end()).isEqualTo(FORCED);
    }

    @Test
    void aCloseDuringAnUpgradeWithNothingQueuedIsToldToTheHeldPoll() {
        EngineWorld.Client client = world.open(4);
        EngineWorld.Asked held = client.get();
        FakeConnection socket = client.webSocket();
        assertThat(close(client)).isTrue();
        assertThat(client.packets(held)).containsExactly("1");
        assertThat(socket.closedWith()).isEqualTo(Close.NO_STATUS);
    }

    @Test
    void anApplicationThatFailsEndsItsSessionOnly() {
        var failing =
                new EngineWorld(options ->
                        options.application(socket ->
                                new Heard(socket, false) {
                                    @Override
                                    public void onText(byte[] buffer, int offset, int length) {
                                        throw new IllegalStateException("a bug");
                                    }

                                    @Override
                                    public void onClosed(
                                            CloseReason reason,
                                            @org.jspecify.annotations.Nullable String description) {
                                        throw new IllegalStateException("another");
                                    }
                                }));
        FakeConnection socket = failing.openWebSocket(4);
        FakeConnection other = failing.openWebSocket(4);
        socket.says("4x");
        assertThat(socket.closedWith()).isEqualTo(Close.NO_STATUS);
        assertThat(other.closedWith()).isNull();
        assertThat(failing.engine.sessions()).isEqualTo(1);
    }

    @Test
    void anApplicationThatCannotBeginEndsItsSession() {
        var failing =
                new EngineWorld(options ->
                        options.application(socket -> {
                            throw new IllegalStateException("a bug");
                        }));
        FakeConnection socket = failing.openWebSocket(4);
        assertThat(socket.closedWith()).isEqualTo(Close.NO_STATUS);
        EngineWorld.Asked handshake =
                failing.ask(failing.home, "GET", "EIO=4&transport=polling", new byte[0]);
        assertThat(handshake.status()).isEqualTo(200);
        assertThat(failing.engine.sessions()).isZero();
    }

    @Test
    void anApplicationMayEndItsSessionWhileItHears() {
        var ending =
                new EngineWorld(options ->
                        options.application(socket ->
                                new Heard(socket, false) {
                                    @Override
                                    public void onText(byte[] buffer, int offset, int length) {
                                        super.onText(buffer, offset, length);
                                        socket.closeNow();
                                    }
                                }));
        EngineWorld.Asked handshake =
                ending.ask(ending.home, "GET", "EIO=4&transport=polling", new byte[0]);
        String query = "EIO=4&transport=polling&sid=" + Polling.sid(handshake.body());
        EngineWorld.Asked post =
                ending.ask(
                        ending.home,
                        "POST",
                        query,
                        Setting.REVISION_4_ON_ONE_LOOP.body("4one", "4two"));
        assertThat(post.body()).isEqualTo("ok");
        assertThat(ending.engine.sessions()).isZero();
    }

    // ---- the whole server

    @ParameterizedTest
    @EnumSource(Setting.class)
    void aServerThatStopsEndsItsSessionsAndAnswersHeldPolls(Setting setting) throws Exception {
        EngineServer server = EngineServer.silent(setting.loops, options -> options);
        try (Polling holding = Polling.open(server, setting);
                Polling idle = Polling.open(server, setting);
                Polling upgrading = Polling.open(server, setting);
                WireClient candidate = upgrading.webSocket(false);
                Polling upgraded = Polling.open(server, setting);
                WireClient socket = upgraded.upgraded(false);
                WireClient posting = holding.another()) {
            holding.hold();
            candidate.text("2probe");
            assertThat(candidate.receiveText()).isEqualTo("3probe");
            idle.session().run(() -> idle.session().socket.send("never fetched"));
            posting.send(
                    "POST "
                            + holding.path()
                            + " HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n"
                            + "Expect: 100-continue\r\n\r\n");
            assertThat(posting.readResponse().status()).isEqualTo(100);
            var stopped =
                    CompletableFuture.supplyAsync(
                            () -> server.resound().stop(Duration.ZERO),
                            task -> Thread.ofVirtual().start(task));
            Response last = holding.polls().readResponse();
            assertThat(setting.packets(last.body())).containsExactly("6");
            assertThat(last.headers()).containsEntry("Connection", "close");
            assertThat(candidate.receiveClose().closeCode()).isIn(1001, 1005);
            assertThat(socket.receiveClose().closeCode()).isEqualTo(1001);
            for (WireClient client : List.of(candidate, socket, holding.polls(), posting)) {
                client.close();
            }
            stopped.get();
            assertThat(server.engine().sessions()).isZero();
            assertThat(server.sessions()).hasSize(4);
            for (Heard session : server.sessions()) {
                assertThat(session.end().reason()).isEqualTo(CloseReason.TRANSPORT_CLOSE);
            }
        } finally {
            server.close();
        }
    }
}
