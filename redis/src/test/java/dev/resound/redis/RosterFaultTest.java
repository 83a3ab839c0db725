package dev.resound.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.resound.core.Roster;
import dev.resound.core.TopicName;
import dev.resound.testkit.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What those who watch are told when Redis fails: nothing, as long as nobody comes or goes. Each
 * fault hits three nodes with a hundred users each in twenty topics, all of which all watch. A
 * table with the figures goes to the standard output.
 */
@Timeout(120)
class RosterFaultTest {
    private static final int TOPICS = 20;
    private static final int USERS = 100; // of each node
    private static final Duration LONG = Duration.ofSeconds(40);
    private static final List<String> TABLE = new CopyOnWriteArrayList<>();

    @AfterAll
    static void print() {
        System.out.println(
                String.format(
                                "%n%-46s %8s %8s %10s %9s%n",
                                "fault", "members", "arrivals", "departures", "right s")
                        + String.join("\n", TABLE));
    }

    private static TopicName topic(int number) {
        return new TopicName("app/7", "presence-" + number);
    }

    /** One node, its users and what it was told of others. */
    private static final class Node implements Roster.Listener {
        final String name;
        final RedisLink link;
        final RedisRoster roster;
        final AtomicInteger arrivals = new AtomicInteger();
        final AtomicInteger departures = new AtomicInteger();

        Node(String name, RedisOptions options) throws Exception {
            this.name = name;
            link = RedisLink.open(options);
            roster = RedisRoster.over(link, "faults");
            roster.connect(this);
            await().atMost(LONG).until(roster::isConnected);
            for (int i = 0; i < TOPICS; i++) {
                roster.watch(topic(i)).toCompletableFuture().get(5, TimeUnit.SECONDS);
            }
        }

        void enter(int from, int to) {
            for (int i = from; i < to; i++) {
                String user = name + i;
                roster.join(topic(i % TOPICS), user, "{\"user_id\":\"" + user + "\"}");
                roster.members(topic(i % TOPICS), 0, members(to, i % TOPICS));
            }
        }

        private static int members(int users, int topic) {
            return (int) IntStream.range(0, users).filter(i -> i % TOPICS == topic).count();
        }

        @Override
        public void onMembers(TopicName topic, int elsewhere) {}

        @Override
        public void onArrival(TopicName topic, String user, String data) {
            arrivals.incrementAndGet();
        }

        @Override
        public void onDeparture(TopicName topic, String user) {
            departures.incrementAndGet();
        }

        @Override
        public void onTurn(Roster.Turn turn) {}

        @Override
        public boolean wantsTurns() {
            return true;
        }

        int seesUsers() {
            return IntStream.range(0, TOPICS)
                    .map(i -> roster.elsewhere(topic(i)).users().size())
                    .sum();
        }

        int seesMembers() {
            return IntStream.range(0, TOPICS).map(i -> roster.elsewhere(topic(i)).members()).sum();
        }
    }

    private static final class Cluster implements AutoCloseable {
        final List<Node> nodes = new ArrayList<>();

        Cluster(RedisServer redis) throws Exception {
            for (String name : List.of("a", "b", "c")) {
                nodes.add(new Node(name, RedisOptions.of(redis.url(0))));
            }
            nodes.forEach(node -> node.enter(0, USERS));
            nodes.forEach(node -> awaitSeen(node, 2 * USERS));
            nodes.forEach(node -> {
                node.arrivals.set(0);
                node.departures.set(0);
            });
        }

        void awaitSeen(Node node, int users) {
            await().pollInterval(Duration.ofMillis(20))
                    .atMost(LONG)
                    .untilAsserted(() -> {
                        assertThat(node.seesUsers()).isEqualTo(users);
                        assertThat(node.seesMembers()).isEqualTo(users);
                    });
        }

        /** Redis knows all, and everybody knows what it knows. */
        void awaitRight(int users) {
            await().pollInterval(Duration.ofMillis(50))
                    .atMost(LONG)
                    .untilAsserted(() -> {
                        for (Node node : nodes) {
                            var occupied =
                                    node.roster
                                            .occupied("app/7")
                                            .toCompletableFuture()
                                            .get(5, TimeUnit.SECONDS);
                            assertThat(occupied.complete()).isTrue();
                            assertThat(
                                            occupied.value().values().stream()
                                                    .mapToInt(Integer::intValue)
                                                    .sum())
                                    .isEqualTo(users);
                        }
                    });
            nodes.forEach(node -> awaitSeen(node, users));
        }

        void report(String fault, long sinceNanos) {
            TABLE.add(
                    String.format(
                            "%-46s %8d %8d %10d %9.1f",
                            fault,
                            3 * USERS,
                            nodes.stream().mapToInt(node -> node.arrivals.get()).sum(),
                            nodes.stream().mapToInt(node -> node.departures.get()).sum(),
                            (System.nanoTime() - sinceNanos) / 1e9));
        }

        void nobodyWasToldOfAnybody() {
            for (Node node : nodes) {
                assertThat(node.departures).hasValue(0);
                assertThat(node.arrivals).hasValue(0);
            }
        }

        @Override
        public void close() {
            nodes.forEach(node -> {
                node.roster.close();
                node.link.close();
            });
        }
    }

    /** Time passes under a fault; there is nothing that could be waited for. */
    private static void pass(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        await().atMost(time.plusSeconds(5)).until(() -> System.nanoTime() - end > 0);
    }

    @Test
    void redisComesBackEmpty() throws Exception {
        try (RedisServer redis = RedisServer.start();
                Cluster cluster = new Cluster(redis)) {
            redis.stop();
            redis.startAgain();
            long start = System.nanoTime();
            cluster.awaitRight(2 * USERS);
            cluster.report("restart of Redis, which keeps nothing", start);
            pass(Duration.ofSeconds(9)); // until what was put off until all are back is done
            cluster.nobodyWasToldOfAnybody();
            cluster.awaitRight(2 * USERS);
        }
    }

    @Test
    void redisIsAwayForLongerThanALease() throws Exception {
        try (RedisServer redis = RedisServer.start();
                Cluster cluster = new Cluster(redis)) {
            redis.kill();
            pass(Duration.ofSeconds(15));
            redis.startAgain();
            long start = System.nanoTime();
            cluster.awaitRight(2 * USERS);
            cluster.report("kill -9 of Redis, back empty after 15 s", start);
            pass(Duration.ofSeconds(9));
            cluster.nobodyWasToldOfAnybody();
        }
    }

    @Test
    void redisStandsStillForLongerThanALease() throws Exception {
        try (RedisServer redis = RedisServer.start();
                Cluster cluster = new Cluster(redis)) {
            redis.pause();
            pass(Duration.ofSeconds(14));
            redis.resume();
            long start = System.nanoTime();
            cluster.awaitRight(2 * USERS);
            cluster.report("SIGSTOP of Redis for 14 s", start);
            pass(Duration.ofSeconds(12)); // longer than a lease
            cluster.nobodyWasToldOfAnybody();
        }
    }

    @Test
    void redisLosesItsDataWhileItRuns() throws Exception {
        try (RedisServer redis = RedisServer.start();
                Cluster cluster = new Cluster(redis)) {
            redis.execute("FLUSHALL");
            long start = System.nanoTime();
            cluster.awaitRight(2 * USERS);
            cluster.report("FLUSHALL", start);
            pass(Duration.ofSeconds(9));
            cluster.nobodyWasToldOfAnybody();
        }
    }

    @Test
    void whatHappensWhileRedisIsAwayIsToldAfterwards() throws Exception {
        try (RedisServer redis = RedisServer.start();
                Cluster cluster = new Cluster(redis)) {
            Node moving = cluster.nodes.getFirst();
            redis.stop();
            moving.roster.leave(topic(0), "a0", "");
            moving.roster.members(topic(0), 5, 4);
            moving.roster.join(topic(1), "late", "{\"user_id\":\"late\"}");
            moving.roster.members(topic(1), 5, 6);
            redis.startAgain();
            for (Node node : cluster.nodes.subList(1, 3)) {
                await().atMost(LONG)
                        .until(() -> node.arrivals.get() == 1 && node.departures.get() == 1);
                assertThat(node.roster.elsewhere(topic(0)).users()).doesNotContainKey("a0");
                assertThat(node.roster.elsewhere(topic(1)).users()).containsKey("late");
            }
            assertThat(moving.arrivals).hasValue(0);
            assertThat(moving.departures).hasValue(0);
        }
    }

    @Test
    void aMessageThatIsMissedIsMadeUpFor() throws Exception {
        try (RedisServer redis = RedisServer.start();
                Cluster cluster = new Cluster(redis)) {
            Node moving = cluster.nodes.getFirst();
            for (int round = 0; round < 20; round++) {
                redis.execute("CLIENT KILL TYPE pubsub");
                moving.roster.join(topic(1), "new" + round, "{\"user_id\":\"new" + round + "\"}");
                moving.roster.members(topic(1), 5 + round, 6 + round);
            }
            long start = System.nanoTime();
            for (Node node : cluster.nodes.subList(1, 3)) {
                cluster.awaitSeen(node, 2 * USERS + 20);
                assertThat(node.arrivals).hasValue(20);
                assertThat(node.departures).hasValue(0);
            }
            cluster.report("CLIENT KILL TYPE pubsub, 20 times", start);
        }
    }

    @Test
    void hostileMessagesAreDropped() throws Exception {
        try (RedisServer redis = RedisServer.start();
                Cluster cluster = new Cluster(redis)) {
            Node node = cluster.nodes.getFirst();
            for (String message :
                    List.of(
                            "x",
                            "",
                            "\u00ff\u00ff",
                            "{}",
                            "\u0096",
                            "\u0096\u0001",
                            "0".repeat(9))) {
                redis.execute("PUBLISH faults:roster \"" + message + "\"");
            }
            await().atMost(LONG).until(() -> node.roster.malformed() >= 6);
            cluster.awaitRight(2 * USERS);
            cluster.nobodyWasToldOfAnybody();
        }
    }
}
