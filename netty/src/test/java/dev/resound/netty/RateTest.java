package dev.resound.netty;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.resound.core.Close;
import dev.resound.core.socket.SocketEndpoint;
import dev.resound.testkit.WireClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Peers that send faster than they may. */
class RateTest {
    private static final int PER_SECOND = 200;

    private final List<String> heard = Collections.synchronizedList(new ArrayList<>());
    private final LinkedBlockingQueue<Close> closed = new LinkedBlockingQueue<>();

    @SuppressWarnings("NullAway.Init")
    private Resound server;

    @BeforeEach
    void start() throws IOException {
        Limits usual = Limits.defaults();
        var limits =
                new Limits(
                        usual.http(),
                        usual.requestHeadTime(),
                        usual.requestBodyTime(),
                        usual.keepAliveTime(),
                        usual.backlogBytes(),
                        usual.logBytes(),
                        PER_SECOND,
                        PER_SECOND,
                        usual.connections());
        server =
                Resound.builder()
                        .port(0)
                        .loops(1)
                        .limits(limits)
                        .webSocket(
                                "/",
                                SocketEndpoint.accepting(request -> "")
                                        .onLoop()
                                        .deflate()
                                        .text((socket, text) -> {
                                            heard.add(text);
                                            if (text.equals("close")) {
                                                socket.close(new Close(4001, ""));
                                            } else {
                                                socket.send(text);
                                            }
                                        })
                                        .close((socket, how) -> closed.add(how))
                                        .build())
                        .start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static Duration since(long startNanos) {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }

    private static byte[] messages(int count) {
        var frames = new FrameBytes();
        for (int i = 0; i < count; i++) {
            frames.text("message " + i);
        }
        return frames.bytes();
    }

    @Test
    void messagesWithinTheBurstAreNotHeldUp() throws IOException {
        try (WireClient client = WireClient.open(server.port(), "/")) {
            long start = System.nanoTime();
            client.send(messages(2 * PER_SECOND));
            for (int i = 0; i < 2 * PER_SECOND; i++) {
                assertThat(client.receiveText()).isEqualTo("message " + i);
            }
            assertThat(since(start)).isLessThan(Duration.ofSeconds(2));
        }
    }

    @Test
    void messagesBeyondTheRateAreHeldUpAndNoneIsLost() throws IOException {
        int messages = 5 * PER_SECOND;
        try (WireClient client = WireClient.open(server.port(), "/");
                WireClient other = WireClient.open(server.port(), "/")) {
            long start = System.nanoTime();
            client.send(messages(messages)).frame(true, WireClient.PING, new byte[] {1});
            other.text("beside it");
            assertThat(other.receiveText()).isEqualTo("beside it");
            assertThat(since(start)).isLessThan(Duration.ofSeconds(1));
            for (int i = 0; i < messages; i++) {
                assertThat(client.receiveText()).isEqualTo("message " + i);
            }
            assertThat(client.receive().opcode()).isEqualTo(WireClient.PONG);
            assertThat(since(start))
                    .as("five seconds' worth, with a burst of two")
                    .isBetween(Duration.ofMillis(2_500), Duration.ofSeconds(5));
            client.close(1000, "");
            assertThat(client.receiveClose().closeCode()).isEqualTo(1000);
        }
    }

    @Test
    void whatCompressedMessagesInflateToCountsAsMessages() throws IOException {
        String large = "x".repeat(256 << 10); // seventeen messages' worth in 300 bytes
        byte[] frame = new FrameBytes().frame(0xc1, Zlib.deflate(large.getBytes(UTF_8))).bytes();
        int messages = 5 * PER_SECOND / 17;
        try (WireClient client = WireClient.open(server.port(), "/", ScriptedProtocol.OFFER);
                WireClient other = WireClient.open(server.port(), "/")) {
            long start = System.nanoTime();
            for (int i = 0; i < messages; i++) {
                client.send(frame);
            }
            other.text("beside it");
            assertThat(other.receiveText()).isEqualTo("beside it");
            for (int i = 0; i < messages; i++) {
                assertThat(client.receiveText()).isEqualTo(large);
            }
            assertThat(since(start))
                    .as("five seconds' worth, with a burst of two")
                    .isBetween(Duration.ofMillis(2_500), Duration.ofSeconds(6));
        }
    }

    @Test
    void messagesBeyondTheRateAreNotLostWhenTheirSenderGoesAway() throws Exception {
        int messages = 4 * PER_SECOND;
        try (WireClient client = WireClient.open(server.port(), "/")) {
            client.send(messages(messages)).close(1000, "done").endOutput();
            await().untilAsserted(() -> assertThat(heard).hasSize(messages));
            assertThat(heard.getLast()).isEqualTo("message " + (messages - 1));
            assertThat(closed.take()).isEqualTo(new Close(1000, "done"));
        }
    }

    @Test
    void aCloseOfOursDoesNotWaitForAPausedPeer() throws IOException {
        try (WireClient client = WireClient.open(server.port(), "/")) {
            client.send(messages(2 * PER_SECOND - 1)).text("close").send(messages(PER_SECOND));
            for (int i = 0; i < 2 * PER_SECOND - 1; i++) {
                assertThat(client.receiveText()).isEqualTo("message " + i);
            }
            assertThat(client.receive().closeCode()).isEqualTo(4001);
            client.close(4001, "");
            assertThat(client.input().read()).isEqualTo(-1);
            assertThat(heard).hasSize(2 * PER_SECOND);
        }
    }

    @Test
    void aFloodOfPingsIsHeldUpAndAllAreAnswered() throws IOException {
        int pings = 7 * PER_SECOND;
        try (WireClient client = WireClient.open(server.port(), "/");
                WireClient other = WireClient.open(server.port(), "/")) {
            var frames = new FrameBytes();
            for (int i = 0; i < pings; i++) {
                frames.ping("ping " + i);
            }
            long start = System.nanoTime();
            client.send(frames.bytes());
            other.text("beside it");
            assertThat(other.receiveText()).isEqualTo("beside it");
            assertThat(since(start)).isLessThan(Duration.ofSeconds(1));
            for (int i = 0; i < pings; i++) {
                assertThat(new String(client.receive().payload(), UTF_8)).isEqualTo("ping " + i);
            }
            assertThat(since(start))
                    .as("seven seconds' worth, with a burst of five")
                    .isBetween(Duration.ofMillis(1_500), Duration.ofSeconds(5));
        }
    }

    // ---- the arithmetic

    @Test
    void aFloodOfControlFramesThatGoesOnForTenSecondsIsOne() {
        var rate = new InboundRate();
        long now = 1_000_000;
        long end = now + 9_000;
        while (now < end) {
            now += Math.max(1, rate.control(now, 100));
            assertThat(rate.isFlooded(now)).isFalse();
        }
        end = now + 20_000;
        while (now < end && !rate.isFlooded(now)) {
            now += Math.max(1, rate.control(now, 100));
        }
        assertThat(now).as("about ten seconds after the burst").isLessThan(end - 15_000);
    }

    @Test
    void burstsOfControlFramesNowAndThenAreNoFlood() {
        var rate = new InboundRate();
        long now = 1_000_000;
        for (int i = 0; i < 100; i++) {
            for (int j = 0; j < 510; j++) {
                rate.control(now, 100);
            }
            assertThat(rate.isFlooded(now)).isFalse();
            now += 6_000;
        }
    }

    @Test
    void theLimitItselfIsWithinTheLimit() {
        var rate = new InboundRate();
        for (int i = 0; i < 2_000; i++) {
            assertThat(rate.message(5_000, 1_000)).isZero();
        }
        assertThat(rate.message(5_000, 1_000)).isPositive();
        assertThat(rate.message(5_000 + 60_000, 1_000)).isZero();
    }

    @Test
    void aRateOfZeroIsNoLimit() {
        var rate = new InboundRate();
        for (int i = 0; i < 100_000; i++) {
            assertThat(rate.message(1, 0)).isZero();
            assertThat(rate.control(1, 0)).isZero();
        }
    }
}
