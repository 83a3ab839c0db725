package dev.resound.sessions.mentraos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.resound.netty.Resound;
import dev.resound.sessions.DeviceSessionOptions;
import dev.resound.sessions.DeviceSessions;
import dev.resound.sessions.Tokens;
import dev.resound.testkit.WireClient;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The device's side of its session, over real sockets, on four loops. */
@Timeout(60)
class DeviceWireTest {
    private static final String SECRET = "test-secret-test-secret-test-secret";
    private static final String OWNER = "ann-lee@my-mail.example.com";
    private static final String MICROPHONE = "{\"type\":\"microphone_state_change\"";
    private static final Duration GRACE = Duration.ofMillis(300);

    @SuppressWarnings("NullAway.Init")
    private DeviceSessions sessions;

    @SuppressWarnings("NullAway.Init")
    private Resound server;

    @BeforeEach
    void start() throws IOException {
        serve(options());
    }

    private static DeviceSessionOptions options() {
        DeviceSessionOptions defaults = DeviceSessionOptions.defaults();
        DeviceSessionOptions.Grace grace = defaults.grace();
        return defaults.with(
                new DeviceSessionOptions.Grace(
                        GRACE, grace.companion(), grace.invited(), grace.introduction()));
    }

    private void serve(DeviceSessionOptions options) throws IOException {
        InstantSource clock = InstantSource.system();
        Tokens tokens = Tokens.hs256(SECRET.getBytes(StandardCharsets.UTF_8), clock);
        MentraOs profile =
                new MentraOs(tokens, MentraOs.Installation.at(URI.create("ws://127.0.0.1")), clock);
        sessions = DeviceSessions.builder(profile).options(options).build();
        server = Resound.builder().port(0).loops(4).protocol(sessions).start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static String token(JWTClaimsSet.Builder claims) throws Exception {
        SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims.build());
        token.sign(new MACSigner(SECRET));
        return token.serialize();
    }

    private static String ann() throws Exception {
        return token(new JWTClaimsSet.Builder().claim("email", "Ann-Lee@my-mail.example.com"));
    }

    private WireClient connect(String path) throws Exception {
        WireClient client = WireClient.open(server.port(), path + "?token=" + ann());
        assertThat(client.receiveText()).matches(acknowledged());
        return client;
    }

    private static String acknowledged() {
        return "\\{\"type\":\"connection_ack\",\"sessionId\":\""
                + OWNER
                + "\",\"timestamp\":\"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z\"}";
    }

    private void isRefused(String query, String headers, String message) throws IOException {
        try (WireClient client = WireClient.connect(server.port())) {
            WireClient.Response response = client.upgrade("/glasses-ws" + query, headers);
            assertThat(response.status()).isEqualTo(401);
            assertThat(response.headers()).containsEntry("Content-Type", "application/json");
            assertThat(response.body())
                    .startsWith(
                            "{\"type\":\"connection_error\",\"message\":\""
                                    + message
                                    + "\",\"timestamp\":\"");
            assertThat(client.isEnded()).isTrue();
        }
        assertThat(sessions.count()).isZero();
    }

    private void isServed(WireClient client) throws IOException {
        String answer = client.text("{\"type\":\"ping\"}").receiveText();
        while (answer.startsWith(MICROPHONE)) { // comes when it comes
            answer = client.receiveText();
        }
        assertThat(answer).isEqualTo("{\"type\":\"pong\"}");
    }

    @Test
    void withoutARightTokenNobodyGetsIn() throws Exception {
        isRefused("", "", "No core token provided");
        isRefused("?token=", "", "No core token provided");
        isRefused("?token=%zz", "", "No core token provided");
        isRefused("", "Authorization: Bearer\r\n", "No core token provided");
        isRefused("?token=junk", "", "Invalid core token");
        isRefused("", "Authorization: Bearer junk\r\n", "Invalid core token");
        var expired = new JWTClaimsSet.Builder().claim("email", OWNER);
        expired.claim("exp", 1);
        isRefused("?token=" + token(expired), "", "Invalid core token");
        var unsigned = new PlainJWT(new JWTClaimsSet.Builder().claim("email", OWNER).build());
        isRefused("?token=" + unsigned.serialize(), "", "Invalid core token");
    }

    @Test
    void aTokenThatNamesNobodyIsRefused() throws Exception {
        String message = "Invalid core token - no user ID";
        isRefused("?token=" + token(new JWTClaimsSet.Builder().subject("x")), "", message);
        isRefused("?token=" + token(new JWTClaimsSet.Builder().claim("email", 7)), "", message);
        isRefused("?token=" + token(new JWTClaimsSet.Builder().claim("email", "")), "", message);
    }

    @Test
    void theTokenMayComeInAHeaderAndWithAnyScheme() throws Exception {
        for (String scheme : List.of("Bearer", "Token", "x")) {
            String header = "Authorization: " + scheme + " " + ann() + "\r\n";
            try (WireClient client = WireClient.open(server.port(), "/glasses-ws", header)) {
                assertThat(client.receiveText()).matches(acknowledged());
                isServed(client);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/glasses-ws", "/ws/client"})
    void aDeviceIsGreetedAgainWhenItAsks(String path) throws Exception {
        try (WireClient client = connect(path)) {
            client.text("{\"type\":\"connection_init\",\"userId\":\"eve@example.com\"}");
            assertThat(client.receiveText()).matches(acknowledged());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{nope",
                "[]",
                "7",
                "null",
                "{}",
                "{\"type\":7}",
                "{\"type\":null}",
                "\"ping\"",
                "{\"type\":\"unheard_of\",\"x\":[1,2]}",
                "{\"type\":\"pong\"}"
            })
    void whatMakesNoSenseIsDroppedAndTheSocketStays(String text) throws Exception {
        try (WireClient client = connect("/glasses-ws")) {
            client.text(text);
            isServed(client);
        }
    }

    @Test
    void deepJsonHarmsNobody() throws Exception {
        try (WireClient client = connect("/glasses-ws")) {
            client.text("{\"type\":" + "[".repeat(200_000));
            isServed(client);
        }
    }

    @Test
    void aStrangerSendsLittle() throws Exception {
        String most = "{\"type\":\"unheard_of\",\"x\":\"%s\"}".formatted("x".repeat(65_000));
        try (WireClient app = WireClient.open(server.port(), "/app-ws")) {
            assertThat(app.text(most).receiveText()).contains("SESSION_NOT_FOUND");
        }
        try (WireClient app = WireClient.open(server.port(), "/app-ws")) {
            app.text("x".repeat((64 << 10) + 1));
            assertThat(app.receiveClose().closeCode()).isEqualTo(1009);
        }
    }

    @Test
    void aDeviceSendsMoreAudioThanText() throws Exception {
        try (WireClient client = connect("/glasses-ws")) {
            client.frame(true, WireClient.BINARY, new byte[2 << 20]);
            isServed(client);
            client.text("x".repeat((1 << 20) + 1));
            WireClient.Received frame = client.receive();
            while (frame.opcode() != WireClient.CLOSE) {
                frame = client.receive();
            }
            assertThat(frame.closeCode()).isEqualTo(1009);
        }
    }

    @Test
    void audioNobodyListensToIsDropped() throws Exception {
        try (WireClient client = connect("/glasses-ws")) {
            client.frame(true, WireClient.BINARY, new byte[640]);
            isServed(client);
        }
    }

    @Test
    void aNewerSocketTakesOverWhicheverLoopItComesOn() throws Exception {
        WireClient older = connect("/glasses-ws");
        for (int i = 0; i < 5; i++) {
            WireClient newer = connect("/glasses-ws");
            WireClient.Received close = older.receiveClose();
            assertThat(close.closeCode()).isEqualTo(4409);
            assertThat(close.closeReason()).isEqualTo("superseded");
            isServed(newer);
            assertThat(sessions.count()).isEqualTo(1);
            older.close();
            older = newer;
        }
        older.close();
    }

    @Test
    void twoDevicesThatThrowEachOtherOutAreLeftAlone() throws Exception {
        List<WireClient> all = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            all.add(connect("/glasses-ws"));
        }
        for (WireClient closed : all.subList(0, 6)) {
            assertThat(closed.receiveClose().closeCode()).isEqualTo(4409);
        }
        WireClient leftAlone = all.get(6);
        leftAlone.text("{\"type\":\"ping\"}"); // open, but heard no more
        isServed(all.get(7));
        assertThat(leftAlone.hears(100)).isFalse();
        for (WireClient client : all) {
            client.close();
        }
    }

    @Test
    void aSessionWaitsForItsDeviceAndThenEnds() throws Exception {
        connect("/glasses-ws").reset();
        await().pollDelay(Duration.ZERO).until(() -> server.connections() == 0);
        assertThat(sessions.count()).isEqualTo(1);
        await().until(() -> sessions.count() == 0);
        try (WireClient again = connect("/glasses-ws")) {
            isServed(again);
        }
    }

    @Test
    void theLateEndOfAnOlderSocketIsIgnored() throws Exception {
        WireClient older = connect("/glasses-ws");
        try (WireClient newer = connect("/glasses-ws")) {
            assertThat(older.receiveClose().closeCode()).isEqualTo(4409);
            older.reset();
            await().until(() -> server.connections() == 1);
            await().pollDelay(GRACE.multipliedBy(2)).until(() -> sessions.count() == 1);
            isServed(newer);
        }
    }

    @Test
    void aSilentDeviceIsPingedAndThenDropped() throws Exception {
        server.close();
        serve(
                options()
                        .with(
                                new DeviceSessionOptions.Liveness(
                                        Duration.ofSeconds(1),
                                        Duration.ofSeconds(3),
                                        Duration.ZERO)));
        try (WireClient silent = connect("/glasses-ws")) {
            WireClient.Received frame = silent.receive();
            while (frame.opcode() != WireClient.CLOSE) {
                frame = silent.receive();
            }
            assertThat(frame.closeCode()).isEqualTo(1001);
            assertThat(frame.closeReason()).isEqualTo("Ping timeout - no pong received");
        }
    }

    @Test
    void aStoppingServerTellsItsDevices() throws Exception {
        try (WireClient client = connect("/glasses-ws")) {
            var stopped = CompletableFuture.supplyAsync(() -> server.stop(Duration.ZERO));
            WireClient.Received close = client.receiveClose();
            assertThat(close.closeCode()).isEqualTo(1001);
            assertThat(close.closeReason()).isEqualTo("Server shutting down");
            client.close(1001, "");
            assertThat(stopped.join()).isZero();
        }
    }

    @Test
    void pathsAreMatchedWhole() throws Exception {
        for (String path : List.of("/glasses-ws/x", "/glasses-wsx", "/ws", "/ws/client/x")) {
            try (WireClient client = WireClient.connect(server.port())) {
                assertThat(client.upgrade(path + "?token=" + ann(), "").status()).isEqualTo(404);
            }
        }
    }
}
