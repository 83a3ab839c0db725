package dev.resound.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.resound.core.Close;
import dev.resound.core.Connection;
import dev.resound.core.Envelope;
import dev.resound.core.Frame;
import dev.resound.core.Hub;
import dev.resound.core.Member;
import dev.resound.core.TopicName;
import dev.resound.core.WireFormat;
import dev.resound.testkit.WireClient;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Peers that read late or never, beside others that keep up. One loop, so that all share one log.
 */
class SlowPeerTest {
    private static final WireFormat FORMAT = envelope -> List.of(Frame.text(envelope.data()));
    private static final TopicName ROOM = new TopicName("test", "room");
    private static final TopicName OTHER = new TopicName("test", "other");
    private static final int BLOCK_BYTES = 16 << 10;

    /** Text that compression shrinks by a quarter, no more. */
    private static final String NOISE = noise(400_000);

    private final Hub hub = new Hub();
    private final ScriptedProtocol protocol = new ScriptedProtocol();
    private final List<Peer> peers = new ArrayList<>();

    @SuppressWarnings("NullAway.Init")
    private Resound server;

    private record Peer(WireClient client, Connection connection, List<String> expected) {}

    private void start(int backlogBytes, int logBytes) throws IOException {
        Limits usual = Limits.defaults();
        var limits =
                new Limits(
                        usual.http(),
                        usual.requestHeadTime(),
                        usual.requestBodyTime(),
                        usual.keepAliveTime(),
                        backlogBytes,
                        logBytes,
                        0,
                        0,
                        usual.connections());
        server =
                Resound.builder()
                        .port(0)
                        .loops(1)
                        .limits(limits)
                        .hub(hub)
                        .protocol(protocol)
                        .start();
    }

    @AfterEach
    void stop() throws IOException {
        for (Peer peer : peers) {
            peer.client.close();
        }
        server.close();
    }

    /** A peer whose kernel takes little while it does not read. */
    private Peer slow() throws Exception {
        return slow("");
    }

    private Peer slow(String headers) throws Exception {
        return open(WireClient.connect(server.port(), 4 << 10), headers);
    }

    private Peer open(WireClient client) throws Exception {
        return open(client, "");
    }

    private Peer open(WireClient client, String headers) throws Exception {
        assertThat(client.upgrade("/", headers).status()).isEqualTo(101);
        Peer peer = new Peer(client, ScriptedProtocol.take(protocol.opened), new ArrayList<>());
        peers.add(peer);
        return peer;
    }

    private void onLoop(Runnable steps) {
        ScriptedProtocol.inOneTurn(peers.getFirst().connection, steps);
    }

    private void publish(TopicName topic, String text, @Nullable Connection except) {
        byte[] data = text.getBytes(StandardCharsets.UTF_8);
        var envelope = new Envelope(topic, "", Envelope.Kind.TEXT, data, null);
        assertThat(hub.publish(envelope, except)).isTrue();
    }

    private static String block(int number) {
        return number + " " + "x".repeat(BLOCK_BYTES);
    }

    /** Reads blocks 0, 1, 2 … up to the close frame; returns how many came. */
    private static int readBlocksToClose(WireClient client, Close close) throws IOException {
        int blocks = 0;
        while (true) {
            WireClient.Received frame = client.receive();
            if (frame.opcode() == WireClient.CLOSE) {
                assertThat(frame.closeCode()).isEqualTo(close.code());
                assertThat(frame.closeReason()).isEqualTo(close.reason());
                return blocks;
            }
            assertThat(frame.text()).startsWith(blocks + " ").hasSize(block(blocks).length());
            blocks++;
        }
    }

    private static void assertEndOfStream(WireClient client) throws IOException {
        assertThat(client.input().read()).as("end of the stream").isEqualTo(-1);
    }

    // ---- everything, in order

    /**
     * What everybody receives, compressed or not, against a model, while some do not read for long.
     */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void laggardsGetEverythingInOrderAndDisturbNobody(long seed) throws Exception {
        start(16 << 20, 16 << 20);
        Random random = new Random(seed);
        List<TopicName> topics = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            topics.add(new TopicName("test", "topic " + i));
        }
        Peer[] slow = {slow(), slow(ScriptedProtocol.OFFER)};
        List<CompletableFuture<List<String>>> readers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            String headers = i == 0 ? "" : ScriptedProtocol.OFFER;
            WireClient client = open(WireClient.connect(server.port()), headers).client;
            readers.add(reading(client));
        }
        @Nullable Member[][] members = new Member[peers.size()][topics.size()];
        for (int round = 0; round < 3; round++) {
            int[] number = new int[1];
            var lagged = new AtomicBoolean();
            for (int turn = 0; turn < 200 && !(turn > 100 && lagged.get()); turn++) {
                onLoop(() -> {
                    for (int step = random.nextInt(12); step >= 0; step--) {
                        step(random, topics, members, number[0]++);
                    }
                    lagged.set(
                            slow[0].connection.backlogBytes() > 100_000
                                    && slow[1].connection.backlogBytes() > 100_000);
                });
            }
            assertThat(lagged).as("slow peers lag").isTrue();
            for (Peer laggard : slow) {
                onLoop(() -> send(laggard, "(pause)"));
                for (String expected : laggard.expected) {
                    assertThat(laggard.client.receiveText()).isEqualTo(expected);
                }
                laggard.expected.clear();
            }
            ScriptedProtocol.take(protocol.drained);
            ScriptedProtocol.take(protocol.drained);
        }
        onLoop(() -> peers.forEach(peer -> send(peer, "(end)")));
        for (int i = 0; i < readers.size(); i++) {
            assertThat(readers.get(i).get(10, TimeUnit.SECONDS))
                    .isEqualTo(peers.get(i + slow.length).expected);
        }
        for (Peer laggard : slow) {
            assertThat(laggard.client.receiveText()).isEqualTo("(end)");
        }
    }

    private static CompletableFuture<List<String>> reading(WireClient client) {
        return CompletableFuture.supplyAsync(
                () -> {
                    List<String> received = new ArrayList<>();
                    try {
                        do {
                            received.add(client.receiveText());
                        } while (!received.getLast().equals("(end)"));
                    } catch (IOException broken) {
                        received.add(broken.toString());
                    }
                    return received;
                },
                task -> Thread.ofVirtual().start(task));
    }

    private void step(
            Random random, List<TopicName> topics, @Nullable Member[][] members, int number) {
        int who = random.nextInt(peers.size());
        int topic = random.nextInt(topics.size());
        Member member = members[who][topic];
        switch (random.nextInt(8)) {
            case 0, 1 -> {
                if (member == null) {
                    members[who][topic] =
                            hub.join(topics.get(topic), peers.get(who).connection, FORMAT);
                }
            }
            case 2 -> {
                if (member != null && random.nextInt(3) == 0) {
                    hub.leave(member);
                    members[who][topic] = null;
                }
            }
            case 3 -> send(peers.get(who), text(random, number));
            default -> {
                String text = text(random, number);
                Peer except = random.nextInt(3) == 0 ? peers.get(who) : null;
                publish(topics.get(topic), text, except == null ? null : except.connection);
                for (int i = 0; i < peers.size(); i++) {
                    if (members[i][topic] != null && peers.get(i) != except) {
                        peers.get(i).expected.add(text);
                    }
                }
            }
        }
    }

    private static void send(Peer peer, String text) {
        assertThat(peer.connection.send(Frame.text(text))).isNotEqualTo(Connection.Sent.CLOSED);
        peer.expected.add(text);
    }

    private static String noise(int length) {
        byte[] noise = new byte[length];
        new Random(length).nextBytes(noise);
        for (int i = 0; i < length; i++) {
            noise[i] = (byte) ('0' + (noise[i] & 63));
        }
        return new String(noise, StandardCharsets.US_ASCII);
    }

    private static String text(Random random, int number) {
        int bound =
                switch (random.nextInt(40)) {
                    case 0 -> 200_000; // larger than a chunk of the log
                    case 1, 2 -> 70_000;
                    default -> 4_000;
                };
        int start = random.nextInt(NOISE.length());
        int length = Math.min(random.nextInt(bound), NOISE.length() - start);
        return number + " " + NOISE.substring(start, start + length);
    }

    // ---- too far behind

    @Test
    void aBacklogAboveTheLimitEndsTheConnectionAndTheOthersHearEverything() throws Exception {
        start(256 << 10, 4 << 20);
        Peer slow = slow();
        Peer well = open(WireClient.connect(server.port()));
        onLoop(() -> {
            hub.join(ROOM, slow.connection, FORMAT);
            hub.join(ROOM, well.connection, FORMAT);
        });
        int published = 0;
        while (protocol.closed.isEmpty()) {
            String block = block(published);
            onLoop(() -> publish(ROOM, block, null));
            assertThat(well.client.receiveText()).isEqualTo(block);
            published++;
            assertThat(published).as("blocks published before the close").isLessThan(1_000);
        }
        assertThat(protocol.closed.take()).isEqualTo(ScriptedProtocol.OVERFLOW);
        int got = readBlocksToClose(slow.client, ScriptedProtocol.OVERFLOW);
        assertThat(got).isBetween(1, published - 1);
        slow.client.close(ScriptedProtocol.OVERFLOW.code(), "");
        assertEndOfStream(slow.client);
        onLoop(() -> publish(ROOM, "after", null));
        assertThat(well.client.receiveText()).isEqualTo("after");
    }

    @Test
    void aBurstInOneTurnIsHeldAgainstTheLimitToo() throws Exception {
        start(256 << 10, 4 << 20);
        Peer slow = slow();
        var told = new AtomicBoolean();
        onLoop(() -> {
            for (int i = 0; i < 2_000; i++) {
                told.compareAndSet(
                        false,
                        slow.connection.send(Frame.text(block(i))) == Connection.Sent.LAGGING);
            }
        });
        assertThat(told).as("sends of 32 MB in one turn told that the peer lags").isTrue();
        assertThat(ScriptedProtocol.take(protocol.closed)).isEqualTo(ScriptedProtocol.OVERFLOW);
        assertThat(readBlocksToClose(slow.client, ScriptedProtocol.OVERFLOW)).isLessThan(1_000);
    }

    /** Sends it numbered blocks until it lags; returns how many. */
    private int lag(Peer slow) {
        int[] sent = new int[1];
        var lagging = new AtomicBoolean();
        while (!lagging.get()) {
            onLoop(() ->
                    lagging.set(
                            slow.connection.send(Frame.text(block(sent[0]++)))
                                    == Connection.Sent.LAGGING));
        }
        return sent[0];
    }

    /** Somebody else is sent half as much again as the log holds. */
    private void logGoesRound(Peer well, int logBytes) throws IOException {
        for (int i = 0; i < logBytes * 3 / 2 / BLOCK_BYTES; i++) {
            String block = block(i);
            onLoop(() -> publish(OTHER, block, null));
            assertThat(well.client.receiveText()).isEqualTo(block);
        }
    }

    @Test
    void aLaggardThatTheLogOvertakesIsClosed() throws Exception {
        start(1 << 20, 1 << 20);
        Peer slow = slow();
        Peer well = open(WireClient.connect(server.port()));
        onLoop(() -> hub.join(OTHER, well.connection, FORMAT));
        int sent = lag(slow);
        onLoop(() -> {
            for (int i = 0; i < 5; i++) {
                slow.connection.send(Frame.text(block(sent + i)));
            }
        });
        logGoesRound(well, 1 << 20);
        assertThat(ScriptedProtocol.take(protocol.closed)).isEqualTo(ScriptedProtocol.OVERFLOW);
        assertThat(readBlocksToClose(slow.client, ScriptedProtocol.OVERFLOW)).isLessThan(sent + 5);
        slow.client.close(ScriptedProtocol.OVERFLOW.code(), "");
        assertEndOfStream(slow.client);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ScriptedProtocol.OFFER})
    void aLaggardThatIsOwedLittleLosesNothingHoweverOftenTheLogGoesRound(String headers)
            throws Exception {
        int logBytes = 256 << 10;
        start(logBytes, logBytes);
        Peer slow = slow(headers);
        Peer well = open(WireClient.connect(server.port()), headers);
        onLoop(() -> hub.join(OTHER, well.connection, FORMAT));
        // Often enough to show that what was granted for copies is given back.
        for (int round = 0; round < 10; round++) {
            List<String> owed = lagWithNoise(slow);
            for (int i = 0; i < 3; i++) {
                String more = i + NOISE.substring(i, i + 14_000);
                owed.add(more);
                onLoop(() -> slow.connection.send(Frame.text(more)));
                logGoesRound(well, logBytes);
            }
            assertThat(protocol.closed).isEmpty();
            for (String text : owed) {
                assertThat(slow.client.receiveText()).isEqualTo(text);
            }
            ScriptedProtocol.take(protocol.drained);
        }
    }

    /** As {@link #lag}, with what compression hardly shrinks. */
    private List<String> lagWithNoise(Peer slow) {
        List<String> sent = new ArrayList<>();
        var lagging = new AtomicBoolean();
        while (!lagging.get()) {
            int start = sent.size() % 1_000;
            String text = sent.size() + NOISE.substring(start, start + BLOCK_BYTES);
            sent.add(text);
            onLoop(() ->
                    lagging.set(slow.connection.send(Frame.text(text)) == Connection.Sent.LAGGING));
        }
        return sent;
    }

    @Test
    void laggardsTogetherAreNotGivenMoreThanTheLogHolds() throws Exception {
        start(1 << 20, 1 << 20);
        int laggards = 30;
        List<Integer> sent = new ArrayList<>();
        for (int i = 0; i < laggards; i++) {
            Peer slow = slow();
            int blocks = lag(slow);
            onLoop(() -> {
                slow.connection.send(Frame.text(block(blocks)));
                slow.connection.send(Frame.text(block(blocks + 1)));
            });
            sent.add(blocks + 2); // of which it is owed three blocks, 48 KiB
        }
        Peer well = open(WireClient.connect(server.port()));
        onLoop(() -> hub.join(OTHER, well.connection, FORMAT));
        logGoesRound(well, 1 << 20);
        onLoop(() -> publish(OTHER, "all were judged", null));
        assertThat(well.client.receiveText()).isEqualTo("all were judged");
        int mostKept = (1 << 20) / (3 * BLOCK_BYTES);
        assertThat(protocol.closed).hasSize(laggards - mostKept);
        int kept = 0;
        for (int i = 0; i < laggards; i++) {
            WireClient client = peers.get(i).client;
            if (peers.get(i).connection.isOpen()) {
                kept++;
                for (int block = 0; block < sent.get(i); block++) {
                    assertThat(client.receiveText()).startsWith(block + " ");
                }
            } else {
                readBlocksToClose(client, ScriptedProtocol.OVERFLOW);
            }
        }
        assertThat(kept).isEqualTo(mostKept);
    }

    @Test
    void aLaggardThatNeverReadsAgainIsCutOff() throws Exception {
        start(256 << 10, 4 << 20);
        Peer slow = slow();
        int[] sent = new int[1];
        while (protocol.closed.isEmpty()) {
            onLoop(() -> slow.connection.send(Frame.text(block(sent[0]++))));
            assertThat(sent[0]).as("16 KiB blocks sent before the close").isLessThan(1_000);
        }
        assertThat(protocol.closed.take()).isEqualTo(ScriptedProtocol.OVERFLOW);
        await().untilAsserted(() -> assertThat(server.connections()).isZero());
    }

    // ---- endings with a backlog

    @Test
    void aCloseOfOursFollowsTheBacklog() throws Exception {
        start(4 << 20, 4 << 20);
        Peer slow = slow();
        onLoop(() -> {
            for (int i = 0; i < 100; i++) {
                slow.connection.send(Frame.text(block(i)));
            }
            slow.connection.close(new Close(4001, "that was all"));
        });
        int blocks = readBlocksToClose(slow.client, new Close(4001, "that was all"));
        assertThat(blocks).isEqualTo(100);
        slow.client.close(4001, "");
        assertEndOfStream(slow.client);
    }

    @Test
    void theAnswerToAPeersCloseFollowsTheBacklogAndEndsTheStreamAtOnce() throws Exception {
        start(4 << 20, 4 << 20);
        Peer slow = slow();
        onLoop(() -> {
            for (int i = 0; i < 100; i++) {
                slow.connection.send(Frame.text(block(i)));
            }
        });
        slow.client.close(3001, "");
        long start = System.nanoTime();
        assertThat(readBlocksToClose(slow.client, new Close(3001, ""))).isEqualTo(100);
        assertEndOfStream(slow.client);
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isLessThan(Duration.ofMillis(1_900));
    }

    @Test
    void aDisconnectFollowsTheBacklogWithoutACloseFrame() throws Exception {
        start(4 << 20, 4 << 20);
        Peer slow = slow();
        onLoop(() -> {
            for (int i = 0; i < 100; i++) {
                slow.connection.send(Frame.text(block(i)));
            }
            slow.connection.disconnect();
        });
        for (int i = 0; i < 100; i++) {
            assertThat(slow.client.receiveText()).startsWith(i + " ");
        }
        assertEndOfStream(slow.client);
    }

    // ---- memory

    @Test
    void laggardsShareTheLogAndGiveItBackWhenTheyAreGone() throws Exception {
        start(16 << 20, 16 << 20);
        long before = UnpooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
        int laggards = 20;
        for (int i = 0; i < laggards; i++) {
            Peer slow = slow();
            onLoop(() -> hub.join(ROOM, slow.connection, FORMAT));
        }
        // How much the kernel takes of it first is up to the kernel: a few megabytes at most.
        var backlogs = new AtomicLong();
        for (int i = 0; backlogs.get() <= laggards * (1L << 20); i++) {
            assertThat(i).as("blocks published").isLessThan(600);
            String block = block(i);
            onLoop(() -> {
                publish(ROOM, block, null);
                backlogs.set(
                        peers.stream().mapToLong(peer -> peer.connection.backlogBytes()).sum());
            });
        }
        assertThat(UnpooledByteBufAllocator.DEFAULT.metric().usedDirectMemory() - before)
                .as("direct memory for all of them")
                .isLessThan(12 << 20);
        for (Peer peer : peers) {
            peer.client.reset();
        }
        await().untilAsserted(() -> assertThat(server.connections()).isZero());
        await().untilAsserted(() ->
                assertThat(UnpooledByteBufAllocator.DEFAULT.metric().usedDirectMemory() - before)
                        .as("direct memory when they are gone")
                        .isLessThan(512 << 10));
    }
}
