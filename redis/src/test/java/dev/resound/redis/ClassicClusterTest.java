package dev.resound.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.resound.socketio.AckTimeoutException;
import dev.resound.socketio.RemoteSocket;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** With the classic adapter. */
class ClassicClusterTest extends ClusterContract {
    private static final String REQUESTS = "socket.io-request#/#";
    private static final String RESPONSES = "socket.io-response#/#";

    @Override
    Node node() throws IOException {
        return node(RedisAdapters.Options.defaults());
    }

    private Node node(RedisAdapters.Options options) throws IOException {
        return new Node(
                redis.url(0),
                link -> RedisAdapters.classic(link, options),
                (link, namespace) -> link.subscribers("socket.io-request#" + namespace + "#"));
    }

    @Override
    void heard(String room, int count) {} // all rooms are, at any time

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
    void olderNodesAndEmittersAreUnderstood() throws Exception {
        Client here = a.client().joins("x");
        BlockingQueue<String> responses = new LinkedBlockingQueue<>();
        a.link.subscribe(RESPONSES, (channel, message) -> responses.add(text(message)));
        await().until(() -> subscribers(a, RESPONSES) == 2);
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

    private static long subscribers(Node node, String channel) throws Exception {
        return node.link.subscribers(channel).toCompletableFuture().get(20, TimeUnit.SECONDS);
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
        await().until(() -> subscribers(b, RESPONSES) == 0);
    }
}
