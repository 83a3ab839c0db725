package dev.resound.engineio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.testkit.WireClient;
import dev.resound.testkit.WireClient.Response;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What pages of other origins are told, as the cors package of npm would have it. */
class CorsTest {
    private static final String POLLING = "/engine.io/?EIO=4&transport=polling";
    private static final String A = "https://a.example";
    private static final String B = "https://b.example";
    private static final String ORIGIN = "Access-Control-Allow-Origin";
    private static final String CREDENTIALS = "Access-Control-Allow-Credentials";

    private static Response ask(Cors cors, String method, String headers) throws IOException {
        try (EngineServer server = EngineServer.start(1, options -> options.cors(cors));
                WireClient client = server.connect()) {
            client.request(method, POLLING, headers, new byte[0]);
            return client.readResponse();
        }
    }

    /** Only what is about CORS. */
    private static Map<String, String> cors(Response response) {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        response.headers()
                .forEach((name, value) -> {
                    if (name.startsWith("Access-Control-") || name.equals("Vary")) {
                        headers.put(name, value);
                    }
                });
        return headers;
    }

    static Stream<Arguments> origins() {
        Map<String, String> any = Map.of(ORIGIN, "*");
        Map<String, String> a = Map.of(ORIGIN, A, "Vary", "Origin");
        Map<String, String> none = Map.of("Vary", "Origin");
        return Stream.of(
                Arguments.of(Cors.anyOrigin(), A, any),
                Arguments.of(Cors.anyOrigin(), "", any),
                Arguments.of(Cors.origin("*"), B, any),
                Arguments.of(Cors.origin(A), A, a),
                Arguments.of(Cors.origin(A), B, a),
                Arguments.of(Cors.origin(A), "", a),
                Arguments.of(Cors.origins(A, "https://c.example"), A, a),
                Arguments.of(Cors.origins(A), B, none),
                Arguments.of(Cors.origins(A), "", none),
                Arguments.of(Cors.origins(Pattern.compile("\\.example$")), A, a),
                Arguments.of(Cors.origins(Pattern.compile("^https://c")), A, none),
                Arguments.of(Cors.originsPassing(A::equals), A, a),
                Arguments.of(Cors.originsPassing(A::equals), B, none));
    }

    // E34
    @ParameterizedTest
    @MethodSource("origins")
    void theOriginIsNamedReflectedOrLeftOut(Cors cors, String origin, Map<String, String> expected)
            throws IOException {
        String header = origin.isEmpty() ? "" : "Origin: " + origin + "\r\n";
        Response response = ask(cors, "GET", header);
        assertThat(response.status()).isEqualTo(200);
        assertThat(cors(response)).isEqualTo(expected);
        Response preflight = ask(cors, "OPTIONS", header);
        assertThat(preflight.status()).as("even where the origin may not").isEqualTo(204);
        assertThat(preflight.body()).isEmpty();
        assertThat(preflight.headers()).containsEntry("Content-Length", "0");
        Map<String, String> more = new TreeMap<>(expected);
        more.put("Access-Control-Allow-Methods", "GET,HEAD,PUT,PATCH,POST,DELETE");
        assertThat(cors(preflight)).isEqualTo(more);
    }

    // E34
    @Test
    void aPreflightIsToldEverythingItMayDo() throws IOException {
        Cors cors =
                Cors.origins(A)
                        .credentials(true)
                        .methods("GET", "POST")
                        .allowedHeaders("X-One", "X-Two")
                        .exposedHeaders("X-Three")
                        .maxAge(Duration.ofMinutes(10));
        assertThat(cors(ask(cors, "OPTIONS", "Origin: " + A + "\r\n")))
                .containsAllEntriesOf(
                        Map.of(
                                ORIGIN,
                                A,
                                CREDENTIALS,
                                "true",
                                "Access-Control-Allow-Methods",
                                "GET,POST",
                                "Access-Control-Allow-Headers",
                                "X-One,X-Two",
                                "Access-Control-Max-Age",
                                "600",
                                "Vary",
                                "Origin"));
        assertThat(cors(ask(cors, "GET", "Origin: " + A + "\r\n")))
                .isEqualTo(
                        Map.of(
                                ORIGIN,
                                A,
                                CREDENTIALS,
                                "true",
                                "Access-Control-Expose-Headers",
                                "X-Three",
                                "Vary",
                                "Origin"));
    }

    // E34
    @Test
    void headersThatAreAskedForAreAllowedUnlessToldOtherwise() throws IOException {
        Map<String, String> headers =
                cors(
                        ask(
                                Cors.origin(A),
                                "OPTIONS",
                                "Access-Control-Request-Headers: x-a, x-b\r\n"));
        assertThat(headers)
                .containsEntry("Access-Control-Allow-Headers", "x-a, x-b")
                .containsEntry("Vary", "Origin, Access-Control-Request-Headers");
    }

    @Test
    void twoOriginsAreNone() throws IOException {
        Response response =
                ask(Cors.origins(A), "GET", "Origin: " + A + "\r\nOrigin: " + A + "\r\n");
        assertThat(cors(response)).isEqualTo(Map.of("Vary", "Origin"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void everyAnswerHasTheHeadersRefusalsIncluded(int loops) throws IOException {
        Cors cors = Cors.origins(A).credentials(true);
        String origin = "Origin: " + A + "\r\n";
        try (EngineServer server = EngineServer.start(loops, options -> options.cors(cors));
                Polling client = Polling.open(server, Setting.REVISION_4_ON_ONE_LOOP);
                WireClient other = server.connect();
                WireClient socket = server.connect()) {
            assertThat(client.postBody(origin, new byte[] {'4', 'x'}).headers())
                    .containsEntry(ORIGIN, A)
                    .containsEntry(CREDENTIALS, "true");
            client.polls().request("GET", client.path(), origin, new byte[0]);
            assertThat(client.polls().readResponse().headers()).containsEntry(ORIGIN, A);
            for (String target : new String[] {"/engine.io/", POLLING + "&sid=nope"}) {
                other.request("GET", target, origin, new byte[0]);
                Response refused = other.readResponse();
                assertThat(refused.status()).isEqualTo(400);
                assertThat(refused.headers()).containsEntry(ORIGIN, A);
            }
            assertThat(socket.upgrade(client.webSocketPath(), origin).headers())
                    .containsEntry(ORIGIN, A);
        }
    }

    /** It never gets to the engine, not even if it names a session. */
    @Test
    void aPreflightForASessionLeavesItAlone() throws IOException {
        try (EngineServer server =
                        EngineServer.start(2, options -> options.cors(Cors.anyOrigin()));
                Polling client = Polling.open(server, Setting.REVISION_4_ON_TWO_LOOPS)) {
            client.hold();
            WireClient other = client.another();
            other.request("OPTIONS", client.path(), "Origin: " + A + "\r\n", new byte[0]);
            assertThat(other.readResponse().status()).isEqualTo(204);
            client.post("4x");
            assertThat(client.answerToPoll()).containsExactly("4x");
            assertThat(server.rejections()).isZero();
        }
    }

    // E35
    @Test
    void withoutCorsAnOptionsRequestIsABadHandshake() throws IOException {
        try (EngineServer server = EngineServer.start(1);
                WireClient client = server.connect()) {
            client.request("OPTIONS", POLLING, "Origin: " + A + "\r\n", new byte[0]);
            Response response = client.readResponse();
            assertThat(response.status()).isEqualTo(400);
            assertThat(response.body())
                    .isEqualTo("{\"code\":2,\"message\":\"Bad handshake method\"}");
            assertThat(cors(response)).isEmpty();
        }
    }

    /** It is no fence for WebSockets: browsers do not ask. */
    @Test
    void aWebSocketOfAnotherOriginIsNotKeptAwayByCors() throws IOException {
        try (EngineServer server = EngineServer.start(1, options -> options.cors(Cors.origin(A)));
                WireClient socket = server.connect()) {
            assertThat(
                            socket.upgrade(
                                            "/engine.io/?EIO=4&transport=websocket",
                                            "Origin: " + B + "\r\n")
                                    .status())
                    .isEqualTo(101);
        }
    }
}
