package dev.resound.netty;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.resound.core.http.HttpHandler;
import dev.resound.core.http.HttpRequest;
import dev.resound.core.http.HttpResponse;
import dev.resound.core.http.Route;
import dev.resound.core.socket.SocketEndpoint;
import dev.resound.testkit.WireClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Peers that are slow, silent, greedy or from another world, before any WebSocket: each is dealt
 * with as the limits say, and whoever behaves is served beside it.
 */
class PipelineAbuseTest {
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final int BODY_BYTES = 1_000;
    private static final int LARGE_BYTES = 100_000;
    private static final String HANDSHAKE =
            "GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n";
    private static final String GET_HELLO = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n";

    /** Answers owed to requests for {@code /later}. */
    private final LinkedBlockingQueue<CompletableFuture<HttpResponse>> owed =
            new LinkedBlockingQueue<>();

    private final AtomicInteger largeAnswers = new AtomicInteger();

    @SuppressWarnings("NullAway.Init")
    private Resound server;

    @BeforeEach
    void start() throws IOException {
        start(limits(SHORT, SHORT, SHORT, 100));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void restart(Limits limits) throws IOException {
        server.close();
        start(limits);
    }

    private void start(Limits limits) throws IOException {
        var endpoint =
                SocketEndpoint.accepting(request -> "")
                        .onLoop()
                        .text((socket, text) -> socket.send(text))
                        .build();
        server =
                Resound.builder()
                        .port(0)
                        .loops(2)
                        .limits(limits)
                        .route(onLoop("/hello", request -> HttpResponse.text(200, "hello")))
                        .route(onLoop("/shared", request -> HttpResponse.text(200, "not upgraded")))
                        .route(onLoop("/empty", request -> HttpResponse.empty(204)))
                        .route(onLoop("/large", request -> large()))
                        .route(
                                onLoop(
                                        "/split",
                                        request ->
                                                HttpResponse.text(200, "")
                                                        .with("X-Name", "a\r\nX-Forged: b")))
                        .route(Route.get("/later", request -> later()))
                        .route(Route.post("/body", request -> done(request.body().length)))
                        .webSocket("/ws", endpoint)
                        .webSocket("/shared", endpoint)
                        .start();
    }

    private static Route onLoop(String path, Function<HttpRequest, HttpResponse> answer) {
        return Route.get(path, HttpHandler.onLoop(answer));
    }

    private HttpResponse large() {
        largeAnswers.incrementAndGet();
        return HttpResponse.text(200, "x".repeat(LARGE_BYTES));
    }

    private CompletableFuture<HttpResponse> later() {
        var answer = new CompletableFuture<HttpResponse>();
        owed.add(answer);
        return answer;
    }

    private static CompletableFuture<HttpResponse> done(int bodyBytes) {
        return CompletableFuture.completedFuture(HttpResponse.text(200, bodyBytes + " bytes"));
    }

    private static Limits limits(
            Duration head, Duration body, Duration keepAlive, int connections) {
        Limits usual = Limits.defaults();
        return new Limits(
                usual.http().withBodyBytes(BODY_BYTES),
                head,
                body,
                keepAlive,
                usual.backlogBytes(),
                usual.logBytes(),
                usual.messagesPerSecond(),
                usual.controlFramesPerSecond(),
                connections);
    }

    private WireClient connect() throws IOException {
        return WireClient.connect(server.port());
    }

    private void othersAreServed() throws IOException {
        long start = System.nanoTime();
        try (WireClient client = connect()) {
            client.send(GET_HELLO);
            assertThat(client.readResponse().body()).isEqualTo("hello");
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
    }

    private static void assertEndOfStream(WireClient client) throws IOException {
        assertThat(client.input().read()).as("end of the stream").isEqualTo(-1);
    }

    private void nothingIsLeft() {
        await().untilAsserted(() -> assertThat(server.connections()).isZero());
    }

    // ---- slow and silent peers

    @Test
    void whoConnectsAndSaysNothingIsDropped() throws IOException {
        try (WireClient silent = connect()) {
            othersAreServed();
            assertEndOfStream(silent);
        }
    }

    @Test
    void anUnfinishedHeadIsAnswered408InTheEnd() throws IOException {
        try (WireClient slow = connect()) {
            slow.send("GET /hello HTTP/1.1\r\nHost: a\r\nX-Slow: ");
            othersAreServed();
            assertThat(slow.readResponse().status()).isEqualTo(408);
            assertEndOfStream(slow);
        }
    }

    @Test
    void aHeadThatDripsGetsNoMoreTimeThanOthers() throws IOException {
        try (WireClient slow = connect()) {
            slow.send("GET /hello HTTP/1.1\r\nHost: a\r\nX-Slow: ");
            int dripped = 0;
            while (!slow.hears(50)) {
                slow.send("x");
                dripped++;
                assertThat(dripped).as("bytes dripped at 20 a second").isLessThan(100);
            }
            assertThat(slow.readResponse().status()).isEqualTo(408);
        }
    }

    @Test
    void aBodyThatDripsIsAnswered408InTheEnd() throws IOException {
        try (WireClient slow = connect()) {
            slow.send("POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 500\r\n\r\n");
            int dripped = 0;
            while (!slow.hears(50)) {
                slow.send("x");
                dripped++;
                assertThat(dripped).as("bytes dripped at 20 a second").isLessThan(100);
            }
            othersAreServed();
            assertThat(slow.readResponse().status()).isEqualTo(408);
            assertEndOfStream(slow);
        }
    }

    @Test
    void anIdleConnectionIsClosedAfterItsKeepAliveTime() throws IOException {
        outwaitKeepAlive();
    }

    private void outwaitKeepAlive() throws IOException {
        try (WireClient idle = connect()) {
            idle.send(GET_HELLO);
            assertThat(idle.readResponse().body()).isEqualTo("hello");
            assertEndOfStream(idle);
        }
    }

    @Test
    void aRequestMayTakeLongerToAnswerThanAnyOtherLimit() throws Exception {
        try (WireClient patient = connect()) {
            patient.send("GET /later HTTP/1.1\r\nHost: a\r\n\r\n");
            var answer = owed.take();
            outwaitKeepAlive(); // so much time has passed
            answer.complete(HttpResponse.text(200, "at last"));
            assertThat(patient.readResponse().body()).isEqualTo("at last");
        }
    }

    @Test
    void aLastResponseIsNotCutOffWhileASlowPeerReadsIt() throws IOException {
        restart(limits(SHORT, LONG, SHORT, 100));
        try (WireClient slow = WireClient.connect(server.port(), 4 << 10)) {
            int requests = 60;
            slow.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n".repeat(requests - 1));
            slow.send("GET /large HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            for (int i = 0; i < requests - 30; i++) {
                assertThat(slow.readResponse().body()).hasSize(LARGE_BYTES);
            }
            for (int i = 0; i < 3; i++) { // a second or more each
                outwaitKeepAlive();
            }
            for (int i = 0; i < 30; i++) {
                assertThat(slow.readResponse().body()).hasSize(LARGE_BYTES);
            }
            assertEndOfStream(slow);
        }
    }

    // ---- too much of everything

    @Test
    void aConnectionTooManyIsAnswered503AndTheOthersAreServed() throws IOException {
        restart(limits(LONG, LONG, LONG, 3));
        List<WireClient> within = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            WireClient client = connect();
            within.add(client);
            client.send(GET_HELLO);
            assertThat(client.readResponse().status()).isEqualTo(200);
        }
        try (WireClient surplus = connect()) {
            surplus.send(GET_HELLO);
            assertThat(surplus.readResponse().status()).isEqualTo(503);
            assertEndOfStream(surplus);
            try (WireClient socket = connect()) {
                assertThat(socket.upgrade("/ws", "").status()).isEqualTo(503);
            }
            for (WireClient client : within) {
                client.send(GET_HELLO);
                assertThat(client.readResponse().status()).as("came in time").isEqualTo(200);
            }
        }
        within.getFirst().close();
        await().untilAsserted(() -> assertThat(server.connections()).isEqualTo(2));
        othersAreServed();
        for (WireClient client : within) {
            client.close();
        }
    }

    @Test
    void requestsBehindOneThatIsBeingAnsweredAreNotReadWithoutBound() throws Exception {
        int requests = 1_000_000;
        var sent = new AtomicLong();
        try (WireClient greedy = connect()) {
            greedy.send("GET /later HTTP/1.1\r\nHost: a\r\n\r\n");
            var answer = owed.take();
            Thread writer = writer(greedy, GET_HELLO.repeat(1_000), requests / 1_000, sent);
            assertThat(writer.join(Duration.ofSeconds(1)))
                    .as("all of %d requests were taken", requests)
                    .isFalse();
            othersAreServed();
            answer.complete(HttpResponse.text(200, "at last"));
            assertThat(greedy.readResponse().body()).isEqualTo("at last");
            for (int i = 0; i < 10_000; i++) {
                assertThat(greedy.readResponse().body()).isEqualTo("hello");
            }
            greedy.reset();
            writer.join();
        }
        nothingIsLeft();
    }

    @Test
    void aPeerThatDoesNotReadItsResponsesIsNotAnsweredWithoutBound() throws Exception {
        restart(limits(LONG, LONG, LONG, 100));
        var sent = new AtomicLong();
        try (WireClient deaf = WireClient.connect(server.port(), 4 << 10)) {
            int requests = 2_000;
            String request = "GET /large HTTP/1.1\r\nHost: a\r\n\r\n";
            Thread writer = writer(deaf, request, requests, sent);
            writer.join(Duration.ofSeconds(1));
            othersAreServed();
            assertThat((long) largeAnswers.get() * LARGE_BYTES)
                    .as("bytes of responses that nobody reads")
                    .isLessThan(16 << 20);
            for (int i = 0; i < 200; i++) {
                assertThat(deaf.readResponse().body()).hasSize(LARGE_BYTES);
            }
            deaf.reset();
            writer.join();
        }
        nothingIsLeft();
    }

    private static Thread writer(WireClient client, String bytes, int times, AtomicLong sent) {
        byte[] block = bytes.getBytes(ISO_8859_1);
        return Thread.ofVirtual()
                .start(() -> {
                    try {
                        for (int i = 0; i < times; i++) {
                            client.send(block);
                            sent.addAndGet(block.length);
                        }
                    } catch (IOException reset) {
                        // how the tests end it
                    }
                });
    }

    @Test
    void bytesBehindAHandshakeThatIsStillDecidedReachTheSocket() throws Exception {
        try (WireClient client = connect()) {
            client.send(
                    HANDSHAKE
                            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
                            + WireClient.KEY
                            + "\r\n\r\n");
            for (int i = 0; i < 100; i++) {
                client.text("early " + i);
            }
            assertThat(client.readResponse().status()).isEqualTo(101);
            for (int i = 0; i < 100; i++) {
                assertThat(client.receiveText()).isEqualTo("early " + i);
            }
        }
    }

    // ---- peers that go away

    @Test
    void aRequestWhoseSenderHalfClosedIsAnswered() throws IOException {
        try (WireClient client = connect()) {
            client.send(GET_HELLO).endOutput();
            assertThat(client.readResponse().body()).isEqualTo("hello");
            assertEndOfStream(client);
        }
        nothingIsLeft();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "GET /hel",
                "GET /hello HTTP/1.1\r\nHost: a\r\n",
                "POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n12345",
                "POST /body HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n123",
                "GET /later HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /later HTTP/1.1\r\nHost: a\r\n\r\nGET /hel",
                "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
                "nonsense\r\n\r\n"
            })
    void aPeerThatGoesAwayInAnyPhaseLeavesNothing(String said) throws Exception {
        restart(limits(LONG, LONG, LONG, 100));
        WireClient whole = connect();
        try (WireClient reset = connect();
                WireClient half = connect()) {
            for (WireClient client : List.of(reset, half, whole)) {
                client.send(said);
            }
            List<CompletableFuture<HttpResponse>> answers = new ArrayList<>();
            if (said.contains("/later")) {
                for (int i = 0; i < 3; i++) {
                    answers.add(owed.take());
                }
            }
            reset.reset();
            half.endOutput();
            whole.close();
            nothingIsLeft();
            answers.forEach(answer -> answer.complete(HttpResponse.text(200, "too late")));
            othersAreServed();
        }
        nothingIsLeft();
    }

    // ---- answers, and what becomes of the connection

    record Case(String request, int status) {
        @Override
        public String toString() {
            String line = request.split("\r\n", 2)[0];
            return status + " " + line.substring(0, Math.min(40, line.length())).strip();
        }
    }

    static Stream<Case> refusalsThatKeepTheConnection() {
        return Stream.of(
                new Case("GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n", 404),
                new Case("GET /hello/ HTTP/1.1\r\nHost: a\r\n\r\n", 404),
                new Case("DELETE /hello HTTP/1.1\r\nHost: a\r\n\r\n", 405),
                new Case("POST /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", 405),
                new Case("GET /ws HTTP/1.1\r\nHost: a\r\n\r\n", 426),
                new Case(HANDSHAKE + "Sec-WebSocket-Version: 12\r\n\r\n", 426));
    }

    @ParameterizedTest
    @MethodSource("refusalsThatKeepTheConnection")
    void afterAnAnswerToAWellFramedRequestTheConnectionGoesOn(Case refused) throws IOException {
        try (WireClient client = connect()) {
            client.send(refused.request + GET_HELLO);
            WireClient.Response refusal = client.readResponse();
            assertThat(refusal.status()).isEqualTo(refused.status);
            assertThat(refusal.headers()).doesNotContainKey("Connection");
            assertThat(client.readResponse().body()).isEqualTo("hello");
        }
    }

    static Stream<Case> refusalsThatEndTheConnection() {
        String post = "POST /body HTTP/1.1\r\nHost: a\r\n";
        return Stream.of(
                new Case("GET /hello HTTP/1.1\r\n\r\n", 400),
                new Case("GET /hello HTTP/1.1\nHost: a\n\n", 400),
                new Case("GET /hello HTTP/1.1\r\nHost: a\r\n folded: b\r\n\r\n", 400),
                new Case(post + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
                new Case(post + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
                new Case("\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003", 400),
                new Case("SSH-2.0-OpenSSH_9.6\r\n", 400),
                new Case("EHLO example.com\r\n", 400),
                new Case("PRI * HTTP/2.0\r\n", 505),
                new Case("\u0000\u0001\u0002\u0003", 400),
                new Case("GET /" + "a".repeat(9_000) + " HTTP/1.1\r\nHost: a\r\n\r\n", 414),
                new Case("GET /" + "a".repeat(9_000), 414),
                new Case("GET / HTTP/1.1\r\nX: " + "a".repeat(17_000), 431),
                new Case("GET / HTTP/1.1\r\nHost: a\r\n" + "X: a\r\n".repeat(101), 431),
                new Case(post + "Content-Length: 1001\r\n\r\n", 413),
                new Case(post + "Content-Length: 1001\r\nExpect: 100-continue\r\n\r\n", 413),
                new Case(post + "Transfer-Encoding: chunked\r\n\r\n3e9\r\n", 413),
                new Case(post + "Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc", 415),
                new Case("GET /hello HTTP/2.0\r\nHost: a\r\n\r\n", 505));
    }

    @ParameterizedTest
    @MethodSource("refusalsThatEndTheConnection")
    void afterABreachOfFramingOrSizeNothingMoreIsRead(Case refused) throws IOException {
        for (int more : new int[] {0, 200, 4 << 20}) {
            try (WireClient client = connect()) {
                client.send(refused.request);
                client.send(GET_HELLO.repeat(more / GET_HELLO.length()));
                WireClient.Response refusal = client.readResponse();
                assertThat(refusal.status()).isEqualTo(refused.status);
                assertThat(refusal.headers()).containsEntry("Connection", "close");
                assertEndOfStream(client);
            }
        }
        othersAreServed();
    }

    @Test
    void whatCameBeforeABreachIsAnsweredFirst() throws IOException {
        try (WireClient client = connect()) {
            client.send(GET_HELLO + GET_HELLO + "nonsense\r\n\r\n" + GET_HELLO);
            assertThat(client.readResponse().status()).isEqualTo(200);
            assertThat(client.readResponse().status()).isEqualTo(200);
            assertThat(client.readResponse().status()).isEqualTo(400);
            assertEndOfStream(client);
        }
    }

    @Test
    void aResponseThatCannotBeWrittenIsA500() throws IOException {
        try (WireClient client = connect()) {
            client.send("GET /split HTTP/1.1\r\nHost: a\r\n\r\n" + GET_HELLO);
            WireClient.Response response = client.readResponse();
            assertThat(response.status()).isEqualTo(500);
            assertThat(response.headers()).doesNotContainKey("X-Forged");
            assertThat(client.readResponse().body()).isEqualTo("hello");
        }
    }

    @Test
    void aResponseThatCannotBeWrittenIsA500AlsoWhenItComesLate() throws Exception {
        try (WireClient client = connect()) {
            client.send("GET /later HTTP/1.1\r\nHost: a\r\n\r\n" + GET_HELLO);
            owed.take().complete(HttpResponse.text(200, "").with("X-Name", "a\nb"));
            assertThat(client.readResponse().status()).isEqualTo(500);
            assertThat(client.readResponse().body()).isEqualTo("hello");
        }
    }

    @Test
    void aResponseWithoutContentSaysNothingOfALength() throws IOException {
        try (WireClient client = connect()) {
            client.send("GET /empty HTTP/1.1\r\nHost: a\r\n\r\n" + GET_HELLO);
            WireClient.Response response = client.readResponse();
            assertThat(response.status()).isEqualTo(204);
            assertThat(response.headers()).doesNotContainKey("Content-Length");
            assertThat(client.readResponse().body()).isEqualTo("hello");
        }
    }

    @Test
    void aResponseToHeadHasTheLengthAndNoBody() throws IOException {
        try (WireClient client = connect()) {
            client.send("HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\n");
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                head.append((char) client.input().read());
            }
            assertThat(head).contains("Content-Length: 5");
            client.send(GET_HELLO);
            assertThat(client.readResponse().body()).isEqualTo("hello");
        }
    }

    // ---- handshakes

    @Test
    void aHandshakeMayListItsConnectionOptionsInSeveralFields() throws IOException {
        try (WireClient client = connect()) {
            client.send(
                    "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\n"
                            + "Connection: Upgrade\r\nUpgrade: h2c\r\nUpgrade: websocket\r\n"
                            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
                            + WireClient.KEY
                            + "\r\n\r\n");
            assertThat(client.readResponse().status()).isEqualTo(101);
        }
    }

    @Test
    void anUpgradeToSomethingElseLeavesARequestWhatItIs() throws IOException {
        String offer = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n";
        try (WireClient client = connect()) {
            client.send("GET /hello HTTP/1.1\r\nHost: a\r\n" + offer);
            assertThat(client.readResponse().body()).isEqualTo("hello");
            client.send("GET /shared HTTP/1.1\r\nHost: a\r\n" + offer);
            assertThat(client.readResponse().body()).isEqualTo("not upgraded");
            assertThat(client.upgrade("/shared", "").status()).isEqualTo(101);
        }
    }

    @Test
    void owedAnswersDoNotHoldUpOthers() throws Exception {
        List<WireClient> waiting = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            waiting.add(connect().send("GET /later HTTP/1.1\r\nHost: a\r\n\r\n"));
        }
        othersAreServed();
        for (int i = 0; i < waiting.size(); i++) {
            var answer = Objects.requireNonNull(owed.poll(5, TimeUnit.SECONDS));
            answer.complete(HttpResponse.text(200, "done"));
        }
        for (WireClient client : waiting) {
            assertThat(client.readResponse().body()).isEqualTo("done");
            client.close();
        }
    }
}
