package dev.resound.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.resound.testkit.RedisServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two links of one real Redis. */
@Timeout(60)
class RedisLinkTest {
    private final RedisServer server = RedisServer.start();
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final RedisLink one = RedisLink.open(RedisOptions.of(server.url(0)));
    private final RedisLink other = RedisLink.open(RedisOptions.of(server.url(0)));

    @BeforeEach
    void connect() {
        one.subscribe("news", this::hears);
        until(one, RedisLink.State.CONNECTED);
        until(other, RedisLink.State.CONNECTED);
        await().until(() -> subscribers("news") == 1);
    }

    @AfterEach
    void close() {
        one.close();
        other.close();
        server.close();
    }

    private void hears(String channel, byte[] message) {
        heard.add(channel + " " + new String(message, UTF_8));
    }

    private long subscribers(String channel) throws Exception {
        return other.subscribers(channel).toCompletableFuture().get(5, TimeUnit.SECONDS);
    }

    private static void until(RedisLink link, RedisLink.State state) {
        await().atMost(Duration.ofSeconds(20)).until(() -> link.state() == state);
    }

    private String next() throws InterruptedException {
        String next = heard.poll(20, TimeUnit.SECONDS);
        assertThat(next).as("something is heard").isNotNull();
        return next;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    @Test
    void whatOneSaysTheOtherHearsInItsOrder() throws Exception {
        List<String> all = IntStream.range(0, 20_000).mapToObj(i -> "news " + i).toList();
        for (int i = 0; i < all.size(); i++) {
            assertThat(other.publish("news", bytes(Integer.toString(i)))).isTrue();
        }
        for (String each : all) {
            assertThat(next()).isEqualTo(each);
        }
        await().until(() -> other.statistics().waitingBytes() == 0);
        assertThat(other.statistics().published()).isGreaterThanOrEqualTo(all.size());
    }

    @Test
    void patternsAndShardsAreHeardToo() throws Exception {
        one.subscribePattern("chat.*", this::hears);
        one.subscribeSharded("shard", this::hears);
        await().until(() ->
                other.shardedSubscribers("shard").toCompletableFuture().get(5, TimeUnit.SECONDS)
                        == 1);
        other.publishSharded("shard", bytes("a"));
        assertThat(next()).isEqualTo("shard a");
        other.publish("chat.1", bytes("b"));
        assertThat(next()).isEqualTo("chat.1 b");
    }

    @Test
    void whoNoLongerListensHearsNothing() throws Exception {
        Inbox.Listener second = (channel, message) -> heard.add("second");
        one.subscribe("more", second);
        await().until(() -> subscribers("more") == 1);
        one.unsubscribe("more", second);
        await().until(() -> subscribers("more") == 0);
        other.publish("more", bytes("x"));
        other.publish("news", bytes("y"));
        assertThat(next()).isEqualTo("news y");
    }

    @Test
    void whatIsSaidWhileRedisIsAwayIsSaidWhenItIsBack() throws Exception {
        server.stop();
        until(other, RedisLink.State.AWAY);
        until(one, RedisLink.State.AWAY);
        other.publish("news", bytes("later"));
        server.startAgain();
        until(one, RedisLink.State.CONNECTED);
        until(other, RedisLink.State.CONNECTED);
        other.publish("news", bytes("again"));
        String next = next();
        while (!next.equals("news again")) {
            assertThat(next).isEqualTo("news later"); // if it came when we were back, too
            next = next();
        }
        assertThat(other.statistics().failed()).isZero();
    }

    @Test
    void whatWaitsIsBounded() throws IOException {
        server.stop();
        var options = RedisOptions.of(server.url(0)).withQueueBytes(10_000);
        try (RedisLink link = RedisLink.open(options)) {
            int taken = 0;
            while (link.publish("news", new byte[1_000])) {
                taken++;
            }
            assertThat(taken).isEqualTo(8);
            assertThat(link.statistics().refused()).isEqualTo(1);
            assertThat(link.state()).isEqualTo(RedisLink.State.AWAY);
            server.startAgain();
            until(link, RedisLink.State.CONNECTED);
            assertThat(link.publish("news", new byte[1_000])).isTrue();
        }
    }

    @Test
    void aPausedRedisIsNoticedAndForgivenWithoutALoss() throws Exception {
        signal("STOP");
        until(one, RedisLink.State.AWAY);
        for (int i = 0; i < 100; i++) {
            other.publish("news", bytes(Integer.toString(i)));
        }
        signal("CONT");
        for (int i = 0; i < 100; i++) {
            assertThat(next()).isEqualTo("news " + i);
        }
        until(one, RedisLink.State.CONNECTED);
    }

    private void signal(String name) throws Exception {
        String pid = Long.toString(server.process().pid());
        assertThat(new ProcessBuilder("kill", "-" + name, pid).start().waitFor()).isZero();
    }
}
