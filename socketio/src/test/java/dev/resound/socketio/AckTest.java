package dev.resound.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.engineio.CloseReason;
import dev.resound.socketio.World.Joined;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class AckTest {
    private final World world = new World();

    @Test
    void eventsAreAnsweredWithTheirIds() { // S11, S12, S58
        world.io.onConnection(socket ->
                socket.on("echo", arguments -> arguments.ack().send(arguments.toArray())));
        var ann = world.join(world.a);
        ann.says("42456[\"echo\",1,\"2\",{\"3\":[false]}]", "420[\"echo\",null]");
        ann.says("451-789[\"echo\",{\"_placeholder\":true,\"num\":0}]");
        ann.client().says(new byte[] {9});
        world.settle();
        assertThat(ann.hears())
                .containsExactly(
                        "43456[1,\"2\",{\"3\":[false]}]",
                        "430[null]",
                        "461-789[{\"_placeholder\":true,\"num\":0}]",
                        "<09>");
    }

    @Test
    void onlyTheFirstAnswerCounts() { // S38
        world.io.onConnection(socket ->
                socket.on(
                        "x",
                        arguments -> {
                            arguments.ack().send(1);
                            arguments.ack().send(2);
                        }));
        var ann = world.join(world.a).says("421[\"x\"]", "42[\"x\"]");
        world.settle();
        assertThat(ann.hears()).containsExactly("431[1]");
    }

    @Test
    void answersMayBeBinary() { // S39
        world.io.onConnection(
                socket -> socket.on("x", arguments -> arguments.ack().send("a", new byte[] {7})));
        var ann = world.join(world.a).says("421[\"x\"]");
        world.settle();
        assertThat(ann.hears())
                .containsExactly("461-1[\"a\",{\"_placeholder\":true,\"num\":0}]", "<07>");
    }

    @Test
    void answersAfterTheEndAreDropped() {
        Ack[] kept = new Ack[1];
        world.io.onConnection(socket -> socket.on("x", arguments -> kept[0] = arguments.ack()));
        var ann = world.join(world.a).says("421[\"x\"]");
        world.settle();
        ann.says("41");
        kept[0].send(1);
        world.settle();
        assertThat(ann.hears()).isEmpty();
    }

    @Test
    void idsOfASocketBeginAtOne() { // S60
        var ann = world.join(world.a);
        var bob = world.join(world.a);
        CompletableFuture<Arguments> first = ann.socket().emitWithAck("x");
        ann.socket().emitWithAck("x", (Object) new byte[] {1});
        bob.socket().emitWithAck("x");
        world.settle();
        assertThat(ann.hears())
                .startsWith("421[\"x\"]", "451-2[\"x\",{\"_placeholder\":true,\"num\":0}]");
        assertThat(bob.hears()).containsExactly("421[\"x\"]");
        ann.says("431[\"ok\",2]");
        world.settle();
        assertThat(first)
                .isCompletedWithValueMatching(arguments -> arguments.string(0).equals("ok"));
    }

    @Test
    void unknownAndRepeatedAnswersAreIgnored() { // S21
        var ann = world.join(world.a);
        CompletableFuture<Arguments> answer = ann.socket().emitWithAck("x");
        world.settle();
        ann.says("43999[1]", "431[1]", "431[2]", "43[3]");
        world.settle();
        assertThat(answer).isCompletedWithValueMatching(arguments -> arguments.get(0).asInt() == 1);
        assertThat(ann.client().isClosed()).isFalse();
    }

    @Test
    void anAnswerThatDoesNotComeFailsInTime() {
        var ann = world.join(world.a);
        var usual = ann.socket().emitWithAck("x");
        var quick = ann.socket().timeout(Duration.ofMillis(50)).emitWithAck("y");
        world.settle();
        world.passes(Duration.ofMillis(50));
        assertThat(quick).isCompletedExceptionally();
        assertThat(quick.exceptionNow())
                .isInstanceOf(AckTimeoutException.class)
                .hasMessage("operation has timed out");
        ann.says("432[]");
        assertThat(usual).isNotDone();
        world.passes(Duration.ofSeconds(10));
        assertThat(usual).isCompletedExceptionally();
    }

    @Test
    void theEndOfTheSocketFailsWhatItOwes() {
        var ann = world.join(world.a);
        var before = ann.socket().emitWithAck("x");
        world.settle();
        ann.client().ends(CloseReason.PING_TIMEOUT);
        var after = ann.socket().emitWithAck("x");
        world.settle();
        for (var answer : List.of(before, after)) {
            assertThat(answer.exceptionNow())
                    .isInstanceOfSatisfying(
                            SocketDisconnectedException.class,
                            failure ->
                                    assertThat(failure.reason())
                                            .isEqualTo(DisconnectReason.PING_TIMEOUT));
        }
    }

    @Test
    void theOldestOfTooManyAnswersFails() {
        var ann = world.join(world.a);
        var first = ann.socket().emitWithAck("x");
        for (int i = 1; i < Acks.MAX_PENDING; i++) {
            ann.socket().emitWithAck("x");
        }
        world.settle();
        assertThat(first).isNotDone();
        ann.socket().emitWithAck("x");
        world.settle();
        assertThat(first.exceptionNow()).isInstanceOf(AckTimeoutException.class);
    }

    @Test
    void nobodyToAskIsAnsweredAtOnce() { // S36
        var nobodyEver = world.io.emitWithAck("x");
        world.settle();
        assertThat(nobodyEver).isCompletedWithValue(List.of());
        world.join(world.a);
        var nobodyThere = world.io.to("nowhere").emitWithAck("x");
        world.settle();
        assertThat(nobodyThere).isCompletedWithValue(List.of());
    }

    @Test
    void everybodysAnswersAreGathered() {
        Joined ann = world.join(world.a);
        Joined bob = world.join(world.b);
        Joined cid = world.join(world.b);
        var answers = cid.socket().broadcast().emitWithAck("x");
        world.settle();
        String id = ann.hears().getFirst().replaceAll("42(\\d+)\\[\"x\"]", "$1");
        assertThat(Long.parseLong(id)).isBetween(1L << 30, (1L << 31) - 1);
        assertThat(bob.hears()).containsExactly("42" + id + "[\"x\"]");
        assertThat(cid.hears()).isEmpty();
        bob.says("43" + id + "[\"bob\"]");
        world.settle();
        assertThat(answers).isNotDone();
        ann.says("43" + id + "[\"ann\"]");
        world.settle();
        assertThat(answers.join())
                .extracting(arguments -> arguments.string(0))
                .containsExactly("bob", "ann");
    }

    @Test
    void aSilentClientMakesTheBroadcastFailWithTheOthersAnswers() { // S37
        Joined ann = world.join(world.a);
        Joined bob = world.join(world.b);
        var answers = world.io.timeout(Duration.ofMillis(100)).emitWithAck("x");
        world.settle();
        String id = ann.hears().getFirst().replaceAll("42(\\d+)\\[\"x\"]", "$1");
        ann.says("43" + id + "[1]");
        world.passes(Duration.ofMillis(100));
        assertThat(answers.exceptionNow())
                .isInstanceOfSatisfying(
                        AckTimeoutException.class,
                        failure ->
                                assertThat(failure.responses())
                                        .singleElement()
                                        .satisfies(one ->
                                                assertThat(one.get(0).asInt()).isEqualTo(1)));
        bob.says("43" + id + "[2]");
        world.settle();
        assertThat(bob.client().isClosed()).isFalse();
    }

    @Test
    void broadcastsWithAnswersReachEachReceiverOnce() {
        Joined ann = world.join(world.a);
        ann.socket().join("x", "y");
        var answers = world.io.to("x", "y", ann.socket().id()).emitWithAck("q");
        world.settle();
        List<String> heard = ann.hears();
        assertThat(heard).hasSize(1);
        ann.says(heard.getFirst().replace("[\"q\"]", "[true]").replaceFirst("42", "43"));
        world.settle();
        assertThat(answers.join()).hasSize(1);
    }
}
