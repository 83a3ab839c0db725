package dev.resound.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.resound.core.Close;
import dev.resound.core.http.Header;
import dev.resound.core.http.HttpResponse;
import dev.resound.core.socket.Socket;
import dev.resound.core.socket.SocketEndpoint;
import dev.resound.core.socket.SocketUpgrade;
import dev.resound.testkit.WireClient;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an application gets from plain WebSockets, over real sockets. */
class PlainSocketTest {
    private final AtomicReference<Resound> server = new AtomicReference<>();

    private record User(String name, int level) {}

    @AfterEach
    void stop() {
        server.get().close();
    }

    private int start(Resound.Builder builder) throws IOException {
        server.set(builder.port(0).loops(2).start());
        return server.get().port();
    }

    @Test
    void typedDataIsDecidedAtTheUpgradeAndReadInEveryCallback() throws IOException {
        int port =
                start(
                        Resound.builder()
                                .webSocket(
                                        "/users/{name}",
                                        SocketEndpoint.<User>upgrading(request ->
                                                        SocketUpgrade.accept(
                                                                new User(
                                                                        request.parameter("name"),
                                                                        7),
                                                                List.of(
                                                                        new Header(
                                                                                "X-Level", "7"))))
                                                .open(socket ->
                                                        socket.send("hello " + socket.data()))
                                                .build()));
        try (WireClient client = WireClient.connect(port)) {
            WireClient.Response response = client.upgrade("/users/ann%20b", "");
            assertThat(response.status()).isEqualTo(101);
            assertThat(response.headers())
                    .containsEntry("X-Level", "7")
                    .containsEntry("Sec-WebSocket-Accept", WireClient.ACCEPT);
            assertThat(client.receiveText()).isEqualTo("hello User[name=ann b, level=7]");
        }
    }

    @Test
    void aRejectedUpgradeAnswersWithStatusAndJsonAndTheConnectionGoesOn() throws IOException {
        int port =
                start(
                        Resound.builder()
                                .get("/ok", request -> HttpResponse.text(200, "still here"))
                                .webSocket(
                                        "/locked",
                                        SocketEndpoint.<User>upgrading(request ->
                                                        SocketUpgrade.reject(
                                                                401, "{\"error\":\"token\"}"))
                                                .build()));
        try (WireClient client = WireClient.connect(port)) {
            WireClient.Response response = client.upgrade("/locked", "");
            assertThat(response.status()).isEqualTo(401);
            assertThat(response.headers()).containsEntry("Content-Type", "application/json");
            assertThat(response.body()).isEqualTo("{\"error\":\"token\"}");
            client.send("GET /ok HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.readResponse().body()).isEqualTo("still here");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void textAndBytesAreEchoedInOrder(boolean onLoop) throws IOException {
        var endpoint =
                SocketEndpoint.accepting(request -> "echo")
                        .text((socket, text) -> socket.send(text))
                        .binary((socket, bytes) -> socket.send(bytes));
        int port =
                start(
                        Resound.builder()
                                .webSocket("/", (onLoop ? endpoint.onLoop() : endpoint).build()));
        try (WireClient client = WireClient.open(port, "/")) {
            for (int i = 0; i < 200; i++) {
                client.text("message " + i);
            }
            client.frame(true, WireClient.BINARY, new byte[] {1, 2, 3});
            for (int i = 0; i < 200; i++) {
                assertThat(client.receiveText()).isEqualTo("message " + i);
            }
            assertThat(client.receive().payload()).containsExactly(1, 2, 3);
        }
    }

    @Test
    void aPublishReachesEverySubscriberButThePublisherOnAnyLoop() throws IOException {
        int port =
                start(
                        Resound.builder()
                                .webSocket(
                                        "/",
                                        SocketEndpoint.accepting(request -> "")
                                                .onLoop()
                                                .open(socket -> {
                                                    socket.subscribe("room");
                                                    socket.send("in");
                                                })
                                                .text((socket, text) -> {
                                                    if (text.equals("leave")) {
                                                        socket.unsubscribe("room");
                                                        socket.send("out");
                                                    } else {
                                                        socket.publish("room", text);
                                                    }
                                                })
                                                .build()));
        try (WireClient ann = WireClient.open(port, "/");
                WireClient bob = WireClient.open(port, "/");
                WireClient cho = WireClient.open(port, "/")) {
            for (WireClient client : List.of(ann, bob, cho)) {
                assertThat(client.receiveText()).isEqualTo("in");
            }
            ann.text("one");
            assertThat(bob.receiveText()).isEqualTo("one");
            assertThat(cho.receiveText()).isEqualTo("one");
            bob.text("leave");
            assertThat(bob.receiveText()).isEqualTo("out");
            cho.text("two");
            assertThat(ann.receiveText()).as("not its own message, but the next").isEqualTo("two");
            server.get().publish("room", "three");
            assertThat(ann.receiveText()).isEqualTo("three");
            assertThat(cho.receiveText()).isEqualTo("three");
            bob.text("four");
            assertThat(ann.receiveText()).isEqualTo("four");
        }
    }

    @Test
    void backPressureIsToldAndDrainFollows() throws Exception {
        var socket = new AtomicReference<Socket<String>>();
        var drained = new CountDownLatch(1);
        int port =
                start(
                        Resound.builder()
                                .webSocket(
                                        "/",
                                        SocketEndpoint.accepting(request -> "")
                                                .open(socket::set)
                                                .drain(lagged -> drained.countDown())
                                                .build()));
        byte[] block = new byte[16 << 10];
        try (WireClient client = WireClient.connect(port, 4 << 10)) {
            client.upgrade("/", "");
            await().until(() -> socket.get() != null);
            int sent = 0;
            while (socket.get().send(block) == Socket.Backpressure.NONE) {
                sent++;
                assertThat(sent)
                        .as("blocks sent without a word of back-pressure")
                        .isLessThan(2_000);
                Thread.onSpinWait();
            }
            sent++;
            for (int i = 0; i < sent; i++) {
                assertThat(client.receive().payload()).hasSize(block.length);
            }
            drained.await();
            assertThat(socket.get().send("on")).isEqualTo(Socket.Backpressure.NONE);
            assertThat(client.receiveText()).isEqualTo("on");
        }
    }

    @Test
    void aPeerThatNeverReadsIsClosedAndTheOthersHearEverything() throws Exception {
        var closes = new ConcurrentLinkedQueue<Close>();
        int port =
                start(
                        Resound.builder()
                                .webSocket(
                                        "/",
                                        SocketEndpoint.accepting(request -> "")
                                                .onLoop()
                                                .open(opened -> {
                                                    opened.subscribe("room");
                                                    opened.send("in");
                                                })
                                                .close((closed, how) -> closes.add(how))
                                                .build()));
        try (WireClient deaf = WireClient.connect(port, 4 << 10);
                WireClient well = WireClient.open(port, "/")) {
            deaf.upgrade("/", "");
            assertThat(deaf.receiveText()).isEqualTo("in");
            assertThat(well.receiveText()).isEqualTo("in");
            String block = "x".repeat(32 << 10);
            int published = 0;
            while (closes.isEmpty()) {
                // On a busy machine the deaf peer's loop may be too far behind to take more at
                // once.
                await().until(() -> server.get().publish("room", block));
                assertThat(well.receiveText()).hasSize(block.length());
                published++;
                assertThat(published)
                        .as("publishes of 32 KiB before the deaf peer is closed")
                        .isLessThan(1_000);
            }
            assertThat(closes.peek().code()).isEqualTo(1013);
            server.get().publish("room", "after");
            assertThat(well.receiveText()).isEqualTo("after");
        }
    }

    @Test
    void anExceptionInACallbackClosesThatSocketWith1011() throws IOException {
        int port =
                start(
                        Resound.builder()
                                .webSocket(
                                        "/",
                                        SocketEndpoint.accepting(request -> "")
                                                .text((socket, text) -> {
                                                    throw new IllegalStateException(
                                                            "thrown by the test");
                                                })
                                                .build()));
        try (WireClient client = WireClient.open(port, "/")) {
            client.text("boom");
            WireClient.Received close = client.receiveClose();
            assertThat(close.closeCode()).isEqualTo(1011);
            assertThat(close.closeReason()).as("exceptions' texts stay inside").isEmpty();
        }
    }

    @Test
    void bothSidesOfAClosingHandshakeAreHeardOnce() throws Exception {
        var closes = new ConcurrentLinkedQueue<Close>();
        int port =
                start(
                        Resound.builder()
                                .webSocket(
                                        "/",
                                        SocketEndpoint.accepting(request -> "")
                                                .text((socket, text) ->
                                                        socket.close(new Close(4001, text)))
                                                .close((socket, how) -> closes.add(how))
                                                .build()));
        try (WireClient client = WireClient.open(port, "/")) {
            client.close(3000, "bye");
            WireClient.Received answer = client.receiveClose();
            assertThat(answer.closeCode()).isEqualTo(3000);
            assertThat(client.isEnded()).isTrue();
        }
        await().untilAsserted(() -> assertThat(closes).containsExactly(new Close(3000, "bye")));
        closes.clear();
        try (WireClient client = WireClient.open(port, "/")) {
            client.text("enough");
            WireClient.Received close = client.receiveClose();
            assertThat(close.closeCode()).isEqualTo(4001);
            assertThat(close.closeReason()).isEqualTo("enough");
            client.close(4001, "");
            assertThat(client.isEnded()).isTrue();
        }
        await().untilAsserted(() -> assertThat(closes).containsExactly(new Close(4001, "enough")));
    }

    @Test
    void aResetPeerIsCleanedUp() throws Exception {
        var closes = new ConcurrentLinkedQueue<Close>();
        int port =
                start(
                        Resound.builder()
                                .webSocket(
                                        "/",
                                        SocketEndpoint.accepting(request -> "")
                                                .onLoop()
                                                .open(socket -> {
                                                    socket.subscribe("room");
                                                    socket.send("in");
                                                })
                                                .close((socket, how) -> closes.add(how))
                                                .build()));
        WireClient client = WireClient.open(port, "/");
        assertThat(client.receiveText()).isEqualTo("in");
        client.reset();
        await().untilAsserted(() -> assertThat(closes).containsExactly(Close.LOST));
        await().untilAsserted(() -> assertThat(server.get().connections()).isZero());
    }

    @Test
    void stoppingClosesOpenSocketsInTheirProtocolsWords() throws IOException {
        int port =
                start(
                        Resound.builder()
                                .webSocket("/", SocketEndpoint.accepting(request -> "").build()));
        try (WireClient client = WireClient.open(port, "/")) {
            Thread stopper = Thread.ofVirtual().start(() -> server.get().close());
            WireClient.Received close = client.receiveClose();
            assertThat(close.closeCode()).isEqualTo(1001);
            client.close(1001, "");
            assertThat(client.isEnded()).isTrue();
            assertThat(stopper).isNotNull();
        }
    }

    @Test
    void aCloseReasonThatIsTooLongIsCutBetweenCharacters() throws IOException {
        int port =
                start(
                        Resound.builder()
                                .webSocket(
                                        "/",
                                        SocketEndpoint.accepting(request -> "")
                                                .open(socket ->
                                                        socket.close(
                                                                new Close(4000, "é".repeat(100))))
                                                .build()));
        try (WireClient client = WireClient.open(port, "/")) {
            WireClient.Received close = client.receiveClose();
            assertThat(close.closeCode()).isEqualTo(4000);
            assertThat(close.closeReason()).isEqualTo("é".repeat(61));
        }
    }
}
