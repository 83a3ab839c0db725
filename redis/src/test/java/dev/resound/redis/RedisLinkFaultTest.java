package dev.resound.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.resound.testkit.RedisCluster;
import dev.resound.testkit.RedisServer;
import dev.resound.testkit.SentinelRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a stream of messages suffers when Redis does: how many are lost and doubled, and for how
 * long nothing is heard. A table with the figures goes to the standard output; what is asserted is
 * the order, that almost nothing comes twice, and generous times.
 */
@Timeout(90)
class RedisLinkFaultTest {
    private static final Duration PERIOD = Duration.ofMillis(1);
    private static final List<String> TABLE = new CopyOnWriteArrayList<>();

    @AfterAll
    static void print() {
        System.out.println(
                String.format(
                                "%n%-46s %9s %7s %6s %7s %6s %9s%n",
                                "fault",
                                "published",
                                "heard",
                                "lost",
                                "doubled",
                                "failed",
                                "silent ms")
                        + String.join("\n", TABLE));
    }

    @Test
    void redisRestarts() throws Exception {
        try (RedisServer server = RedisServer.start();
                Stream stream = new Stream(RedisOptions.of(server.url(0)), false)) {
            stream.flowsFor(500);
            server.stop();
            server.startAgain();
            stream.flowsFor(500);
            stream.ends("restart of one Redis", Duration.ofSeconds(10));
        }
    }

    @Test
    void redisCrashesAndIsBackAfterThreeSeconds() throws Exception {
        try (RedisServer server = RedisServer.start();
                Stream stream = new Stream(RedisOptions.of(server.url(0)), false)) {
            stream.flowsFor(500);
            server.kill();
            stream.isSaid(3_000);
            server.startAgain();
            stream.flowsFor(500);
            stream.ends("crash of one Redis, back after 3 s", Duration.ofSeconds(10));
        }
    }

    @Test
    void redisStandsStillForTenSeconds() throws Exception {
        try (RedisServer server = RedisServer.start();
                Stream stream = new Stream(RedisOptions.of(server.url(0)), false)) {
            stream.flowsFor(500);
            server.pause();
            stream.isSaid(10_000);
            server.resume();
            stream.flowsFor(500);
            stream.ends("SIGSTOP of one Redis for 10 s", Duration.ofSeconds(15));
        }
    }

    @Test
    void connectionsAreCut() throws Exception {
        try (RedisServer server = RedisServer.start()) {
            for (String type : List.of("pubsub", "normal")) {
                try (Stream stream = new Stream(RedisOptions.of(server.url(0)), false)) {
                    stream.flowsFor(500);
                    server.execute("CLIENT KILL TYPE " + type);
                    stream.flowsFor(500);
                    stream.ends("CLIENT KILL TYPE " + type, Duration.ofSeconds(3));
                }
            }
        }
    }

    @Test
    void aPrimaryIsKilledAndSentinelsTakeTheReplica() throws Exception {
        try (SentinelRedis redis = SentinelRedis.start();
                Stream stream = new Stream(RedisOptions.of(redis.url()), false)) {
            stream.flowsFor(500);
            RedisServer before = redis.primary();
            before.kill();
            await().atMost(Duration.ofSeconds(30)).until(() -> redis.primary() != before);
            stream.flowsFor(500);
            stream.ends("kill -9 of a primary, Sentinel", Duration.ofSeconds(20));
        }
    }

    /** Its connections stay open, and so it is the link's silence that counts. */
    @Test
    void aPrimaryFallsSilentAndSentinelsTakeTheReplica() throws Exception {
        try (SentinelRedis redis = SentinelRedis.start();
                Stream stream = new Stream(RedisOptions.of(redis.url()), false)) {
            stream.flowsFor(500);
            RedisServer before = redis.primary();
            before.pause();
            await().atMost(Duration.ofSeconds(30)).until(() -> redis.primary() != before);
            stream.flowsFor(500);
            stream.ends("SIGSTOP of a primary for good, Sentinel", Duration.ofSeconds(30));
        }
    }

    @Test
    void aPrimaryOfAClusterIsKilled() throws Exception {
        for (boolean sharded : List.of(false, true)) {
            try (RedisCluster cluster = RedisCluster.startWithReplicas();
                    Stream stream = new Stream(RedisOptions.cluster(cluster.urls()), sharded)) {
                stream.flowsFor(500);
                cluster.ownerOf("stream").kill();
                stream.flowsFor(500);
                stream.ends(
                        "kill -9 of a primary, cluster, "
                                + (sharded ? "its sharded channel" : "plain channel"),
                        Duration.ofSeconds(20));
            }
        }
    }

    /** One link tells the numbers from 0 on, another hears them. */
    private static final class Stream implements AutoCloseable {
        private final RedisLink from;
        private final RedisLink to;
        private final boolean sharded;
        private final AtomicInteger next = new AtomicInteger();
        private final AtomicBoolean flows = new AtomicBoolean(true);
        private final List<Integer> heard = new ArrayList<>(); // this and the next: the inbox's
        private long lastNanos = System.nanoTime();
        private volatile long longestNanos;
        private volatile int highest = -1;
        private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();

        Stream(RedisOptions options, boolean sharded) {
            this.sharded = sharded;
            from = RedisLink.open(options);
            to = RedisLink.open(options);
            if (sharded) {
                to.subscribeSharded("stream", this::hears);
            } else {
                to.subscribe("stream", this::hears);
            }
            await().atMost(Duration.ofSeconds(20))
                    .ignoreExceptions()
                    .until(() ->
                            (sharded
                                                    ? from.shardedSubscribers("stream")
                                                    : from.subscribers("stream"))
                                            .toCompletableFuture()
                                            .get(5, TimeUnit.SECONDS)
                                    == 1);
            clock.scheduleAtFixedRate(this::tell, 0, PERIOD.toNanos(), TimeUnit.NANOSECONDS);
        }

        private void tell() {
            if (flows.get()) {
                byte[] number = Integer.toString(next.get()).getBytes(UTF_8);
                boolean taken =
                        sharded
                                ? from.publishSharded("stream", number)
                                : from.publish("stream", number);
                if (taken) {
                    next.incrementAndGet();
                }
            }
        }

        private synchronized void hears(String channel, byte[] message) {
            long now = System.nanoTime();
            int number = Integer.parseInt(new String(message, UTF_8));
            if (!heard.isEmpty()) {
                longestNanos = Math.max(longestNanos, now - lastNanos);
            }
            lastNanos = now;
            heard.add(number);
            highest = Math.max(highest, number);
        }

        /** So many more, whether or not they are heard. */
        void isSaid(int messages) {
            int until = next.get() + messages;
            await().atMost(Duration.ofSeconds(40)).until(() -> next.get() >= until);
        }

        /** Waits until that many more than now have been told, and the last of them are heard. */
        void flowsFor(int messages) {
            int until = next.get() + messages;
            await().atMost(Duration.ofSeconds(40)).until(() -> highest >= until);
        }

        synchronized List<Integer> heard() {
            return List.copyOf(heard);
        }

        void ends(String fault, Duration longestSilence) {
            flows.set(false);
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> from.statistics().waitingBytes() == 0);
            int published = next.get();
            await().atMost(Duration.ofSeconds(5)).until(() -> highest == published - 1);
            List<Integer> all = heard();
            long distinct = all.stream().distinct().count();
            long failed = from.statistics().failed();
            TABLE.add(
                    String.format(
                            "%-46s %9d %7d %6d %7d %6d %9d",
                            fault,
                            published,
                            all.size(),
                            published - distinct,
                            all.size() - distinct,
                            failed,
                            TimeUnit.NANOSECONDS.toMillis(longestNanos)));
            assertOrder(all);
            assertThat(from.statistics().published() + failed).isEqualTo(published);
            assertThat(Duration.ofNanos(longestNanos)).isLessThan(longestSilence);
        }

        /**
         * What is new comes after all that came before. What comes again comes in its order, too.
         */
        private static void assertOrder(List<Integer> all) {
            int highest = -1;
            int last = -1;
            int steps = 0;
            for (int number : all) {
                assertThat(number > highest || number > last || steps == 0)
                        .as("%d after %d, when %d had been heard", number, last, highest)
                        .isTrue();
                if (number <= last) {
                    steps++; // what was under way when the connection broke is told again
                }
                highest = Math.max(highest, number);
                last = number;
            }
            assertThat(steps).as("times that something was told again").isLessThanOrEqualTo(1);
        }

        @Override
        public void close() {
            clock.shutdownNow();
            from.close();
            to.close();
        }
    }
}
