package dev.resound.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.core.Loop;
import dev.resound.core.http.HttpHandler;
import dev.resound.core.http.HttpRequest;
import dev.resound.core.http.HttpResponse;
import dev.resound.core.http.PathTemplate;
import dev.resound.core.http.Route;
import dev.resound.core.socket.SocketEndpoint;
import dev.resound.testkit.WireClient;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

/** Requests and responses over real sockets. */
class HttpRouteTest {

    private static Resound.Builder builder() {
        return Resound.builder()
                .port(0)
                .get("/hello/{name}", r -> HttpResponse.text(200, "hello " + r.parameter("name")))
                .post("/hello/{name}", r -> HttpResponse.json(200, r.body()))
                .route(
                        Route.get(
                                "/fails",
                                HttpHandler.onLoop(r -> {
                                    throw new IllegalStateException("thrown by the test");
                                })))
                .webSocket("/ws", SocketEndpoint.accepting(request -> "").build());
    }

    @Test
    void pathParametersAreDecodedAndBodiesArriveWhole() throws IOException {
        try (Resound server = builder().start();
                WireClient client = WireClient.connect(server.port())) {
            client.send("GET /hello/J%C3%B6rg%2Fx HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.readResponse().body()).isEqualTo("hello Jörg/x");
            client.send("POST /hello/x HTTP/1.1\r\nHost: a\r\nContent-Length: 7\r\n\r\n{\"a\"");
            client.send(":1}");
            assertThat(client.readResponse().body()).isEqualTo("{\"a\":1}");
        }
    }

    @Test
    void aWrongMethodIsAnsweredWithTheRightOnes() throws IOException {
        try (Resound server = builder().start();
                WireClient client = WireClient.connect(server.port())) {
            client.send("DELETE /hello/x HTTP/1.1\r\nHost: a\r\n\r\n");
            WireClient.Response response = client.readResponse();
            assertThat(response.status()).isEqualTo(405);
            assertThat(response.headers()).containsEntry("Allow", "GET, HEAD, POST");
        }
    }

    @Test
    void unknownPathsAreNotFound() throws IOException {
        try (Resound server = builder().start();
                WireClient client = WireClient.connect(server.port())) {
            client.send("GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.readResponse().status()).isEqualTo(404);
        }
    }

    @Test
    void withAPrefixOnlyPrefixedPathsExist() throws IOException {
        try (Resound server = builder().path("edge/").start();
                WireClient client = WireClient.connect(server.port())) {
            client.send("GET /hello/x HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.readResponse().status()).isEqualTo(404);
            client.send("GET /edge/hello/x HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.readResponse().body()).isEqualTo("hello x");
            client.send("GET /edgehello/x HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.readResponse().status()).isEqualTo(404);
            assertThat(client.upgrade("/edge/ws", "").status()).isEqualTo(101);
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInTheirOrderHoweverLongOneTakes() throws IOException {
        var release = new CountDownLatch(1);
        var builder =
                builder()
                        .get(
                                "/slow",
                                r -> {
                                    try {
                                        release.await();
                                    } catch (InterruptedException e) {
                                        Thread.currentThread().interrupt();
                                    }
                                    return HttpResponse.text(200, "slow");
                                });
        try (Resound server = builder.start();
                WireClient client = WireClient.connect(server.port())) {
            StringBuilder requests = new StringBuilder("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
            for (int i = 0; i < 40; i++) {
                requests.append("GET /hello/" + i + " HTTP/1.1\r\nHost: a\r\n\r\n");
            }
            client.send(requests.toString());
            release.countDown();
            assertThat(client.readResponse().body()).isEqualTo("slow");
            for (int i = 0; i < 40; i++) {
                assertThat(client.readResponse().body()).isEqualTo("hello " + i);
            }
        }
    }

    @Test
    void aFailingHandlerAnswers500WithoutAWordOfWhy() throws IOException {
        try (Resound server = builder().start();
                WireClient client = WireClient.connect(server.port())) {
            client.send("GET /fails HTTP/1.1\r\nHost: a\r\n\r\n");
            WireClient.Response response = client.readResponse();
            assertThat(response.status()).isEqualTo(500);
            assertThat(response.body()).doesNotContain("thrown");
        }
    }

    @Test
    void aFailedStageAnswers500() throws IOException {
        var failing =
                Route.get(
                        "/later",
                        r -> CompletableFuture.failedFuture(new IOException("thrown by the test")));
        try (Resound server = builder().route(failing).start();
                WireClient client = WireClient.connect(server.port())) {
            client.send("GET /later HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.readResponse().status()).isEqualTo(500);
        }
    }

    @Test
    void aWebSocketPathWithoutUpgradeSaysThatAProxyMayHaveDroppedIt() throws IOException {
        try (Resound server = builder().start();
                WireClient client = WireClient.connect(server.port())) {
            client.send("GET /ws HTTP/1.1\r\nHost: a\r\n\r\n");
            WireClient.Response response = client.readResponse();
            assertThat(response.status()).isEqualTo(426);
            assertThat(response.headers()).containsEntry("Upgrade", "websocket");
            assertThat(response.body()).contains("proxy");
        }
    }

    @Test
    void connectionCloseIsHonoured() throws IOException {
        try (Resound server = builder().start();
                WireClient client = WireClient.connect(server.port())) {
            client.send("GET /hello/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            WireClient.Response response = client.readResponse();
            assertThat(response.headers()).containsEntry("Connection", "close");
            assertThat(client.isEnded()).isTrue();
        }
    }

    @Test
    void aHandshakeThatBreaksTheRulesIsRefusedInPlainHttp() throws IOException {
        record Case(String version, String key, int status) {}
        Case[] cases = {
            new Case("13", "", 400),
            new Case("13", "c2hvcnQ=", 400),
            new Case("13", "not base64, but 24 chars", 400),
            new Case("8", WireClient.KEY, 426),
        };
        try (Resound server = builder().start()) {
            for (Case wrong : cases) {
                try (WireClient client = WireClient.connect(server.port())) {
                    client.send("GET /ws HTTP/1.1\r\nHost: a\r\n");
                    client.send("Upgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n");
                    client.send("Sec-WebSocket-Version: " + wrong.version + "\r\n");
                    client.send("Sec-WebSocket-Key: " + wrong.key + "\r\n\r\n");
                    WireClient.Response response = client.readResponse();
                    assertThat(response.status()).as(wrong.toString()).isEqualTo(wrong.status);
                    if (wrong.status == 426) {
                        assertThat(response.headers()).containsEntry("Sec-WebSocket-Version", "13");
                    }
                }
            }
        }
    }

    /** A timer of the loop, another connection on it: whoever completes the answer. */
    @Test
    void anAnswerThatComesLaterOnTheSameLoopIsSentAndTheNextRequestLookedAt() throws IOException {
        Route later =
                Route.get(
                        "/later",
                        request -> {
                            var answer = new CompletableFuture<HttpResponse>();
                            var unused =
                                    Objects.requireNonNull(Loop.current())
                                            .schedule(
                                                    20,
                                                    () ->
                                                            answer.complete(
                                                                    HttpResponse.text(
                                                                            200, "at last")));
                            return answer;
                        });
        String get = "GET /later HTTP/1.1\r\nHost: a\r\n\r\n";
        try (Resound server = builder().loops(1).route(later).start();
                WireClient client = WireClient.connect(server.port())) {
            client.send(get.repeat(3));
            for (int i = 0; i < 3; i++) {
                assertThat(client.readResponse().body()).isEqualTo("at last");
            }
            client.send(get);
            assertThat(client.readResponse().body()).isEqualTo("at last");
        }
    }

    @Test
    void aHandlerThatWasShownAHeadHearsIfTheRequestGetsNoFurther() throws IOException {
        var events = new LinkedBlockingQueue<String>();
        HttpHandler curious =
                new HttpHandler() {
                    @Override
                    public void onHead(HttpRequest head) {
                        events.add("head");
                        head.peer().whenGone(() -> events.add("gone"));
                    }

                    @Override
                    public void onRefused(HttpRequest head, int status) {
                        events.add("refused " + status);
                    }

                    @Override
                    public CompletionStage<HttpResponse> handle(HttpRequest request) {
                        events.add("handled " + request.body().length);
                        return CompletableFuture.completedFuture(HttpResponse.empty(204));
                    }
                };
        Route route = new Route("POST", PathTemplate.of("/curious"), 10, curious);
        String post = "POST /curious HTTP/1.1\r\nHost: a\r\n";
        String chunked = post + "Transfer-Encoding: chunked\r\n\r\n";
        record Case(String request, List<String> events) {}
        List<Case> cases =
                List.of(
                        new Case(
                                post + "Content-Length: 2\r\n\r\nab", List.of("head", "handled 2")),
                        new Case(post + "Content-Length: 0\r\n\r\n", List.of("handled 0")),
                        new Case(
                                post + "Content-Length: 11\r\n\r\n",
                                List.of("head", "refused 413")),
                        new Case(
                                chunked + "b\r\n01234567890\r\n0\r\n\r\n",
                                List.of("head", "refused 413")),
                        new Case(chunked + "1\r\na\r\nx\r\n", List.of("head", "refused 400")),
                        new Case(
                                "POST /ws HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab",
                                List.of()));
        try (Resound server = builder().route(route).start()) {
            for (Case each : cases) {
                try (WireClient client = WireClient.connect(server.port())) {
                    client.send(each.request);
                    assertThat(client.readResponse().status()).isPositive();
                }
                assertThat(events).as(each.request).containsExactlyElementsOf(each.events);
                events.clear();
            }
        }
    }
}
