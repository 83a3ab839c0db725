package dev.resound.engineio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.core.http.Header;
import dev.resound.core.http.HttpResponse;
import dev.resound.testkit.FakePeer;
import dev.resound.testkit.WireClient;
import dev.resound.testkit.WireClient.Response;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which requests are let in, what the others are told, and which check comes first. */
class AdmissionTest {
    private static final String POLLING = "/engine.io/?EIO=4&transport=polling";
    private static final String WEBSOCKET = "/engine.io/?EIO=4&transport=websocket";

    private static EngineServer start(int loops) throws IOException {
        return EngineServer.start(loops, options -> options.allowRevision3(false));
    }

    // ---- what is said, exactly

    private static void assertRefused(
            EngineServer server, String method, String target, EngineError error, String context)
            throws IOException {
        try (WireClient client = server.connect()) {
            client.request(method, target, "", new byte[0]);
            Response response = client.readResponse();
            assertThat(response.status()).isEqualTo(error == EngineError.FORBIDDEN ? 403 : 400);
            assertThat(response.body())
                    .isEqualTo(
                            "{\"code\":"
                                    + error.code()
                                    + ",\"message\":\""
                                    + error.message()
                                    + "\"}");
            assertThat(response.headers()).containsEntry("Content-Type", "application/json");
            assertThat(response.headers()).doesNotContainKey("Connection");
            assertReported(server, error, error.message(), context);
        }
    }

    private static void assertUpgradeRefused(
            EngineServer server, String target, EngineError error, String context)
            throws IOException {
        assertUpgradeRefused(server, target, error, error.message(), context);
    }

    private static void assertUpgradeRefused(
            EngineServer server, String target, EngineError error, String text, String context)
            throws IOException {
        try (WireClient client = server.connect()) {
            client.request("GET", target, upgradeHeaders(), new byte[0]);
            assertThat(new String(client.input().readAllBytes(), UTF_8))
                    .isEqualToIgnoringCase(
                            "HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\nContent-Length: "
                                    + text.length()
                                    + "\r\nConnection: close\r\n\r\n"
                                    + text);
            assertReported(server, error, text, context);
        }
    }

    private static String upgradeHeaders() {
        return "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: "
                + WireClient.KEY
                + "\r\n";
    }

    private static void assertReported(
            EngineServer server, EngineError error, String message, String context) {
        Rejection rejection = server.rejection();
        assertThat(rejection.error()).isEqualTo(error);
        assertThat(rejection.message()).isEqualTo(message);
        List<String> sorted = new ArrayList<>();
        rejection.context().forEach((name, value) -> sorted.add(name + "=" + value));
        sorted.sort(null);
        assertThat(String.join(" ", sorted)).isEqualTo(context);
        assertThat(server.rejections()).isZero();
    }

    // E5
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void anUnknownTransportIsRefused(int loops) throws IOException {
        EngineError error = EngineError.UNKNOWN_TRANSPORT;
        try (EngineServer server = start(loops)) {
            assertRefused(server, "GET", "/engine.io/", error, "transport=");
            assertRefused(server, "GET", "/engine.io/?EIO=4", error, "transport=");
            assertRefused(server, "GET", "/engine.io/?EIO=4&transport=abc", error, "transport=abc");
            assertRefused(
                    server,
                    "GET",
                    "/engine.io/?EIO=4&transport=webtransport",
                    error,
                    "transport=webtransport");
            assertUpgradeRefused(server, "/engine.io/?EIO=4", error, "transport=");
            assertUpgradeRefused(server, "/engine.io/?EIO=4&transport=abc", error, "transport=abc");
        }
    }

    @Test
    void aTransportThatIsNotWantedIsUnknown() throws IOException {
        try (EngineServer server =
                EngineServer.start(
                        1, options -> options.transports(EnumSet.of(Transport.POLLING)))) {
            assertUpgradeRefused(
                    server, WEBSOCKET, EngineError.UNKNOWN_TRANSPORT, "transport=websocket");
        }
    }

    // E3, E4
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aRevisionNobodySpeaksIsRefused(int loops) throws IOException {
        EngineError error = EngineError.UNSUPPORTED_PROTOCOL_VERSION;
        try (EngineServer server = start(loops)) {
            assertRefused(server, "GET", "/engine.io/?transport=polling", error, "protocol=");
            for (String revision : List.of("abc", "3", "5")) {
                String query = "?EIO=" + revision + "&transport=";
                String context = "protocol=" + revision;
                assertRefused(server, "GET", "/engine.io/" + query + "polling", error, context);
                assertUpgradeRefused(server, "/engine.io/" + query + "websocket", error, context);
            }
            assertUpgradeRefused(server, "/engine.io/?transport=websocket", error, "protocol=");
            assertThat(server.engine().sessions()).isZero();
        }
    }

    // E3: the same where revision 3 is spoken
    @Test
    void aRevisionNobodySpeaksIsNotTakenForRevision3() throws IOException {
        try (EngineServer server = EngineServer.start(1)) {
            assertRefused(
                    server,
                    "GET",
                    "/engine.io/?EIO=abc&transport=polling",
                    EngineError.UNSUPPORTED_PROTOCOL_VERSION,
                    "protocol=abc");
        }
    }

    // E6, E35
    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "PATCH"})
    void onlyAGetBeginsASession(String method) throws IOException {
        try (EngineServer server = start(1)) {
            assertRefused(
                    server, method, POLLING, EngineError.BAD_HANDSHAKE_METHOD, "method=" + method);
        }
    }

    @Test
    void aWebSocketWithoutAnUpgradeIsRefused() throws IOException {
        try (EngineServer server = start(1)) {
            assertRefused(
                    server,
                    "GET",
                    WEBSOCKET,
                    EngineError.BAD_REQUEST,
                    "name=TRANSPORT_HANDSHAKE_ERROR");
        }
    }

    // E43
    @ParameterizedTest
    @ValueSource(
            strings = {"__proto__", "constructor", "nope", "..%2f..%2fetc", "%00", "%F0%9F%98%80"})
    void anUnknownSessionIsRefused(String sid) throws IOException {
        String decoded = Query.decode(sid);
        try (EngineServer server = start(1)) {
            assertRefused(
                    server,
                    "GET",
                    POLLING + "&sid=" + sid,
                    EngineError.UNKNOWN_SID,
                    "sid=" + decoded);
            assertRefused(
                    server,
                    "POST",
                    POLLING + "&sid=" + sid,
                    EngineError.UNKNOWN_SID,
                    "sid=" + decoded);
            assertUpgradeRefused(
                    server, WEBSOCKET + "&sid=" + sid, EngineError.UNKNOWN_SID, "sid=" + decoded);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aRequestOfAnotherTransportThanTheSessionsIsRefused(int loops) throws IOException {
        try (EngineServer server = start(loops);
                WireClient socket = WireClient.open(server.port(), WEBSOCKET)) {
            String sid = Polling.sid(socket.receiveText());
            for (String method : List.of("GET", "POST")) {
                assertRefused(
                        server,
                        method,
                        POLLING + "&sid=" + sid,
                        EngineError.BAD_REQUEST,
                        "name=TRANSPORT_MISMATCH previousTransport=websocket transport=polling");
            }
            socket.text("4still here");
            assertThat(socket.receiveText()).isEqualTo("4still here");
        }
    }

    // E28
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aRequestOfAnotherRevisionThanTheSessionsIsRefused(int loops) throws IOException {
        try (EngineServer server = EngineServer.start(loops);
                Polling client = Polling.open(server, Setting.REVISION_4_ON_ONE_LOOP)) {
            String context = "name=PROTOCOL_MISMATCH previousProtocol=4 protocol=3";
            String sid = "&sid=" + client.sid();
            assertRefused(
                    server,
                    "GET",
                    "/engine.io/?EIO=3&transport=polling" + sid,
                    EngineError.BAD_REQUEST,
                    context);
            assertUpgradeRefused(
                    server,
                    "/engine.io/?EIO=3&transport=websocket" + sid,
                    EngineError.BAD_REQUEST,
                    context);
            client.post("4still here");
            assertThat(client.poll()).containsExactly("4still here");
        }
    }

    // E36
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void whatTheApplicationRefusesIsForbiddenInItsWords(int loops) throws IOException {
        try (EngineServer server =
                        EngineServer.start(
                                loops,
                                options ->
                                        options.admission(request ->
                                                CompletableFuture.completedFuture(
                                                        Admission.reject("not \"you\""))));
                WireClient client = server.connect()) {
            client.get(POLLING);
            Response response = client.readResponse();
            assertThat(response.status()).isEqualTo(403);
            assertThat(response.body()).isEqualTo("{\"code\":4,\"message\":\"not \\\"you\\\"\"}");
            assertReported(server, EngineError.FORBIDDEN, "not \"you\"", "message=not \"you\"");
            assertUpgradeRefused(
                    server, WEBSOCKET, EngineError.FORBIDDEN, "not \"you\"", "message=not \"you\"");
            assertThat(server.engine().sessions()).isZero();
        }
    }

    // E36
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRefusalWithoutWordsAndAnAdmissionThatFailsAreForbidden(boolean fails) throws IOException {
        try (EngineServer server =
                EngineServer.start(
                        1,
                        options ->
                                options.admission(request -> {
                                    if (fails) {
                                        throw new IllegalStateException("must not be shown");
                                    }
                                    return CompletableFuture.completedFuture(
                                            Admission.reject(null));
                                }))) {
            assertRefused(server, "GET", POLLING, EngineError.FORBIDDEN, "message=Forbidden");
            assertUpgradeRefused(server, WEBSOCKET, EngineError.FORBIDDEN, "message=Forbidden");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aDecisionMayTakeItsTimeOnAnotherThread(int loops) throws IOException {
        var decision = new CompletableFuture<Admission>();
        try (EngineServer server =
                        EngineServer.start(loops, options -> options.admission(r -> decision));
                WireClient polling = server.connect();
                WireClient socket = server.connect()) {
            polling.get(POLLING);
            socket.request("GET", WEBSOCKET, upgradeHeaders(), new byte[0]);
            assertThat(polling.hears(50)).isFalse();
            Object attachment = new Object();
            decision.complete(new Admission.Accept(attachment));
            String sid = Polling.sid(polling.readResponse().body());
            assertThat(server.session(sid).socket.request().attachment()).isSameAs(attachment);
            assertThat(socket.readResponse().status()).isEqualTo(101);
            assertThat(socket.receiveText()).startsWith("0{");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void whoLeavesBeforeTheDecisionLeavesNoTrace(int loops) throws IOException {
        var decision = new CompletableFuture<Admission>();
        var asked = new AtomicInteger();
        try (EngineServer server =
                EngineServer.start(
                        loops,
                        options ->
                                options.admission(request -> {
                                    asked.incrementAndGet();
                                    return decision;
                                }))) {
            WireClient polling = server.connect();
            WireClient socket = server.connect();
            polling.get(POLLING);
            socket.request("GET", WEBSOCKET, upgradeHeaders(), new byte[0]);
            Until.holds("two questions", () -> asked.get() == 2);
            polling.close();
            socket.close();
            Until.holds("no connections", () -> server.resound().connections() == 0);
            decision.complete(Admission.accept());
            try (Polling witness = Polling.open(server, Setting.REVISION_4_ON_ONE_LOOP)) {
                assertThat(witness.session().hasEnded()).isFalse();
                assertThat(server.engine().sessions()).isEqualTo(1);
            }
        }
    }

    @Test
    void admissionIsAskedOncePerSessionAndKnowsTheRequest() throws IOException {
        List<EngineRequest> asked = new ArrayList<>();
        try (EngineServer server =
                        EngineServer.start(
                                1,
                                options ->
                                        options.admission(request -> {
                                            asked.add(request);
                                            return CompletableFuture.completedFuture(
                                                    Admission.accept());
                                        }));
                Polling client =
                        Polling.open(
                                server,
                                Setting.REVISION_4_ON_ONE_LOOP,
                                "&name=a%20b+c&name=last&t=1")) {
            client.post("4x");
            client.poll();
            client.upgraded(true);
            assertThat(asked).hasSize(1);
            EngineRequest request = asked.getFirst();
            assertThat(request.query())
                    .isEqualTo(
                            Map.of("EIO", "4", "transport", "polling", "name", "last", "t", "1"));
            assertThat(request.url()).isEqualTo(POLLING + "&name=a%20b+c&name=last&t=1");
            assertThat(request.header("host")).isEqualTo("localhost");
            assertThat(request.remoteAddress().getAddress().isLoopbackAddress()).isTrue();
            assertThat(request.secure()).isFalse();
            assertThat(request.toString()).doesNotContain("last");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void originsThatAreNotAllowedBeginNoSessionByWhateverTransport(int loops) throws IOException {
        try (EngineServer server =
                        EngineServer.start(
                                loops,
                                options -> options.allowedOrigins("https://good.example"::equals));
                WireClient client = server.connect()) {
            for (String origin : List.of("https://evil.example", "null", "")) {
                String header = "Origin: " + origin + "\r\n";
                client.request("GET", POLLING, header, new byte[0]);
                assertThat(client.readResponse().status()).isEqualTo(403);
                try (WireClient socket = server.connect()) {
                    assertThat(socket.upgrade(WEBSOCKET, header).status()).isEqualTo(400);
                }
            }
            String good = "Origin: https://good.example\r\n";
            client.request("GET", POLLING, good + good, new byte[0]);
            assertThat(client.readResponse().status()).as("two origins").isEqualTo(403);
            client.request("GET", POLLING, good, new byte[0]);
            assertThat(client.readResponse().status()).isEqualTo(200);
            client.request("GET", POLLING, "", new byte[0]);
            assertThat(client.readResponse().status()).as("no browser").isEqualTo(200);
        }
    }

    // E37: the port itself takes no control characters in headers
    @Test
    void anOriginWithAControlCharacterIsRefused() throws IOException {
        try (EngineServer server = start(1);
                WireClient client = server.connect()) {
            client.request("GET", POLLING, "Origin: http://a\u0001b\r\n", new byte[0]);
            assertThat(client.readResponse().status()).isEqualTo(400);
            assertThat(server.engine().sessions()).isZero();
        }
    }

    // E37, behind a port that does
    @Test
    void anOriginWithAControlCharacterIsABadRequest() {
        var world = new EngineWorld();
        EngineWorld.Asked asked =
                world.ask(
                        world.home,
                        "GET",
                        "EIO=4&transport=polling",
                        new byte[0],
                        new Header("origin", "http://a\u0001b"));
        assertThat(asked.body()).isEqualTo("{\"code\":3,\"message\":\"Bad request\"}");
        assertThat(world.rejections.getFirst().context())
                .isEqualTo(Map.of("name", "INVALID_ORIGIN", "origin", "http://a\u0001b"));
        EngineWorld.Asked tab =
                world.ask(
                        world.home,
                        "GET",
                        "EIO=4&transport=polling",
                        new byte[0],
                        new Header("origin", "http://a\t\u00e9"));
        assertThat(tab.status()).isEqualTo(200);
    }

    // ---- the order of the checks

    /** What is wrong with a request, in the order in which it is found out. */
    private enum Fault {
        TRANSPORT("code\":0"),
        ORIGIN("code\":3"),
        SID("code\":1"),
        METHOD("code\":2"),
        NO_UPGRADE("code\":3"),
        FORBIDDEN("code\":4"),
        REVISION("code\":5");

        final String answer;

        Fault(String answer) {
            this.answer = answer;
        }
    }

    @Test
    void ofSeveralFaultsTheFirstInTheTableIsTold() {
        List<Fault> all = List.of(Fault.values());
        for (int bits = 1; bits < 1 << all.size(); bits++) {
            EnumSet<Fault> faults = EnumSet.noneOf(Fault.class);
            for (int i = 0; i < all.size(); i++) {
                if ((bits & 1 << i) != 0) {
                    faults.add(all.get(i));
                }
            }
            if (faults.contains(Fault.TRANSPORT) && faults.contains(Fault.NO_UPGRADE)) {
                continue; // a transport is unknown, or it is WebSocket
            }
            assertThat(answer(faults)).as(faults.toString()).contains(first(faults).answer);
        }
    }

    private static Fault first(EnumSet<Fault> faults) {
        return faults.iterator().next();
    }

    private static String answer(EnumSet<Fault> faults) {
        UnaryOperator<EngineIo.Builder> strict =
                options ->
                        options.allowRevision3(false)
                                .admission(request ->
                                        CompletableFuture.completedFuture(
                                                faults.contains(Fault.FORBIDDEN)
                                                        ? Admission.reject(null)
                                                        : Admission.accept()));
        var world = new EngineWorld(strict);
        String transport =
                faults.contains(Fault.TRANSPORT)
                        ? "telegraph"
                        : faults.contains(Fault.NO_UPGRADE) ? "websocket" : "polling";
        String query =
                "EIO="
                        + (faults.contains(Fault.REVISION) ? "3" : "4")
                        + "&transport="
                        + transport
                        + (faults.contains(Fault.SID) ? "&sid=stranger" : "");
        String method = faults.contains(Fault.METHOD) ? "PUT" : "GET";
        Header origin =
                new Header("origin", faults.contains(Fault.ORIGIN) ? "a\u007fb" : "http://a");
        return world.ask(world.home, method, query, new byte[0], origin).body();
    }

    /** Rows 3 to 5: who knows a session gets no further than its transport and revision. */
    @Test
    void theSessionsTransportIsLookedAtBeforeItsRevision() {
        var world = new EngineWorld();
        EngineWorld.Client client = world.open(4);
        world.ask(world.home, "GET", "EIO=3&transport=websocket&sid=" + client.sid, new byte[0]);
        world.ask(world.home, "PUT", "EIO=3&transport=polling&sid=" + client.sid, new byte[0]);
        assertThat(world.rejections.stream().map(r -> r.context().get("name")))
                .containsExactly("TRANSPORT_MISMATCH", "PROTOCOL_MISMATCH");
    }

    @Test
    void aRequestThatIsNeitherGetNorPostFailsAndLeavesTheSessionAlone() {
        var world = new EngineWorld();
        EngineWorld.Client client = world.open(4);
        for (String method : List.of("PUT", "DELETE", "HEAD", "PATCH", "get")) {
            HttpResponse response =
                    world.ask(world.elsewhere, method, client.query(), new byte[0]).response();
            assertThat(response.status()).isEqualTo(500);
            assertThat(response.body()).isEmpty();
        }
        client.send("hello");
        assertThat(client.packets(client.get())).containsExactly("4hello");
    }

    @Test
    void aPeerThatIsGoneWhenItsSessionWouldBeginGetsNone() {
        var decision = new CompletableFuture<Admission>();
        var world = new EngineWorld(options -> options.admission(request -> decision));
        var peer = new FakePeer(world.home);
        var request = EngineWorld.request(peer, "GET", "EIO=4&transport=polling", new byte[0]);
        var answer =
                world.home.call(() ->
                        Objects.requireNonNull(
                                        world.engine.routes().getFirst().handler().handle(request))
                                .toCompletableFuture());
        world.home.run(peer::vanishes);
        decision.complete(Admission.accept());
        world.settle();
        assertThat(answer).isNotDone();
        assertThat(world.engine.sessions()).isZero();
    }
}
