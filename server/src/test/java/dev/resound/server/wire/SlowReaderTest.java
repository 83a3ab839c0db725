package dev.resound.server.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.resound.core.TopicName;
import dev.resound.netty.Limits;
import dev.resound.server.wire.WireWorld.Client;
import dev.resound.testkit.WireClient;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who does not read is let go, and costs no more than its limit. */
class SlowReaderTest {
    private static final String LARGE = "\"" + "x".repeat(9_000) + "\"";
    private static final int SLOW = 8;

    @Test
    void aSlowReaderIsClosedWith4100AndMemoryDoesNotFollowThePublisher() throws IOException {
        Limits limits = Limits.defaults().withBacklogBytes(256 << 10);
        try (WireWorld world =
                WireWorld.start(WireWorld.app().build(), "", server -> server.limits(limits))) {
            List<Client> slow = new ArrayList<>();
            for (int i = 0; i < SLOW; i++) {
                WireClient wire = WireClient.connect(world.port, 8 << 10);
                assertThat(wire.upgrade("/app/app-key", "").status()).isEqualTo(101);
                slow.add(WireWorld.greeted(wire).joins("flood"));
            }
            TopicName flood = new TopicName("app/app-id", "flood");
            assertThat(world.server.hub().members(flood)).isEqualTo(SLOW);
            long[] published = {0};
            long[] mostMemory = {0};
            await().atMost(Duration.ofSeconds(30))
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> {
                        for (int i = 0; i < 100; i++) {
                            if (world.pusher.trigger(world.app, "flood", "e", LARGE)) {
                                published[0]++;
                            }
                        }
                        mostMemory[0] =
                                Math.max(
                                        mostMemory[0],
                                        UnpooledByteBufAllocator.DEFAULT
                                                .metric()
                                                .usedDirectMemory());
                        return world.server.hub().members(flood) == 0;
                    });
            // Two logs of 4 MiB, and what was on its way to the loops (16 MiB each, on the heap).
            assertThat(mostMemory[0]).isLessThan(24 << 20);
            assertThat(published[0]).isGreaterThan(100);
            world.witnessesAreServed();
            slow.forEach(SlowReaderTest::endsWith4100OrIsCutOff);
            world.nothingElseIsLeft();
        }
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
            assertThat(cutOff)
                    .isInstanceOfAny(java.io.EOFException.class, java.net.SocketException.class);
        }
    }

    @Test
    void aReaderThatWakesUpInTimeSeesTheCloseCode() throws IOException {
        Limits limits = Limits.defaults().withBacklogBytes(64 << 10);
        try (WireWorld world =
                WireWorld.start(WireWorld.app().build(), "", server -> server.limits(limits))) {
            WireClient wire = WireClient.connect(world.port, 8 << 10);
            assertThat(wire.upgrade("/app/app-key", "").status()).isEqualTo(101);
            Client slow = WireWorld.greeted(wire).joins("flood");
            TopicName flood = new TopicName("app/app-id", "flood");
            await().atMost(Duration.ofSeconds(30))
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> {
                        for (int i = 0; i < 20; i++) {
                            world.pusher.trigger(world.app, "flood", "e", LARGE);
                        }
                        return world.server.hub().members(flood) == 0;
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
