package dev.resound.engineio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resound.testkit.FakeConnection;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Peers that post faster than they may: they are held up, and lose nothing. */
class PostRateTest {
    private static final int PER_SECOND = 10;

    private final EngineWorld world =
            new EngineWorld(options -> options.messagesPerSecond(PER_SECOND));

    private static String[] packets(int count) {
        return Collections.nCopies(count, "4x").toArray(String[]::new);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4})
    void aPostBeyondTheRateIsHeardAtOnceAndAnsweredWhenItIsPaidFor(int revision) {
        EngineWorld.Client client = world.open(revision);
        assertThat(client.post(packets(2 * PER_SECOND)).body()).isEqualTo("ok");
        EngineWorld.Asked late = client.post(packets(5));
        assertThat(client.session().messages()).hasSize(25);
        world.pass(499);
        assertThat(late.isAnswered()).isFalse();
        world.pass(1);
        assertThat(late.body()).isEqualTo("ok");
        EngineWorld.Asked later = client.post("4y");
        world.pass(99);
        assertThat(later.isAnswered()).isFalse();
        world.pass(1);
        assertThat(later.body()).isEqualTo("ok");
        assertThat(client.session().messages()).hasSize(26).endsWith("y");
    }

    @Test
    void whoKeepsToTheRateIsNeverHeldUp() {
        EngineWorld.Client client = world.open(4);
        client.post(packets(2 * PER_SECOND));
        for (int i = 0; i < 50; i++) {
            world.pass(100);
            assertThat(client.post("4x").isAnswered()).isTrue();
        }
    }

    @Test
    void whatIsSavedUpAreTwoSecondsAndNoMore() {
        EngineWorld.Client client = world.open(4);
        world.pass(3_000);
        assertThat(client.post(packets(2 * PER_SECOND)).isAnswered()).isTrue();
        assertThat(client.post("4x").isAnswered()).isFalse();
    }

    /** Whatever they are: reading any costs the same. */
    @Test
    void packetsOfEveryKindCount() {
        EngineWorld.Client client = world.open(4);
        client.post(packets(2 * PER_SECOND - 3));
        assertThat(client.post("6", "bAQID", "4x").isAnswered()).isTrue();
        assertThat(client.post("6").isAnswered()).isFalse();
    }

    @Test
    void oneSessionDoesNotPayForAnother() {
        world.open(4).post(packets(100));
        assertThat(world.open(4).post("4x").isAnswered()).isTrue();
    }

    @Test
    void whatIsSentGetsThroughMeanwhile() {
        EngineWorld.Client client = world.open(4);
        client.post(packets(50));
        client.send("hello");
        assertThat(client.packets(client.get())).containsExactly("4hello");
    }

    @Test
    void aPeerThatDoesNotWaitForItsAnswerBreaksTheRules() {
        EngineWorld.Client client = world.open(4);
        EngineWorld.Asked waiting = client.post(packets(50));
        assertThat(client.post("4x").status()).isEqualTo(400);
        assertThat(waiting.body()).isEqualTo("ok");
        assertThat(client.session().end().description())
                .isEqualTo("data request overlap from client");
        world.pass(3_000); // its timer finds nothing to do
    }

    @Test
    void anApplicationThatDoesNotReadIsWaitedForAsWell() {
        EngineWorld.Client client = world.open(4);
        world.home.run(() -> client.socket().connection().reading(false));
        EngineWorld.Asked first = client.post(packets(25));
        world.pass(500);
        assertThat(first.isAnswered()).isFalse();
        world.home.run(() -> client.socket().connection().reading(true));
        assertThat(first.isAnswered()).isTrue();
        EngineWorld.Asked second = client.post(packets(5));
        world.home.run(() -> client.socket().connection().reading(false));
        world.home.run(() -> client.socket().connection().reading(true));
        assertThat(second.isAnswered()).as("not before it is paid for").isFalse();
        world.pass(500);
        assertThat(second.isAnswered()).isTrue();
    }

    @Test
    void aPostThatWaitsIsAnsweredWhenTheSessionEnds() {
        EngineWorld.Client client = world.open(4);
        EngineWorld.Asked waiting = client.post(packets(50));
        world.home.run(() -> client.socket().closeNow());
        assertThat(waiting.body()).isEqualTo("ok");
        world.pass(3_000);
    }

    @Test
    void aGoodbyeIsAnsweredAtOnce() {
        EngineWorld.Client client = world.open(4);
        client.post(packets(2 * PER_SECOND));
        assertThat(client.post("4x", "1").body()).isEqualTo("ok");
    }

    @Test
    void aPostThatWaitsIsAnsweredWhenAWebSocketTakesOver() {
        EngineWorld.Client client = world.open(4);
        EngineWorld.Asked waiting = client.post(packets(50));
        FakeConnection socket = client.webSocket();
        socket.says("2probe");
        socket.says("5");
        world.settle();
        assertThat(waiting.body()).isEqualTo("ok");
        assertThat(socket.isReading()).isTrue();
        world.pass(3_000);
        assertThat(client.session().hasEnded()).isFalse();
    }

    @Test
    void withoutALimitNobodyIsHeldUp() {
        var unlimited = new EngineWorld(options -> options.messagesPerSecond(0));
        EngineWorld.Client client = unlimited.open(4);
        for (int i = 0; i < 10; i++) {
            assertThat(client.post(packets(10_000)).isAnswered()).isTrue();
        }
    }

    @Test
    void theLimitIsAThousandUnlessToldOtherwise() {
        var usual = new EngineWorld();
        EngineWorld.Client client = usual.open(4);
        assertThat(client.post(packets(2_000)).isAnswered()).isTrue();
        EngineWorld.Asked late = client.post(packets(100));
        usual.pass(99);
        assertThat(late.isAnswered()).isFalse();
        usual.pass(1);
        assertThat(late.isAnswered()).isTrue();
    }

    @Test
    void aNegativeRateIsRefused() {
        EngineIo.Builder builder = EngineIo.builder();
        assertThatThrownBy(() -> builder.messagesPerSecond(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("messagesPerSecond is -1, must be 0 or more");
    }

    @ParameterizedTest
    @EnumSource(Setting.class)
    void onTheWireTheAnswerComesLaterAndNothingIsLost(Setting setting) throws IOException {
        try (EngineServer server =
                        EngineServer.silent(
                                setting.loops, options -> options.messagesPerSecond(PER_SECOND));
                Polling client = Polling.open(server, setting)) {
            long start = System.nanoTime();
            assertThat(client.post(packets(23)).body()).isEqualTo("ok");
            assertThat(client.post("4last").body()).isEqualTo("ok");
            assertThat(System.nanoTime() - start).isGreaterThan(300_000_000);
            List<String> messages = client.session().messages();
            assertThat(messages).hasSize(24).endsWith("last");
        }
    }
}
