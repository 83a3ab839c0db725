package dev.resound.testkit;

import static dev.resound.testkit.TopicWorld.PLAIN;
import static dev.resound.testkit.TopicWorld.TOPIC;
import static dev.resound.testkit.TopicWorld.envelope;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.core.Frame;
import dev.resound.core.Member;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** In which order members see what happens in a topic. */
class TopicOrderTest {
    private final TopicWorld world = new TopicWorld();
    private final FakeConnection ann = new FakeConnection(world.a);
    private final FakeConnection bob = new FakeConnection(world.b);

    @Test
    void onePublishersMessagesArriveInItsOrder() {
        world.join(ann);
        world.join(bob);
        var expected = new ArrayList<String>();
        for (int i = 0; i < 50; i++) {
            world.publish(world.a, "message " + i, null);
            expected.add("message " + i);
            if (i % 7 == 0) {
                world.b.step();
            }
        }
        world.settle();

        assertThat(ann.texts()).isEqualTo(expected);
        assertThat(bob.texts()).isEqualTo(expected);
    }

    @Test
    void aPublishOnTheOwnLoopDoesNotOvertakeWhatWaitsForThatLoop() {
        world.join(ann);
        world.publish("first, from elsewhere");
        world.publish(world.a, "second, from the loop itself", null);
        world.settle();

        assertThat(ann.texts())
                .containsExactly("first, from elsewhere", "second, from the loop itself");
    }

    @Test
    void aPublishOnTheOwnLoopDoesNotOvertakeAnAnnouncement() {
        world.join(ann);
        world.a.run(() -> {
            world.hub.changeTopic(
                    TOPIC, topic -> topic.publishInOrder(envelope("announced"), null));
            world.hub.publish(envelope("published"), null);
        });
        world.settle();

        assertThat(ann.texts()).containsExactly("announced", "published");
    }

    @Test
    void anAnnouncementIsNeverDeliveredInsideTheStep() {
        world.join(ann);
        world.a.run(() ->
                world.hub.changeTopic(
                        TOPIC,
                        topic -> {
                            topic.publishInOrder(envelope("later"), null);
                            assertThat(ann.texts()).isEmpty();
                        }));
        assertThat(ann.texts()).isEmpty();
        world.settle();
        assertThat(ann.texts()).containsExactly("later");
    }

    @Test
    void theJoinerIsNotToldOfItsOwnJoin() {
        joinAnnounced(ann, "ann joined");
        joinAnnounced(bob, "bob joined");
        world.settle();

        assertThat(ann.texts()).containsExactly("bob joined");
        assertThat(bob.texts()).isEmpty();
    }

    @Test
    void whoJoinsWhileAnAnnouncementIsOnItsWayToItsLoopGetsOnlyLaterOnes() {
        world.join(bob);
        joinAnnounced(ann, "ann joined");
        FakeConnection late = new FakeConnection(world.b);
        joinAnnounced(late, "late joined");
        joinAnnounced(new FakeConnection(world.c), "third joined");
        world.settle();

        assertThat(bob.texts()).containsExactly("ann joined", "late joined", "third joined");
        assertThat(late.texts()).containsExactly("third joined");
        assertThat(ann.texts()).containsExactly("late joined", "third joined");
    }

    @Test
    void whatIsPublishedInTheStepOfALeaveDoesNotReachTheLeaver() {
        Member leaving = world.join(ann);
        world.join(bob);
        world.a.run(() ->
                world.hub.changeTopic(
                        TOPIC,
                        topic -> {
                            topic.publishInOrder(envelope("ann leaves"), null);
                            topic.leave(leaving);
                        }));
        world.settle();

        assertThat(ann.texts()).isEmpty();
        assertThat(bob.texts()).containsExactly("ann leaves");
    }

    @Test
    void anAnnouncementMayExcludeOneConnection() {
        world.join(ann);
        world.join(bob);
        world.hub.changeTopic(TOPIC, topic -> topic.publishInOrder(envelope("1"), ann));
        world.settle();

        assertThat(ann.texts()).isEmpty();
        assertThat(bob.texts()).containsExactly("1");
    }

    @Test
    void whatComesFromOnePlaceIsSeenInOneOrderHoweverLoopsTakeTurns() {
        for (int seed = 0; seed < 200; seed++) {
            var random = new Random(seed);
            var fresh = new TopicWorld();
            var members = new ArrayList<FakeConnection>();
            for (int i = 0; i < 6; i++) {
                members.add(new FakeConnection(fresh.loops[i % 3]));
                fresh.join(members.getLast());
            }
            int[] sent = new int[3];
            for (int step = 0; step < 120; step++) {
                int one = random.nextInt(3);
                if (random.nextBoolean()) {
                    fresh.publish(fresh.loops[one], one + ":" + sent[one]++, null);
                } else {
                    fresh.loops[one].step();
                }
            }
            fresh.settle();
            for (FakeConnection member : members) {
                int[] seen = new int[3];
                for (String text : member.texts()) {
                    int from = text.charAt(0) - '0';
                    assertThat(text).as("seed %d", seed).isEqualTo(from + ":" + seen[from]++);
                }
                assertThat(seen).isEqualTo(sent);
            }
        }
    }

    /**
     * Presence in small: a joiner is greeted with the members of that moment, everybody else is
     * told. However the loops take their turns, each member ends up with the true list, and on the
     * way there is never told of a join or a leave that makes no sense.
     */
    @Test
    void everyMemberEndsUpWithTheTrueListOfMembers() {
        for (int seed = 0; seed < 2_000; seed++) {
            new Presence(new Random(seed), "seed " + seed).play();
        }
    }

    private void joinAnnounced(FakeConnection connection, String announcement) {
        world.loopOf(connection)
                .run(() ->
                        world.hub.changeTopic(
                                TOPIC,
                                topic ->
                                        topic.announce(
                                                topic.join(connection, PLAIN),
                                                envelope(announcement))));
    }

    /** One run of {@link #everyMemberEndsUpWithTheTrueListOfMembers}. */
    private static final class Presence {
        private static final int PEOPLE = 9;
        private static final int STEPS = 150;

        private final TopicWorld world = new TopicWorld();
        private final Random random;
        private final String name;
        private final FakeConnection[] people = new FakeConnection[PEOPLE];
        private final Map<Integer, Member> joined = new LinkedHashMap<>();

        Presence(Random random, String name) {
            this.random = random;
            this.name = name;
            for (int i = 0; i < PEOPLE; i++) {
                people[i] = new FakeConnection(world.loops[random.nextInt(3)]);
            }
        }

        void play() {
            int turns = random.nextInt(1, 6); // the fewer, the more is on its way at a time
            for (int step = 0; step < STEPS; step++) {
                int who = random.nextInt(PEOPLE);
                if (random.nextInt(8) < turns) {
                    world.loops[random.nextInt(3)].step();
                } else if (joined.containsKey(who)) {
                    leave(who);
                } else {
                    join(who);
                }
            }
            world.settle();
            for (int who = 0; who < PEOPLE; who++) {
                Set<String> list = listOf(who);
                if (joined.containsKey(who)) {
                    assertThat(list).as("%s, %d", name, who).isEqualTo(trueList());
                }
            }
            assertThat(world.hub.members(TOPIC)).isEqualTo(joined.size());
        }

        private void join(int who) {
            FakeConnection connection = people[who];
            world.loopOf(connection)
                    .run(() -> {
                        var greeting = new String[1];
                        Member member =
                                world.hub.inTopic(
                                        TOPIC,
                                        topic -> {
                                            Set<String> list = with(topic.state(), "" + who);
                                            topic.state(list);
                                            greeting[0] = "=" + String.join(",", list);
                                            Member here = topic.join(connection, PLAIN);
                                            topic.announce(here, envelope("+" + who));
                                            return here;
                                        });
                        joined.put(who, member);
                        connection.send(Frame.text(greeting[0]));
                    });
        }

        private void leave(int who) {
            FakeConnection connection = people[who];
            world.loopOf(connection)
                    .run(() -> {
                        world.hub.changeTopic(
                                TOPIC,
                                topic -> {
                                    topic.leave(requireNonNull(joined.remove(who)));
                                    topic.state(without(topic.state(), "" + who));
                                    topic.publishInOrder(envelope("-" + who), null);
                                });
                        connection.send(Frame.text("="));
                    });
        }

        /** What this person makes of what it was told; fails where that makes no sense. */
        private Set<String> listOf(int who) {
            Set<String> list = new TreeSet<>();
            for (String told : people[who].texts()) {
                String rest = told.substring(1);
                switch (told.charAt(0)) {
                    case '=' -> {
                        list.clear();
                        if (!rest.isEmpty()) {
                            list.addAll(List.of(rest.split(",")));
                        }
                    }
                    case '+' ->
                            assertThat(list.add(rest)).as("%s, %d: %s", name, who, told).isTrue();
                    default ->
                            assertThat(list.remove(rest))
                                    .as("%s, %d: %s", name, who, told)
                                    .isTrue();
                }
            }
            return list;
        }

        private Set<String> trueList() {
            Set<String> list = new TreeSet<>();
            joined.keySet().forEach(who -> list.add("" + who));
            return list;
        }

        private static Set<String> with(@Nullable Object state, String who) {
            Set<String> list = new LinkedHashSet<>();
            if (state instanceof Set<?> old) {
                old.forEach(other -> list.add((String) other));
            }
            list.add(who);
            return list;
        }

        private static Set<String> without(@Nullable Object state, String who) {
            Set<String> list = with(state, who);
            list.remove(who);
            return list;
        }
    }
}
