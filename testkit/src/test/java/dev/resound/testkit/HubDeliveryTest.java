package dev.resound.testkit;

import static dev.resound.testkit.TopicWorld.PLAIN;
import static dev.resound.testkit.TopicWorld.TOPIC;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resound.core.Envelope;
import dev.resound.core.Frame;
import dev.resound.core.Member;
import dev.resound.core.Message;
import dev.resound.core.Occupancy;
import dev.resound.core.TopicName;
import dev.resound.core.WireFormat;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Who gets what is published, and who is counted as a member. */
class HubDeliveryTest {
    private final TopicWorld world = new TopicWorld();
    private final FakeConnection ann = new FakeConnection(world.a);
    private final FakeConnection bob = new FakeConnection(world.a);
    private final FakeConnection cho = new FakeConnection(world.b);
    private final FakeConnection dan = new FakeConnection(world.c);

    @Test
    void everyMemberOnEveryLoopGetsAPublish() {
        joinAll();

        assertThat(world.publish("1")).isTrue();
        world.settle();

        for (FakeConnection member : List.of(ann, bob, cho, dan)) {
            assertThat(member.texts()).containsExactly("1");
        }
    }

    @Test
    void theExcludedConnectionGetsNothing() {
        joinAll();

        assertThat(world.publish(world.a, "1", ann)).isTrue();
        assertThat(world.publish(world.a, "2", dan)).isTrue();
        world.settle();

        assertThat(ann.texts()).containsExactly("2");
        assertThat(bob.texts()).containsExactly("1", "2");
        assertThat(cho.texts()).containsExactly("1", "2");
        assertThat(dan.texts()).containsExactly("1");
    }

    @Test
    void membersOnThePublishersLoopAreServedAtOnceAndOthersOnTheirsLater() {
        joinAll();

        world.publish(world.a, "1", ann);

        assertThat(bob.texts()).containsExactly("1");
        assertThat(cho.texts()).isEmpty();
        world.b.turn();
        assertThat(cho.texts()).containsExactly("1");
        assertThat(dan.texts()).isEmpty();
    }

    @Test
    void onePublishIsOneTaskForALoopHoweverManyMembersItHas() {
        for (int i = 0; i < 100; i++) {
            world.join(new FakeConnection(world.b));
        }
        world.publish("1");

        assertThat(world.b.waiting()).isEqualTo(1);
        assertThat(world.a.waiting()).isZero();
    }

    @Test
    void aTopicWithoutMembersTakesAPublishAndForgetsIt() {
        assertThat(world.publish("1")).isTrue();
        world.join(ann);
        world.settle();

        assertThat(ann.texts()).isEmpty();
    }

    @Test
    void topicsAreKeptApartByNameAndByScope() {
        world.join(ann, new TopicName("app", "news"), PLAIN);
        world.join(bob, new TopicName("app", "sport"), PLAIN);
        world.join(cho, new TopicName("other", "news"), PLAIN);

        world.publish("1");
        world.settle();

        assertThat(ann.texts()).containsExactly("1");
        assertThat(bob.texts()).isEmpty();
        assertThat(cho.texts()).isEmpty();
    }

    @Test
    void whoLeftGetsNothingAnyMore() {
        Member first = world.join(ann);
        world.join(bob);
        world.publish("1");
        world.settle();

        world.leave(first);
        world.publish("2");
        world.settle();

        assertThat(ann.texts()).containsExactly("1");
        assertThat(bob.texts()).containsExactly("1", "2");
    }

    @Test
    void whoLeavesWhileAPublishIsOnItsWayDoesNotGetIt() {
        Member member = world.join(cho);
        world.publish("1");
        world.leave(member);
        world.settle();

        assertThat(cho.texts()).isEmpty();
    }

    @Test
    void whoJoinsWhileAPublishIsOnItsWayDoesNotGetIt() {
        world.join(cho);
        FakeConnection late = new FakeConnection(world.b);
        world.publish("1");
        world.join(late);
        world.publish("2");
        world.settle();

        assertThat(cho.texts()).containsExactly("1", "2");
        assertThat(late.texts()).containsExactly("2");
    }

    @Test
    void whoLeavesAndRejoinsWhileAPublishIsOnItsWayDoesNotGetIt() {
        world.join(ann);
        Member member = world.join(cho);
        world.publish("1");
        world.leave(member);
        world.join(cho);
        world.publish("2");
        world.settle();

        assertThat(ann.texts()).containsExactly("1", "2");
        assertThat(cho.texts()).containsExactly("2");
    }

    @Test
    void aWireFormIsEncodedOnceForALoop() {
        var encoded = new ArrayList<Frame>();
        WireFormat counting =
                envelope -> {
                    List<Frame> frames = PLAIN.encode(envelope);
                    encoded.addAll(frames);
                    return frames;
                };
        for (FakeConnection connection : List.of(ann, bob, cho, dan)) {
            world.join(connection, TOPIC, counting);
        }
        world.publish("1");
        world.settle();

        assertThat(encoded).as("loops that turn one after the other share it").hasSize(1);
        assertThat(dan.frames().getFirst()).isSameAs(ann.frames().getFirst());
    }

    @Test
    void membersWithDifferentFormatsGetTheirOwnForms() {
        WireFormat twice =
                envelope -> List.of(Frame.text("head"), PLAIN.encode(envelope).getFirst());
        WireFormat none = envelope -> List.of();
        world.join(ann);
        world.join(bob, TOPIC, twice);
        world.join(cho, TOPIC, none);

        world.publish("1");
        world.settle();

        assertThat(ann.texts()).containsExactly("1");
        assertThat(bob.texts()).containsExactly("head", "1");
        assertThat(cho.texts()).isEmpty();
    }

    @Test
    void closedConnectionsAreNoTroubleToTheOthers() {
        joinAll();
        ann.vanishes();

        world.publish("1");
        world.settle();

        assertThat(ann.texts()).isEmpty();
        assertThat(bob.texts()).containsExactly("1");
    }

    @Test
    void membersAreCountedOverAllLoops() {
        assertThat(world.hub.members(TOPIC)).isZero();
        Member first = world.join(ann);
        world.join(cho);
        assertThat(world.hub.members(TOPIC)).isEqualTo(2);
        world.leave(first);
        assertThat(world.hub.members(TOPIC)).isEqualTo(1);
    }

    @Test
    void occupiedTopicsOfAScopeAreShownWithTheirMembers() {
        world.join(ann);
        world.join(bob);
        world.leave(world.join(cho, new TopicName("app", "left"), PLAIN));
        world.join(cho, new TopicName("app", "sport"), PLAIN);
        world.join(dan, new TopicName("other", "news"), PLAIN);

        var shown = new HashMap<TopicName, Integer>();
        world.hub.forEachTopic("app", shown::put);

        assertThat(shown).isEqualTo(Map.of(TOPIC, 2, new TopicName("app", "sport"), 1));
    }

    @Test
    void stateIsKeptWhileThereAreMembersAndForgottenWithTheLastOne() {
        Member first = world.join(ann);
        world.hub.changeTopic(TOPIC, topic -> topic.state("kept"));
        Member second = world.join(cho);
        world.leave(first);
        assertThat(state()).isEqualTo("kept");

        world.leave(second);
        assertThat(state()).isNull();

        world.join(bob);
        assertThat(state()).isNull();
        world.publish("again");
        world.settle();
        assertThat(bob.texts()).containsExactly("again");
        assertThat(ann.texts()).isEmpty();
    }

    @Test
    void stateOfATopicWithoutMembersIsNotKept() {
        world.hub.changeTopic(TOPIC, topic -> topic.state("lost"));
        assertThat(state()).isNull();
    }

    @Test
    void aStepThatFailsBeforeItsJoinLeavesNothingBehind() {
        RuntimeException ours = new IllegalStateException("ours");

        assertThatThrownBy(() ->
                        world.hub.changeTopic(
                                TOPIC,
                                topic -> {
                                    throw ours;
                                }))
                .isSameAs(ours);
        assertThat(world.hub.members(TOPIC)).isZero();
        world.join(ann);
        assertThat(world.hub.members(TOPIC)).isEqualTo(1);
    }

    @Test
    void aMemberKnowsItsTopicAndConnection() {
        Member member = world.join(ann);
        assertThat(member.topic()).isEqualTo(TOPIC);
        assertThat(member.connection()).isSameAs(ann);
    }

    @Test
    void joiningOffTheLoopIsCaught() {
        assertThatThrownBy(() -> world.hub.join(TOPIC, ann, PLAIN))
                .isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> world.b.run(() -> world.hub.join(TOPIC, ann, PLAIN)))
                .isInstanceOf(AssertionError.class);
        assertThat(world.hub.members(TOPIC)).isZero();
    }

    @Test
    void aLaneThatIsFullRefusesPublishesAndNobodyIsServed() {
        joinAll();
        TopicName flood = new TopicName("app", "flood");
        world.join(cho, flood, PLAIN);
        byte[] mebibyte = "x".repeat(1 << 20).getBytes(UTF_8);
        int accepted = 0;
        while (world.hub.publish(Envelope.json(flood, "", mebibyte), null)) {
            accepted++;
            assertThat(accepted).isLessThan(100);
        }
        assertThat(accepted).isEqualTo(16);

        assertThat(world.publish(world.a, "refused", ann)).isFalse();
        assertThat(world.publish("refused")).isFalse();
        assertThat(bob.texts()).isEmpty();
        assertThat(world.a.waiting()).isZero();
        assertThat(world.c.waiting()).isZero();

        world.settle();
        assertThat(world.publish(world.a, "accepted", ann)).isTrue();
        world.settle();
        assertThat(bob.texts()).containsExactly("accepted");
        assertThat(dan.texts()).containsExactly("accepted");
        assertThat(cho.texts()).hasSize(17).last().isEqualTo("accepted");
    }

    @Test
    void aLaneThatIsFullDoesNotHoldUpTopicsThatHaveNobodyThere() {
        TopicName flood = new TopicName("app", "flood");
        world.join(cho, flood, PLAIN);
        byte[] data = new byte[17 << 20];
        assertThat(world.hub.publish(Envelope.json(flood, "", data), null)).isTrue();
        assertThat(world.hub.publish(Envelope.json(flood, "", data), null)).isFalse();

        world.join(ann);
        assertThat(world.publish("1")).isTrue();
        world.settle();
        assertThat(ann.texts()).containsExactly("1");
    }

    /** The audience moves its last member into a gap; whoever is moved must still be found. */
    @Test
    void manyJoinsAndLeavesKeepExactlyTheMembersThereAre() {
        WireFormat other = envelope -> PLAIN.encode(envelope);
        for (int seed = 0; seed < 50; seed++) {
            var random = new Random(seed);
            var fresh = new TopicWorld();
            var members = new LinkedHashMap<FakeConnection, Member>();
            for (int step = 0; step < 600; step++) {
                boolean growing = step % 200 < 120;
                if (members.isEmpty() || random.nextInt(10) < (growing ? 7 : 2)) {
                    var connection = new FakeConnection(fresh.loops[random.nextInt(3)]);
                    WireFormat format = random.nextInt(4) == 0 ? other : PLAIN;
                    members.put(connection, fresh.join(connection, TOPIC, format));
                } else {
                    var connections = List.copyOf(members.keySet());
                    var leaving = connections.get(random.nextInt(connections.size()));
                    fresh.leave(requireNonNull(members.remove(leaving)));
                    leaving.takeTexts();
                    leaving.vanishes();
                }
                if (random.nextInt(10) == 0) {
                    fresh.publish("step " + step);
                    fresh.settle();
                    for (FakeConnection member : members.keySet()) {
                        assertThat(member.takeTexts())
                                .as("seed %d", seed)
                                .containsExactly("step " + step);
                    }
                }
                assertThat(fresh.hub.members(TOPIC)).isEqualTo(members.size());
            }
            members.values().forEach(fresh::leave);
            assertThat(fresh.hub.members(TOPIC)).isZero();
        }
    }

    @Test
    void leavingTwiceIsCaught() {
        Member member = world.join(ann);
        world.join(bob);
        world.leave(member);
        assertThatThrownBy(() -> world.leave(member)).isInstanceOf(IllegalStateException.class);
        assertThat(world.hub.members(TOPIC)).isEqualTo(1);
    }

    @Test
    void leavingATopicThatWasForgottenIsCaught() {
        Member member = world.join(ann);
        world.leave(member);
        assertThatThrownBy(() -> world.leave(member)).isInstanceOf(AssertionError.class);
    }

    @Test
    void aChoiceFromSeveralTopicsTellsEachItsOwnMessageAtOnce() {
        TopicName sport = new TopicName("app", "sport");
        world.join(bob);
        world.join(cho);
        world.join(cho, sport, PLAIN);
        world.join(dan, sport, PLAIN);
        var messages = new LinkedHashMap<TopicName, Message>();
        messages.put(TOPIC, TopicWorld.envelope("news"));
        messages.put(new TopicName("app", "nobody's"), TopicWorld.envelope("unheard"));
        messages.put(sport, TopicWorld.envelope("sport"));

        world.hub.publish(messages, member -> member.connection() != bob);

        assertThat(world.b.waiting()).isEqualTo(1);
        world.settle();
        assertThat(bob.texts()).isEmpty();
        assertThat(cho.texts()).containsExactly("news", "sport");
        assertThat(dan.texts()).containsExactly("sport");
    }

    @Test
    void aChoiceIsWhollyRefusedIfOneLaneIsFull() {
        TopicName flood = new TopicName("app", "flood");
        world.join(cho, flood, PLAIN);
        world.hub.publish(Envelope.json(flood, "", new byte[17 << 20]), null);
        world.join(ann);
        var messages = new LinkedHashMap<TopicName, Message>();
        messages.put(TOPIC, TopicWorld.envelope("news"));
        messages.put(flood, TopicWorld.envelope("flood"));

        assertThat(world.hub.publish(messages, member -> true)).isFalse();

        assertThat(world.a.waiting()).isZero();
        world.settle();
        assertThat(ann.texts()).isEmpty();
        assertThat(world.hub.publish(messages, member -> true)).isTrue();
    }

    private void joinAll() {
        for (FakeConnection connection : List.of(ann, bob, cho, dan)) {
            world.join(connection);
        }
    }

    private @Nullable Object state() {
        return world.hub.<@Nullable Object>inTopic(TOPIC, Occupancy::state);
    }
}
