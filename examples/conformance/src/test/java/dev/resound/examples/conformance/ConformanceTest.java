package dev.resound.examples.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.resound.netty.Resound;
import dev.resound.netty.Tls;
import dev.resound.redis.RedisLink;
import dev.resound.redis.RedisOptions;
import dev.resound.testkit.RedisCluster;
import dev.resound.testkit.SecuredRedis;
import dev.resound.testkit.SentinelRedis;
import dev.resound.testkit.WireClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Each profile serves what it says. */
class ConformanceTest {
    private static final String SECRET = "test-secret-test-secret-test-secret";

    private static Resound start(String... arguments) throws IOException {
        return Conformance.start(Options.parse(arguments, Map.of()));
    }

    @Test
    void echoAnswersOnEveryPath() throws IOException {
        try (Resound server = start("--profile", "echo", "--port", "0")) {
            for (String path : new String[] {"/", "/any/where"}) {
                try (WireClient client = WireClient.open(server.port(), path)) {
                    assertThat(client.text("hello").receiveText()).isEqualTo("hello");
                    byte[] large = new byte[5 << 20];
                    client.frame(true, WireClient.BINARY, large);
                    assertThat(client.receive().payload()).hasSize(large.length);
                }
            }
        }
    }

    @Test
    void allServesTopicsEchoAndPusherOnOnePort() throws IOException {
        try (Resound server = start("--profile", "all", "--port", "0", "--app", "1:key:secret");
                WireClient subscriber = WireClient.open(server.port(), "/sub/news");
                WireClient publisher = WireClient.open(server.port(), "/pub/news");
                WireClient echo = WireClient.open(server.port(), "/__echo");
                WireClient pusher = WireClient.open(server.port(), "/app/key")) {
            publisher.text("extra");
            assertThat(subscriber.receiveText()).isEqualTo("extra");
            assertThat(echo.text("x").receiveText()).isEqualTo("x");
            assertThat(pusher.receiveText())
                    .startsWith("{\"event\":\"pusher:connection_established\"");
        }
    }

    @Test
    void allServesDevicesAndTheirAppsIfThereIsASecret() throws Exception {
        var calls = new LinkedBlockingQueue<String>();
        var webhook =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        webhook.createContext(
                "/webhook",
                exchange -> {
                    calls.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
                    exchange.sendResponseHeaders(200, -1);
                    exchange.close();
                });
        webhook.start();
        String url = "http://127.0.0.1:" + webhook.getAddress().getPort();
        try (Resound server =
                        start(
                                "--profile",
                                "all",
                                "--port",
                                "0",
                                "--jwt-secret",
                                SECRET,
                                "--device-app",
                                "com.example.app:app-key:" + url);
                WireClient device =
                        WireClient.open(server.port(), "/glasses-ws?token=" + token())) {
            hears(device, "connection_ack");
            device.text("{\"type\":\"start_app\",\"packageName\":\"com.example.app\"}");
            String call = Objects.requireNonNull(calls.poll(10, TimeUnit.SECONDS));
            assertThat(call)
                    .contains("\"type\":\"session_request\"")
                    .contains("\"ws://127.0.0.1:" + server.port() + "/app-ws\"");
            try (WireClient app = WireClient.open(server.port(), "/app-ws")) {
                app.text(
                        "{\"type\":\"tpa_connection_init\",\"sessionId\":"
                                + "\"ann@example.com-com.example.app\",\"packageName\":"
                                + "\"com.example.app\",\"apiKey\":\"app-key\"}");
                hears(app, "tpa_connection_ack");
            }
        } finally {
            webhook.stop(0);
        }
        try (Resound server = start("--profile", "all", "--port", "0");
                WireClient device = WireClient.connect(server.port())) {
            assertThat(device.upgrade("/glasses-ws?token=" + token(), "").status()).isEqualTo(404);
        }
    }

    private static void hears(WireClient client, String type) throws IOException {
        String message = client.receiveText();
        while (!message.startsWith("{\"type\":\"" + type + "\"")) {
            message = client.receiveText();
        }
    }

    private static String token() throws GeneralSecurityException {
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        String signed =
                base64.encodeToString("{\"alg\":\"HS256\"}".getBytes(UTF_8))
                        + "."
                        + base64.encodeToString("{\"email\":\"ann@example.com\"}".getBytes(UTF_8));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET.getBytes(UTF_8), "HmacSHA256"));
        return signed + "." + base64.encodeToString(mac.doFinal(signed.getBytes(UTF_8)));
    }

    @Test
    void compressionIsOfferedWhereItWasAskedFor() throws IOException {
        String offer = "Sec-WebSocket-Extensions: permessage-deflate\r\n";
        try (Resound plain = start("--profile", "echo", "--port", "0");
                Resound echo = start("--profile", "echo", "--port", "0", "--deflate");
                Resound all = start("--profile", "all", "--port", "0")) {
            assertThat(extensions(plain, "/", offer)).isNull();
            assertThat(extensions(echo, "/", offer)).startsWith("permessage-deflate");
            assertThat(extensions(all, "/__echo", offer)).startsWith("permessage-deflate");
            assertThat(extensions(all, "/sub/news", offer)).isNull();
        }
    }

    private static @Nullable String extensions(Resound server, String path, String headers)
            throws IOException {
        try (WireClient client = WireClient.connect(server.port())) {
            return client.upgrade(path, headers).headers().get("sec-websocket-extensions");
        }
    }

    @Test
    void socketIoProfilesTellTheirTimings() throws IOException {
        assertThat(openPacket("sio5")).contains("\"pingInterval\":300,\"pingTimeout\":200,");
        assertThat(openPacket("sio5")).contains("\"maxPayload\":1000000");
        assertThat(openPacket("sio4")).contains("\"pingInterval\":300,\"pingTimeout\":200,");
        assertThat(openPacket("msgpack")).contains("\"pingInterval\":300,\"pingTimeout\":200,");
        assertThat(openPacket("sio-client"))
                .contains("\"pingInterval\":2000,\"pingTimeout\":20000");
        assertThat(openPacket("java-client")).contains("\"pingInterval\":2000,");
        assertThat(openPacket("all")).contains("\"pingInterval\":25000,\"pingTimeout\":20000");
        assertThat(openPacket("sio5", "--patience", "900")).contains("\"pingTimeout\":900");
    }

    private static String openPacket(String profile, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("--profile", profile, "--port", "0"));
        arguments.addAll(List.of(more));
        try (Resound server = start(arguments.toArray(String[]::new));
                WireClient client =
                        WireClient.open(server.port(), "/socket.io/?EIO=4&transport=websocket")) {
            return client.receiveText();
        }
    }

    @Test
    void portAndTlsMayComeFromTheEnvironment() {
        var environment = Map.of("PORT", "4711", "SSL", "true");
        var options =
                Options.parse(
                        new String[] {
                            "--profile", "java-client", "--cert", "c.pem", "--key", "k.pem", "/foo"
                        },
                        environment);
        assertThat(options.portOr(3000)).isEqualTo(4711);
        assertThat(options.tls()).isEqualTo(Tls.of(Path.of("c.pem"), Path.of("k.pem")));
        assertThat(options.namespace()).isEqualTo("/foo");
        assertThatThrownBy(() -> Options.parse(new String[] {"--profile", "all"}, environment))
                .hasMessageContaining("--cert");
    }

    @Test
    void wrongOptionsAreNamed() {
        assertThatThrownBy(() -> start("--profile", "unknown")).hasMessageContaining("unknown");
        assertThatThrownBy(() -> start("--profile", "all", "--colour"))
                .hasMessageContaining("--colour");
        assertThatThrownBy(() -> start("--profile")).hasMessageContaining("needs a value");
        assertThatThrownBy(() -> start("--port", "0")).hasMessageContaining("--profile");
        assertThatThrownBy(() -> start("--profile", "all", "--app", "1:key"))
                .hasMessageContaining("id:key:secret");
        assertThatThrownBy(() -> start("--profile", "all", "--jwt-secret", SECRET.substring(0, 31)))
                .hasMessageContaining("32 bytes")
                .hasMessageNotContaining("test-secret");
        assertThatThrownBy(() -> start("--profile", "all", "--device-app", "a:b"))
                .hasMessageContaining("package:key:url");
        assertThatThrownBy(() -> start("--profile", "all", "--device-app", "a:b:http://c"))
                .hasMessageContaining("--jwt-secret");
    }

    private static @Nullable ClusterOptions cluster(String... options) {
        List<String> arguments = new ArrayList<>(List.of("--profile", "cluster"));
        arguments.addAll(List.of(options));
        return Options.parse(arguments.toArray(String[]::new), Map.of()).cluster();
    }

    @Test
    void redisIsFoundInWhateverWayItIsRun() throws IOException {
        assertThat(cluster("--redis", "redis://one:1"))
                .isEqualTo(new ClusterOptions(RedisOptions.of("redis://one:1"), "classic", null));
        assertThat(
                        cluster(
                                "--redis",
                                "redis-sentinel://one:1,two:2#main",
                                "--adapter",
                                "streams",
                                "--redis-prefix",
                                "own"))
                .isEqualTo(
                        new ClusterOptions(
                                RedisOptions.of("redis-sentinel://one:1,two:2#main"),
                                "streams",
                                "own"));
        assertThat(cluster("--redis", "redis://one:1", "--redis-cluster"))
                .extracting(ClusterOptions::redis)
                .isEqualTo(RedisOptions.cluster(List.of("redis://one:1")));
        assertThat(cluster("--redis", "redis://one:1", "--redis", "redis://two:2"))
                .extracting(ClusterOptions::redis)
                .isEqualTo(RedisOptions.cluster(List.of("redis://one:1", "redis://two:2")));
        assertThat(cluster("--redis", "redis://one:1", "--redis-password", "secret"))
                .extracting(ClusterOptions::redis)
                .isEqualTo(RedisOptions.of("redis://one:1").withCredentials(null, "secret"));
        try (SecuredRedis secured = SecuredRedis.start()) {
            assertThat(
                            cluster(
                                    "--redis",
                                    secured.url(),
                                    "--redis-trust",
                                    secured.certificate().toString(),
                                    "--redis-user",
                                    "ann",
                                    "--redis-password",
                                    "secret"))
                    .extracting(ClusterOptions::redis)
                    .isEqualTo(
                            RedisOptions.of(secured.url())
                                    .withTrust(secured.certificate())
                                    .withCredentials("ann", "secret"));
        }
    }

    @Test
    void wrongOptionsOfRedisAreNamed() {
        assertThatThrownBy(() -> cluster()).hasMessageContaining("wants --redis");
        assertThatThrownBy(() -> cluster("--redis", "http://:secret@one"))
                .hasMessageContaining("--redis wants a URL such as")
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> cluster("--redis", "redis://one", "--redis-user", "ann"))
                .hasMessageContaining("--redis-password");
        assertThatThrownBy(() -> cluster("--redis", "redis://one", "--redis-trust", "ca.pem"))
                .hasMessageContaining("rediss://");
        assertThatThrownBy(() -> cluster("--redis", "rediss://one", "--redis-trust", "none.pem"))
                .hasMessageContaining("none.pem");
        String sentinel = "redis-sentinel://one:1#main";
        assertThatThrownBy(() -> cluster("--redis", sentinel, "--redis-cluster"))
                .hasMessageContaining("no Sentinels");
        assertThatThrownBy(() -> cluster("--redis", sentinel, "--redis", "redis://one"))
                .hasMessageContaining("no Sentinels");
        assertThatThrownBy(() -> start("--profile", "cluster", "--redis-cluster"))
                .hasMessageContaining("wants --redis");
        assertThatThrownBy(() -> start("--profile", "all", "--redis-prefix", "own"))
                .hasMessageContaining("--redis-prefix is for profile cluster");
        assertThatThrownBy(() -> start("--profile", "cluster", "--redis"))
                .hasMessageContaining("--redis needs a value");
    }

    /** Two nodes that meet there: a client of one hears the other. */
    private static void meet(String... redis) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("--profile", "cluster", "--port", "0"));
        arguments.addAll(List.of(redis));
        Options options = Options.parse(arguments.toArray(String[]::new), Map.of());
        RedisOptions where = Objects.requireNonNull(options.cluster()).redis();
        RedisLink one = RedisLink.open(where);
        RedisLink two = RedisLink.open(where);
        try (Resound here = ClusterProfile.start(options, one);
                Resound there = ClusterProfile.start(options, two);
                WireClient speaker = joined(here, "/control");
                WireClient listener = joined(there, "/")) {
            // Until both are there, nobody hears it.
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> {
                        speaker.text("42/control,[\"do\",{\"what\":\"emit\"},\"told\",1]");
                        return listener.hears(200);
                    });
            assertThat(listener.receiveText()).startsWith("42[\"told\",1");
        } finally {
            one.close();
            two.close();
        }
    }

    private static WireClient joined(Resound server, String namespace) throws IOException {
        WireClient client = WireClient.open(server.port(), "/socket.io/?EIO=4&transport=websocket");
        String prefix = namespace.equals("/") ? "" : namespace + ",";
        assertThat(client.receiveText()).startsWith("0{");
        client.text("40" + prefix);
        assertThat(client.receiveText()).startsWith("40" + prefix + "{");
        return client;
    }

    @Test
    void nodesMeetInARedisCluster() throws IOException {
        try (RedisCluster redis = RedisCluster.start()) {
            meet("--redis", redis.urls().getFirst(), "--redis-cluster", "--adapter", "sharded");
        }
    }

    @Test
    void nodesMeetBehindSentinels() throws IOException {
        try (SentinelRedis redis = SentinelRedis.start()) {
            meet("--redis", redis.url(), "--adapter", "streams", "--redis-prefix", "own");
        }
    }

    @Test
    void nodesMeetWithTlsAndNames() throws IOException {
        try (SecuredRedis redis = SecuredRedis.start()) {
            meet(
                    "--redis",
                    redis.url(),
                    "--redis-trust",
                    redis.certificate().toString(),
                    "--redis-user",
                    SecuredRedis.USER,
                    "--redis-password",
                    SecuredRedis.USER_PASSWORD,
                    "--redis-prefix",
                    SecuredRedis.CHANNELS,
                    "--adapter", // not classic, whose pattern that user may not listen to
                    "sharded");
        }
    }
}
