package dev.resound.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.core.Close;
import dev.resound.core.Connection;
import dev.resound.core.Envelope;
import dev.resound.core.Frame;
import dev.resound.core.Hub;
import dev.resound.core.Member;
import dev.resound.core.TopicName;
import dev.resound.core.WireFormat;
import dev.resound.testkit.WireClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What connections receive when much happens in one turn of their loop, where the writer puts
 * writing off: the same, in the same order, as if every step had written at once. Every other peer
 * takes compressed messages, which is for its connection and the test's client to know.
 */
class TurnOrderTest {
    private static final int PEERS = 5;
    private static final int TOPICS = 4;
    private static final WireFormat FORMAT = envelope -> List.of(Frame.text(envelope.data()));

    private final Hub hub = new Hub();
    private final ScriptedProtocol protocol = new ScriptedProtocol();
    private final List<WireClient> clients = new ArrayList<>();
    private final List<Peer> peers = new ArrayList<>();

    @SuppressWarnings("NullAway.Init")
    private Resound server;

    /** A connection with its memberships, and what it should have received so far. */
    private static final class Peer {
        final Connection connection;
        final @Nullable Member[] members = new Member[TOPICS];
        final List<String> expected = new ArrayList<>();

        Peer(Connection connection) {
            this.connection = connection;
        }
    }

    @BeforeEach
    void start() throws Exception {
        server = Resound.builder().port(0).loops(1).hub(hub).protocol(protocol).start();
        for (int i = 0; i < PEERS; i++) {
            String headers = i % 2 == 0 ? "" : ScriptedProtocol.OFFER;
            clients.add(WireClient.open(server.port(), "/", headers));
            peers.add(new Peer(ScriptedProtocol.take(protocol.opened)));
        }
    }

    @AfterEach
    void stop() throws IOException {
        for (WireClient client : clients) {
            client.close();
        }
        server.close();
    }

    // ---- steps; each does what it says, and writes down who should receive what

    private void join(int peer, int topic) {
        Peer who = peers.get(peer);
        if (who.members[topic] == null) {
            who.members[topic] = hub.join(name(topic), who.connection, FORMAT);
        }
    }

    private void leave(int peer, int topic) {
        Peer who = peers.get(peer);
        Member member = who.members[topic];
        if (member != null) {
            who.members[topic] = null;
            hub.leave(member);
        }
    }

    private void publish(int topic, String text, int except) {
        byte[] data = text.getBytes(StandardCharsets.UTF_8);
        var envelope = new Envelope(name(topic), "", Envelope.Kind.TEXT, data, null);
        assertThat(hub.publish(envelope, except < 0 ? null : peers.get(except).connection))
                .isTrue();
        for (int i = 0; i < PEERS; i++) {
            if (i != except && peers.get(i).members[topic] != null) {
                peers.get(i).expected.add(text);
            }
        }
    }

    private void send(int peer, String text) {
        Peer who = peers.get(peer);
        assertThat(who.connection.send(Frame.text(text))).isNotEqualTo(Connection.Sent.CLOSED);
        who.expected.add(text);
    }

    private void ping(int peer) {
        Peer who = peers.get(peer);
        who.connection.ping();
        who.expected.add("(ping)");
    }

    private static TopicName name(int topic) {
        return new TopicName("test", "topic " + topic);
    }

    private void inOneTurn(Runnable steps) {
        ScriptedProtocol.inOneTurn(peers.getFirst().connection, steps);
    }

    /** Everybody received what they should have, and nothing else. */
    private void check() throws IOException {
        inOneTurn(() -> {
            for (int i = 0; i < PEERS; i++) {
                send(i, "(end)");
            }
        });
        for (int i = 0; i < PEERS; i++) {
            List<String> received = new ArrayList<>();
            do {
                WireClient.Received frame = clients.get(i).receive();
                received.add(frame.opcode() == WireClient.PING ? "(ping)" : frame.text());
            } while (!received.getLast().equals("(end)"));
            assertThat(received).as("peer %d", i).isEqualTo(peers.get(i).expected);
            peers.get(i).expected.clear();
        }
    }

    // ---- single behaviours

    @Test
    void aMemberThatLeavesInTheSameTurnGetsWhatWasPublishedBefore() throws IOException {
        inOneTurn(() -> {
            join(0, 0);
            join(1, 0);
            join(2, 0);
            publish(0, "before", -1);
            leave(0, 0);
            publish(0, "after", -1);
            leave(2, 0);
            publish(0, "last", -1);
        });
        assertThat(peers.get(0).expected).containsExactly("before");
        check();
    }

    @Test
    void aJoinerGetsNothingPublishedBeforeItsJoin() throws IOException {
        inOneTurn(() -> {
            join(0, 0);
            publish(0, "early", -1);
            join(1, 0);
            publish(0, "late", -1);
            join(2, 0);
        });
        assertThat(peers.get(1).expected).containsExactly("late");
        assertThat(peers.get(2).expected).isEmpty();
        check();
    }

    @Test
    void whoLeavesAndComesBackMissesWhatWasPublishedInBetween() throws IOException {
        inOneTurn(() -> {
            join(0, 0);
            join(1, 0);
            publish(0, "one", -1);
            leave(0, 0);
            publish(0, "two", -1);
            join(0, 0);
            publish(0, "three", -1);
        });
        assertThat(peers.get(0).expected).containsExactly("one", "three");
        check();
    }

    @Test
    void aTopicThatEmptiesAndFillsInOneTurnStartsAfresh() throws IOException {
        inOneTurn(() -> {
            join(0, 0);
            publish(0, "one", -1);
            leave(0, 0);
            join(0, 0);
            publish(0, "two", -1);
            leave(0, 0);
            publish(0, "nobody hears this", -1);
            join(1, 0);
            publish(0, "three", -1);
        });
        check();
    }

    @Test
    void directSendsKeepTheirPlaceBetweenPublishes() throws IOException {
        inOneTurn(() -> {
            join(0, 0);
            join(1, 0);
            publish(0, "a", -1);
            send(0, "b");
            publish(0, "c", 1);
            ping(1);
            publish(0, "d", 0);
            send(1, "e");
            publish(0, "f", -1);
        });
        check();
    }

    @Test
    void topicsThatTakeTurnsKeepTheirOrder() throws IOException {
        inOneTurn(() -> {
            for (int peer = 0; peer < PEERS; peer++) {
                for (int topic = 0; topic < TOPICS; topic++) {
                    join(peer, topic);
                }
            }
            for (int i = 0; i < 2_000; i++) {
                publish(i % TOPICS, "item " + i, i % (PEERS + 1) - 1);
            }
        });
        check();
    }

    @Test
    void manyExceptionsInOneRunAreHonoured() throws IOException {
        inOneTurn(() -> {
            for (int peer = 0; peer < PEERS; peer++) {
                join(peer, 0);
            }
            for (int i = 0; i < 3_000; i++) { // far more parts than a run holds
                publish(0, "item " + i, i % PEERS);
            }
        });
        check();
    }

    @Test
    void aRunMayBeLongerThanAChunkOfTheLog() throws IOException {
        String large = "x".repeat(50_000);
        inOneTurn(() -> {
            join(0, 0);
            join(1, 0);
            for (int i = 0; i < 20; i++) {
                publish(0, i + large, -1);
            }
            publish(0, "y".repeat(300_000), 0);
            publish(0, "small", -1);
        });
        check();
    }

    @Test
    void aPeerClosedInTheMidstOfARunGetsWhatCameBefore() throws IOException {
        inOneTurn(() -> {
            join(0, 0);
            join(1, 0);
            publish(0, "before", -1);
            peers.get(1).connection.close(new Close(4000, "enough"));
            leave(1, 0);
            publish(0, "after", -1);
            assertThat(peers.get(1).connection.send(Frame.text("dropped")))
                    .isEqualTo(Connection.Sent.CLOSED);
        });
        WireClient closed = clients.get(1);
        assertThat(closed.receiveText()).isEqualTo("before");
        assertThat(closed.receive().closeCode()).isEqualTo(4000);
        assertThat(clients.get(0).receiveText()).isEqualTo("before");
        assertThat(clients.get(0).receiveText()).isEqualTo("after");
    }

    // ---- against the model

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void randomScriptsEqualTheSequentialModel(long seed) throws IOException {
        Random random = new Random(seed);
        int[] count = new int[1];
        for (int round = 0; round < 20; round++) {
            for (int turns = random.nextInt(3); turns >= 0; turns--) {
                int steps = 1 + random.nextInt(80);
                inOneTurn(() -> {
                    for (int step = 0; step < steps; step++) {
                        step(random, count[0]++);
                    }
                });
            }
            check();
        }
    }

    private void step(Random random, int number) {
        int peer = random.nextInt(PEERS);
        int topic = random.nextInt(TOPICS);
        switch (random.nextInt(10)) {
            case 0, 1 -> join(peer, topic);
            case 2 -> leave(peer, topic);
            case 3 -> send(peer, text(random, number));
            case 4 -> ping(peer);
            default -> {
                // Mostly one topic several times running: the case the writer is made for.
                for (int i = random.nextInt(4); i >= 0; i--) {
                    int except = random.nextInt(3) == 0 ? random.nextInt(PEERS) : -1;
                    publish(topic, i + " of " + text(random, number), except);
                }
            }
        }
    }

    private static String text(Random random, int number) {
        int size = random.nextInt(30) == 0 ? random.nextInt(70_000) : random.nextInt(200);
        return number + "x".repeat(size);
    }
}
