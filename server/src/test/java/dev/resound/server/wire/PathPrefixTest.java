package dev.resound.server.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.server.wire.WireWorld.Client;
import dev.resound.testkit.WireClient;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A server that lives below a path. */
class PathPrefixTest {
    @SuppressWarnings("NullAway.Init")
    private WireWorld world;

    @BeforeEach
    void open() throws IOException {
        world = WireWorld.start(WireWorld.app().build(), "/ws", server -> server);
    }

    @AfterEach
    void close() throws IOException {
        world.close();
    }

    private int get(String target) throws IOException {
        try (WireClient wire = WireClient.connect(world.port)) {
            return wire.send(WireWorld.requestHead("GET", target) + "\r\n").readResponse().status();
        }
    }

    @Test // row 75
    void requestsSignedWithoutThePrefixAreTaken() throws IOException {
        world.witnessesAreServed();
    }

    @Test // row 74
    void requestsSignedWithThePrefixAreTakenToo() throws IOException {
        var signed =
                world.sdk("app-secret")
                        .signedUri("GET", "/ws/apps/app-id/channels", null, Map.of());
        assertThat(get(signed.getRawPath() + "?" + signed.getRawQuery())).isEqualTo(200);
    }

    @Test // row 76
    void withoutThePrefixThereIsNothing() throws IOException {
        String target = world.target("GET", "/channels", Map.of(), "");
        assertThat(get(target)).isEqualTo(200);
        assertThat(get(target.substring("/ws".length()))).isEqualTo(404);
        assertThat(get("/up")).isEqualTo(404);
        assertThat(get("/ws/up")).isEqualTo(200);
        try (WireClient wire = WireClient.connect(world.port)) {
            assertThat(wire.upgrade("/app/app-key", "").status()).isEqualTo(404);
        }
    }

    @Test
    void clientsConnectBelowThePrefix() throws IOException {
        try (Client client = world.connect()) {
            client.joins("a").isServed();
        }
    }
}
