package dev.resound.redis;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resound.socketio.AckTimeoutException;
import dev.resound.socketio.Arguments;
import dev.resound.socketio.RemoteSocket;
import dev.resound.testkit.RedisServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** Two servers of a cluster, and what their clients hear, whatever the adapter. */
@Timeout(60)
@SuppressWarnings("NullAway.Init") // there before each test
abstract class ClusterContract {
    final RedisServer redis = RedisServer.start();
    Node a;
    Node b;

    /** A server. */
    abstract Node node() throws IOException;

    /** Returns when so many servers hear what is said to a room alone. */
    abstract void heard(String room, int count);

    @BeforeEach
    void meet() throws IOException {
        a = node();
        b = node();
        a.awaitNodes("/", 2);
        b.awaitNodes("/", 2);
    }

    @AfterEach
    void close() throws IOException {
        a.close();
        b.close();
        redis.close();
    }

    static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(20, TimeUnit.SECONDS);
    }

    /** What is published after this has been seen by the node is seen after it. */
    static void ends(Node from, Client... clients) throws IOException {
        from.io.emit("end");
        for (Client client : clients) {
            client.hears("[\"end\"]");
        }
    }

    @Test
    void everybodyHearsABroadcastOnce() throws Exception {
        Client here = a.client();
        Client there = b.client();
        a.io.emit("told", 1, "ü", null);
        here.hears("[\"told\",1,\"ü\",null]");
        there.hears("[\"told\",1,\"ü\",null]");
        b.io.emit("told", 2);
        here.hears("[\"told\",2]");
        there.hears("[\"told\",2]");
        ends(a, here, there);
    }

    @Test
    void roomsAndExceptionsHoldOnAllNodes() throws Exception {
        Client here = a.client().joins("x");
        Client there = b.client().joins("x").joins("y");
        heard("x", 2);
        heard("y", 1);
        heard(there.id, 1);
        a.io.to("y").emit("told", 1);
        a.io.to("x", "y").emit("told", 2);
        a.io.to("x").except("y").emit("told", 3);
        a.io.except(here.id).emit("told", 4);
        a.io.to(there.id).emit("told", 5);
        a.io.to("nobody").emit("told", 6);
        for (int i : new int[] {2, 3}) {
            here.hears("[\"told\"," + i + "]");
        }
        for (int i : new int[] {1, 2, 4, 5}) {
            there.hears("[\"told\"," + i + "]");
        }
        ends(a, here, there);
    }

    @Test
    void aSocketsOwnBroadcastReachesAllOthers() throws Exception {
        Client speaker = a.client();
        Client here = a.client();
        Client there = b.client();
        speaker.says("[\"shout\",\"x\"]");
        here.hears("[\"told\",\"x\"]");
        there.hears("[\"told\",\"x\"]");
        ends(a, speaker, here, there);
    }

    @Test
    void bytesStayBytes() throws Exception {
        Client there = b.client();
        a.io.emit("told", new byte[] {1, 2}, Map.of("deep", new byte[] {3}));
        assertThat(there.next())
                .isEqualTo(
                        "452-[\"told\",{\"_placeholder\":true,\"num\":0},"
                                + "{\"deep\":{\"_placeholder\":true,\"num\":1}}]");
        assertThat(there.next()).isEqualTo("0102");
        assertThat(there.next()).isEqualTo("03");
    }

    @Test
    void whatIsLocalStaysHereAndWhatIsVolatileDoesNot() throws Exception {
        Client here = a.client();
        Client there = b.client();
        a.io.local().emit("told", 1);
        a.io.asVolatile().emit("told", 2);
        here.hears("[\"told\",1]");
        here.hears("[\"told\",2]");
        there.hears("[\"told\",2]");
        ends(a, here, there);
    }

    @Test
    void everybodyAnswers() throws Exception {
        Client here = a.client();
        Client there = b.client();
        CompletableFuture<List<Arguments>> asked = a.io.emitWithAck("ask", 1);
        here.answers("[\"ask\",1]", "[\"here\"]");
        there.answers("[\"ask\",1]", "[\"there\",2]");
        assertThat(get(asked).stream().map(answer -> answer.string(0)))
                .containsExactlyInAnyOrder("here", "there");
        assertThat(get(a.io.to("nobody").emitWithAck("ask"))).isEmpty();
    }

    @Test
    void whoDoesNotAnswerIsNotWaitedForTooLong() throws Exception {
        Client here = a.client();
        Client there = b.client();
        CompletableFuture<List<Arguments>> asked =
                a.io.timeout(Duration.ofMillis(500)).emitWithAck("ask");
        assertThat(here.next()).endsWith("[\"ask\"]");
        there.answers("[\"ask\"]", "[]");
        assertThatThrownBy(() -> get(asked))
                .cause()
                .isInstanceOfSatisfying(
                        AckTimeoutException.class, late -> assertThat(late.responses()).hasSize(1));
    }

    @Test
    void socketsOfAllNodesAreFetched() throws Exception {
        Client here = a.client().joins("x");
        Client there = b.client().joins("x").joins("y");
        heard("x", 2);
        heard("y", 1);
        List<RemoteSocket> sockets = get(a.io.in("x").fetchSockets());
        assertThat(sockets.stream().map(RemoteSocket::id))
                .containsExactlyInAnyOrder(here.id, there.id);
        RemoteSocket other =
                sockets.stream().filter(each -> each.id().equals(there.id)).findAny().orElseThrow();
        assertThat(other.rooms()).isEqualTo(Set.of(there.id, "x", "y"));
        assertThat(other.handshake().query()).containsEntry("colour", "blue");
        assertThat(other.handshake().headers()).containsEntry("upgrade", "websocket");
        assertThat(other.handshake().address()).isEqualTo("127.0.0.1");
        JsonNode data = requireNonNull(other.data(JsonNode.class));
        assertThat(data.path("address").asString()).isEqualTo("127.0.0.1");
        heard(there.id, 1);
        other.emit("told", "you");
        there.hears("[\"told\",\"you\"]");
        assertThat(get(a.io.in("x").except("y").fetchSockets())).hasSize(1);
    }

    @Test
    void socketsOfAllNodesJoinLeaveAndEnd() throws Exception {
        Client here = a.client().joins("x");
        Client there = b.client().joins("x");
        heard("x", 2);
        a.io.in("x").socketsJoin("more", "other");
        a.io.in("more").socketsLeave("x");
        heard("more", 2);
        heard("x", 0);
        a.io.to("x").emit("told", 1);
        a.io.to("more").emit("told", 2);
        here.hears("[\"told\",2]");
        there.hears("[\"told\",2]");
        a.io.in("other").disconnectSockets(false);
        assertThat(here.next()).isEqualTo("41");
        assertThat(there.next()).isEqualTo("41");
    }

    @Test
    void serversTalk() throws Exception {
        a.io.root().serverSideEmit("hello", "plain");
        assertThat(b.heard.poll(20, TimeUnit.SECONDS)).isEqualTo("plain");
        List<Arguments> answers = get(a.io.root().serverSideEmitWithAck("hello", "asking"));
        assertThat(answers).hasSize(1);
        assertThat(answers.getFirst().string(0)).isEqualTo("you said asking");
        assertThat(answers.getFirst().size()).isEqualTo(1);
        assertThat(a.heard).isEmpty();
    }

    @Test
    void aNodeThatHasGoneIsNotCounted() throws Exception {
        b.stop();
        a.awaitNodes("/", 1);
        assertThat(get(a.io.fetchSockets())).isEmpty();
        assertThat(get(a.io.emitWithAck("ask"))).isEmpty();
        assertThat(get(a.io.root().serverSideEmitWithAck("hello", "x"))).isEmpty();
    }

    @Test
    void whatOneNodeSaysIsHeardInOrder() throws Exception {
        Client there = b.client().joins("x");
        heard("x", 1);
        for (int i = 0; i < 500; i++) {
            (i % 2 == 0 ? a.io.to("x") : a.io.broadcast()).emit("told", i);
        }
        for (int i = 0; i < 500; i++) {
            there.hears("[\"told\"," + i + "]");
        }
    }
}
