package dev.resound.socketio.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.testkit.WireClient;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Where Socket.IO is found. */
class PathWireTest {

    @Test
    void theSlashBehindThePathMayBeLeftOut() throws IOException {
        try (LiveServer server =
                        LiveServer.start(builder ->
                                builder.engine(engine -> engine.addTrailingSlash(false)));
                WireClient client =
                        WireClient.open(server.port(), "/socket.io?EIO=4&transport=websocket")) {
            assertThat(client.receiveText()).startsWith("0{");
            client.text("40");
            assertThat(client.receiveText()).startsWith("40{\"sid\":");
        }
    }

    @Test
    void withoutBeingToldSoItMayNot() throws IOException {
        try (LiveServer server = LiveServer.start();
                WireClient client = server.wire()) {
            client.get("/socket.io?EIO=4&transport=polling");
            assertThat(client.readResponse().status()).isEqualTo(404);
        }
    }
}
