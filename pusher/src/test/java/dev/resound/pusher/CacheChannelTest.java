package dev.resound.pusher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.core.Envelope;
import dev.resound.core.TopicName;
import dev.resound.pusher.PusherWorld.Client;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Channels that greet with their last event. */
class CacheChannelTest {
    private static final String ANN = "{\"user_id\":1}";

    private final PusherWorld world = PusherWorld.inAnyDialect();

    private static void join(Client client, String channel) {
        if (channel.startsWith("presence-")) {
            client.joinsPresence(channel, ANN);
        } else if (channel.startsWith("private-")) {
            client.joinsPrivate(channel);
        } else {
            client.joins(channel);
        }
    }

    private static String greeting(String channel) {
        return channel.startsWith("presence-")
                ? Frames.present(channel, 1, "1", "\"1\":null")
                : Frames.succeeded(channel);
    }

    @ParameterizedTest // row 34
    @ValueSource(
            strings = {
                "cache-x",
                "private-cache-x",
                "presence-cache-x",
                "private-encrypted-cache-x"
            })
    void anEmptyCacheIsAMiss(String channel) {
        Client client = world.connect();
        join(client, channel);
        client.hears(
                greeting(channel),
                "{\"event\":\"pusher:cache_miss\",\"channel\":\"" + channel + "\"}");
    }

    @ParameterizedTest // row 35
    @ValueSource(
            strings = {
                "cache-x",
                "private-cache-x",
                "presence-cache-x",
                "private-encrypted-cache-x"
            })
    void theLastEventGreetsWhoJoins(String channel) {
        world.publishes(channel, "first", "1");
        world.publishes(channel, "App\\Events\\Second", "{\"n\":2}");
        Client client = world.connect(world.b);
        join(client, channel);
        client.hears(
                greeting(channel),
                "{\"event\":\"App\\\\Events\\\\Second\",\"data\":\"{\\\"n\\\":2}\",\"channel\":\""
                        + channel
                        + "\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cached-x", "private-cached", "private-x-cache-", "x"})
    void otherChannelsHaveNoCache(String channel) {
        world.publishes(channel, "e", "1");
        Client client = world.connect();
        join(client, channel);
        client.hears(Frames.succeeded(channel));
    }

    @Test
    void theEventOutlivesTheLastSubscriber() {
        Client client = world.connect().joins("cache-x");
        world.publishes("cache-x", "e", "1");
        client.closes();
        world.connect()
                .joins("cache-x")
                .hears(Frames.succeeded("cache-x"), Frames.published("e", "1", "cache-x"));
    }

    @Test
    void joiningAgainShowsTheEventAgain() {
        Client client = world.connect().joins("cache-x").forgets();
        world.publishes("cache-x", "e", "1");
        client.joins("cache-x")
                .hears(
                        Frames.published("e", "1", "cache-x"),
                        Frames.succeeded("cache-x"),
                        Frames.published("e", "1", "cache-x"));
    }

    @Test
    void clientEventsAreNotCached() {
        Client one = world.connect().joins("cache-x");
        one.says(Frames.clientEvent("client-e", "cache-x", "{}")).forgets();
        world.connect(world.b)
                .joins("cache-x")
                .hears(Frames.succeeded("cache-x"), Frames.cacheMiss("cache-x"));
    }

    @Test
    void comingsAndGoingsAreNotCached() {
        Client ann = world.connect().joinsPresence("presence-cache-x", ANN).forgets();
        Client bob = world.connect(world.b);
        bob.joinsPresence("presence-cache-x", "{\"user_id\":2}").closes();
        ann.leaves("presence-cache-x").forgets();
        ann.joinsPresence("presence-cache-x", ANN)
                .hears(
                        Frames.present("presence-cache-x", 1, "1", "\"1\":null"),
                        Frames.cacheMiss("presence-cache-x"));
    }

    // ---- exactly once

    @Tag("loops")
    @Test
    void anEventOnItsWayIsGreetedWithAndNotDeliveredAgain() {
        onceEach((joiner, join) -> {
            world.pusher.trigger(world.app, "cache-x", "e", "1");
            joiner.connection.says(join);
            return false;
        });
    }

    @Tag("loops")
    @Test
    void anEventPublishedRightAfterTheJoinIsDeliveredOnly() {
        onceEach((joiner, join) -> {
            joiner.connection.says(join);
            world.pusher.trigger(world.app, "cache-x", "e", "1");
            return true;
        });
    }

    @Tag("loops")
    @Test
    void eventsAroundAJoinComeOnceEachAndInOrder() {
        Client member = world.connect(world.b).joins("cache-x").forgets();
        Client joiner = world.connect(world.b);
        world.pusher.trigger(world.app, "cache-x", "e", "1");
        world.pusher.trigger(world.app, "cache-x", "e", "2");
        world.b.step(); // the first is delivered, the second still waits
        joiner.connection.says(Frames.subscribe("cache-x"));
        world.pusher.trigger(world.app, "cache-x", "e", "3");
        world.settle();
        member.hears(event("1"), event("2"), event("3"));
        joiner.hears(Frames.succeeded("cache-x"), event("2"), event("3"));
    }

    /** With a member on the joiner's loop already, so that a delivery is on its way there. */
    private void onceEach(BiFunction<Client, String, Boolean> race) {
        Client member = world.connect(world.b).joins("cache-x").forgets();
        Client joiner = world.connect(world.b);
        boolean missed = race.apply(joiner, Frames.subscribe("cache-x"));
        world.settle();
        member.hears(event("1"));
        if (missed) {
            joiner.hears(Frames.succeeded("cache-x"), Frames.cacheMiss("cache-x"), event("1"));
        } else {
            joiner.hears(Frames.succeeded("cache-x"), event("1"));
        }
    }

    private static String event(String data) {
        return "{\"event\":\"e\",\"data\":" + data + ",\"channel\":\"cache-x\"}";
    }

    // ---- what the HTTP API shows of it

    @Tag("reverb")
    @Test // row 91
    void reverbShowsTheWholeEvent() {
        world.connect().joins("cache-x");
        world.publishes("cache-x", "e", "1");
        assertThat(
                        world.get("/channels/cache-x", Map.of("info", "subscription_count,cache"))
                                .body())
                .isEqualTo(
                        "{\"occupied\":true,\"subscription_count\":1,\"cache\":{\"event\":\"e\",\"data\":\"1\",\"channel\":\"cache-x\"}}");
    }

    @Test
    void pusherShowsDataAndTimeToLive() {
        PusherWorld world = PusherWorld.speaking(Dialect.PUSHER);
        world.connect().joins("cache-x");
        world.publishes("cache-x", "e", "1");
        assertThat(world.get("/channels/cache-x", Map.of("info", "cache")).body())
                .matches("\\{\"occupied\":true,\"cache\":\\{\"data\":\"1\",\"ttl\":1(800|79\\d)}}");
    }

    @Tag("reverb")
    @Test // row 90
    void aChannelWithoutCacheShowsNone() {
        world.connect().joins("x");
        assertThat(world.get("/channels/x", Map.of("info", "cache")).body())
                .isEqualTo("{\"occupied\":true}");
    }

    // ---- bounds

    @Test
    void anEventIsForgottenWhenItsTimeIsUp() {
        AtomicLong now = new AtomicLong();
        var cache = new CachedEvents(() -> 1_800, now::get);
        cache.put(envelope("cache-x", 1));
        now.addAndGet(Duration.ofMinutes(30).minusSeconds(1).toNanos());
        var cached = cache.get("cache-x");
        assertThat(cached == null ? "gone" : cached.secondsLeft()).isEqualTo(1L);
        now.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThat(cache.get("cache-x")).isNull();
    }

    @Test
    void thereIsAnEndToTheNumberOfEvents() {
        var cache = new CachedEvents(() -> 1_800, () -> 0);
        assertThat(kept(cache, CachedEvents.MAX_EVENTS + 5_000, 1))
                .isBetween(CachedEvents.MAX_EVENTS / 2, CachedEvents.MAX_EVENTS);
    }

    @Test
    void thereIsAnEndToTheirBytes() {
        var cache = new CachedEvents(() -> 1_800, () -> 0);
        int size = 1 << 20;
        assertThat(kept(cache, 100, size)).isBetween(30, (int) (CachedEvents.MAX_BYTES / size));
    }

    private static int kept(CachedEvents cache, int events, int bytes) {
        for (int i = 0; i < events; i++) {
            cache.put(envelope("cache-" + i, bytes));
        }
        cache.cleanUp();
        int kept = 0;
        for (int i = 0; i < events; i++) {
            kept += cache.get("cache-" + i) == null ? 0 : 1;
        }
        return kept;
    }

    private static Envelope envelope(String channel, int bytes) {
        return Envelope.json(new TopicName("app", channel), "e", new byte[bytes]);
    }
}
