package dev.resound.engineio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.core.http.Header;
import dev.resound.testkit.WireClient;
import dev.resound.testkit.WireClient.Response;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** How a session begins. */
class HandshakeTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static String webSocketPath(Setting setting) {
        return "/engine.io/?EIO=" + setting.revision + "&transport=websocket";
    }

    private static JsonNode greeting(String packet) {
        assertThat(packet).startsWith("0");
        return JSON.readTree(packet.substring(1));
    }

    private static void assertGreeting(JsonNode greeting, String upgrades) {
        assertThat(new HashSet<>(greeting.propertyNames()))
                .isEqualTo(Set.of("sid", "upgrades", "pingInterval", "pingTimeout", "maxPayload"));
        assertThat(greeting.get("sid").asString()).matches("[A-Za-z0-9_-]{20}");
        assertThat(greeting.get("upgrades").toString()).isEqualTo(upgrades);
        assertThat(greeting.get("pingInterval").asInt()).isEqualTo(25_000);
        assertThat(greeting.get("pingTimeout").asInt()).isEqualTo(20_000);
        assertThat(greeting.get("maxPayload").asInt()).isEqualTo(1_000_000);
    }

    // E1
    @ParameterizedTest
    @EnumSource(Setting.class)
    void aPollingSessionIsGreetedAndToldThatItMayUpgrade(Setting setting) throws IOException {
        try (EngineServer server = EngineServer.start(setting.loops);
                Polling client = Polling.open(server, setting)) {
            Response response = client.handshake();
            assertThat(response.headers())
                    .containsEntry("Content-Type", "text/plain; charset=UTF-8")
                    .containsEntry("Cache-Control", "no-store")
                    .containsKey("Content-Length")
                    .doesNotContainKeys("Set-Cookie", "Access-Control-Allow-Origin");
            List<String> packets = setting.packets(response.body());
            assertThat(packets).hasSize(1);
            assertGreeting(greeting(packets.getFirst()), "[\"websocket\"]");
            assertThat(client.session().socket.revision()).isEqualTo(setting.revision);
            assertThat(client.session().socket.transport()).isEqualTo(Transport.POLLING);
        }
    }

    // E2
    @ParameterizedTest
    @EnumSource(Setting.class)
    void aWebSocketSessionIsGreetedAndHasNothingToUpgradeTo(Setting setting) throws IOException {
        try (EngineServer server = EngineServer.start(setting.loops);
                WireClient socket = WireClient.open(server.port(), webSocketPath(setting))) {
            JsonNode greeting = greeting(socket.receiveText());
            assertGreeting(greeting, "[]");
            Heard session = server.session(greeting.get("sid").asString());
            assertThat(session.socket.transport()).isEqualTo(Transport.WEBSOCKET);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whereThereIsNoUpgradeNoneIsOffered(boolean byTransports) throws IOException {
        try (EngineServer server =
                        EngineServer.start(
                                1,
                                options ->
                                        byTransports
                                                ? options.transports(EnumSet.of(Transport.POLLING))
                                                : options.allowUpgrades(false));
                Polling client = Polling.open(server, Setting.REVISION_4_ON_ONE_LOOP)) {
            assertThat(client.handshake().body()).contains("\"upgrades\":[],");
        }
    }

    @ParameterizedTest
    @EnumSource(Setting.class)
    void anInitialPacketFollowsTheGreetingInTheSameAnswer(Setting setting) throws IOException {
        try (EngineServer server =
                        EngineServer.start(
                                setting.loops, options -> options.initialPacket("caf\u00e9"));
                Polling client = Polling.open(server, setting);
                WireClient socket = WireClient.open(server.port(), webSocketPath(setting))) {
            List<String> packets = setting.packets(client.handshake().body());
            assertThat(packets).hasSize(2);
            assertThat(packets.getFirst()).startsWith("0{");
            assertThat(packets.getLast()).isEqualTo("4caf\u00e9");
            assertThat(socket.receiveText()).startsWith("0{");
            assertThat(socket.receiveText()).isEqualTo("4caf\u00e9");
        }
    }

    @ParameterizedTest
    @EnumSource(Setting.class)
    void whatTheApplicationSaysAtOnceComesBehindTheGreeting(Setting setting) throws IOException {
        try (EngineServer server =
                        EngineServer.silent(
                                setting.loops,
                                options ->
                                        options.application(socket -> {
                                            socket.send("hi");
                                            socket.send(new byte[] {1, 2, 3});
                                            return new Heard(socket, false);
                                        }));
                WireClient polls = server.connect();
                WireClient socket = WireClient.open(server.port(), webSocketPath(setting))) {
            polls.get(Polling.handshakePath(setting) + "&b64=1");
            List<String> packets = setting.packets(polls.readResponse().body());
            assertThat(packets).hasSize(1);
            polls.get(Polling.handshakePath(setting) + "&sid=" + Polling.sid(packets.getFirst()));
            assertThat(setting.packets(polls.readResponse().body()))
                    .containsExactly("4hi", setting.base64("AQID"));
            assertThat(socket.receiveText()).startsWith("0{");
            assertThat(socket.receiveText()).isEqualTo("4hi");
            assertThat(socket.receive().payload())
                    .isEqualTo(
                            setting.revision == 4 ? new byte[] {1, 2, 3} : new byte[] {4, 1, 2, 3});
        }
    }

    // E29, E30
    @ParameterizedTest
    @CsvSource({
        "/engine.io/, 200",
        "/engine.io/foo, 200",
        "/engine.io/foo/bar.js, 200",
        "/engine.io, 404",
        "/engine.iox/, 404",
        "/, 404"
    })
    void everythingBelowThePathIsEngineIoAndNothingElse(String path, int status)
            throws IOException {
        try (EngineServer server = EngineServer.start(1)) {
            assertServed(server, path, status);
        }
    }

    /** By either transport. */
    private static void assertServed(EngineServer server, String path, int status)
            throws IOException {
        try (WireClient client = server.connect();
                WireClient socket = server.connect()) {
            client.get(path + "?EIO=4&transport=polling");
            assertThat(client.readResponse().status()).isEqualTo(status);
            assertThat(socket.upgrade(path + "?EIO=4&transport=websocket", "").status())
                    .isEqualTo(status == 200 ? 101 : status);
        }
    }

    // E29, E30
    @ParameterizedTest
    @ValueSource(strings = {"/socket.io", "/socket.io/", "socket.io"})
    void thePathIsTheApplicationsChoice(String path) throws IOException {
        try (EngineServer server = EngineServer.start(1, options -> options.path(path));
                WireClient client = server.connect()) {
            client.get("/socket.io/foo?EIO=4&transport=polling");
            assertThat(client.readResponse().status()).isEqualTo(200);
            client.get("/socket.io?EIO=4&transport=polling");
            assertThat(client.readResponse().status()).isEqualTo(404);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/socket.io, 200",
        "/socket.io/, 200",
        "/socket.io/foo, 200",
        "/socket.iox, 404",
        "/socket, 404",
        "/, 404"
    })
    void theSlashMayBeLeftOutIfTheApplicationWantsIt(String path, int status) throws IOException {
        for (String configured : List.of("/socket.io", "/socket.io/")) {
            try (EngineServer server =
                    EngineServer.start(
                            1, options -> options.path(configured).addTrailingSlash(false))) {
                assertServed(server, path, status);
            }
        }
    }

    @Test
    void aSessionMayGoOnWithoutTheSlash() throws IOException {
        try (EngineServer server =
                        EngineServer.start(2, options -> options.addTrailingSlash(false));
                WireClient client = server.connect();
                WireClient socket = server.connect()) {
            client.get("/engine.io?EIO=4&transport=polling");
            String query = "&sid=" + Polling.sid(client.readResponse().body());
            String polling = "/engine.io?EIO=4&transport=polling" + query;
            client.request("POST", polling, "", new byte[] {'4', 'a'});
            assertThat(client.readResponse().body()).isEqualTo("ok");
            client.get(polling);
            assertThat(client.readResponse().body()).isEqualTo("4a");
            socket.upgrade("/engine.io?EIO=4&transport=websocket" + query, "");
            socket.text("2probe");
            assertThat(socket.receiveText()).isEqualTo("3probe");
        }
    }

    @Test
    void thePathMayBeTheRoot() throws IOException {
        for (boolean slash : new boolean[] {true, false}) {
            try (EngineServer server =
                            EngineServer.start(
                                    1, options -> options.path("/").addTrailingSlash(slash));
                    WireClient client = server.connect()) {
                client.get("/?EIO=4&transport=polling");
                assertThat(client.readResponse().status()).isEqualTo(200);
            }
        }
    }

    @Test
    void idsAreTwentyCharactersAndNeverTheSame() {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            String id = SessionIds.next();
            assertThat(id).matches("[A-Za-z0-9_-]{20}");
            assertThat(seen.add(id)).isTrue();
        }
    }

    /** Pipelined behind the handshake, in one segment: the server has not even answered. */
    @ParameterizedTest
    @EnumSource(Setting.class)
    void messagesDirectlyBehindTheHandshakeAreHeard(Setting setting) throws IOException {
        try (EngineServer server = EngineServer.start(setting.loops);
                WireClient socket = server.connect()) {
            socket.send(UpgradeTest.handshakeAndFrames(webSocketPath(setting), "4one", "4two"));
            assertThat(socket.readResponse().status()).isEqualTo(101);
            assertThat(socket.receiveText()).startsWith("0{");
            assertThat(socket.receiveText()).isEqualTo("4one");
            assertThat(socket.receiveText()).isEqualTo("4two");
        }
    }

    // ---- cookies and headers

    // E44
    @ParameterizedTest
    @EnumSource(Setting.class)
    void theCookieComesWithThePollingHandshakeOnly(Setting setting) throws IOException {
        try (EngineServer server =
                        EngineServer.start(
                                setting.loops, options -> options.cookie(Cookie.standard()));
                Polling client = Polling.open(server, setting);
                WireClient socket = server.connect();
                WireClient second = server.connect()) {
            assertThat(client.handshake().headers())
                    .containsEntry(
                            "Set-Cookie",
                            "io=" + client.sid() + "; Path=/; HttpOnly; SameSite=Lax");
            assertThat(client.post("4x").headers()).doesNotContainKey("Set-Cookie");
            assertThat(client.get().headers()).doesNotContainKey("Set-Cookie");
            assertThat(socket.upgrade(webSocketPath(setting), "").headers())
                    .doesNotContainKey("Set-Cookie");
            assertThat(second.upgrade(client.webSocketPath(), "").headers())
                    .doesNotContainKey("Set-Cookie");
        }
    }

    // E44
    @Test
    void aCookieHasWhatItWasGiven() {
        assertThat(new Cookie("c", null, false, true, "None", "a.example", 60).header("v"))
                .isEqualTo("c=v; Max-Age=60; Domain=a.example; Secure; SameSite=None");
        assertThat(new Cookie("c", null, false, false, null, null, -1).header("v"))
                .isEqualTo("c=v");
    }

    // E45
    @ParameterizedTest
    @EnumSource(Setting.class)
    void initialHeadersComeOnceAndHeadersWithEveryAnswerAndThe101(Setting setting)
            throws IOException {
        AtomicInteger initial = new AtomicInteger();
        AtomicInteger every = new AtomicInteger();
        try (EngineServer server =
                        EngineServer.start(
                                setting.loops,
                                options ->
                                        options.initialHeaders(
                                                        request -> {
                                                            initial.incrementAndGet();
                                                            return List.of(
                                                                    new Header("Set-Cookie", "a=1"),
                                                                    new Header(
                                                                            "Set-Cookie", "b=2"));
                                                        })
                                                .headers(request -> {
                                                    every.incrementAndGet();
                                                    return List.of(new Header("X-Every", "yes"));
                                                }));
                Polling client = Polling.open(server, setting);
                WireClient upgrading = server.connect();
                WireClient socket = server.connect()) {
            assertThat(client.handshake().headers())
                    .containsEntry("Set-Cookie", "a=1, b=2")
                    .containsEntry("X-Every", "yes");
            List<Response> others = new ArrayList<>();
            others.add(client.post("4x"));
            others.add(client.get());
            others.add(upgrading.upgrade(client.webSocketPath(), ""));
            for (Response other : others) {
                assertThat(other.headers())
                        .containsEntry("X-Every", "yes")
                        .doesNotContainKey("Set-Cookie");
            }
            assertThat(initial).hasValue(1);
            assertThat(every).hasValue(4);
            assertThat(socket.upgrade(webSocketPath(setting), "").headers())
                    .containsEntry("Set-Cookie", "a=1, b=2")
                    .containsEntry("X-Every", "yes");
            assertThat(initial).hasValue(2);
        }
    }
}
