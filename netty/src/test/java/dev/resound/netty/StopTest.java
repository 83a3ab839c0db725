package dev.resound.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.core.Endpoint;
import dev.resound.core.Protocol;
import dev.resound.core.Upgrade;
import dev.resound.core.http.HttpHandler;
import dev.resound.core.http.HttpResponse;
import dev.resound.core.http.PathTemplate;
import dev.resound.core.http.Route;
import dev.resound.core.socket.SocketEndpoint;
import dev.resound.testkit.WireClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The end of a server, as its peers see it. */
class StopTest {
    private static final Duration SPREAD = Duration.ofMillis(800);
    private static final String GET_HELLO = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n";

    private static final String HANDSHAKE =
            "GET /undecided HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    .concat("Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ");

    /** Answers owed to requests for {@code /later}. */
    private final LinkedBlockingQueue<CompletableFuture<HttpResponse>> owed =
            new LinkedBlockingQueue<>();

    private final LinkedBlockingQueue<CompletableFuture<Upgrade>> undecided =
            new LinkedBlockingQueue<>();

    @SuppressWarnings("NullAway.Init")
    private Resound server;

    @BeforeEach
    void start() throws IOException {
        server =
                Resound.builder()
                        .port(0)
                        .loops(2)
                        .route(
                                Route.get(
                                        "/hello",
                                        HttpHandler.onLoop(
                                                request -> HttpResponse.text(200, "hello"))))
                        .route(
                                Route.get(
                                        "/later",
                                        request -> {
                                            var answer = new CompletableFuture<HttpResponse>();
                                            owed.add(answer);
                                            return answer;
                                        }))
                        .webSocket(
                                "/ws",
                                SocketEndpoint.accepting(request -> "")
                                        .onLoop()
                                        .text((socket, text) -> socket.send(text))
                                        .build())
                        .protocol(new Undecided())
                        .start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private CompletableFuture<Integer> stopping(Duration spread) {
        return CompletableFuture.supplyAsync(
                () -> server.stop(spread), task -> Thread.ofVirtual().start(task));
    }

    /** Returns once the server has begun to stop: it accepts nobody any more. */
    private void awaitNobodyAccepted() {
        boolean accepts = true;
        long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        while (accepts) {
            assertThat(System.nanoTime()).as("still accepting").isLessThan(patience);
            try (WireClient late = WireClient.connect(server.port())) {
                accepts = !late.hears(50);
            } catch (IOException refused) {
                accepts = false;
            }
        }
    }

    private static void assertEndOfStream(WireClient client) throws IOException {
        assertThat(client.input().read()).as("end of the stream").isEqualTo(-1);
    }

    @Test
    void socketsAreClosedSpreadOverTheTime() throws Exception {
        int sockets = 40;
        List<WireClient> clients = new ArrayList<>();
        var closedAfter = new ConcurrentLinkedQueue<Long>();
        var codes = new ConcurrentLinkedQueue<Integer>();
        var all = new CountDownLatch(sockets);
        for (int i = 0; i < sockets; i++) {
            clients.add(WireClient.open(server.port(), "/ws"));
        }
        long start = System.nanoTime();
        for (WireClient client : clients) {
            Thread.ofVirtual()
                    .start(() -> {
                        try (client) {
                            codes.add(client.receiveClose().closeCode());
                            closedAfter.add(
                                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
                            client.close(1001, "");
                            assertEndOfStream(client);
                        } catch (IOException broken) {
                            codes.add(-1);
                        } finally {
                            all.countDown();
                        }
                    });
        }
        assertThat(server.stop(SPREAD)).as("cut off").isZero();
        all.await();
        assertThat(codes).hasSize(sockets).containsOnly(1001);
        // Ten milliseconds per connection are enough for few of them.
        long half = Math.min(SPREAD.toMillis(), 10L * sockets) / 2;
        assertThat(closedAfter.stream().filter(millis -> millis < half).count())
                .as("closed in the first half: %s", closedAfter)
                .isBetween(5L, 35L);
    }

    @Test
    void aRequestThatIsBeingAnsweredIsFinished() throws Exception {
        try (WireClient client = WireClient.connect(server.port())) {
            client.send("GET /later HTTP/1.1\r\nHost: a\r\n\r\n");
            var answer = owed.take();
            CompletableFuture<Integer> stopped = stopping(Duration.ZERO);
            awaitNobodyAccepted();
            answer.complete(HttpResponse.text(200, "finished"));
            WireClient.Response response = client.readResponse();
            assertThat(response.body()).isEqualTo("finished");
            assertThat(response.headers()).containsEntry("Connection", "close");
            assertEndOfStream(client);
            client.endOutput();
            assertThat(stopped.get(5, TimeUnit.SECONDS)).isZero();
        }
    }

    @Test
    void anIdleConnectionIsClosed() throws Exception {
        try (WireClient idle = WireClient.connect(server.port());
                WireClient silent = WireClient.connect(server.port())) {
            idle.send(GET_HELLO);
            assertThat(idle.readResponse().status()).isEqualTo(200);
            CompletableFuture<Integer> stopped = stopping(Duration.ZERO);
            assertEndOfStream(idle);
            assertEndOfStream(silent);
            silent.endOutput();
            assertThat(stopped.get(5, TimeUnit.SECONDS)).isZero();
        }
    }

    @Test
    void anUpgradeThatIsStillBeingDecidedIsToldToComeBack() throws Exception {
        try (WireClient client = WireClient.connect(server.port())) {
            client.send(HANDSHAKE + WireClient.KEY + "\r\n\r\n");
            var decision = undecided.take();
            CompletableFuture<Integer> stopped = stopping(Duration.ZERO);
            awaitNobodyAccepted();
            decision.complete(
                    new Upgrade.Accept(
                            1_000,
                            connection -> {
                                throw new AssertionError("upgraded while stopping");
                            }));
            WireClient.Response response = client.readResponse();
            assertThat(response.status()).isEqualTo(503);
            assertThat(response.headers()).containsEntry("Retry-After", "1");
            client.endOutput();
            assertThat(stopped.get(5, TimeUnit.SECONDS)).isZero();
        }
    }

    /** When each is closed is chance, so there are many: somebody is still open. */
    @Test
    void anUpgradeWhileOthersAreBeingClosedIsToldToComeBack() throws Exception {
        List<WireClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 100; i++) {
                WireClient client = WireClient.connect(server.port());
                clients.add(client);
                client.send(GET_HELLO);
                assertThat(client.readResponse().status()).isEqualTo(200);
            }
            CompletableFuture<Integer> stopped = stopping(Duration.ofMinutes(1));
            awaitNobodyAccepted();
            List<WireClient.Response> answers = new ArrayList<>();
            for (WireClient client : clients) {
                upgradeUnlessClosed(client, answers);
                client.close();
            }
            assertThat(answers)
                    .isNotEmpty()
                    .allSatisfy(answer -> {
                        assertThat(answer.status()).isEqualTo(503);
                        assertThat(answer.headers())
                                .containsEntry("Retry-After", "1")
                                .containsEntry("Connection", "close");
                    });
            assertThat(stopped.get(10, TimeUnit.SECONDS)).isZero();
        } finally {
            for (WireClient client : clients) {
                client.close();
            }
        }
    }

    private static void upgradeUnlessClosed(WireClient client, List<WireClient.Response> answers) {
        try {
            answers.add(client.upgrade("/ws", ""));
        } catch (IOException closed) {
            // by chance it was one of the first
        }
    }

    @Test
    void aPeerThatIgnoresItsCloseIsCutOff() throws Exception {
        try (WireClient deaf = WireClient.open(server.port(), "/ws")) {
            long start = System.nanoTime();
            server.stop(Duration.ZERO);
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            assertThat(took).isBetween(Duration.ofMillis(1_500), Duration.ofMillis(5_000));
            assertThat(deaf.receiveClose().closeCode()).isEqualTo(1001);
            assertThat(deaf.isEnded()).isTrue();
        }
    }

    /** Which peers of little care do: they read our end, and keep theirs open. */
    @Test
    void aPeerThatHasAnsweredItsCloseNeedNotBeWaitedFor() throws Exception {
        try (WireClient client = WireClient.open(server.port(), "/ws")) {
            long start = System.nanoTime();
            CompletableFuture<Integer> stopped = stopping(Duration.ZERO);
            assertThat(client.receiveClose().closeCode()).isEqualTo(1001);
            client.close(1001, "");
            assertEndOfStream(client);
            assertThat(stopped.get(5, TimeUnit.SECONDS)).as("cut off").isZero();
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isLessThan(Duration.ofMillis(1_500));
        }
    }

    @Test
    void aServerWithoutConnectionsStopsAtOnce() {
        long start = System.nanoTime();
        assertThat(server.stop(Duration.ofMinutes(1))).isZero();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
    }

    /** Upgrades when the test says so. */
    private final class Undecided implements Protocol {
        @Override
        public String name() {
            return "undecided";
        }

        @Override
        public List<Endpoint> endpoints() {
            return List.of(
                    new Endpoint(
                            PathTemplate.of("/undecided"),
                            handshake -> {
                                var decision = new CompletableFuture<Upgrade>();
                                undecided.add(decision);
                                return decision;
                            }));
        }

        @Override
        public List<Route> routes() {
            return List.of();
        }
    }
}
