package dev.resound.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.resound.core.Hub;
import dev.resound.netty.Resound;
import dev.resound.pusher.PusherProtocol;
import dev.resound.testkit.WireClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The source of apps that docs/apps.md shows. */
@Timeout(60)
class AppServiceTest {
    @Test
    void theDocumentShowsWhatIsCompiledHere() throws IOException {
        DocumentedExample.isShown(AppService.class, "apps.md");
    }

    @Test
    void itServesWhatItsServiceKnows() throws IOException {
        HttpServer service =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        service.createContext(
                "/apps",
                exchange -> {
                    byte[] body = "one\nkey-one\nsecret-one\n".getBytes(StandardCharsets.UTF_8);
                    switch (exchange.getRequestURI().getQuery()) {
                        case "key=key-one" -> {
                            exchange.sendResponseHeaders(200, body.length);
                            exchange.getResponseBody().write(body);
                        }
                        case "key=key-two" -> exchange.sendResponseHeaders(404, -1);
                        default -> exchange.sendResponseHeaders(500, -1);
                    }
                    exchange.close();
                });
        service.start();
        URI base = URI.create("http://127.0.0.1:" + service.getAddress().getPort());
        Hub hub = new Hub();
        try (Resound server =
                Resound.builder()
                        .hub(hub)
                        .port(0)
                        .loops(1)
                        .protocol(new PusherProtocol(hub, new AppService(base)))
                        .start()) {
            try (WireClient one = WireClient.open(server.port(), "/app/key-one")) {
                assertThat(one.receiveText()).contains("pusher:connection_established");
            }
            for (String refused : new String[] {"key-two 4001", "key-three 4100"}) {
                String[] parts = refused.split(" ", -1);
                try (WireClient two = WireClient.open(server.port(), "/app/" + parts[0])) {
                    assertThat(two.receiveClose().closeCode())
                            .isEqualTo(Integer.parseInt(parts[1]));
                }
            }
        } finally {
            service.stop(0);
        }
    }
}
