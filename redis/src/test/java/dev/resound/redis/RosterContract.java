package dev.resound.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.resound.core.Roster;
import dev.resound.core.Roster.Elsewhere;
import dev.resound.core.Roster.Turn;
import dev.resound.core.TopicName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** What the roster does for its nodes, whichever way Redis is run. */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class RosterContract {
    static final TopicName TOPIC = new TopicName("app/7", "presence-room");
    private static final Duration LONG = Duration.ofSeconds(30);

    private final List<Node> nodes = new ArrayList<>();
    private final List<Turn> turns = Collections.synchronizedList(new ArrayList<>()); // to any
    private int tests;

    /** How to reach it. */
    abstract RedisOptions options();

    /** A node of the cluster, and what it was told. */
    final class Node implements Roster.Listener {
        final RedisLink link = RedisLink.open(options());
        final RedisRoster roster = RedisRoster.over(link, "allowed.roster" + tests);
        final List<String> told = Collections.synchronizedList(new ArrayList<>());

        Node() {
            nodes.add(this);
            roster.connect(this);
            await().atMost(LONG).until(roster::isConnected);
        }

        @Override
        public void onMembers(TopicName topic, int elsewhere) {
            told.add("members " + elsewhere);
        }

        @Override
        public void onArrival(TopicName topic, String user, String data) {
            told.add("arrival " + user + " " + data);
        }

        @Override
        public void onDeparture(TopicName topic, String user) {
            told.add("departure " + user);
        }

        @Override
        public void onTurn(Turn turn) {
            turns.add(turn);
        }

        @Override
        public boolean wantsTurns() {
            return true;
        }

        void watch(TopicName topic) throws Exception {
            roster.watch(topic).toCompletableFuture().get(10, TimeUnit.SECONDS);
        }

        void enter(TopicName topic, String user) {
            roster.join(topic, user, data(user));
            roster.members(topic, 0, 1);
        }

        void awaitSeen(TopicName topic, int members, String... users) {
            await().pollInterval(Duration.ofMillis(5))
                    .atMost(LONG)
                    .untilAsserted(() -> {
                        Elsewhere elsewhere = roster.elsewhere(topic);
                        assertThat(elsewhere.users().keySet()).containsExactlyInAnyOrder(users);
                        assertThat(elsewhere.members()).isEqualTo(members);
                    });
        }

        /** As a process that is killed: nobody is told. */
        void die() {
            link.close();
        }

        List<String> awaitTold(String... what) {
            await().pollInterval(Duration.ofMillis(5))
                    .atMost(LONG)
                    .untilAsserted(() -> assertThat(List.copyOf(told)).contains(what));
            return List.copyOf(told);
        }
    }

    static String data(String user) {
        return "{\"user_id\":\"" + user + "\"}";
    }

    @AfterEach
    void close() {
        tests++;
        for (Node node : nodes) {
            node.roster.close();
            node.link.close();
        }
        nodes.clear();
        turns.clear();
    }

    @Test
    void whoComesAndGoesIsToldToThoseWhoWatch() throws Exception {
        Node here = new Node();
        Node there = new Node();
        here.watch(TOPIC);
        there.enter(TOPIC, "ann");
        here.awaitTold("arrival ann " + data("ann"), "members 1");
        assertThat(here.roster.elsewhere(TOPIC))
                .isEqualTo(new Elsewhere(1, Map.of("ann", data("ann"))));
        there.roster.leave(TOPIC, "ann", data("ann"));
        there.roster.members(TOPIC, 1, 0);
        here.awaitTold("departure ann");
        here.awaitSeen(TOPIC, 0);
        assertThat(there.told).as("nobody watches there").isEmpty();
    }

    @Test
    void whoWatchesLaterKnowsWhoIsThere() throws Exception {
        Node here = new Node();
        Node there = new Node();
        there.enter(TOPIC, "ann");
        there.enter(TOPIC, "bob");
        there.roster.members(TOPIC, 2, 3);
        await().atMost(LONG).until(() -> members(here) == 3);
        here.watch(TOPIC);
        assertThat(here.roster.elsewhere(TOPIC).users()).containsOnlyKeys("ann", "bob");
        assertThat(here.roster.elsewhere(TOPIC).members()).isEqualTo(3);
        here.roster.unwatch(TOPIC);
        assertThat(here.roster.elsewhere(TOPIC)).isEqualTo(Elsewhere.NOBODY);
    }

    private static int members(Node asker) throws Exception {
        return asker.roster
                .occupied(TOPIC.scope())
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS)
                .value()
                .getOrDefault(TOPIC.name(), 0);
    }

    @Test
    void aUserOfTwoNodesComesAndGoesOnce() throws Exception {
        Node one = new Node();
        Node two = new Node();
        Node watcher = new Node();
        watcher.watch(TOPIC);
        one.enter(TOPIC, "ann");
        two.enter(TOPIC, "ann");
        watcher.awaitSeen(TOPIC, 2, "ann");
        one.roster.leave(TOPIC, "ann", data("ann"));
        one.roster.members(TOPIC, 1, 0);
        watcher.awaitSeen(TOPIC, 1, "ann");
        two.roster.leave(TOPIC, "ann", data("ann"));
        two.roster.members(TOPIC, 1, 0);
        watcher.awaitSeen(TOPIC, 0);
        assertThat(watcher.told)
                .containsOnlyOnce("arrival ann " + data("ann"))
                .containsOnlyOnce("departure ann");
        var end = new Turn.Members(TOPIC, 1, 0);
        await().atMost(LONG).until(() -> turns.contains(end));
        assertThat(turns)
                .containsOnlyOnce(new Turn.Came(TOPIC, "ann", data("ann")))
                .containsOnlyOnce(new Turn.Went(TOPIC, "ann", data("ann")))
                .containsOnlyOnce(end);
        assertThat(turns.getLast()).isEqualTo(end);
    }

    @Test
    void manyChangesOfManyTopicsEndAlike() throws Exception {
        Node one = new Node();
        Node two = new Node();
        List<TopicName> topics =
                IntStream.range(0, 300).mapToObj(i -> new TopicName("app/7", "t" + i)).toList();
        for (TopicName topic : topics) {
            one.roster.watch(topic);
        }
        for (int round = 0; round < 5; round++) {
            for (TopicName topic : topics) {
                for (int user = 0; user < 4; user++) {
                    two.roster.join(topic, "user" + user, data("user" + user));
                }
                two.roster.members(topic, 0, 4);
                two.roster.leave(topic, "user" + round, "");
                two.roster.members(topic, 4, 3);
            }
        }
        for (TopicName topic : topics) {
            one.awaitSeen(topic, 3, "user0", "user1", "user2", "user3");
        }
        for (TopicName topic : topics) {
            for (int user = 0; user < 4; user++) {
                two.roster.leave(topic, "user" + user, "");
            }
            two.roster.members(topic, 3, 0);
        }
        for (TopicName topic : topics) {
            one.awaitSeen(topic, 0);
        }
        long arrivals = one.told.stream().filter(it -> it.startsWith("arrival")).count();
        long departures = one.told.stream().filter(it -> it.startsWith("departure")).count();
        assertThat(arrivals).isEqualTo(departures).isGreaterThanOrEqualTo(1_200);
    }

    @Test
    void topicsThatNobodyWatchesCanBeAskedFor() throws Exception {
        Node here = new Node();
        Node there = new Node();
        there.enter(TOPIC, "ann");
        here.roster.members(new TopicName("app/7", "mine"), 0, 1);
        await().atMost(LONG).until(() -> members(here) == 1);
        var occupied =
                here.roster.occupied("app/7").toCompletableFuture().get(10, TimeUnit.SECONDS);
        assertThat(occupied).isEqualTo(new Roster.Answer<>(Map.of("presence-room", 1), true));
        var nowhere = new TopicName("app/7", "nowhere");
        var asked =
                here.roster
                        .ask(List.of(TOPIC, nowhere))
                        .toCompletableFuture()
                        .get(10, TimeUnit.SECONDS);
        assertThat(asked.complete()).isTrue();
        assertThat(asked.value())
                .isEqualTo(
                        Map.of(
                                TOPIC,
                                new Elsewhere(1, Map.of("ann", data("ann"))),
                                nowhere,
                                Elsewhere.NOBODY));
    }

    @Test
    void aNodeThatDiesLosesItsMembersOnce() throws Exception {
        Node dying = new Node();
        Node one = new Node();
        Node two = new Node();
        one.watch(TOPIC);
        two.watch(TOPIC);
        dying.enter(TOPIC, "ann");
        one.enter(TOPIC, "bob");
        one.awaitSeen(TOPIC, 1, "ann");
        two.awaitSeen(TOPIC, 2, "ann", "bob");
        long start = System.nanoTime();
        dying.die();
        one.awaitSeen(TOPIC, 0);
        two.awaitSeen(TOPIC, 1, "bob");
        assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(15));
        assertThat(one.told).containsOnlyOnce("departure ann");
        assertThat(two.told).containsOnlyOnce("departure ann").doesNotContain("departure bob");
        await().atMost(LONG).until(() -> turns.contains(new Turn.Went(TOPIC, "ann", data("ann"))));
        assertThat(turns).containsOnlyOnce(new Turn.Went(TOPIC, "ann", data("ann")));
    }

    @Test
    void aNodeThatEndsTakesItsMembersAlong() throws Exception {
        Node ending = new Node();
        Node watcher = new Node();
        watcher.watch(TOPIC);
        ending.enter(TOPIC, "ann");
        watcher.awaitSeen(TOPIC, 1, "ann");
        long start = System.nanoTime();
        ending.roster.close();
        watcher.awaitSeen(TOPIC, 0);
        assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(8));
        await().atMost(LONG).until(() -> turns.contains(new Turn.Went(TOPIC, "ann", data("ann"))));
    }
}
