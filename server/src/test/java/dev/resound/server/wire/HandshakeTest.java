package dev.resound.server.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.core.Hub;
import dev.resound.netty.Resound;
import dev.resound.pusher.App;
import dev.resound.pusher.AppSource;
import dev.resound.pusher.PusherProtocol;
import dev.resound.server.wire.WireWorld.Client;
import dev.resound.testkit.WireClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a connection begins, and how it does not. */
class HandshakeTest {
    private static final String OURS = "Origin: https://laravel.com\r\n";
    private static final String FOREIGN = "Origin: https://evil.test\r\n";

    private final WireWorld world = start(WireWorld.app().build());

    private static WireWorld start(App app) {
        try {
            return WireWorld.start(app);
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    @AfterEach
    void othersWereServedAndNothingIsLeft() throws IOException {
        world.witnessesAreServed();
        world.nothingElseIsLeft();
        world.close();
    }

    @Test // row 12
    void reverbsHeaderIsSent() throws IOException {
        try (WireClient wire = WireClient.connect(world.port)) {
            WireClient.Response response = wire.upgrade("/app/app-key?protocol=7&client=js", "");
            assertThat(response.status()).isEqualTo(101);
            assertThat(response.headers())
                    .containsEntry("X-Powered-By", "Laravel Reverb")
                    .containsEntry("Sec-WebSocket-Accept", WireClient.ACCEPT)
                    .doesNotContainKey("Sec-WebSocket-Protocol")
                    .doesNotContainKey("Sec-WebSocket-Extensions");
            assertThat(wire.receiveText()).contains("pusher:connection_established");
        }
    }

    @Test // rows 2, 3
    void anUnknownKeyGetsTheFrameThenTheCloseThenTheEnd() throws IOException {
        try (WireClient wire = WireClient.open(world.port, "/app/unknown")) {
            assertThat(wire.receiveText())
                    .isEqualTo(
                            """
                            {"event":"pusher:error","data":"{\\"code\\":4001,\\"message\\":\\"Application does not exist\\"}"}\
                            """);
            WireClient.Received close = wire.receive();
            assertThat(close.opcode()).isEqualTo(WireClient.CLOSE);
            assertThat(close.closeCode()).isEqualTo(4001);
            assertThat(close.closeReason()).isEqualTo("Application does not exist");
            wire.close(4001, "");
            assertThat(wire.isEnded()).isTrue();
        }
    }

    @Test
    void whoDoesNotAnswerTheCloseIsCutOff() throws IOException {
        try (WireClient wire = WireClient.open(world.port, "/app/unknown")) {
            assertThat(wire.receiveClose().closeCode()).isEqualTo(4001);
            assertThat(wire.isEnded()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/app/", "/app/%00", "/app/app-key%20", "/app/APP-KEY", "/app/app-id"})
    void onlyTheExactKeyOpens(String path) throws IOException {
        try (WireClient wire = WireClient.open(world.port, path)) {
            assertThat(wire.receiveClose().closeCode()).isEqualTo(4001);
        }
    }

    @Test
    void withoutUpgradeThePathSaysWhatItSpeaks() throws IOException {
        try (WireClient wire = WireClient.connect(world.port)) {
            wire.send(WireWorld.requestHead("GET", "/app/app-key") + "\r\n");
            WireClient.Response response = wire.readResponse();
            assertThat(response.status()).isEqualTo(426);
            assertThat(response.headers()).containsEntry("Upgrade", "websocket");
        }
    }

    @Test // rows 7, 8, 9
    void restrictedAppsWantTheirOrigin() throws IOException {
        App app = WireWorld.app().allowedOrigins(List.of("laravel.com", "localhost")).build();
        // The well-behaved clients come without an origin, so this world has none of its own.
        try (Resound server = restricted(app)) {
            for (String headers :
                    List.of(
                            "",
                            FOREIGN,
                            OURS + OURS,
                            OURS + FOREIGN,
                            "Origin: null\r\n",
                            "Origin: https://sub.laravel.com\r\n",
                            "Origin: https://laravel.com.evil.test\r\n",
                            "Origin: \r\n")) {
                try (WireClient wire = WireClient.open(server.port(), "/app/app-key", headers)) {
                    assertThat(wire.receiveText())
                            .as(headers)
                            .isEqualTo(
                                    """
                                    {"event":"pusher:error","data":"{\\"code\\":4009,\\"message\\":\\"Origin not allowed\\"}"}\
                                    """);
                    wire.text("{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":\"a\"}}");
                    assertThat(wire.receiveClose().closeCode()).isEqualTo(4009);
                }
            }
            try (Client client =
                    WireWorld.greeted(WireClient.open(server.port(), "/app/app-key", OURS))) {
                client.isServed();
            }
        }
    }

    private static Resound restricted(App app) throws IOException {
        var hub = new Hub();
        return Resound.builder()
                .hub(hub)
                .port(0)
                .loops(2)
                .protocol(new PusherProtocol(hub, AppSource.of(List.of(app))))
                .start();
    }

    @Test // rows 29, 33
    void pingsOfBothKindsAreAnswered() throws IOException {
        try (Client client = world.connect()) {
            client.isServed();
            client.wire().frame(true, WireClient.PING, new byte[] {1, 2, 3});
            WireClient.Received pong = client.wire().receive();
            assertThat(pong.opcode()).isEqualTo(WireClient.PONG);
            assertThat(pong.payload()).containsExactly(1, 2, 3);
            client.wire().frame(true, WireClient.PONG, new byte[] {4});
            client.isServed();
        }
    }

    @Test
    void aMessageInTheSamePacketAsTheHandshakeIsHeard() throws IOException {
        try (WireClient wire = WireClient.connect(world.port)) {
            byte[] ping =
                    WireClient.frameBytes(
                            true,
                            WireClient.TEXT,
                            "{\"event\":\"pusher:ping\"}".getBytes(StandardCharsets.UTF_8));
            byte[] head =
                    (WireWorld.requestHead("GET", "/app/app-key")
                                    + "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
                                    + WireClient.KEY
                                    + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII);
            byte[] both = Arrays.copyOf(head, head.length + ping.length);
            System.arraycopy(ping, 0, both, head.length, ping.length);
            wire.send(both);
            assertThat(wire.readResponse().status()).isEqualTo(101);
            assertThat(wire.receiveText()).contains("connection_established");
            assertThat(wire.receiveText()).isEqualTo("{\"event\":\"pusher:pong\"}");
        }
    }
}
