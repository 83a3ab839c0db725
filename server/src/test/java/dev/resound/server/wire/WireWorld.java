package dev.resound.server.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.pusher.rest.Pusher;
import dev.resound.core.Hub;
import dev.resound.netty.Resound;
import dev.resound.pusher.App;
import dev.resound.pusher.AppSource;
import dev.resound.pusher.Dialect;
import dev.resound.pusher.PusherProtocol;
import dev.resound.testkit.WireClient;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server with two loops and one app, and two well-behaved clients, one on each loop, that must be
 * served whatever else happens. Requests are signed by the official Java SDK.
 */
final class WireWorld implements AutoCloseable {
    static final String INVALID =
            """
            {"event":"pusher:error","data":"{\\"code\\":4200,\\"message\\":\\"Invalid message format\\"}"}\
            """;

    private static final Pattern SOCKET_ID = Pattern.compile("\\\\\"(\\d+\\.\\d+)\\\\\"");
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    final App app;
    final Resound server;
    final PusherProtocol pusher;
    final int port;
    private final String prefix;
    private final Pusher signer;
    private final List<Client> witnesses;
    private int served;

    /** An open WebSocket that was greeted. */
    record Client(WireClient wire, String socketId) implements AutoCloseable {

        Client says(String json) throws IOException {
            wire.text(json);
            return this;
        }

        Client joins(String channel) throws IOException {
            return says("{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":\""
                            + channel
                            + "\"}}")
                    .hears(succeeded(channel));
        }

        Client hears(String frame) throws IOException {
            assertThat(wire.receiveText()).isEqualTo(frame);
            return this;
        }

        /** Nothing has come before the answer to this ping. */
        Client isServed() throws IOException {
            return says("{\"event\":\"pusher:ping\"}").hears("{\"event\":\"pusher:pong\"}");
        }

        /** The server closes the WebSocket, and, as we answer, the TCP connection. */
        WireClient.Received isClosed(int code) throws IOException {
            WireClient.Received close = wire.receiveClose();
            assertThat(close.closeCode()).isEqualTo(code);
            wire.close(code, "");
            assertThat(wire.isEnded()).isTrue();
            return close;
        }

        @Override
        public void close() throws IOException {
            wire.close();
        }
    }

    private WireWorld(App app, String prefix, UnaryOperator<Resound.Builder> settings)
            throws IOException {
        Hub hub = new Hub();
        this.app = app;
        this.prefix = prefix;
        this.pusher = new PusherProtocol(hub, AppSource.of(List.of(app)));
        this.server =
                settings.apply(Resound.builder().hub(hub).port(0).loops(2).path(prefix))
                        .protocol(pusher)
                        .start();
        this.port = server.port();
        this.signer = sdk(app.secret());
        this.witnesses = List.of(connect().joins("witness"), connect().joins("witness"));
    }

    static WireWorld start() throws IOException {
        return start(app().build());
    }

    static WireWorld start(App app) throws IOException {
        return start(app, "", builder -> builder);
    }

    static WireWorld start(App app, String prefix, UnaryOperator<Resound.Builder> settings)
            throws IOException {
        return new WireWorld(app, prefix, settings);
    }

    static App.Builder app() {
        return App.builder("app-id", "app-key", "app-secret").dialect(Dialect.REVERB);
    }

    static String succeeded(String channel) {
        return "{\"event\":\"pusher_internal:subscription_succeeded\",\"data\":\"{}\",\"channel\":\""
                + channel
                + "\"}";
    }

    // ---- clients

    Client connect() throws IOException {
        return connect("");
    }

    /** With headers: whole lines, each with its line end. */
    Client connect(String headers) throws IOException {
        return greeted(WireClient.open(port, prefix + "/app/app-key", headers));
    }

    static Client greeted(WireClient wire) throws IOException {
        String greeting = wire.receiveText();
        Matcher matcher = SOCKET_ID.matcher(greeting);
        assertThat(matcher.find()).as(greeting).isTrue();
        return new Client(wire, matcher.group(1));
    }

    // ---- back ends

    /** The official SDK with the app's credentials, and another secret if need be. */
    Pusher sdk(String secret) {
        Pusher sdk = new Pusher(app.id(), app.key(), secret);
        sdk.setHost("127.0.0.1:" + port);
        return sdk;
    }

    WireClient.Response get(String path, Map<String, String> query) throws IOException {
        return http("GET", path, query, "");
    }

    WireClient.Response post(String path, String body) throws IOException {
        return http("POST", path, Map.of(), body);
    }

    private WireClient.Response http(
            String method, String path, Map<String, String> query, String body) throws IOException {
        try (WireClient wire = WireClient.connect(port)) {
            wire.send(requestHead(method, target(method, path, query, body)));
            wire.send(
                    "Content-Length: " + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n");
            wire.send(body.getBytes(StandardCharsets.UTF_8));
            return wire.readResponse();
        }
    }

    /** Request line and Host, with the end of the head still to come. */
    static String requestHead(String method, String target) {
        return method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n";
    }

    /** A signed request target below {@code /apps/{id}}. */
    String target(String method, String path, Map<String, String> query, String body) {
        URI signed =
                signer.signedUri(
                        method, "/apps/" + app.id() + path, body.isEmpty() ? null : body, query);
        return prefix + signed.getRawPath() + "?" + signed.getRawQuery();
    }

    /** A publication as a body. */
    static String publication(String channel, String data) {
        return "{\"name\":\"e\",\"channel\":\"" + channel + "\",\"data\":\"" + data + "\"}";
    }

    static String event(String channel, String data) {
        return "{\"event\":\"e\",\"data\":\"" + data + "\",\"channel\":\"" + channel + "\"}";
    }

    // ---- what must hold all the time

    /** The well-behaved clients get what is published, and nothing else came to them. */
    void witnessesAreServed() throws IOException {
        String data = "n" + ++served;
        assertThat(post("/events", publication("witness", data)).status()).isEqualTo(200);
        for (Client witness : witnesses) {
            witness.hears(event("witness", data)).isServed();
        }
    }

    /** Soon, nothing is left but the well-behaved clients: no channel, and no connection. */
    void nothingElseIsLeft() {
        await().atMost(PATIENCE)
                .untilAsserted(() -> {
                    assertThat(get("/channels", Map.of()).body())
                            .isEqualTo("{\"channels\":{\"witness\":{}}}");
                    assertThat(get("/connections", Map.of()).body())
                            .isEqualTo("{\"connections\":2}");
                });
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(server.connections()).isEqualTo(2));
    }

    List<Client> witnesses() {
        return witnesses;
    }

    @Override
    public void close() throws IOException {
        for (Client witness : witnesses) {
            witness.close();
        }
        server.close();
    }
}
