package dev.resound.server.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.resound.testkit.WireClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sessions over plain HTTP and real sockets, whose requests come on both loops. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class FallbackTest {
    private static final String SUBSCRIBE =
            "[\"{\\\"event\\\":\\\"pusher:subscribe\\\",\\\"data\\\":{\\\"channel\\\":\\\"news\\\"}}\"]";

    private final HttpClient http = HttpClient.newHttpClient();

    @SuppressWarnings("NullAway.Init")
    private WireWorld world;

    @BeforeEach
    void open() throws IOException {
        world = WireWorld.start();
    }

    @AfterEach
    void close() throws IOException {
        http.shutdownNow();
        world.close();
    }

    private HttpRequest request(String session, String transport, String body) {
        return post("/pusher/app/app-key/0/" + session + "/" + transport, body);
    }

    private HttpRequest post(String path, String body) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + world.port + path))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .timeout(Duration.ofSeconds(20))
                .build();
    }

    private BufferedReader stream(String session) throws Exception {
        return stream(request(session, "xhr_streaming", ""));
    }

    private BufferedReader stream(HttpRequest request) throws Exception {
        var response = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
        assertThat(response.statusCode()).isEqualTo(200);
        var lines = new BufferedReader(new InputStreamReader(response.body(), UTF_8));
        assertThat(lines.readLine()).matches("h{2048}");
        return lines;
    }

    private BufferedReader connect(String session) throws Exception {
        BufferedReader lines = stream(session);
        assertThat(lines.readLine()).isEqualTo("o");
        assertThat(lines.readLine()).contains("pusher:connection_established");
        return lines;
    }

    private String poll(String session) throws Exception {
        return http.send(request(session, "xhr", ""), HttpResponse.BodyHandlers.ofString()).body();
    }

    private void says(String session, String body) throws Exception {
        says(request(session, "xhr_send", body));
    }

    private void says(HttpRequest request) throws Exception {
        var response = http.send(request, HttpResponse.BodyHandlers.discarding());
        assertThat(response.statusCode()).isEqualTo(204);
    }

    private void publish(String data) throws IOException {
        String body = WireWorld.publication("news", data);
        assertThat(world.post("/events", body).status()).isEqualTo(200);
    }

    private static String line(String data) {
        return "a[\"" + WireWorld.event("news", data).replace("\"", "\\\"") + "\"]";
    }

    @Test
    void sessionsOnBothLoopsAreToldEverythingInOrder() throws Exception {
        List<BufferedReader> streams = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            streams.add(connect("session" + i));
            says("session" + i, SUBSCRIBE);
            assertThat(streams.get(i).readLine()).contains("subscription_succeeded");
        }
        for (int n = 0; n < 20; n++) {
            publish("n" + n);
            for (BufferedReader lines : streams) {
                assertThat(lines.readLine()).isEqualTo(line("n" + n));
            }
        }
        world.witnessesAreServed();
    }

    @Test
    void pollsOnBothLoopsAreToldEverythingInOrder() throws Exception {
        assertThat(poll("polling1")).startsWith("o\na[").contains("connection_established");
        says("polling1", SUBSCRIBE);
        assertThat(poll("polling1")).contains("subscription_succeeded");
        CompletableFuture<Void> published =
                CompletableFuture.runAsync(() -> {
                    try {
                        for (int n = 0; n < 200; n++) {
                            publish("<" + n + ">");
                        }
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                });
        StringBuilder told = new StringBuilder();
        StringBuilder expected = new StringBuilder();
        for (int n = 0; n < 200; n++) {
            expected.append('<').append(n).append('>');
        }
        while (told.indexOf("<199>") < 0) {
            told.append(poll("polling1"));
        }
        published.join();
        assertThat(told.toString().replaceAll("[^<>]*(<\\d+>)[^<>]*", "$1"))
                .isEqualTo(expected.toString());
    }

    @Test
    void theNextStreamGoesOnWhereTheFullOneEnded() throws Exception {
        BufferedReader lines = connect("streaming");
        says("streaming", SUBSCRIBE);
        assertThat(lines.readLine()).contains("subscription_succeeded");
        String padding = "x".repeat(9_000);
        int streams = 1;
        for (int n = 0; n < 100; n++) {
            publish(n + padding);
            String line = lines.readLine();
            if (line == null) {
                lines = stream("streaming");
                streams++;
                line = lines.readLine();
            }
            assertThat(line).isEqualTo(line(n + padding));
        }
        assertThat(streams).isEqualTo(4);
    }

    @Test
    void aClientThatDoesNotReadIsDroppedAndOthersAreServed() throws Exception {
        try (WireClient deaf = WireClient.connect(world.port, 4 << 10)) {
            deaf.request("POST", "/pusher/app/app-key/0/deaf/xhr_streaming", "", new byte[0]);
            assertThat(deaf.readResponse().status()).isEqualTo(200);
            assertThat(deaf.hears(5_000)).isTrue();
            says("deaf", SUBSCRIBE);
            String padding = "x".repeat(9_000);
            for (int n = 0; n < 1_000 && isOccupied(); n++) {
                publish(n + padding);
            }
            assertThat(isOccupied()).isFalse();
            world.witnessesAreServed();
        }
        onlyTheWitnessesAreConnected();
    }

    @Test
    void sockJsSessionsOnBothLoopsNameTheirAppAndAreToldEverythingInOrder() throws Exception {
        String path = "[\"{\\\"path\\\":\\\"/app/app-key?protocol=7\\\"}\"]";
        List<BufferedReader> streams = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            String base = "/pusher/123/session" + i;
            BufferedReader lines = stream(post(base + "/xhr_streaming", ""));
            assertThat(lines.readLine()).isEqualTo("o");
            says(post(base + "/xhr_send", path));
            assertThat(lines.readLine()).contains("pusher:connection_established");
            says(post(base + "/xhr_send", SUBSCRIBE));
            assertThat(lines.readLine()).contains("subscription_succeeded");
            streams.add(lines);
        }
        for (int n = 0; n < 20; n++) {
            publish("n" + n);
            for (BufferedReader lines : streams) {
                assertThat(lines.readLine()).isEqualTo(line("n" + n));
            }
        }
        world.witnessesAreServed();
    }

    @Test
    void sockJsIsToldWhatThereIs() throws Exception {
        var info =
                http.send(
                        HttpRequest.newBuilder(
                                        URI.create(
                                                "http://127.0.0.1:" + world.port + "/pusher/info"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(info.statusCode()).isEqualTo(200);
        assertThat(info.body()).startsWith("{\"websocket\":false,");
        assertThat(info.headers().firstValue("Cache-Control")).hasValue("no-store, no-transform");
    }

    private void onlyTheWitnessesAreConnected() {
        await().atMost(Duration.ofSeconds(15))
                .untilAsserted(() ->
                        assertThat(world.get("/connections", Map.of()).body())
                                .isEqualTo("{\"connections\":2}"));
    }

    private boolean isOccupied() throws IOException {
        return world.get("/channels", Map.of()).body().contains("\"news\"");
    }

    @Test
    void aStreamThatIsResetLeavesNothingBehind() throws Exception {
        for (int i = 0; i < 20; i++) {
            WireClient lost = WireClient.connect(world.port);
            lost.request(
                    "POST", "/pusher/app/app-key/0/lost" + i + "/xhr_streaming", "", new byte[0]);
            assertThat(lost.readResponse().status()).isEqualTo(200);
            lost.reset();
        }
        onlyTheWitnessesAreConnected();
    }

    @Test
    void aStoppingServerTellsEverybodyToComeBack() throws Exception {
        BufferedReader lines = connect("streaming");
        poll("polling1");
        CompletableFuture<String> held =
                CompletableFuture.supplyAsync(() -> {
                    try {
                        return poll("polling1");
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                });
        await().until(() -> world.server.connections() >= 4);
        CompletableFuture<Integer> stopped =
                CompletableFuture.supplyAsync(() -> world.server.stop(Duration.ZERO));
        assertThat(lines.readLine()).isEqualTo("c[4200,\"Server is shutting down\"]");
        assertThat(lines.readLine()).isNull();
        assertThat(held.join()).isEqualTo("c[4200,\"Server is shutting down\"]\n");
        for (WireWorld.Client witness : world.witnesses()) {
            witness.isClosed(4200);
        }
        assertThat(stopped.join()).isZero();
    }

    @Test
    void aRequestLargerThanThePortTakesIsRefused() throws Exception {
        connect("streaming");
        int status =
                http.send(
                                request(
                                        "streaming",
                                        "xhr_send",
                                        "[\"" + "x".repeat(2 << 20) + "\"]"),
                                HttpResponse.BodyHandlers.discarding())
                        .statusCode();
        assertThat(status).isEqualTo(413);
    }
}
