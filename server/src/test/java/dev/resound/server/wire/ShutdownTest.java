package dev.resound.server.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.server.wire.WireWorld.Client;
import dev.resound.testkit.WireClient;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A server that stops tells its clients to come back. */
class ShutdownTest {

    @Test
    void everybodyIsClosedWith4200() throws IOException {
        WireWorld world = WireWorld.start();
        var stopped = CompletableFuture.supplyAsync(() -> world.server.stop(Duration.ZERO));
        for (Client client : world.witnesses()) {
            WireClient.Received close = client.isClosed(4200);
            assertThat(close.closeReason()).isEqualTo("Server is shutting down");
        }
        assertThat(stopped.join()).isZero();
        world.close();
    }

    @Test
    void whoDoesNotAnswerIsNotWaitedForLong() throws IOException {
        WireWorld world = WireWorld.start();
        int cutOff = world.server.stop(Duration.ofMillis(100));
        assertThat(cutOff).isBetween(0, 2);
        for (Client client : world.witnesses()) {
            assertThat(client.wire().receiveClose().closeCode()).isEqualTo(4200);
            assertThat(client.wire().isEnded()).isTrue();
        }
        world.close();
    }
}
