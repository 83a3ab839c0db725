package dev.resound.engineio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.core.Close;
import dev.resound.core.Upgrade;
import dev.resound.core.http.HttpRequest;
import dev.resound.testkit.FakeConnection;
import dev.resound.testkit.FakePeer;
import dev.resound.testkit.WireClient;
import dev.resound.testkit.WireClient.Response;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ids that are the application's. */
class SessionIdTest {
    private static final String WEBSOCKET = "/engine.io/?EIO=4&transport=websocket";
    private static final String POLLING = "/engine.io/?EIO=4&transport=polling";

    private static EngineServer start(
            int loops, Function<EngineRequest, CompletionStage<String>> ids) throws IOException {
        return EngineServer.start(
                loops, options -> options.sessionIds(ids).cookie(Cookie.standard()));
    }

    private static CompletionStage<String> named(EngineRequest request) {
        return CompletableFuture.completedFuture(request.query().getOrDefault("name", ""));
    }

    private static void assertRefused(EngineServer server, String query, String error)
            throws IOException {
        try (WireClient polling = server.connect();
                WireClient socket = server.connect()) {
            polling.get(POLLING + query);
            Response response = polling.readResponse();
            assertThat(response.status()).isEqualTo(400);
            assertThat(response.body()).isEqualTo("{\"code\":3,\"message\":\"Bad request\"}");
            assertThat(response.headers()).doesNotContainKey("Set-Cookie");
            assertReported(server, error);
            Response refused = socket.upgrade(WEBSOCKET + query, "");
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.body()).isEqualTo("Bad request");
            assertReported(server, error);
        }
    }

    private static void assertReported(EngineServer server, String error) {
        Rejection rejection = server.rejection();
        assertThat(rejection.error()).isEqualTo(EngineError.BAD_REQUEST);
        assertThat(rejection.context())
                .isEqualTo(Map.of("name", "ID_GENERATION_ERROR", "error", error));
    }

    @ParameterizedTest
    @EnumSource(Setting.class)
    void aPollingSessionHasTheIdItIsGivenAllItsLife(Setting setting) throws IOException {
        try (EngineServer server = start(setting.loops, SessionIdTest::named);
                Polling client = Polling.open(server, setting, "&name=ann")) {
            assertThat(client.sid()).isEqualTo("ann");
            assertThat(client.handshake().headers().get("Set-Cookie")).startsWith("io=ann;");
            client.post("4polled");
            assertThat(client.poll()).containsExactly("4polled");
            WireClient socket = client.upgraded(false);
            socket.text("4upgraded");
            assertThat(socket.receiveText()).isEqualTo("4upgraded");
        }
    }

    @ParameterizedTest
    @EnumSource(Setting.class)
    void aWebSocketSessionHasTheIdItIsGiven(Setting setting) throws IOException {
        String path = "/engine.io/?EIO=" + setting.revision + "&transport=websocket&name=bob";
        try (EngineServer server = start(setting.loops, SessionIdTest::named);
                WireClient socket = WireClient.open(server.port(), path)) {
            assertThat(Polling.sid(socket.receiveText())).isEqualTo("bob");
            socket.text("4hello");
            assertThat(socket.receiveText()).isEqualTo("4hello");
            assertThat(server.session("bob").messages()).containsExactly("hello");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void anIdMayTakeItsTimeOnAnotherThread(int loops) throws IOException {
        var first = new CompletableFuture<String>();
        var second = new CompletableFuture<String>();
        try (EngineServer server =
                        start(
                                loops,
                                request ->
                                        request.query().containsValue("polling") ? first : second);
                WireClient polling = server.connect();
                WireClient socket = server.connect()) {
            polling.get(POLLING);
            assertThat(polling.hears(30)).isFalse();
            first.complete("one");
            assertThat(Polling.sid(polling.readResponse().body())).isEqualTo("one");
            second.completeAsync(() -> "two");
            assertThat(socket.upgrade(WEBSOCKET, "").status()).isEqualTo(101);
            assertThat(Polling.sid(socket.receiveText())).isEqualTo("two");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void anIdThatIsBlankIsRefused(int loops) throws IOException {
        try (EngineServer server = start(loops, SessionIdTest::named)) {
            assertRefused(server, "", "blank");
            assertRefused(server, "&name=%20%09", "blank");
            assertThat(server.engine().sessions()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anApplicationThatFailsToNameOneRefuses(boolean atOnce) throws IOException {
        var bug = new IllegalStateException("must not be shown");
        try (EngineServer server =
                start(
                        1,
                        request -> {
                            if (atOnce) {
                                throw bug;
                            }
                            return CompletableFuture.failedFuture(bug);
                        })) {
            assertRefused(server, "", "failed");
            assertThat(server.engine().sessions()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void anIdThatIsInUseIsRefusedAndItsOwnerGoesOn(int loops) throws IOException {
        Setting setting = Setting.REVISION_4_ON_TWO_LOOPS;
        try (EngineServer server = start(loops, SessionIdTest::named);
                Polling client = Polling.open(server, setting, "&name=polls");
                WireClient socket = WireClient.open(server.port(), WEBSOCKET + "&name=socket")) {
            socket.receiveText();
            assertRefused(server, "&name=polls", "in use");
            assertRefused(server, "&name=socket", "in use");
            client.post("4still here");
            assertThat(client.poll()).containsExactly("4still here");
            socket.text("4me too");
            assertThat(socket.receiveText()).isEqualTo("4me too");
            assertThat(server.engine().sessions()).isEqualTo(2);
        }
    }

    @Test
    void anIdIsFreeAgainAfterItsSession() throws IOException {
        try (EngineServer server = start(2, SessionIdTest::named)) {
            for (int i = 0; i < 2; i++) {
                try (WireClient socket =
                        WireClient.open(server.port(), WEBSOCKET + "&name=again")) {
                    assertThat(socket.receiveText()).contains("\"again\"");
                }
                server.awaitNoSessions();
            }
        }
    }

    /** Both were told that the id is free. */
    @Test
    void ofTwoThatGetOneIdAtTheSameTimeTheSecondIsRefused() {
        var first = new CompletableFuture<String>();
        var second = new CompletableFuture<String>();
        var both = List.of(first, second).iterator();
        var world = new EngineWorld(options -> options.sessionIds(request -> both.next()));
        EngineWorld.Asked one =
                world.ask(world.home, "GET", "EIO=4&transport=polling", new byte[0]);
        EngineWorld.Asked two =
                world.ask(world.elsewhere, "GET", "EIO=4&transport=polling", new byte[0]);
        first.complete("same");
        second.complete("same");
        world.settle();
        assertThat(one.body()).contains("\"sid\":\"same\"");
        assertThat(two.status()).isEqualTo(400);
        assertThat(two.body()).isEqualTo("{\"code\":3,\"message\":\"Bad request\"}");
        assertThat(world.rejections.getFirst().context()).containsEntry("error", "in use");
        world.home.run(() -> world.session("same").socket.send("hello"));
        EngineWorld.Client owner = world.new Client(4, "same");
        assertThat(owner.packets(owner.get())).containsExactly("4hello");
        assertThat(world.engine.sessions()).isEqualTo(1);
    }

    /** Its handshake was answered before: it can only be closed. */
    @Test
    void aWebSocketThatFindsItsIdTakenIsClosedAndNobodyIsToldOfIt() {
        var begun = new AtomicInteger();
        var world =
                new EngineWorld(options ->
                        options.sessionIds(request -> CompletableFuture.completedFuture("same"))
                                .application(socket -> {
                                    begun.incrementAndGet();
                                    return new Heard(socket, false);
                                }));
        Upgrade.Accept first = accepted(world);
        Upgrade.Accept second = accepted(world);
        FakeConnection owner = new FakeConnection(world.home).open(first);
        FakeConnection late = new FakeConnection(world.elsewhere).open(second);
        world.settle();
        assertThat(owner.isOpen()).isTrue();
        assertThat(late.closedWith()).isEqualTo(Close.NO_STATUS);
        assertThat(late.frames()).isEmpty();
        assertThat(begun).hasValue(1);
        assertThat(world.engine.sessions()).isEqualTo(1);
    }

    private static Upgrade.Accept accepted(EngineWorld world) {
        HttpRequest handshake =
                EngineWorld.request(
                        new FakePeer(world.home), "GET", "EIO=4&transport=websocket", new byte[0]);
        return (Upgrade.Accept)
                world.home
                        .call(() ->
                                world.engine.endpoints().getFirst().upgrader().upgrade(handshake))
                        .toCompletableFuture()
                        .join();
    }

    @Test
    void whoIsNotAdmittedIsGivenNoId() {
        var asked = new AtomicInteger();
        var world =
                new EngineWorld(options ->
                        options.allowRevision3(false)
                                .admission(request ->
                                        CompletableFuture.completedFuture(
                                                request.query().containsKey("j")
                                                        ? Admission.reject(null)
                                                        : new Admission.Accept("ann")))
                                .sessionIds(request -> {
                                    asked.incrementAndGet();
                                    return CompletableFuture.completedFuture(
                                            String.valueOf(request.attachment()));
                                }));
        for (String query : List.of("EIO=4&j", "EIO=3")) {
            world.ask(world.home, "GET", query + "&transport=polling", new byte[0]);
        }
        assertThat(asked).hasValue(0);
        EngineWorld.Asked admitted =
                world.ask(world.home, "GET", "EIO=4&transport=polling", new byte[0]);
        assertThat(Polling.sid(admitted.body())).isEqualTo("ann");
    }
}
