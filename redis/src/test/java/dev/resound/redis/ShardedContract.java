package dev.resound.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.resound.redis.RedisAdapters.SubscriptionMode;
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
import org.junit.jupiter.api.Timeout;

/** With the sharded adapter, in whatever mode. */
@Timeout(60)
abstract class ShardedContract extends ClusterContract {
    static final String CHANNEL = "socket.io#/#";

    abstract SubscriptionMode mode();

    /** Whether what is said to this room alone is said on a channel of its own. */
    abstract boolean hasChannel(String room);

    @Override
    Node node() throws IOException {
        return node(RedisAdapters.ShardedOptions.defaults());
    }

    private Node node(RedisAdapters.ShardedOptions options) throws IOException {
        return new Node(
                redis.url(0),
                link -> RedisAdapters.sharded(link, options.withSubscriptionMode(mode())),
                (link, namespace) -> link.shardedSubscribers("socket.io#" + namespace + "#"));
    }

    @Override
    void heard(String room, int count) {
        String channel = CHANNEL + room + "#";
        await().atMost(Duration.ofSeconds(20))
                .until(() -> subscribers(channel) == (hasChannel(room) ? count : 0));
    }

    private long subscribers(String channel) throws Exception {
        return a.link.shardedSubscribers(channel).toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Test
    void roomsAreListenedToWhileSomebodyIsInThem() throws Exception {
        Client here = a.client().joins("x");
        Client second = a.client().joins("x");
        Client there = b.client().joins("x");
        heard("x", 2);
        heard(here.id, 1);
        here.close();
        heard(here.id, 0);
        heard("x", 2);
        second.close();
        heard("x", 1);
        there.close();
        heard("x", 0);
        a.client().joins("x");
        heard("x", 1);
    }

    @Test
    void roomsAreNamedByWhatever() throws Exception {
        Client there = b.client();
        List<String> rooms = List.of("", "#", "/", "ü 🚪 *", "r".repeat(20), "r".repeat(500));
        for (String room : rooms) {
            there.joins(room);
            heard(room, 1);
        }
        for (String room : rooms) {
            a.io.to(room).emit("told", room.length());
        }
        for (String room : rooms) {
            there.hears("[\"told\"," + room.length() + "]");
        }
        ends(a, there);
    }

    @Test
    void aServerThatEndsNoLongerListens() throws Exception {
        a.client().joins("x");
        heard("x", 1);
        a.stop();
        b.awaitNodes("/", 1);
        b.stop();
        b.awaitNodes("/", 0);
        await().until(() -> redis.execute("PUBSUB SHARDCHANNELS").equals("*0"));
    }

    @Test
    void namespacesThatBeginAlikeAreApart() throws Exception {
        for (String namespace : List.of("/a", "/ab")) {
            a.io.of(namespace);
            b.io.of(namespace);
            a.awaitNodes(namespace, 2);
        }
        Client shorter = b.client("/a");
        Client longer = b.client("/ab");
        a.io.of("/ab").emit("told", 1);
        a.io.of("/a").emit("told", 2);
        longer.hears("[\"told\",1]");
        shorter.hears("[\"told\",2]");
    }

    @Test
    void aNodeThatDoesNotAnswerIsNotWaitedForTooLong() throws Exception {
        var options =
                RedisAdapters.ShardedOptions.defaults().withRequestsTimeout(Duration.ofMillis(300));
        try (Node hasty = node(options)) {
            RedisLink silent = RedisLink.open(RedisOptions.of(redis.url(0)));
            silent.subscribeSharded(CHANNEL, (channel, message) -> {});
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
    void hostileMessagesHarmNobodyAndAreCounted() throws Exception {
        Client there = b.client();
        var random = new Random(42);
        int sent = 0;
        for (int i = 0; i < 2_000; i++) {
            byte[] bytes = new byte[1 + random.nextInt(60)];
            random.nextBytes(bytes);
            bytes[0] = (byte) (i % 2 == 0 ? 0xc1 : '{'); // never MessagePack, hardly ever JSON
            a.link.publishSharded(CHANNEL, bytes);
            sent++;
        }
        String head = "{\"uid\":\"u\",\"nsp\":\"/\",\"type\":";
        for (byte[] bytes :
                List.of(
                        new byte[0],
                        (head + "4,\"data\":{\"opts\":{\"rooms\":7}}}").getBytes(UTF_8),
                        (head + "9,\"data\":" + "[".repeat(200_000)).getBytes(UTF_8),
                        (head + "9,\"data\":{\"packet\":[\"connect\"]}}").getBytes(UTF_8),
                        (head + "14}").getBytes(UTF_8),
                        new byte[] {(byte) 0xdd, 0x7f, -1, -1, -1},
                        new byte[] {(byte) 0xdf, 0x7f, -1, -1, -1})) {
            a.link.publishSharded(CHANNEL, bytes);
            sent++;
        }
        ends(a, there);
        int all = sent;
        await().until(() -> b.adapters.dropped() == all);
        assertThat(get(a.io.fetchSockets())).hasSize(1);
        assertThat(b.adapters.dropped()).isEqualTo(all);
    }

    @Test
    void hostileAnswersHarmNobodyAndAnyChannelWillDo() throws Exception {
        BlockingQueue<String> asked = new LinkedBlockingQueue<>();
        RedisLink hostile = RedisLink.open(RedisOptions.of(redis.url(0)));
        hostile.subscribeSharded(
                CHANNEL, (channel, message) -> asked.add(new String(message, UTF_8)));
        a.awaitNodes("/", 3);
        CompletableFuture<List<RemoteSocket>> fetched = a.io.fetchSockets();
        String request = asked.poll(20, TimeUnit.SECONDS);
        assertThat(request).isNotNull();
        String id = request.replaceFirst(".*\"requestId\":\"([0-9a-f]{16})\".*", "$1");
        String uid = request.replaceFirst(".*\"uid\":\"([0-9a-f]{16})\".*", "$1");
        String head = "{\"uid\":\"u\",\"nsp\":\"/\",\"type\":";
        for (String json :
                List.of(
                        "{",
                        head + "8,\"data\":{\"requestId\":\"%s\",\"sockets\":[{}]}}",
                        head + "8,\"data\":{\"requestId\":\"%s\",\"sockets\":7}}",
                        head + "11,\"data\":{\"requestId\":\"%s\",\"clientCount\":5}}",
                        head + "10,\"data\":{\"requestId\":\"%s\",\"packet\":5}}",
                        head + "8,\"data\":{\"requestId\":\"other\",\"sockets\":[]}}")) {
            hostile.publishSharded(CHANNEL + uid + "#", json.formatted(id).getBytes(UTF_8));
        }
        hostile.publishSharded(
                CHANNEL,
                (head + "8,\"data\":{\"requestId\":\"" + id + "\",\"sockets\":[]}}")
                        .getBytes(UTF_8));
        assertThat(get(fetched)).isEmpty();
        await().until(() -> a.adapters.dropped() == 3);
        hostile.close();
    }
}
