package dev.resound.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.pusher.rest.Pusher;
import com.sun.net.httpserver.HttpServer;
import dev.resound.core.Hub;
import dev.resound.netty.Resound;
import dev.resound.pusher.App;
import dev.resound.pusher.ClientEvents;
import dev.resound.pusher.PusherProtocol;
import dev.resound.testkit.WireClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Echo's words over Socket.IO, in raw frames, beside Pusher clients of the same app. */
class ChannelsOverSocketIoTest {
    private static final Pattern SOCKET_ID = Pattern.compile("\\d+\\.\\d+");
    private static final String JWT_SECRET = "0123456789abcdef0123456789abcdef";

    private final App app =
            App.builder("app-id", "app-key", "app-secret")
                    .clientEvents(ClientEvents.MEMBERS)
                    .build();
    private final App other = App.builder("other-id", "other-key", "other-secret").build();
    private final ConcurrentLinkedQueue<String> asked = new ConcurrentLinkedQueue<>();
    private HttpServer laravel;
    private Hub hub;
    private PusherProtocol pusher;
    private Resound server;

    @BeforeEach
    void start() throws IOException {
        laravel = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        laravel.createContext(
                "/broadcasting/auth",
                exchange -> {
                    String form =
                            new String(
                                    exchange.getRequestBody().readAllBytes(),
                                    StandardCharsets.UTF_8);
                    String bearer = exchange.getRequestHeaders().getFirst("Authorization");
                    asked.add(form + " " + bearer);
                    boolean known = "Bearer ann".equals(bearer);
                    String socketId = form.substring(form.indexOf("socket_id=") + 10);
                    byte[] body =
                            ("{\"auth\":\""
                                            + app.authorize(socketId, "private-orders", null)
                                            + "\"}")
                                    .getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(known ? 200 : 403, known ? body.length : -1);
                    if (known) {
                        exchange.getResponseBody().write(body);
                    }
                    exchange.close();
                });
        laravel.start();
        hub = new Hub();
        ServedApps apps = new ServedApps(List.of(app, other), null);
        pusher = new PusherProtocol(hub, apps);
        var endpoint =
                URI.create(
                        "http://127.0.0.1:"
                                + laravel.getAddress().getPort()
                                + "/broadcasting/auth");
        var settings =
                new Configuration.SocketIoSettings(
                        true,
                        "/socket.io",
                        true,
                        Duration.ofSeconds(25),
                        Duration.ofSeconds(20),
                        1_000_000,
                        JWT_SECRET,
                        endpoint,
                        Duration.ofSeconds(5));
        server =
                Resound.builder()
                        .hub(hub)
                        .port(0)
                        .loops(2)
                        .protocol(pusher)
                        .protocol(ChannelsOverSocketIo.serve(hub, pusher, apps, settings, 1_000))
                        .start();
    }

    @AfterEach
    void stop() {
        server.close();
        laravel.stop(0);
    }

    private record Echo(WireClient wire, String socketId) implements AutoCloseable {
        Echo emits(String json) throws IOException {
            wire.text("42" + json);
            return this;
        }

        Echo hears(String json) throws IOException {
            assertThat(wire.receiveText()).isEqualTo("42" + json);
            return this;
        }

        @Override
        public void close() throws IOException {
            wire.close();
        }
    }

    private Echo echo() throws IOException {
        return echo("40");
    }

    private Echo echo(String connect) throws IOException {
        WireClient wire = WireClient.open(server.port(), "/socket.io/?EIO=4&transport=websocket");
        assertThat(wire.receiveText()).startsWith("0{");
        String answer = wire.text(connect).receiveText();
        String id = answer.substring(answer.indexOf("\"sid\":\"") + 7, answer.lastIndexOf('"'));
        return new Echo(wire, id);
    }

    private static String token(String secret, Instant expires, String... channels)
            throws Exception {
        var claims =
                new JWTClaimsSet.Builder()
                        .subject("7")
                        .claim("user_info", Map.of("name", "Ann"))
                        .claim("channels", List.of(channels))
                        .expirationTime(Date.from(expires))
                        .build();
        var jwt = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
        jwt.sign(new MACSigner(secret.getBytes(StandardCharsets.UTF_8)));
        return jwt.serialize();
    }

    private static String wish(String channel, @Nullable String bearer) {
        String headers = bearer == null ? "{}" : "{\"Authorization\":\"Bearer " + bearer + "\"}";
        return "[\"subscribe\",{\"channel\":\""
                + channel
                + "\",\"auth\":{\"headers\":"
                + headers
                + "}}]";
    }

    @Test
    void aPublishReachesSocketIoAsEventChannelAndData() throws IOException {
        try (Echo client = echo()) {
            assertThat(client.socketId).matches("\\d+\\.\\d+");
            client.emits("[\"subscribe\",{\"channel\":\"news\"}]")
                    .hears("[\"subscription_succeeded\",\"news\"]");
            assertThat(pusher.trigger(app, "news", "App\\\\Hello", "\"{\\\"n\\\":1}\"")).isTrue();
            client.hears("[\"App\\\\\\\\Hello\",\"news\",{\"n\":1}]");
            client.emits("[\"unsubscribe\",{\"channel\":\"news\"}]")
                    .emits("[\"subscribe\",{\"channel\":\"more\"}]")
                    .hears("[\"subscription_succeeded\",\"more\"]");
            assertThat(pusher.trigger(app, "news", "lost", "1")).isTrue();
            assertThat(pusher.trigger(app, "more", "got", "\"plain\"")).isTrue();
            client.hears("[\"got\",\"more\",\"plain\"]");
        }
    }

    @Test
    void anAppsOwnNamespaceHasItsChannelsAndNoOthers() throws IOException {
        try (Echo client = echo("40/other-key,")) {
            client.wire.text("42/other-key,[\"subscribe\",{\"channel\":\"news\"}]");
            assertThat(client.wire.receiveText())
                    .isEqualTo("42/other-key,[\"subscription_succeeded\",\"news\"]");
            assertThat(pusher.trigger(app, "news", "wrong", "1")).isTrue();
            assertThat(pusher.trigger(other, "news", "right", "2")).isTrue();
            assertThat(client.wire.receiveText()).isEqualTo("42/other-key,[\"right\",\"news\",2]");
        }
    }

    @Test
    void privateChannelsTakeASignatureOfTheApp() throws IOException {
        try (Echo client = echo()) {
            String auth = app.authorize(client.socketId, "private-orders", null);
            client.emits(
                            "[\"subscribe\",{\"channel\":\"private-orders\",\"auth\":\""
                                    + auth
                                    + "\"}]")
                    .hears("[\"subscription_succeeded\",\"private-orders\"]");
            client.emits(
                    "[\"subscribe\",{\"channel\":\"private-others\",\"auth\":\"" + auth + "\"}]");
            client.hears("[\"subscription_error\",\"private-others\",403]");
        }
    }

    @Test
    void tokensNameTheChannelsTheyAreFor() throws Exception {
        String good =
                token(JWT_SECRET, Instant.now().plusSeconds(60), "private-orders.*", "presence-x");
        String expired = token(JWT_SECRET, Instant.now().minusSeconds(1), "private-orders.*");
        String forged =
                token(
                        "another-secret-of-thirty-two-bytes",
                        Instant.now().plusSeconds(60),
                        "private-orders.*");
        try (Echo client = echo()) {
            client.emits(wish("private-orders.1", good))
                    .hears("[\"subscription_succeeded\",\"private-orders.1\"]");
            client.emits(wish("private-wages", good))
                    .hears("[\"subscription_error\",\"private-wages\",403]");
            client.emits(wish("private-orders.2", expired))
                    .hears("[\"subscription_error\",\"private-orders.2\",403]");
            client.emits(wish("private-orders.3", forged))
                    .hears("[\"subscription_error\",\"private-orders.3\",403]");
            client.emits(wish("presence-x", good))
                    .hears(
                            "[\"presence:subscribed\",\"presence-x\",[{\"user_id\":\"7\",\"user_info\":{\"name\":\"Ann\"}}]]");
        }
        assertThat(asked).isEmpty();
    }

    @Test
    void whateverElseProvesIsAskedOfTheEndpoint() throws IOException {
        try (Echo client = echo()) {
            client.emits(wish("private-orders", "ann"))
                    .hears("[\"subscription_succeeded\",\"private-orders\"]");
            client.emits(wish("private-orders", "bob"))
                    .hears("[\"subscription_error\",\"private-orders\",403]");
            client.emits(wish("private-orders", null))
                    .hears("[\"subscription_error\",\"private-orders\",403]");
            assertThat(asked)
                    .containsExactly(
                            "channel_name=private-orders&socket_id="
                                    + client.socketId
                                    + " Bearer ann",
                            "channel_name=private-orders&socket_id="
                                    + client.socketId
                                    + " Bearer bob",
                            "channel_name=private-orders&socket_id=" + client.socketId + " null");
        }
    }

    @Test
    void clientsOfRevisionThreeAreToldThePusherIdBackEndsKnowThemBy() throws IOException {
        try (WireClient old =
                        WireClient.open(server.port(), "/socket.io/?EIO=3&transport=websocket");
                Echo witness = echo()) {
            assertThat(old.receiveText()).startsWith("0{");
            assertThat(old.receiveText()).isEqualTo("40");
            String told = old.receiveText();
            assertThat(told).startsWith("42[\"pusher:connection_established\",{\"socket_id\":");
            Matcher found = SOCKET_ID.matcher(told);
            assertThat(found.find()).isTrue();
            String id = found.group();
            old.text("42[\"subscribe\",{\"channel\":\"news\"}]");
            assertThat(old.receiveText()).contains("subscription_succeeded");
            witness.emits("[\"subscribe\",{\"channel\":\"news\"}]")
                    .hears("[\"subscription_succeeded\",\"news\"]");

            var sdk = new Pusher(app.id(), app.key(), app.secret());
            sdk.setHost("127.0.0.1:" + server.port());
            assertThat(sdk.trigger("news", "moved", 1, id).getHttpStatus()).isEqualTo(200);
            assertThat(sdk.trigger("news", "moved", 2).getHttpStatus()).isEqualTo(200);
            witness.hears("[\"moved\",\"news\",1]").hears("[\"moved\",\"news\",2]");
            assertThat(old.receiveText()).isEqualTo("42[\"moved\",\"news\",2]");

            old.text("42" + wish("private-orders", "ann"));
            assertThat(old.receiveText())
                    .isEqualTo("42[\"subscription_succeeded\",\"private-orders\"]");
            assertThat(asked)
                    .containsExactly("channel_name=private-orders&socket_id=" + id + " Bearer ann");
        }
    }

    @Test
    void membersOfBothKindsSeeOneAnother() throws Exception {
        String token = token(JWT_SECRET, Instant.now().plusSeconds(60), "presence-x");
        try (Echo ann = echo();
                WireClient bob = WireClient.open(server.port(), "/app/app-key")) {
            ann.emits(wish("presence-x", token));
            assertThat(ann.wire.receiveText()).contains("presence:subscribed");
            Matcher id = SOCKET_ID.matcher(bob.receiveText());
            assertThat(id.find()).isTrue();
            subscribe(bob, id.group());
            assertThat(bob.receiveText()).contains("\\\"ids\\\":[\\\"7\\\",\\\"9\\\"]");
            ann.hears(
                    "[\"presence:joining\",\"presence-x\",{\"user_id\":\"9\",\"user_info\":{\"name\":\"Bob\"}}]");
            bob.text(
                    "{\"event\":\"client-wave\",\"channel\":\"presence-x\",\"data\":{\"to\":\"all\"}}");
            ann.hears("[\"client-wave\",\"presence-x\",{\"to\":\"all\"}]");
            ann.emits(
                    "[\"client event\",{\"channel\":\"presence-x\",\"event\":\"client-back\",\"data\":{\"n\":1}}]");
            assertThat(bob.receiveText())
                    .contains("\"event\":\"client-back\"")
                    .contains("\"user_id\":\"7\"");
            bob.close(1000, "");
            ann.hears(
                    "[\"presence:leaving\",\"presence-x\",{\"user_id\":\"9\",\"user_info\":{\"name\":\"Bob\"}}]");
        }
    }

    private void subscribe(WireClient client, String socketId) throws IOException {
        String data = "{\"user_id\":\"9\",\"user_info\":{\"name\":\"Bob\"}}";
        String auth = app.authorize(socketId, "presence-x", data);
        client.text(
                "{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":\"presence-x\",\"auth\":\""
                        + auth
                        + "\",\"channel_data\":\""
                        + data.replace("\"", "\\\"")
                        + "\"}}");
    }

    @Test
    void nonsenseHarmsNobody() throws IOException {
        try (Echo client = echo();
                Echo witness = echo()) {
            witness.emits("[\"subscribe\",{\"channel\":\"news\"}]")
                    .hears("[\"subscription_succeeded\",\"news\"]");
            for (String nonsense :
                    List.of(
                            "[\"subscribe\"]",
                            "[\"subscribe\",null]",
                            "[\"subscribe\",7]",
                            "[\"subscribe\",{\"channel\":[]}]",
                            "[\"subscribe\",{\"channel\":\"private-x\",\"auth\":[]}]",
                            "[\"subscribe\",{\"channel\":\"private-x\",\"auth\":{\"headers\":{\"Cookie\\n\":\"x\"}}}]",
                            "[\"unsubscribe\"]",
                            "[\"client event\",{\"event\":\"pusher:subscribe\",\"channel\":\"news\"}]",
                            "[\"client event\",{\"event\":\"client-x\",\"channel\":\"news\",\"data\":1}]",
                            "[\"__proto__\",{}]")) {
                client.emits(nonsense);
            }
            assertThat(pusher.trigger(app, "news", "still", "1")).isTrue();
            witness.hears("[\"still\",\"news\",1]");
        }
    }
}
