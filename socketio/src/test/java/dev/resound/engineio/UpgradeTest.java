package dev.resound.engineio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.testkit.WireClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** From polling to WebSocket, on the wire. */
class UpgradeTest {

    // E21
    @ParameterizedTest
    @EnumSource(Setting.class)
    void aProbedWebSocketTakesOver(Setting setting) throws IOException {
        for (boolean sameLoop : new boolean[] {true, false}) {
            try (EngineServer server = EngineServer.start(setting.loops);
                    Polling client = Polling.open(server, setting);
                    WireClient held = client.hold();
                    WireClient socket = client.webSocket(sameLoop)) {
                socket.text("2probe");
                assertThat(socket.receiveText()).isEqualTo("3probe");
                assertThat(setting.packets(held.readResponse().body())).containsExactly("6");
                assertThat(client.poll()).containsExactly("6");
                socket.text("5").text("4hello");
                assertThat(socket.receiveText()).isEqualTo("4hello");
                assertThat(client.session().socket.transport()).isEqualTo(Transport.WEBSOCKET);
                assertThat(client.session().upgrades()).isEqualTo(1);
            }
        }
    }

    /** A WebSocket handshake and what follows it, as one piece. */
    static byte[] handshakeAndFrames(String path, String... texts) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(
                ("GET "
                                + path
                                + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                                + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                                + "Sec-WebSocket-Key: "
                                + WireClient.KEY
                                + "\r\n\r\n")
                        .getBytes(UTF_8));
        for (String text : texts) {
            out.writeBytes(WireClient.frameBytes(true, WireClient.TEXT, text.getBytes(UTF_8)));
        }
        return out.toByteArray();
    }
}
