package dev.resound.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.resound.testkit.RedisServer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** What a link does, whichever way Redis is run: two links of one real Redis. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class RedisLinkContract {
    private static final int MANY = 20_000;

    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    RedisLink one;
    RedisLink other;

    /** How to reach it. */
    abstract RedisOptions options();

    /** Its servers. */
    abstract List<RedisServer> servers();

    /** Does these commands on a server. */
    String execute(RedisServer server, String... commands) {
        return server.execute(commands);
    }

    /** The prefix of channels that may be used. */
    String name(String channel) {
        return "allowed." + channel;
    }

    @BeforeEach
    void connect() {
        heard.clear();
        one = RedisLink.open(options());
        other = RedisLink.open(options());
        one.subscribe(name("news"), this::hears);
        until(one, RedisLink.State.CONNECTED);
        until(other, RedisLink.State.CONNECTED);
        soon().until(() -> subscribers("news") == 1);
    }

    @AfterEach
    void close() {
        one.close();
        other.close();
    }

    final void hears(String channel, byte[] message) {
        heard.add(channel.substring(name("").length()) + " " + new String(message, UTF_8));
    }

    private static ConditionFactory soon() {
        return await().atMost(Duration.ofSeconds(20)).ignoreExceptions();
    }

    static void until(RedisLink link, RedisLink.State state) {
        soon().until(() -> link.state() == state);
    }

    private static long answer(CompletionStage<Long> asked) throws Exception {
        return asked.toCompletableFuture().get(5, TimeUnit.SECONDS);
    }

    private long subscribers(String channel) throws Exception {
        return answer(other.subscribers(name(channel)));
    }

    private long shardedSubscribers(String channel) throws Exception {
        return answer(other.shardedSubscribers(name(channel)));
    }

    final String next() throws InterruptedException {
        String next = heard.poll(20, TimeUnit.SECONDS);
        assertThat(next).as("something is heard").isNotNull();
        return next;
    }

    static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    final void stopAll() {
        servers().forEach(RedisServer::stop);
    }

    final void startAll() throws IOException {
        for (RedisServer server : servers()) {
            server.startAgain();
        }
    }

    @Test
    void whatOneSaysTheOtherHearsInItsOrder() throws Exception {
        for (int i = 0; i < MANY; i++) {
            assertThat(other.publish(name("news"), bytes(Integer.toString(i)))).isTrue();
        }
        for (int i = 0; i < MANY; i++) {
            assertThat(next()).isEqualTo("news " + i);
        }
        soon().until(() -> other.statistics().waitingBytes() == 0);
        assertThat(other.statistics().published()).isEqualTo(MANY);
        assertThat(other.statistics().failed()).isZero();
    }

    @Test
    void eachShardedChannelHasItsOrder() throws Exception {
        List<String> channels = IntStream.range(0, 50).mapToObj(i -> "shard" + i).toList();
        for (String channel : channels) {
            one.subscribeSharded(name(channel), this::hears);
        }
        for (String channel : channels) {
            soon().until(() -> shardedSubscribers(channel) == 1);
        }
        for (int i = 0; i < 100; i++) {
            for (String channel : channels) {
                assertThat(other.publishSharded(name(channel), bytes(Integer.toString(i))))
                        .isTrue();
            }
        }
        Map<String, List<String>> byChannel = new HashMap<>();
        for (int i = 0; i < 100 * channels.size(); i++) {
            String[] words = next().split(" ", -1);
            byChannel.computeIfAbsent(words[0], first -> new ArrayList<>()).add(words[1]);
        }
        List<String> inOrder = IntStream.range(0, 100).mapToObj(Integer::toString).toList();
        assertThat(byChannel).hasSize(channels.size());
        assertThat(byChannel.values()).allSatisfy(each -> assertThat(each).isEqualTo(inOrder));
    }

    @Test
    void patternsAreHeardToo() throws Exception {
        one.subscribePattern(name("chat.*"), this::hears);
        soon().until(() -> {
            other.publish(name("chat.0"), bytes("are you there?"));
            return heard.poll(100, TimeUnit.MILLISECONDS) != null;
        });
        other.publish(name("chat.1"), bytes("b"));
        String next = next();
        while (next.startsWith("chat.0 ")) {
            next = next();
        }
        assertThat(next).isEqualTo("chat.1 b");
    }

    @Test
    void whoListensIsCountedAndWhoNoLongerDoesHearsNothing() throws Exception {
        Inbox.Listener second = (channel, message) -> heard.add("second");
        one.subscribe(name("more"), second);
        one.subscribe(name("more"), second);
        other.subscribe(name("more"), second);
        one.subscribeSharded(name("shard"), second);
        other.subscribeSharded(name("shard"), second);
        soon().until(() -> subscribers("more") == 2); // links, however many listen there
        soon().until(() -> shardedSubscribers("shard") == 2);
        other.unsubscribe(name("more"), second);
        other.unsubscribeSharded(name("shard"), second);
        soon().until(() -> subscribers("more") == 1);
        soon().until(() -> shardedSubscribers("shard") == 1);
        one.unsubscribe(name("more"), second);
        assertThat(subscribers("more")).isEqualTo(1);
        one.unsubscribe(name("more"), second);
        one.unsubscribeSharded(name("shard"), second);
        soon().until(() -> subscribers("more") == 0);
        soon().until(() -> shardedSubscribers("shard") == 0);
        other.publish(name("more"), bytes("x"));
        other.publishSharded(name("shard"), bytes("x"));
        other.publish(name("news"), bytes("y"));
        assertThat(next()).isEqualTo("news y");
        assertThat(heard).isEmpty();
    }

    @Test
    void whatIsSaidWhileRedisIsAwayIsSaidWhenItIsBack() throws Exception {
        one.subscribeSharded(name("shard"), this::hears);
        soon().until(() -> shardedSubscribers("shard") == 1);
        stopAll();
        try (RedisLink bounded = RedisLink.open(options().withQueueBytes(10_000))) {
            until(other, RedisLink.State.AWAY);
            until(one, RedisLink.State.AWAY);
            for (int i = 0; i < 100; i++) {
                other.publish(name("news"), bytes(Integer.toString(i)));
                other.publishSharded(name("shard"), bytes(Integer.toString(i)));
            }
            fill(bounded);
            startAll();
            until(one, RedisLink.State.CONNECTED);
            until(other, RedisLink.State.CONNECTED);
            until(bounded, RedisLink.State.CONNECTED);
            soon().until(() -> bounded.statistics().waitingBytes() == 0);
            assertThat(bounded.publish(name("full"), new byte[1_000])).isTrue();
        }
        soon().until(() -> subscribers("news") == 1 && shardedSubscribers("shard") == 1);
        other.publish(name("news"), bytes("100"));
        other.publishSharded(name("shard"), bytes("100"));
        assertInOrderUpTo100(); // what came before the listener was back, nobody heard
        soon().until(() -> other.statistics().waitingBytes() == 0);
        assertThat(other.statistics().published()).isEqualTo(202);
        assertThat(other.statistics().failed()).isZero();
    }

    private void assertInOrderUpTo100() throws InterruptedException {
        Map<String, Integer> last = new HashMap<>(Map.of("news", -1, "shard", -1));
        while (!last.values().stream().allMatch(number -> number == 100)) {
            String[] words = next().split(" ", -1);
            int number = Integer.parseInt(words[1]);
            assertThat(number).as("next of " + words[0]).isGreaterThan(last.get(words[0]));
            last.put(words[0], number);
        }
    }

    private void fill(RedisLink link) {
        int taken = 0;
        while (link.publish(name("full"), new byte[1_000])) {
            taken++;
        }
        assertThat(taken).isEqualTo(8);
        assertThat(link.statistics().refused()).isEqualTo(1);
        assertThat(link.state()).isEqualTo(RedisLink.State.AWAY);
    }

    @Test
    void whoseListeningConnectionsAreCutIsBackAtOnce() throws Exception {
        one.subscribeSharded(name("shard"), this::hears);
        soon().until(() -> shardedSubscribers("shard") == 1);
        for (RedisServer server : servers()) {
            execute(server, "CLIENT KILL TYPE pubsub");
        }
        await().atMost(Duration.ofSeconds(3))
                .ignoreExceptions()
                .until(() -> subscribers("news") == 1 && shardedSubscribers("shard") == 1);
        other.publish(name("news"), bytes("a"));
        assertThat(next()).isEqualTo("news a");
        other.publishSharded(name("shard"), bytes("b"));
        assertThat(next()).isEqualTo("shard b");
    }

    @Test
    void closingLeavesNothingBehind() {
        await().atMost(Duration.ofSeconds(3))
                .until(() -> {
                    one.close();
                    other.close();
                    return true;
                });
        assertThat(one.publish(name("news"), bytes("x"))).isTrue(); // and nobody hears it
        soon().untilAsserted(() -> {
            for (RedisServer server : servers()) {
                assertThat(execute(server, "CLIENT LIST")).doesNotContain("name=resound");
            }
        });
        assertThat(one.subscribers(name("news")).toCompletableFuture()).isCompletedExceptionally();
    }
}
