package dev.resound.server.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.resound.core.TopicName;
import dev.resound.netty.Limits;
import dev.resound.server.wire.WireWorld.Client;
import dev.resound.testkit.WireClient;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who does not read is let go, and costs no more than its limit. */
class SlowReaderTest {
    private static final String LARGE = "\"" + "x".repeat(9_000) + "\"";
    private static final TopicName FLOOD = new TopicName("app/app-id", "flood");
    private static final int SLOW = 8;
    private static final long ENOUGH = 64 << 20;
    private static final long PATIENCE_BYTES = 64 << 20; // kernels buffer a few MiB a socket

    @Test
    void slowReadersAreLetGoAndMemoryDoesNotFollowThePublisher() throws IOException {
        Limits limits = Limits.defaults().withBacklogBytes(256 << 10);
        try (WireWorld world =
                WireWorld.start(WireWorld.app().build(), "", server -> server.limits(limits))) {
            long before = directMemory();
            long most = 0;
            long published = 0;
            while (published < ENOUGH) {
                List<Client> slow = new ArrayList<>();
                for (int i = 0; i < SLOW; i++) {
                    slow.add(slowReader(world));
                }
                long patience = published + PATIENCE_BYTES;
                while (world.server.hub().members(FLOOD) > 0) {
                    for (int i = 0; i < 50; i++) {
                        world.pusher.trigger(world.app, "flood", "e", LARGE);
                        published += LARGE.length();
                    }
                    world.witnessesAreServed(); // and so the loops have done their turn
                    most = Math.max(most, directMemory() - before);
                    assertThat(published).as("published to slow readers").isLessThan(patience);
                }
                slow.forEach(SlowReaderTest::endsWith4100OrIsCutOff);
            }
            assertThat(most).isLessThan(2L * limits.logBytes() + (8 << 20));
            world.nothingElseIsLeft();
        }
    }

    private static long directMemory() {
        return UnpooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
    }

    /** It subscribes to the flood, and takes next to nothing of it. */
    private static Client slowReader(WireWorld world) throws IOException {
        WireClient wire = WireClient.connect(world.port, 8 << 10);
        assertThat(wire.upgrade("/app/app-key", "").status()).isEqualTo(101);
        return WireWorld.greeted(wire).joins("flood");
    }

    /**
     * The close frame stands behind what the kernel had taken already. Whoever reads it within two
     * seconds sees it, the others see the end.
     */
    private static void endsWith4100OrIsCutOff(Client client) {
        try (client) {
            WireClient.Received frame = client.wire().receiveClose();
            assertThat(frame.closeCode()).isEqualTo(4100);
        } catch (IOException cutOff) {
            assertThat(cutOff).isInstanceOfAny(EOFException.class, SocketException.class);
        }
    }

    @Test
    void aReaderThatWakesUpInTimeSeesTheCloseCode() throws IOException {
        Limits limits = Limits.defaults().withBacklogBytes(64 << 10);
        try (WireWorld world =
                WireWorld.start(WireWorld.app().build(), "", server -> server.limits(limits))) {
            Client slow = slowReader(world);
            await().atMost(Duration.ofSeconds(30))
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> {
                        for (int i = 0; i < 20; i++) {
                            world.pusher.trigger(world.app, "flood", "e", LARGE);
                        }
                        return world.server.hub().members(FLOOD) == 0;
                    });
            WireClient.Received close = slow.wire().receiveClose();
            assertThat(close.closeCode()).isEqualTo(4100);
            assertThat(close.closeReason()).isEqualTo("Too far behind");
            slow.close();
            world.witnessesAreServed();
            world.nothingElseIsLeft();
        }
    }
}
