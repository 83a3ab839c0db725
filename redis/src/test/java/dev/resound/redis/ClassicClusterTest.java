package dev.resound.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.resound.socketio.AckTimeoutException;
import dev.resound.socketio.Arguments;
import dev.resound.socketio.RemoteSocket;
import dev.resound.testkit.RedisServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** Two servers of a cluster, and what their clients hear. */
@Timeout(60)
class ClassicClusterTest {
    private static final String REQUESTS = "socket.io-request#/#";
    private static final String RESPONSES = "socket.io-response#/#";

    private final RedisServer redis = RedisServer.start();
    private final Node a;
    private final Node b;

    ClassicClusterTest() throws IOException {
        a = node(RedisAdapters.Options.defaults());
        b = node(RedisAdapters.Options.defaults());
    }

    private Node node(RedisAdapters.Options options) throws IOException {
        return new Node(redis.url(0), options);
    }

    @BeforeEach
    void meet() {
        a.awaitNodes("/", 2);
        b.awaitNodes("/", 2);
    }

    @AfterEach
    void close() throws IOException {
        a.close();
        b.close();
        redis.close();
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(20, TimeUnit.SECONDS);
    }

    /** What is published after this has been seen by the node is seen after it. */
    private static void ends(Node from, Client... clients) throws IOException {
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
        other.emit("told", "you");
        there.hears("[\"told\",\"you\"]");
        assertThat(get(a.io.in("x").except("y").fetchSockets())).hasSize(1);
    }

    @Test
    void socketsOfAllNodesJoinLeaveAndEnd() throws Exception {
        Client here = a.client().joins("x");
        Client there = b.client().joins("x");
        a.io.in("x").socketsJoin("more", "other");
        a.io.in("more").socketsLeave("x");
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
    void aNodeThatDoesNotAnswerIsNotWaitedForTooLong() throws Exception {
        var options = RedisAdapters.Options.defaults().withRequestsTimeout(Duration.ofMillis(300));
        try (Node hasty = node(options)) {
            RedisLink silent = RedisLink.open(RedisOptions.of(redis.url(0)));
            silent.subscribe(REQUESTS, (channel, message) -> {});
            hasty.awaitNodes("/", 4);
            assertThatThrownBy(() -> get(hasty.io.fetchSockets()))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(AckTimeoutException.class);
            silent.close();
            hasty.awaitNodes("/", 3);
            assertThat(get(hasty.io.fetchSockets())).isEmpty();
        }
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
    void olderNodesAndEmittersAreUnderstood() throws Exception {
        Client here = a.client().joins("x");
        BlockingQueue<String> responses = new LinkedBlockingQueue<>();
        a.link.subscribe(RESPONSES, (channel, message) -> responses.add(text(message)));
        await().until(() -> a.subscribers(RESPONSES) == 2);
        b.stop(); // so that one node answers
        a.awaitNodes("/", 1);

        request("{\"requestId\":\"r0\",\"type\":0,\"rooms\":[\"x\"]}");
        assertThat(next(responses))
                .isEqualTo("{\"requestId\":\"r0\",\"sockets\":[\"%s\"]}", here.id);
        request("{\"uid\":\"u\",\"requestId\":\"r1\",\"type\":1}");
        assertThat(next(responses)).contains("\"rooms\":[").contains("\"x\"").contains(here.id);
        request(
                "{\"uid\":\"u\",\"requestId\":\"r2\",\"type\":2,\"sid\":\"nobody\",\"room\":\"z\"}");
        request("{\"requestId\":\"r3\",\"type\":2,\"sid\":\"" + here.id + "\",\"room\":\"z\"}");
        assertThat(next(responses)).isEqualTo("{\"requestId\":\"r3\"}");
        request("{\"type\":3,\"opts\":{\"rooms\":[\"z\"],\"except\":[]},\"rooms\":[\"x\"]}");
        request("{\"requestId\":\"r4\",\"type\":0,\"rooms\":[\"x\"]}");
        assertThat(next(responses)).isEqualTo("{\"requestId\":\"r4\",\"sockets\":[]}");
        request("{\"type\":6,\"uid\":\"emitter\",\"data\":[\"hello\",\"servers\"]}");
        assertThat(a.heard.poll(20, TimeUnit.SECONDS)).isEqualTo("servers");
        request("{\"requestId\":\"r5\",\"type\":4,\"sid\":\"" + here.id + "\"}");
        assertThat(here.next()).isEqualTo("41");
        assertThat(next(responses)).isEqualTo("{\"requestId\":\"r5\"}");
    }

    private static String text(byte[] message) {
        return new String(message, UTF_8);
    }

    private static String next(BlockingQueue<String> queue) throws InterruptedException {
        String next = queue.poll(20, TimeUnit.SECONDS);
        assertThat(next).isNotNull();
        return next;
    }

    /** From no node of the cluster. */
    private void request(String json) {
        b.link.publish(REQUESTS, json.getBytes(UTF_8));
    }

    @Test
    void answersMayGoToWhoAsked() throws Exception {
        var options = RedisAdapters.Options.defaults().withPublishOnSpecificResponseChannel(true);
        try (Node discreet = node(options)) {
            a.awaitNodes("/", 3);
            Client there = discreet.client();
            BlockingQueue<String> channels = new LinkedBlockingQueue<>();
            a.link.subscribePattern(
                    "socket.io-response#*", (channel, message) -> channels.add(channel));
            await().until(() -> !redis.execute("PUBSUB NUMPAT").equals(":3"));
            assertThat(get(a.io.fetchSockets()).stream().map(RemoteSocket::id))
                    .containsExactly(there.id);
            assertThat(List.of(next(channels), next(channels)))
                    .contains(RESPONSES)
                    .anyMatch(channel -> channel.matches("socket.io-response#/#[A-Za-z0-9]{6}#"));
        }
    }

    @Test
    void namespacesWithTheNamesOfPatternsAreApart() throws Exception {
        for (Node node : List.of(a, b)) {
            node.io.of("/a*");
            node.io.of("/a[b]?");
            node.io.of("/ab");
        }
        for (String namespace : List.of("/a*", "/a[b]?", "/ab")) {
            a.awaitNodes(namespace, 2);
        }
        Client star = b.client("/a*");
        Client brackets = b.client("/a[b]?");
        Client plain = b.client("/ab");
        a.io.of("/ab").emit("told", 1);
        a.io.of("/a*").emit("told", 2);
        a.io.of("/a[b]?").emit("told", 3);
        plain.hears("[\"told\",1]");
        star.hears("[\"told\",2]");
        brackets.hears("[\"told\",3]");
        for (String namespace : List.of("/a*", "/a[b]?", "/ab")) {
            a.io.of(namespace).emit("end");
        }
        for (Client client : List.of(plain, star, brackets)) {
            client.hears("[\"end\"]");
        }
    }

    @Test
    void hostileMessagesHarmNobodyAndAreCounted() throws Exception {
        Client there = b.client();
        var random = new Random(42);
        int sent = 0;
        for (int i = 0; i < 2_000; i++) {
            byte[] bytes = new byte[1 + random.nextInt(60)];
            random.nextBytes(bytes);
            bytes[0] = (byte) (i % 2 == 0 ? 0xc1 : '{'); // never MessagePack, hardly ever JSON
            a.link.publish(i % 3 == 0 ? "socket.io#/#" : REQUESTS, bytes);
            sent++;
        }
        for (byte[] bytes :
                List.of(
                        new byte[0],
                        "{\"type\":2,\"opts\":{\"rooms\":7},\"rooms\":[\"x\"]}".getBytes(UTF_8),
                        ("{\"type\":6,\"data\":" + "[".repeat(200_000)).getBytes(UTF_8),
                        "{\"type\":6,\"data\":[\"connect\"]}".getBytes(UTF_8),
                        new byte[] {(byte) 0xdd, 0x7f, -1, -1, -1},
                        new byte[] {(byte) 0xdf, 0x7f, -1, -1, -1})) {
            a.link.publish(REQUESTS, bytes);
            sent++;
        }
        ends(a, there);
        int all = sent;
        await().until(() -> b.adapters.dropped() == all);
        assertThat(get(a.io.fetchSockets())).hasSize(1);
        assertThat(b.adapters.dropped()).isEqualTo(all);
    }

    @Test
    void hostileAnswersHarmNobody() throws Exception {
        BlockingQueue<String> ids = new LinkedBlockingQueue<>();
        RedisLink hostile = RedisLink.open(RedisOptions.of(redis.url(0)));
        hostile.subscribe(
                REQUESTS,
                (channel, message) -> {
                    String json = text(message);
                    int start = json.indexOf("requestId\":\"") + 12;
                    ids.add(json.substring(start, start + 6));
                });
        a.awaitNodes("/", 3);
        CompletableFuture<List<RemoteSocket>> fetched = a.io.fetchSockets();
        String id = next(ids);
        for (String json :
                List.of(
                        "{",
                        "{\"requestId\":\"%s\",\"sockets\":[{}]}",
                        "{\"requestId\":\"%s\",\"sockets\":7}",
                        "{\"requestId\":\"%s\",\"type\":8,\"clientCount\":5}",
                        "{\"requestId\":\"%s\",\"type\":6,\"data\":5}",
                        "{\"requestId\":\"%s\"}",
                        "{\"requestId\":\"other\",\"sockets\":[]}",
                        "{\"requestId\":\"%s\",\"sockets\":[]}")) {
            hostile.publish(RESPONSES, json.formatted(id).getBytes(UTF_8));
        }
        assertThat(get(fetched)).isEmpty();
        assertThat(a.adapters.dropped()).isEqualTo(3);
        hostile.close();
    }

    @Test
    void aServerThatEndsNoLongerListens() throws Exception {
        a.stop();
        b.awaitNodes("/", 1);
        b.stop();
        b.awaitNodes("/", 0);
        await().until(() -> redis.execute("PUBSUB NUMPAT").equals(":0"));
        await().until(() -> b.subscribers(RESPONSES) == 0);
    }
}
