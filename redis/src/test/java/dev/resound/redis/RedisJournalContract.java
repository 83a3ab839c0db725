package dev.resound.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.resound.core.Envelope;
import dev.resound.core.Journal;
import dev.resound.core.Journal.Entry;
import dev.resound.core.Journal.Limits;
import dev.resound.core.Journal.Past;
import dev.resound.core.Journal.Position;
import dev.resound.core.TopicName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** What the journal over Redis does for its nodes, whichever way that is run. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class RedisJournalContract {
    private static final Limits LIMITS = new Limits(100, 1 << 20, 60);
    private static final Duration LONG = Duration.ofSeconds(30);

    private final List<Node> nodes = new ArrayList<>();
    private int tests;

    /** How to reach it. */
    abstract RedisOptions options();

    private record Heard(String epoch, Entry entry, boolean deliveredHere) {
        String text() {
            return RedisJournalContract.text(entry);
        }
    }

    private final class Node implements Journal.Reader {
        final RedisLink link = RedisLink.open(options());
        final RedisJournal journal = RedisJournal.over(link, "allowed.journal");
        final BlockingQueue<Heard> heard = new LinkedBlockingQueue<>();
        final BlockingQueue<Past> past = new LinkedBlockingQueue<>();
        volatile int doubts;

        Node() {
            nodes.add(this);
            journal.connect("app/", this);
            await().atMost(LONG).until(() -> journal.isConnected() && doubts > 0);
        }

        @Override
        public boolean onEntry(String epoch, Entry entry, boolean deliveredHere) {
            return heard.add(new Heard(epoch, entry, deliveredHere));
        }

        @Override
        public void onPast(TopicName topic, Past found) {
            past.add(found);
        }

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // one thread's
        public void onDoubt() {
            doubts++;
        }

        CompletionStage<Void> append(TopicName topic, String text) {
            return journal.append(envelope(topic, text), null, LIMITS, Position.BEGINNING, false);
        }

        Heard next() throws InterruptedException {
            Heard next = heard.poll(20, TimeUnit.SECONDS);
            assertThat(next).as("an entry").isNotNull();
            return next;
        }

        Past read(TopicName topic, long after) throws InterruptedException {
            journal.read(topic, after, LIMITS);
            Past found = past.poll(20, TimeUnit.SECONDS);
            assertThat(found).as("what is kept").isNotNull();
            return found;
        }
    }

    private TopicName topic() {
        return new TopicName("app/7", "news}" + tests); // the brace must not mislead a cluster
    }

    private static Envelope envelope(TopicName topic, String text) {
        return Envelope.json(topic, "e", text.getBytes(UTF_8));
    }

    private static String text(Entry entry) {
        return new String(entry.envelope().data(), UTF_8);
    }

    @AfterEach
    void close() {
        tests++;
        for (Node node : nodes) {
            node.journal.close();
            node.link.close();
        }
        nodes.clear();
    }

    @Test
    void allNodesHearAllEntriesInOneOrder() throws Exception {
        List<Node> all = List.of(new Node(), new Node(), new Node());
        for (int i = 0; i < 300; i++) {
            all.get(i % 3).append(topic(), "\"" + i + "\"");
        }
        List<String> order = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            Heard first = all.getFirst().next();
            order.add(first.text());
            assertThat(first.entry().number()).isEqualTo(i + 1);
            assertThat(first.deliveredHere()).isFalse();
            for (Node other : all.subList(1, 3)) {
                Heard next = other.next();
                assertThat(next.text()).isEqualTo(first.text());
                assertThat(next.epoch()).isEqualTo(first.epoch());
                assertThat(next.entry().number()).isEqualTo(i + 1);
            }
        }
        for (int node = 0; node < 3; node++) {
            int one = node;
            assertThat(order)
                    .filteredOn(text -> Integer.parseInt(text.replace("\"", "")) % 3 == one)
                    .isSortedAccordingTo((a, b) ->
                            Integer.parseInt(a.replace("\"", ""))
                                    - Integer.parseInt(b.replace("\"", "")));
        }
    }

    @Test
    void whatIsKeptIsBoundedAndCanBeAskedFor() throws Exception {
        Node node = new Node();
        Node other = new Node();
        assertThat(node.read(topic(), 0).newest()).isZero();
        for (int i = 1; i <= 130; i++) {
            node.append(topic(), Integer.toString(i));
        }
        node.append(topic(), "131").toCompletableFuture().get(10, TimeUnit.SECONDS);
        Past past = other.read(topic(), 0);
        assertThat(past.newest()).isEqualTo(131);
        assertThat(past.entries()).hasSize(100);
        assertThat(past.entries().getFirst().number()).isEqualTo(32);
        assertThat(text(past.entries().getLast())).isEqualTo("131");
        assertThat(other.read(topic(), 129).entries())
                .extracting(Entry::number)
                .containsExactly(130L, 131L);
        var few = new Limits(100, 1_000, 60);
        String large = "\"" + "x".repeat(700) + "\"";
        for (int i = 0; i < 3; i++) {
            node.journal
                    .append(envelope(topic(), large), null, few, Position.BEGINNING, false)
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);
        }
        assertThat(other.read(topic(), 0).entries()).hasSize(1);
    }

    @Test
    void anAnswerComesBetweenTheEntriesBeforeAndAfterIt() throws Exception {
        Node node = new Node();
        for (int round = 0; round < 50; round++) {
            node.append(topic(), Integer.toString(round))
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);
            Past past = node.read(topic(), round);
            assertThat(past.newest()).isEqualTo(round + 1);
            assertThat(node.heard).as("heard before the answer").hasSize(round + 1);
        }
    }

    @Test
    void aHistoryThatEndsBeforeWhatWasHeardIsAnother() throws Exception {
        Node node = new Node();
        node.append(topic(), "1");
        Heard first = node.next();
        node.journal.append(
                envelope(topic(), "2"), "1.2", LIMITS, new Position(first.epoch(), 9), true);
        Heard second = node.next();
        assertThat(second.epoch()).isNotEqualTo(first.epoch());
        assertThat(second.deliveredHere()).isTrue();
        assertThat(second.entry().except()).isEqualTo("1.2");
        assertThat(node.read(topic(), 0).entries()).hasSize(1);
    }
}
