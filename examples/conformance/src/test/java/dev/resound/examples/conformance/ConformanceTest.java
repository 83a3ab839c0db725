package dev.resound.examples.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resound.netty.Resound;
import dev.resound.testkit.WireClient;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Each profile serves what it says. */
class ConformanceTest {

    private static Resound start(String... arguments) throws IOException {
        return Conformance.start(Conformance.Options.parse(arguments));
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
    void wrongOptionsAreNamed() {
        assertThatThrownBy(() -> start("--profile", "unknown")).hasMessageContaining("unknown");
        assertThatThrownBy(() -> start("--port", "0")).hasMessageContaining("--profile");
        assertThatThrownBy(() -> start("--profile", "all", "--app", "1:key"))
                .hasMessageContaining("id:key:secret");
    }
}
