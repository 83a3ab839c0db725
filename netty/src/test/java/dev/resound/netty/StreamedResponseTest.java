package dev.resound.netty;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.resound.core.Loop;
import dev.resound.core.http.Header;
import dev.resound.core.http.HttpHandler;
import dev.resound.core.http.HttpResponse;
import dev.resound.core.http.ResponseStream;
import dev.resound.core.http.Route;
import dev.resound.core.http.StreamedBody;
import dev.resound.testkit.WireClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Responses that are sent piece by piece, over real sockets. */
class StreamedResponseTest {
    private static final String GET_STREAM = "GET /stream HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String GET_HELLO = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n";

    /** What has happened to the streams, in order. */
    private final LinkedBlockingQueue<String> events = new LinkedBlockingQueue<>();

    private final LinkedBlockingQueue<Started> started = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<CompletableFuture<HttpResponse>> owed =
            new LinkedBlockingQueue<>();

    @SuppressWarnings("NullAway.Init")
    private Resound server;

    private record Started(ResponseStream stream, Loop loop) {
        boolean send(byte[] piece) {
            var keepsUp = new CompletableFuture<Boolean>();
            loop.execute(() -> keepsUp.complete(stream.send(piece)));
            return keepsUp.orTimeout(5, TimeUnit.SECONDS).join();
        }

        void end() {
            loop.execute(stream::end);
        }
    }

    private class Body implements StreamedBody {
        @Override
        public void onStart(ResponseStream stream) {
            started.add(new Started(stream, Objects.requireNonNull(Loop.current())));
        }

        @Override
        public void onDrained() {
            events.add("drained");
        }

        @Override
        public void onGone() {
            events.add("gone");
        }
    }

    private HttpResponse streamed(StreamedBody body) {
        return HttpResponse.streamed(200, List.of(new Header("Content-Type", "text/plain")), body);
    }

    private Route stream(String path, StreamedBody body) {
        return Route.get(path, HttpHandler.onLoop(request -> streamed(body)));
    }

    private Resound.Builder builder() {
        return Resound.builder()
                .port(0)
                .loops(1)
                .route(stream("/stream", new Body()))
                .route(
                        Route.get(
                                "/later",
                                request -> {
                                    var answer = new CompletableFuture<HttpResponse>();
                                    owed.add(answer);
                                    return answer;
                                }))
                .route(
                        Route.get(
                                "/hello",
                                HttpHandler.onLoop(request -> HttpResponse.text(200, "hello"))));
    }

    private void start(Resound.Builder builder) throws IOException {
        server = builder.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private WireClient connect() throws IOException {
        return WireClient.connect(server.port());
    }

    private static <T> T soon(LinkedBlockingQueue<T> queue) throws InterruptedException {
        return Objects.requireNonNull(queue.poll(5, TimeUnit.SECONDS), "nothing came");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    /** The next chunk; empty for the last one. */
    private static String chunk(WireClient client) throws IOException {
        InputStream in = client.input();
        int length = Integer.parseInt(line(in), 16);
        byte[] piece = in.readNBytes(length);
        assertThat(line(in)).isEmpty();
        return new String(piece, UTF_8);
    }

    private static String line(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream();
        int next;
        while ((next = in.read()) != '\r') {
            assertThat(next).as("end of the stream").isNotNegative();
            line.write(next);
        }
        assertThat(in.read()).isEqualTo('\n');
        return line.toString(StandardCharsets.ISO_8859_1);
    }

    private static void assertEndOfStream(WireClient client) throws IOException {
        assertThat(client.input().read()).as("end of the stream").isEqualTo(-1);
    }

    @Test
    void headersComeAtOnceAndPiecesAsTheyAreSent() throws Exception {
        start(builder());
        try (WireClient client = connect()) {
            client.send(GET_STREAM);
            WireClient.Response response = client.readResponse();
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.headers())
                    .containsEntry("Transfer-Encoding", "chunked")
                    .containsEntry("Content-Type", "text/plain")
                    .doesNotContainKeys("Content-Length", "Connection");
            Started stream = soon(started);
            assertThat(stream.send(bytes("one"))).isTrue();
            assertThat(chunk(client)).isEqualTo("one");
            assertThat(stream.send(new byte[0])).isTrue(); // which is not the end
            assertThat(stream.send(bytes("zweiundzwanzig Grüße"))).isTrue();
            assertThat(chunk(client)).isEqualTo("zweiundzwanzig Grüße");
            stream.end();
            assertThat(chunk(client)).isEmpty();
            assertThat(stream.send(bytes("late"))).isFalse();
        }
    }

    @Test
    void theConnectionGoesOnAfterAFinishedStream() throws Exception {
        start(builder());
        try (WireClient client = connect()) {
            for (int i = 0; i < 3; i++) {
                client.send(GET_STREAM);
                client.readResponse();
                Started stream = soon(started);
                stream.send(bytes("piece " + i));
                stream.end();
                stream.end(); // a second time does nothing
                assertThat(chunk(client)).isEqualTo("piece " + i);
                assertThat(chunk(client)).isEmpty();
                client.send(GET_HELLO);
                assertThat(client.readResponse().body()).isEqualTo("hello");
            }
        }
        assertThat(events).isEmpty();
    }

    @Test
    void aStreamMayBeOverBeforeItHasBegun() throws Exception {
        StreamedBody brief =
                stream -> {
                    stream.send(bytes("all"));
                    stream.end();
                };
        start(builder().route(stream("/brief", brief)));
        try (WireClient client = connect()) {
            client.send("GET /brief HTTP/1.1\r\nHost: a\r\n\r\n".repeat(3) + GET_HELLO);
            for (int i = 0; i < 3; i++) {
                client.readResponse();
                assertThat(chunk(client)).isEqualTo("all");
                assertThat(chunk(client)).isEmpty();
            }
            assertThat(client.readResponse().body()).isEqualTo("hello");
        }
    }

    @Test
    void requestsBehindAStreamWaitForItsEnd() throws Exception {
        start(builder());
        try (WireClient client = connect()) {
            client.send(GET_STREAM + GET_HELLO + GET_STREAM + GET_HELLO);
            for (int i = 0; i < 2; i++) {
                client.readResponse();
                Started stream = soon(started);
                stream.send(bytes("first"));
                assertThat(chunk(client)).isEqualTo("first");
                assertThat(client.hears(50)).isFalse();
                stream.end();
                assertThat(chunk(client)).isEmpty();
                assertThat(client.readResponse().body()).isEqualTo("hello");
            }
        }
    }

    @Test
    void anOldPeerGetsPiecesAsTheyAreAndTheEndOfTheConnection() throws Exception {
        start(builder());
        try (WireClient client = connect()) {
            client.send("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
            WireClient.Response response = client.readResponse();
            assertThat(response.headers())
                    .containsEntry("Connection", "close")
                    .doesNotContainKeys("Transfer-Encoding", "Content-Length");
            Started stream = soon(started);
            stream.send(bytes("plain "));
            stream.send(bytes("pieces"));
            stream.end();
            assertThat(new String(client.input().readAllBytes(), UTF_8)).isEqualTo("plain pieces");
        }
    }

    @Test
    void connectionCloseHoldsAfterAStreamToo() throws Exception {
        start(builder());
        try (WireClient client = connect()) {
            client.send("GET /stream HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            assertThat(client.readResponse().headers())
                    .containsEntry("Transfer-Encoding", "chunked")
                    .containsEntry("Connection", "close");
            soon(started).end();
            assertThat(chunk(client)).isEmpty();
            assertEndOfStream(client);
        }
    }

    @Test
    void whoAsksForTheHeadersGetsNoBody() throws Exception {
        start(builder());
        try (WireClient client = connect()) {
            client.send("HEAD /stream HTTP/1.1\r\nHost: a\r\n\r\n" + GET_HELLO);
            assertThat(client.readResponse().headers())
                    .containsEntry("Transfer-Encoding", "chunked");
            assertThat(client.readResponse().body()).isEqualTo("hello");
            assertThat(soon(events)).isEqualTo("gone");
            assertThat(started).isEmpty();
        }
    }

    @Test
    void headersThatCannotBeWrittenAreAnswered500() throws Exception {
        Route broken =
                Route.get(
                        "/broken",
                        HttpHandler.onLoop(
                                request -> streamed(new Body()).with("X-Name", "a\r\nb")));
        start(builder().route(broken));
        try (WireClient client = connect()) {
            client.send("GET /broken HTTP/1.1\r\nHost: a\r\n\r\n" + GET_HELLO);
            assertThat(client.readResponse().status()).isEqualTo(500);
            assertThat(client.readResponse().body()).isEqualTo("hello");
            assertThat(soon(events)).isEqualTo("gone");
            assertThat(started).isEmpty();
        }
    }

    @Test
    void aBodyThatFailsEndsTheConnectionInTheMidst() throws Exception {
        StreamedBody failing =
                stream -> {
                    throw new IllegalStateException("thrown by the test");
                };
        start(builder().route(stream("/failing", failing)));
        try (WireClient client = connect()) {
            client.send("GET /failing HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(new String(client.input().readAllBytes(), UTF_8))
                    .doesNotContain("thrown")
                    .doesNotContain("0\r\n\r\n");
        }
    }

    @Test
    void aPeerThatGoesInTheMidstIsNoticed() throws Exception {
        start(builder());
        Started stream;
        try (WireClient client = connect()) {
            client.send(GET_STREAM);
            client.readResponse();
            stream = soon(started);
            stream.send(bytes("piece"));
            assertThat(chunk(client)).isEqualTo("piece");
        }
        assertThat(soon(events)).isEqualTo("gone");
        assertThat(stream.send(bytes("late"))).isFalse();
        stream.end();
        try (WireClient other = connect()) {
            other.send(GET_HELLO);
            assertThat(other.readResponse().body()).isEqualTo("hello");
        }
        assertThat(events).isEmpty();
    }

    @Test
    void aPeerThatHadGoneBeforeIsNoticedToo() throws Exception {
        start(builder());
        CompletableFuture<HttpResponse> answer;
        try (WireClient client = connect()) {
            client.send("GET /later HTTP/1.1\r\nHost: a\r\n\r\n");
            answer = soon(owed);
        }
        awaitConnections(0);
        answer.complete(streamed(new Body()));
        assertThat(soon(events)).isEqualTo("gone");
        assertThat(started).isEmpty();
    }

    private void awaitConnections(int count) {
        await().until(() -> server.connections() == count);
    }

    @Test
    void anAnswerThatComesFromAnotherThreadIsStreamed() throws Exception {
        start(builder());
        try (WireClient client = connect()) {
            client.send("GET /later HTTP/1.1\r\nHost: a\r\n\r\n" + GET_HELLO);
            soon(owed).complete(streamed(new Body()));
            assertThat(client.readResponse().status()).isEqualTo(200);
            Started stream = soon(started);
            stream.send(bytes("piece"));
            stream.end();
            assertThat(chunk(client)).isEqualTo("piece");
            assertThat(chunk(client)).isEmpty();
            assertThat(client.readResponse().body()).isEqualTo("hello");
        }
    }

    @Test
    void aPeerThatLagsIsSentEverythingInOrderOnceItReads() throws Exception {
        start(builder());
        int pieces = 0;
        try (WireClient client = WireClient.connect(server.port(), 4 << 10)) {
            client.send(GET_STREAM);
            client.readResponse();
            Started stream = soon(started);
            while (stream.send(piece(pieces++, 8 << 10))) {
                assertThat(pieces).as("taken without an end").isLessThan(100_000);
            }
            stream.send(bytes("after"));
            for (int i = 0; i < pieces; i++) {
                assertThat(chunk(client)).isEqualTo(new String(piece(i, 8 << 10), UTF_8));
            }
            assertThat(chunk(client)).isEqualTo("after");
            assertThat(soon(events)).isEqualTo("drained");
            await().until(() -> stream.send(new byte[0]));
            assertThat(stream.send(bytes("again"))).isTrue();
            stream.end();
            assertThat(chunk(client)).isEqualTo("again");
            assertThat(chunk(client)).isEmpty();
        }
    }

    private static byte[] piece(int number, int length) {
        String start = number + ":";
        return bytes(start + "x".repeat(length - start.length()));
    }

    @Test
    void aPeerThatDoesNotReadIsCutOffAtTheBacklogLimitAndOthersAreServed() throws Exception {
        start(builder().limits(Limits.defaults().withBacklogBytes(256 << 10)));
        try (WireClient deaf = WireClient.connect(server.port(), 4 << 10);
                WireClient other = connect()) {
            deaf.send(GET_STREAM);
            deaf.readResponse();
            Started stream = soon(started);
            var most = new AtomicLong();
            byte[] piece = new byte[8 << 10];
            for (int i = 0; i < 10_000 && !events.contains("gone"); i++) {
                stream.send(piece);
                stream.loop()
                        .execute(() ->
                                most.accumulateAndGet(stream.stream().backlogBytes(), Math::max));
            }
            assertThat(events).contains("gone"); // and some more: the kernel takes it in bits
            assertThat(most.get()).isBetween(64L << 10, 300L << 10);
            other.send(GET_HELLO);
            assertThat(other.readResponse().body()).isEqualTo("hello");
        }
    }

    @Test
    void aBurstInOneTurnIsNoReasonToCutOffAPeerThatReads() throws Exception {
        start(builder().limits(Limits.defaults().withBacklogBytes(64 << 10)));
        try (WireClient client = connect()) {
            client.send(GET_STREAM);
            client.readResponse();
            Started stream = soon(started);
            byte[] large = new byte[1 << 20];
            stream.send(large);
            assertThat(chunk(client)).hasSize(large.length);
            assertThat(soon(events)).isEqualTo("drained");
            stream.loop()
                    .execute(() -> {
                        for (int i = 0; i < 20; i++) {
                            stream.stream().send(new byte[8 << 10]);
                        }
                    });
            for (int i = 0; i < 20; i++) {
                assertThat(chunk(client)).hasSize(8 << 10);
            }
        }
    }

    @Test
    void aQuietStreamOutlivesEveryTimeLimitOfRequests() throws Exception {
        Limits limits = Limits.defaults();
        Duration brief = Duration.ofMillis(100);
        start(
                builder()
                        .limits(
                                new Limits(
                                        limits.http(),
                                        brief,
                                        brief,
                                        brief,
                                        limits.backlogBytes(),
                                        limits.logBytes(),
                                        limits.messagesPerSecond(),
                                        limits.controlFramesPerSecond(),
                                        limits.connections())));
        try (WireClient client = connect();
                WireClient idle = connect()) {
            idle.send(GET_HELLO);
            idle.readResponse();
            client.send(GET_STREAM);
            client.readResponse();
            Started stream = soon(started);
            assertEndOfStream(idle); // which the sweep of the deadlines has found
            assertThat(client.hears(1_200)).isFalse();
            stream.send(bytes("still here"));
            assertThat(chunk(client)).isEqualTo("still here");
        }
    }

    // ---- stopping

    private CompletableFuture<Integer> stopping() {
        return CompletableFuture.supplyAsync(
                () -> server.stop(Duration.ZERO), task -> Thread.ofVirtual().start(task));
    }

    @Test
    void aStoppingServerEndsItsStreams() throws Exception {
        start(builder());
        try (WireClient client = connect()) {
            client.send(GET_STREAM);
            client.readResponse();
            soon(started).send(bytes("piece"));
            assertThat(chunk(client)).isEqualTo("piece");
            CompletableFuture<Integer> stopped = stopping();
            assertThat(chunk(client)).isEmpty();
            assertEndOfStream(client);
            client.endOutput();
            assertThat(stopped.get(5, TimeUnit.SECONDS)).isZero();
        }
    }

    @Test
    void aStreamMayHaveALastWord() throws Exception {
        var polite =
                new Body() {
                    @Override
                    public void onShutdown(ResponseStream stream) {
                        stream.send(bytes("bye"));
                        stream.end();
                    }
                };
        start(builder().route(stream("/polite", polite)));
        try (WireClient client = connect()) {
            client.send("GET /polite HTTP/1.1\r\nHost: a\r\n\r\n");
            client.readResponse();
            soon(started);
            CompletableFuture<Integer> stopped = stopping();
            assertThat(chunk(client)).isEqualTo("bye");
            assertThat(chunk(client)).isEmpty();
            assertEndOfStream(client);
            client.endOutput();
            assertThat(stopped.get(5, TimeUnit.SECONDS)).isZero();
        }
    }

    @Test
    void aStreamThatGoesOnIsCutOff() throws Exception {
        var stubborn =
                new Body() {
                    @Override
                    public void onShutdown(ResponseStream stream) {
                        events.add("shutdown");
                    }
                };
        start(builder().route(stream("/stubborn", stubborn)));
        try (WireClient client = connect()) {
            client.send("GET /stubborn HTTP/1.1\r\nHost: a\r\n\r\n");
            client.readResponse();
            soon(started);
            CompletableFuture<Integer> stopped = stopping();
            assertThat(soon(events)).isEqualTo("shutdown");
            assertThat(stopped.get(10, TimeUnit.SECONDS)).isEqualTo(1);
            assertThat(client.isEnded()).isTrue();
            assertThat(soon(events)).isEqualTo("gone");
        }
    }

    @Test
    void aStreamThatBeginsWhileStoppingEndsItsConnection() throws Exception {
        start(builder());
        try (WireClient client = connect()) {
            client.send("GET /later HTTP/1.1\r\nHost: a\r\n\r\n");
            CompletableFuture<HttpResponse> answer = soon(owed);
            CompletableFuture<Integer> stopped = stopping();
            await().until(() -> !accepts());
            StreamedBody brief =
                    stream -> {
                        stream.send(bytes("all"));
                        stream.end();
                    };
            answer.complete(streamed(brief));
            assertThat(client.readResponse().headers()).containsEntry("Connection", "close");
            assertThat(chunk(client)).isEqualTo("all");
            assertThat(chunk(client)).isEmpty();
            assertEndOfStream(client);
            client.endOutput();
            assertThat(stopped.get(5, TimeUnit.SECONDS)).isZero();
        }
    }

    private boolean accepts() {
        try (WireClient late = connect()) {
            return !late.hears(50);
        } catch (IOException refused) {
            return false;
        }
    }
}
