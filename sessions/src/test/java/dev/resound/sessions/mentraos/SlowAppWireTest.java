package dev.resound.sessions.mentraos;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.resound.netty.Resound;
import dev.resound.sessions.Companion;
import dev.resound.sessions.DeviceSessions;
import dev.resound.sessions.Tokens;
import dev.resound.testkit.WireClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * An app that does not read, over real sockets, on one loop that sends others far more meanwhile
 * than its log holds.
 */
@Timeout(60)
class SlowAppWireTest {
    private static final String SLOW = "com.my-org.slow";
    private static final String WELL = "com.my-org.well";
    private static final int PIECE_BYTES = 16 << 10;
    private static final String PRESSED = "{\"type\":\"button_press\",\"buttonId\":\"main\"}";

    @SuppressWarnings("NullAway.Init")
    private HttpServer apps;

    @SuppressWarnings("NullAway.Init")
    private DeviceSessions sessions;

    @SuppressWarnings("NullAway.Init")
    private Resound server;

    @BeforeEach
    void start() throws IOException {
        apps = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        apps.createContext(
                "/",
                exchange -> {
                    exchange.sendResponseHeaders(200, -1);
                    exchange.close();
                });
        apps.start();
        InstantSource clock = InstantSource.system();
        MentraOs profile =
                new MentraOs(
                        Tokens.hs256(GlassesWorld.SECRET.getBytes(UTF_8), clock),
                        MentraOs.Installation.at(URI.create("ws://127.0.0.1")),
                        clock);
        sessions = DeviceSessions.builder(profile).companions(this::app).build();
        server = Resound.builder().port(0).loops(1).protocol(sessions).start();
    }

    private Companion app(String name) {
        return new Companion(
                name,
                name,
                URI.create("http://127.0.0.1:" + apps.getAddress().getPort() + "/" + name),
                Companion.sha256(GlassesWorld.key(name)),
                false,
                Set.of("ALL"),
                JsonNodeFactory.instance.arrayNode());
    }

    @AfterEach
    void stop() {
        server.close();
        sessions.close();
        apps.stop(0);
    }

    private WireClient glasses() throws IOException {
        String token = GlassesWorld.token("email", GlassesWorld.ANN);
        return WireClient.open(server.port(), "/glasses-ws?token=" + token);
    }

    /** It was started, has joined, and listens to audio and buttons. */
    private static void joins(WireClient glasses, WireClient app, String name) throws IOException {
        glasses.text("{\"type\":\"start_app\",\"packageName\":\"" + name + "\"}");
        assertThat(app.upgrade("/app-ws", "").status()).isEqualTo(101);
        app.text(GlassesWorld.init(name));
        assertThat(app.receiveText()).startsWith("{\"type\":\"tpa_connection_ack\"");
        app.text(
                "{\"type\":\"subscription_update\","
                        + "\"subscriptions\":[\"audio_chunk\",\"button_press\"]}");
    }

    private static byte[] piece(int number) {
        return ByteBuffer.allocate(PIECE_BYTES).putInt(number).array();
    }

    private static int number(byte[] piece) {
        return ByteBuffer.wrap(piece).getInt();
    }

    /** Passes over what else it is told. */
    private static int nextPiece(WireClient app) throws IOException {
        while (true) {
            WireClient.Received frame = app.receive();
            assertThat(frame.opcode()).isNotEqualTo(WireClient.CLOSE);
            if (frame.opcode() == WireClient.BINARY) {
                assertThat(frame.payload()).hasSize(PIECE_BYTES);
                return number(frame.payload());
            }
        }
    }

    @Test
    void anAppThatDoesNotReadLosesTheOldestAudioAndKeepsItsSocket() throws Exception {
        int pieces = 1_500; // 24 MB, six times the log
        try (WireClient glasses = glasses();
                WireClient slow = WireClient.connect(server.port(), 4 << 10);
                WireClient well = WireClient.connect(server.port())) {
            joins(glasses, slow, SLOW);
            joins(glasses, well, WELL);
            for (int i = 0; i < pieces; i++) {
                if (i == 1_000) {
                    glasses.text(PRESSED);
                }
                glasses.frame(true, WireClient.BINARY, piece(i));
                assertThat(nextPiece(well)).isEqualTo(i);
            }

            List<Integer> heard = new ArrayList<>();
            List<String> texts = new ArrayList<>();
            while (heard.isEmpty() || heard.getLast() < pieces - 1) {
                WireClient.Received frame = slow.receive();
                switch (frame.opcode()) {
                    case WireClient.BINARY -> heard.add(number(frame.payload()));
                    case WireClient.TEXT -> texts.add(frame.text());
                    default -> assertThat(frame.opcode()).isEqualTo(WireClient.PING);
                }
            }
            assertThat(heard).startsWith(0, 1, 2).isSorted().doesNotHaveDuplicates();
            assertThat(heard).endsWith(pieces - 3, pieces - 2, pieces - 1);
            assertThat(sessions.statistics().mediaDropped()).isEqualTo(pieces - heard.size());
            assertThat(heard).hasSizeLessThan(pieces / 2);
            assertThat(texts).filteredOn(text -> text.contains("button_press")).hasSize(1);

            glasses.frame(true, WireClient.BINARY, piece(pieces));
            assertThat(nextPiece(slow)).isEqualTo(pieces);
            assertThat(nextPiece(well)).isEqualTo(pieces);
        }
    }
}
