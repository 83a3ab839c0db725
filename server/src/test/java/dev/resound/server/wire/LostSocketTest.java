package dev.resound.server.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.resound.netty.Limits;
import dev.resound.server.wire.WireWorld.Client;
import dev.resound.testkit.WireClient;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sockets that end badly, or do nothing at all, leave nothing behind. */
class LostSocketTest {
    @SuppressWarnings("NullAway.Init")
    private WireWorld world;

    @BeforeEach
    void open() throws IOException {
        Limits usual = Limits.defaults();
        Duration second = Duration.ofSeconds(1);
        Limits impatient =
                new Limits(
                        usual.http(),
                        second,
                        second,
                        second,
                        usual.backlogBytes(),
                        usual.logBytes(),
                        usual.messagesPerSecond(),
                        usual.controlFramesPerSecond(),
                        usual.connections());
        world = WireWorld.start(WireWorld.app().build(), "", server -> server.limits(impatient));
    }

    @AfterEach
    void othersWereServedAndNothingIsLeft() throws IOException {
        world.nothingElseIsLeft();
        world.witnessesAreServed();
        world.close();
    }

    @Test
    void whoConnectsAndSaysNothingIsCutOff() throws IOException {
        try (WireClient wire = WireClient.connect(world.port)) {
            assertThat(wire.isEnded()).isTrue();
        }
    }

    @Test
    void halfARequestIsTimedOut() throws IOException {
        try (WireClient wire = WireClient.connect(world.port)) {
            wire.send("GET /app/app-key HTTP/1.1\r\nHost: loc");
            assertThat(wire.readResponse().status()).isEqualTo(408);
            assertThat(wire.isEnded()).isTrue();
        }
    }

    @Test
    void halfABodyIsTimedOut() throws IOException {
        try (WireClient wire = WireClient.connect(world.port)) {
            wire.send(
                    WireWorld.requestHead("POST", "/apps/app-id/events")
                            + "Content-Length: 100\r\n\r\n{");
            assertThat(wire.readResponse().status()).isEqualTo(408);
            assertThat(wire.isEnded()).isTrue();
        }
    }

    private Client joined() throws IOException {
        Client client = world.connect().joins("a").joins("b");
        assertThat(world.get("/channels", Map.of()).body()).contains("\"a\":{}");
        return client;
    }

    @Test
    void aCloseFrameIsAnsweredAndTheConnectionEnded() throws IOException {
        try (Client client = joined()) {
            client.wire().close(1000, "bye");
            assertThat(client.wire().receiveClose().closeCode()).isEqualTo(1000);
            assertThat(client.wire().isEnded()).isTrue();
        }
    }

    @Test // row 50
    void aSocketThatJustEndsIsForgotten() throws IOException {
        joined().close();
    }

    @Test // row 50
    void aResetSocketIsForgotten() throws IOException {
        joined().wire().reset();
    }

    @Test
    void aSocketThatEndsItsHalfIsForgotten() throws IOException {
        try (Client client = joined()) {
            client.wire().endOutput();
            assertThat(client.wire().isEnded()).isTrue();
        }
    }

    @Test
    void aSocketThatIsResetInTheMidstOfAFrameIsForgotten() throws IOException {
        Client client = joined();
        byte[] frame = WireClient.frameBytes(true, WireClient.TEXT, new byte[5_000]);
        client.wire().send(Arrays.copyOf(frame, 2_000));
        client.wire().reset();
    }

    @Test
    void aSocketThatIsResetRightBehindItsHandshakeIsForgotten() throws IOException {
        for (int i = 0; i < 20; i++) {
            WireClient wire = WireClient.connect(world.port);
            wire.send(
                    WireWorld.requestHead("GET", "/app/app-key")
                            + "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
                            + WireClient.KEY
                            + "\r\n\r\n");
            wire.reset();
        }
    }

    @Test // row 32
    void halfAFrameAndSilenceEndsLikeAnySilence() throws IOException {
        try (WireWorld world =
                WireWorld.start(WireWorld.app().pingInterval(2).pongTimeout(2).build())) {
            Client silent = world.connect().joins("a");
            silent.wire().send(new byte[] {(byte) 0x81, (byte) 0x85, 1, 2, 3, 4, '{'});
            silent.hears("{\"event\":\"pusher:ping\"}");
            assertThat(silent.wire().receive().opcode()).isEqualTo(WireClient.PING);
            silent.hears(
                    """
                    {"event":"pusher:error","data":"{\\"code\\":4201,\\"message\\":\\"Pong reply not received in time\\"}"}\
                    """);
            WireClient.Received close = silent.wire().receiveClose();
            assertThat(close.closeCode()).isEqualTo(4201);
            assertThat(silent.wire().isEnded()).isTrue();
            await().atMost(Duration.ofSeconds(5))
                    .untilAsserted(() ->
                            assertThat(world.get("/channels/a", Map.of()).body())
                                    .isEqualTo("{\"occupied\":false}"));
            silent.close();
        }
    }

    /**
     * A socket is reset while its answers are being written, and the next one gets its file
     * descriptor: it must not get its answers, too.
     */
    @Test
    void whatIsForALostSocketNeverReachesTheNextOne() throws IOException {
        String ping = "{\"event\":\"pusher:ping\"}";
        for (int i = 0; i < 600; i++) {
            WireClient lost = WireClient.open(world.port, "/app/app-key");
            assertThat(lost.receiveText()).contains("pusher:connection_established");
            lost.text(ping).text(ping).text(ping);
            lost.reset();
        }
    }

    @Test
    void manySocketsMayEndAtOnce() throws IOException {
        for (int i = 0; i < 100; i++) {
            Client client = world.connect();
            client.says("{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":\"c" + i + "\"}}");
            if (i % 2 == 0) {
                client.wire().reset();
            } else {
                client.close();
            }
        }
    }
}
