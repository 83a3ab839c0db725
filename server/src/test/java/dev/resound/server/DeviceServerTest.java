package dev.resound.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import dev.resound.testkit.WireClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.interfaces.RSAPublicKey;
import java.util.List;
import java.util.Map;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Device sessions of a started server, over real sockets, beside everything else it serves. */
@Timeout(60)
class DeviceServerTest {
    private static final String SECRET = "s3cr3t-s3cr3t-s3cr3t-s3cr3t-s3cr3t";
    private static final String OWNER = "ann-lee@my-mail.example.com";
    private static final String APP = "com.example.app";
    private static final String KEY = "k3y-k3y-k3y";
    private static final List<String> PATHS =
            List.of("/glasses-ws", "/ws/client", "/app-ws", "/ws/miniapp");
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();
    private static final JsonMapper JSON = JsonMapper.shared();

    @TempDir Path directory;

    @SuppressWarnings("NullAway.Init")
    private CalledApp app;

    private @Nullable RunningMain main;

    @BeforeEach
    void startApp() throws IOException {
        app = new CalledApp();
    }

    @AfterEach
    void stop() {
        stopServer();
        app.close();
    }

    private void stopServer() {
        if (main != null) {
            main.signal(Signals.SIGTERM);
            assertThat(main.exitCode()).isEqualTo(Main.OK);
            main = null;
        }
    }

    // ---- the server

    private static final String SIGNED = "jwt_secret: " + SECRET;

    private void write(String server, String devices) throws IOException {
        String known =
                """
                server: {host: 127.0.0.1, port: 0%s}
                shutdown: {drain_delay: 0, grace: 0}
                socketio: {enabled: true}
                apps: [{id: one, key: key-one, secret: 0123456789abcdefghij}]
                device_sessions:
                  enabled: true
                  app_connect_timeout: 30s
                  apps: [{package_name: %s, public_url: '%s', api_key: %s}]
                """
                        .formatted(server, APP, app.url(), KEY);
        Files.writeString(directory.resolve("resound.yml"), known + devices.indent(2));
    }

    private void rewrite(String one, String other) throws IOException {
        Path file = directory.resolve("resound.yml");
        Files.writeString(file, Files.readString(file).replace(one, other));
    }

    /** With these settings added to its own and to those of its device sessions. */
    private int start(String server, String devices) throws IOException {
        write(server, devices);
        return start();
    }

    private int start() {
        RunningMain started = RunningMain.run(directory, "--", "start");
        int port = started.port();
        main = started;
        return port;
    }

    // ---- who comes

    private static String token(JWSHeader header, JWSSigner signer) {
        try {
            JWTClaimsSet claims = new JWTClaimsSet.Builder().claim("email", OWNER).build();
            SignedJWT token = new SignedJWT(header, claims);
            token.sign(signer);
            return token.serialize();
        } catch (JOSEException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static String token() {
        try {
            return token(new JWSHeader(JWSAlgorithm.HS256), new MACSigner(SECRET));
        } catch (JOSEException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static String rsaToken(KeyPair keys) {
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("first").build();
        return token(header, new RSASSASigner(keys.getPrivate()));
    }

    private static WireClient device(int port, String path) throws IOException {
        WireClient device = WireClient.open(port, path + "?token=" + token());
        hears(device, "connection_ack");
        return device;
    }

    /** The next message of this type; others may come before. */
    private static JsonNode hears(WireClient client, String type) throws IOException {
        JsonNode message = JSON.readTree(client.receiveText());
        while (!message.path("type").asString("").equals(type)) {
            message = JSON.readTree(client.receiveText());
        }
        return message;
    }

    private static void startsApp(WireClient device) throws IOException {
        device.text("{\"type\":\"start_app\",\"packageName\":\"" + APP + "\"}");
    }

    private static WireClient joins(int port, String path, JsonNode call) throws IOException {
        WireClient client = WireClient.open(port, path);
        client.text(
                JSON.createObjectNode()
                        .put("type", "tpa_connection_init")
                        .put("sessionId", call.path("sessionId").asString(""))
                        .put("packageName", APP)
                        .put("apiKey", KEY)
                        .toString());
        assertThat(hears(client, "tpa_connection_ack").path("userId").asString(""))
                .isEqualTo(OWNER);
        return client;
    }

    /**
     * A ping is answered by the socket; an error comes from the session, behind what was said
     * before.
     */
    private static void subscribed(WireClient app) throws IOException {
        app.text("{\"type\":\"audio_play_request\"}");
        hears(app, "tpa_connection_error");
    }

    private static WireClient.Response get(int port, String path) throws IOException {
        try (WireClient client = WireClient.connect(port)) {
            return client.get(path).readResponse();
        }
    }

    private static WireClient.Response upgrade(int port, String path) throws IOException {
        try (WireClient client = WireClient.connect(port)) {
            return client.upgrade(path, "");
        }
    }

    // ---- one port

    @ParameterizedTest
    @ValueSource(strings = {"/glasses-ws /app-ws", "/ws/client /ws/miniapp"})
    void devicesAndAppsMeetOnThePortThatServesEverythingElse(String paths) throws Exception {
        int port = start("", SIGNED);
        String[] path = paths.split(" ", -1);
        try (WireClient device = device(port, path[0]);
                WireClient pusher = WireClient.open(port, "/app/key-one");
                WireClient socketIo =
                        WireClient.open(port, "/socket.io/?EIO=4&transport=websocket")) {
            startsApp(device);
            try (WireClient joined = joins(port, path[1], app.called("session_request"))) {
                joined.text(
                        "{\"type\":\"subscription_update\",\"subscriptions\":[\"button_press\"]}");
                subscribed(joined);
                device.text("{\"type\":\"button_press\",\"buttonId\":\"main\"}");
                JsonNode event = hears(joined, "data_stream");
                assertThat(event.path("data").path("buttonId").asString("")).isEqualTo("main");
                joined.text(
                        "{\"type\":\"display_event\",\"view\":\"main\",\"layout\":{\"layoutType\":"
                                + "\"text_wall\",\"text\":\"hello\"}}");
                JsonNode display = hears(device, "display_event");
                assertThat(display.path("packageName").asString("")).isEqualTo(APP);
            }
            assertThat(pusher.receiveText()).contains("pusher:connection_established");
            assertThat(socketIo.receiveText()).startsWith("0{");
            assertThat(get(port, "/up").status()).isEqualTo(200);
        }
    }

    @Test
    void pathsOfAppsAreNoKeysOfPusherAndKeysNoPathsOfApps() throws Exception {
        int port = start("", SIGNED);
        try (WireClient app = WireClient.open(port, "/app-ws")) {
            app.text("{\"type\":\"ping\"}");
            assertThat(app.receiveText()).startsWith("{\"type\":\"pong\",\"timestamp\":");
        }
        try (WireClient pusher = WireClient.open(port, "/app/key-one")) {
            assertThat(pusher.receiveText()).contains("pusher:connection_established");
        }
        for (String key : List.of("/app/app-ws", "/app/-ws", "/app/miniapp")) {
            try (WireClient pusher = WireClient.open(port, key)) {
                assertThat(pusher.receiveText()).contains("\"code\\\":4001");
            }
        }
        for (String neither : List.of("/app-ws/key-one", "/app-wsx", "/app-w", "/ws/miniapp/x")) {
            assertThat(upgrade(port, neither).status()).as(neither).isEqualTo(404);
        }
    }

    @Test
    void switchedOffTheirPathsAreUnknownAndEverythingElseWorks() throws Exception {
        write("", SIGNED);
        rewrite("  enabled: true\n", "  enabled: false\n");
        int port = start();
        for (String path : PATHS) {
            for (String query : List.of("", "?token=" + token())) {
                WireClient.Response response = upgrade(port, path + query);
                WireClient.Response unknown = upgrade(port, "/nowhere" + query);
                assertThat(response.status()).isEqualTo(404);
                assertThat(response.body()).isEqualTo(unknown.body());
                assertThat(response.headers().keySet()).isEqualTo(unknown.headers().keySet());
                assertThat(get(port, path + query).status()).isEqualTo(404);
            }
        }
        try (WireClient pusher = WireClient.open(port, "/app/key-one");
                WireClient socketIo =
                        WireClient.open(port, "/socket.io/?EIO=4&transport=websocket")) {
            assertThat(pusher.receiveText()).contains("pusher:connection_established");
            assertThat(socketIo.receiveText()).startsWith("0{");
            assertThat(get(port, "/up").status()).isEqualTo(200);
        }
    }

    @Test
    void whatAsksForNoWebSocketIsToldToUpgrade() throws Exception {
        int port = start("", SIGNED);
        for (String path : PATHS) {
            assertThat(get(port, path).status()).as(path).isEqualTo(426);
        }
    }

    // ---- where apps dial

    private static void tells(JsonNode call, String address) {
        assertThat(call.path("mentraOSWebsocketUrl").asString("")).isEqualTo(address + "/app-ws");
        assertThat(call.path("augmentOSWebsocketUrl").asString("")).isEqualTo(address + "/app-ws");
        assertThat(call.path("websocketUrl").asString("")).isEqualTo(address + "/ws/miniapp");
    }

    @Test
    void thePrefixIsPartOfTheirPathsAndOfWhatAppsAreToldToDial() throws Exception {
        int port = start(", path: /ws", SIGNED);
        for (String path : PATHS) {
            assertThat(upgrade(port, path).status()).as(path).isEqualTo(404);
        }
        try (WireClient device = device(port, "/ws/ws/client")) {
            startsApp(device);
            JsonNode call = app.called("session_request");
            tells(call, "ws://127.0.0.1:" + port + "/ws");
            for (String name : List.of("mentraOSWebsocketUrl", "websocketUrl")) {
                URI dial = URI.create(call.path(name).asString(""));
                joins(dial.getPort(), dial.getPath(), call).close();
            }
        }
    }

    @Test
    void appsAreToldTheHostnameThatClientsUse() throws Exception {
        int port = start(", hostname: ws.example.com", SIGNED);
        try (WireClient device = device(port, "/glasses-ws")) {
            startsApp(device);
            tells(app.called("session_request"), "ws://ws.example.com:" + port);
        }
    }

    @Test
    void aPublicUrlWinsOverAllElse() throws Exception {
        int port =
                start(
                        ", hostname: ws.example.com, path: /ws",
                        SIGNED + "\npublic_url: wss://public.example.com/there/\n");
        try (WireClient device = device(port, "/ws/glasses-ws")) {
            startsApp(device);
            tells(app.called("session_request"), "wss://public.example.com/there");
        }
    }

    @Test
    void overTlsAppsAreToldToDialSecurely() throws Exception {
        Certificates.write(directory);
        int port = start(", tls: {certificate: cert.pem, key: key.pem}", SIGNED);
        try (WireClient device = WireClient.over(trusting("cert.pem").createSocket(HERE, port))) {
            assertThat(device.upgrade("/glasses-ws?token=" + token(), "").status()).isEqualTo(101);
            startsApp(device);
            tells(app.called("session_request"), "wss://127.0.0.1:" + port);
        }
    }

    private SocketFactory trusting(String certificate) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (var in = Files.newInputStream(directory.resolve(certificate))) {
            CertificateFactory certificates = CertificateFactory.getInstance("X.509");
            trusted.setCertificateEntry("a", certificates.generateCertificate(in));
        }
        String algorithm = TrustManagerFactory.getDefaultAlgorithm();
        TrustManagerFactory managers = TrustManagerFactory.getInstance(algorithm);
        managers.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context.getSocketFactory();
    }

    @Test
    void onlyConfiguredHostsAreCalled() throws Exception {
        try (CalledApp stranger = new CalledApp()) {
            app.sendsTo(stranger.url() + "/webhook");
            write("", SIGNED);
            rewrite("app_connect_timeout: 30s", "app_connect_timeout: 300ms");
            int port = start();
            try (WireClient device = device(port, "/glasses-ws")) {
                startsApp(device);
                app.called("session_request");
                assertThat(hears(device, "app_stopped").path("packageName").asString(""))
                        .isEqualTo(APP);
                device.text("{\"type\":\"start_app\",\"packageName\":\"com.example.unknown\"}");
                assertThat(hears(device, "app_stopped").path("packageName").asString(""))
                        .isEqualTo("com.example.unknown");
            }
            assertThat(stranger.wasNotCalled()).isTrue();
        }
    }

    // ---- keys

    @Test
    void aKeyOutOfAFileLetsDevicesIn() throws Exception {
        KeyPair keys = DeviceSettingsTest.keys("RSA", 2_048);
        Files.writeString(directory.resolve("key.pem"), DeviceSettingsTest.pem(keys.getPublic()));
        int port = start("", "jwt_algorithm: RS256\njwt_public_key: key.pem\n");
        isLetIn(port, keys);
    }

    @Test
    void keysThatArePublishedLetDevicesIn() throws Exception {
        KeyPair keys = DeviceSettingsTest.keys("RSA", 2_048);
        RSAKey first = new RSAKey.Builder((RSAPublicKey) keys.getPublic()).keyID("first").build();
        byte[] published = new JWKSet(first).toString().getBytes(UTF_8);
        HttpServer issuer = HttpServer.create(new InetSocketAddress(HERE, 0), 0);
        issuer.createContext(
                "/keys",
                exchange -> {
                    exchange.sendResponseHeaders(200, published.length);
                    exchange.getResponseBody().write(published);
                    exchange.close();
                });
        issuer.start();
        try {
            String url = "http://127.0.0.1:" + issuer.getAddress().getPort() + "/keys";
            int port = start("", "jwt_algorithm: RS256\njwks_url: '" + url + "'\n");
            String path = "/glasses-ws?token=" + rsaToken(keys);
            await().until(() -> upgrade(port, path).status(), status -> status != 503);
            isLetIn(port, keys);
        } finally {
            issuer.stop(0);
        }
    }

    private static void isLetIn(int port, KeyPair keys) throws IOException {
        String path = "/glasses-ws?token=";
        try (WireClient device = WireClient.open(port, path + rsaToken(keys))) {
            assertThat(hears(device, "connection_ack").path("sessionId").asString(""))
                    .isEqualTo(OWNER);
        }
        String foreign = rsaToken(DeviceSettingsTest.keys("RSA", 2_048));
        assertThat(upgrade(port, path + foreign).status()).isEqualTo(401);
        assertThat(upgrade(port, path + token()).status()).isEqualTo(401);
    }

    @Test
    void issuerAndAudienceAreAskedFor() throws Exception {
        int port = start("", SIGNED + "\njwt_issuer: me\njwt_audience: you\n");
        String path = "/glasses-ws?token=";
        assertThat(upgrade(port, path + token()).status()).isEqualTo(401);
        var claims = new JWTClaimsSet.Builder().claim("email", OWNER).issuer("me").audience("you");
        SignedJWT right = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims.build());
        right.sign(new MACSigner(SECRET));
        assertThat(upgrade(port, path + right.serialize()).status()).isEqualTo(101);
    }

    // ---- the end, and what comes after it

    @Test
    void everybodyIsToldThatTheServerStopsAndTheNextOneCallsTheAppsAgain() throws Exception {
        write("", SIGNED + "\nrunning_apps: running.json\n");
        try (ServerProcess first = ServerProcess.start(directory, Map.of());
                WireClient device = device(first.port(), "/glasses-ws")) {
            startsApp(device);
            JsonNode call = app.called("session_request");
            try (WireClient joined = joins(first.port(), "/app-ws", call)) {
                first.signal("TERM");
                for (WireClient client : List.of(joined, device)) {
                    WireClient.Received close = client.receiveClose();
                    assertThat(close.closeCode()).isEqualTo(1001);
                    assertThat(close.closeReason()).isEqualTo("Server shutting down");
                    client.close(1001, "");
                }
            }
            assertThat(first.exitCode()).isZero();
        }
        assertThat(Files.readString(directory.resolve("running.json")))
                .isEqualTo("{\"" + OWNER + "\":[\"" + APP + "\"]}");
        assertThat(app.wasNotCalled()).isTrue();
        int second = start();
        try (WireClient device = device(second, "/glasses-ws")) {
            JsonNode call = app.called("session_request");
            assertThat(call.path("userId").asString("")).isEqualTo(OWNER);
            try (WireClient joined = joins(second, "/app-ws", call)) {
                device.text("{\"type\":\"stop_app\",\"packageName\":\"" + APP + "\"}");
                app.called("stop_request");
                assertThat(joined.receiveClose().closeReason()).isEqualTo("App stopped");
            }
        }
        stopServer();
        assertThat(Files.readString(directory.resolve("running.json"))).isEqualTo("{}");
    }

    @Test
    void aFileOfWhatRunsThatIsNoneKeepsTheServerFromStarting() throws Exception {
        Files.writeString(directory.resolve("running.json"), "[" + KEY + "]");
        write("", SIGNED + "\nrunning_apps: running.json\n");
        RunningMain failing = RunningMain.run(directory, "--", "start");
        assertThat(failing.exitCode()).isEqualTo(Main.FAILED);
        assertThat(failing.err()).startsWith("resound: ").contains("running.json is not JSON");
        assertThat(failing.out()).isEmpty();
    }
}
