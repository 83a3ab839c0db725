package dev.resound.engineio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.core.Connection.Sent;
import dev.resound.testkit.FakeConnection;
import dev.resound.testkit.WireClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Peers that do not fetch what is said to them, and applications that cannot take more. */
class BackPressureTest {
    private static final int BACKLOG = 10_000;

    private final EngineWorld world = new EngineWorld(options -> options.backlogBytes(BACKLOG));

    private Sent send(EngineWorld.Client client, int bytes) {
        return world.home.call(() -> client.socket().send("x".repeat(bytes - 1)));
    }

    @Test
    void aPeerThatDoesNotPollLagsAndIsEndedAtTheBound() {
        EngineWorld.Client client = world.open(4);
        assertThat(send(client, BACKLOG / 2)).isEqualTo(Sent.OK);
        assertThat(send(client, 1)).isEqualTo(Sent.LAGGING);
        assertThat(send(client, BACKLOG / 2 - 1)).isEqualTo(Sent.LAGGING);
        assertThat(client.socket().connection().backlogBytes()).isEqualTo(BACKLOG);
        assertThat(send(client, 1)).isEqualTo(Sent.CLOSED);
        assertThat(client.session().hasEnded()).as("not in the midst of a broadcast").isFalse();
        assertThat(send(client, 1)).isEqualTo(Sent.CLOSED);
        world.settle();
        assertThat(client.session().end())
                .isEqualTo(new Heard.End(CloseReason.TRANSPORT_ERROR, "slow consumer"));
        assertThat(world.engine.sessions()).isZero();
        assertThat(client.get().status()).isEqualTo(400);
    }

    @Test
    void aPeerThatPollsAgainInTimeHasCaughtUp() {
        EngineWorld.Client client = world.open(4);
        assertThat(send(client, BACKLOG)).isEqualTo(Sent.LAGGING);
        assertThat(client.session().drains()).isZero();
        assertThat(client.packets(client.get())).hasSize(1);
        assertThat(client.session().drains()).isEqualTo(1);
        assertThat(send(client, 1)).isEqualTo(Sent.OK);
        assertThat(client.socket().connection().backlogBytes()).isEqualTo(1);
    }

    @Test
    void aPeerThatPostsFasterThanItPollsHasItsPostsAnsweredLater() {
        EngineWorld.Client client = world.open(4);
        assertThat(send(client, BACKLOG / 2 + 1)).isEqualTo(Sent.LAGGING);
        EngineWorld.Asked post = client.post("4one");
        assertThat(client.session().messages()).containsExactly("one");
        assertThat(post.isAnswered()).isFalse();
        client.get();
        world.settle();
        assertThat(post.status()).isEqualTo(200);
        assertThat(client.post("4two").status()).isEqualTo(200);
    }

    @Test
    void aFewOfTheLargestMessagesMayMeetBetweenTwoPolls() {
        var usual = new EngineWorld(options -> options);
        EngineWorld.Client client = usual.open(4);
        for (int i = 0; i < 4; i++) {
            usual.home.run(() -> client.socket().send("x".repeat(999_999)));
        }
        usual.settle();
        assertThat(client.session().hasEnded()).isFalse();
        assertThat(client.packets(client.get())).isNotEmpty();
    }

    @Test
    void oneMessageMayBeLargerThanTheBound() {
        EngineWorld.Client client = world.open(4);
        assertThat(send(client, 3 * BACKLOG)).isEqualTo(Sent.LAGGING);
        assertThat(client.packets(client.get()).getFirst()).hasSize(3 * BACKLOG);
    }

    /** The peer waits with a poll in hand: that a turn says much is not its fault. */
    @Test
    void aBurstBeyondTheBoundDoesNotEndAPeerThatHoldsAPoll() {
        EngineWorld.Client client = world.open(4);
        EngineWorld.Asked held = client.get();
        List<Sent> sent = new ArrayList<>();
        world.home.run(() -> {
            for (int i = 0; i < 15; i++) {
                sent.add(client.socket().send("x".repeat(999)));
            }
        });
        world.settle();
        assertThat(sent).doesNotContain(Sent.CLOSED);
        assertThat(client.packets(held)).hasSize(10);
        assertThat(client.packets(client.get())).hasSize(5);
        assertThat(client.session().hasEnded()).isFalse();
    }

    @Test
    void aBurstIsBoundedAllTheSame() {
        EngineWorld.Client client = world.open(4);
        EngineWorld.Asked held = client.get();
        List<Sent> sent = new ArrayList<>();
        world.home.run(() -> {
            for (int i = 0; i < 30; i++) {
                sent.add(client.socket().send("x".repeat(999)));
            }
        });
        world.settle();
        assertThat(client.packets(held)).hasSize(10);
        assertThat(sent).contains(Sent.LAGGING, Sent.CLOSED);
        assertThat(client.session().end().description()).isEqualTo("slow consumer");
    }

    @Test
    void theBoundHoldsDuringAnUpgradeToo() {
        EngineWorld.Client client = world.open(4);
        FakeConnection socket = client.webSocket();
        client.get();
        for (int i = 0; i < 11; i++) {
            send(client, 1_000);
        }
        world.settle();
        assertThat(client.session().end().description()).isEqualTo("slow consumer");
        assertThat(socket.closedWith()).isNotNull();
    }

    @ParameterizedTest
    @EnumSource(Setting.class)
    void aPostIsNotAnsweredWhileTheApplicationDoesNotRead(Setting setting) throws IOException {
        try (EngineServer server = EngineServer.silent(setting.loops, options -> options);
                Polling client = Polling.open(server, setting)) {
            Heard session = client.session();
            session.run(() -> session.socket.connection().reading(false));
            client.posts().request("POST", client.path(), "", setting.body("4one"));
            Until.holds("the message", () -> session.messages().size() == 1);
            assertThat(client.posts().hears(30)).isFalse();
            session.run(() -> session.socket.connection().reading(true));
            assertThat(client.posts().readResponse().body()).isEqualTo("ok");
            assertThat(client.post("4two").body()).isEqualTo("ok");
            assertThat(session.messages()).containsExactly("one", "two");
        }
    }

    @Test
    void aPeerThatPostsAgainBeforeItsAnswerBreaksTheRules() {
        EngineWorld.Client client = world.open(4);
        world.home.run(() -> client.socket().connection().reading(false));
        EngineWorld.Asked first = client.post("4one");
        assertThat(client.post("4two").status()).isEqualTo(400);
        assertThat(first.isAnswered()).isTrue();
        assertThat(client.session().end())
                .isEqualTo(
                        new Heard.End(
                                CloseReason.TRANSPORT_ERROR, "data request overlap from client"));
        assertThat(client.session().messages()).containsExactly("one");
    }

    @Test
    void aPostThatWaitsIsAnsweredWhenTheSessionEnds() {
        EngineWorld.Client client = world.open(4);
        world.home.run(() -> client.socket().connection().reading(false));
        EngineWorld.Asked post = client.post("4one");
        assertThat(post.isAnswered()).isFalse();
        world.home.run(() -> client.socket().closeNow());
        assertThat(post.body()).isEqualTo("ok");
    }

    @Test
    void aPeerThatLeavesWhileItsPostWaitsEndsTheSession() {
        EngineWorld.Client client = world.open(4);
        world.home.run(() -> client.socket().connection().reading(false));
        EngineWorld.Asked post = client.post("4one");
        world.elsewhere.run(() -> post.peer().vanishes());
        world.settle();
        assertThat(client.session().end())
                .isEqualTo(
                        new Heard.End(
                                CloseReason.TRANSPORT_ERROR,
                                "data request connection closed prematurely"));
    }

    @Test
    void aWebSocketWhosePeerDoesNotReadEndsItsSessionAsSlow() throws IOException {
        try (EngineServer server = EngineServer.silent(1, options -> options);
                WireClient socket = WireClient.connect(server.port(), 4_096)) {
            socket.upgrade("/engine.io/?EIO=4&transport=websocket", "");
            Heard session = server.session(Polling.sid(socket.receiveText()));
            String large = "x".repeat(100_000);
            Until.holds(
                    "the end",
                    () -> {
                        if (!session.hasEnded()) {
                            session.run(() -> session.socket.send(large));
                        }
                        return session.hasEnded();
                    });
            assertThat(session.end())
                    .isEqualTo(new Heard.End(CloseReason.TRANSPORT_ERROR, "slow consumer"));
        }
    }
}
