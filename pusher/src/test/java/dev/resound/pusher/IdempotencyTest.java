package dev.resound.pusher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.core.http.HttpResponse;
import dev.resound.pusher.PusherWorld.Client;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A publish that names itself is done once. */
class IdempotencyTest {
    private final PusherWorld world =
            new PusherWorld(
                    PusherWorld.reverbApp().extensions(new App.Extensions(60, null)).build());

    private static String named(String key, String data) {
        return "{\"name\":\"e\",\"channel\":\"c\",\"data\":\""
                + data
                + "\",\"idempotency_key\":\""
                + key
                + "\"}";
    }

    @Test
    void askingAgainIsAnsweredTheSameAndNothingIsPublished() {
        Client client = world.connect().joins("c").forgets();
        var first = world.post("/events", named("k", "1"));
        client.hears(Frames.published("e", "1", "c"));
        assertThat(world.post("/events", named("k", "1"))).isEqualTo(first);
        client.hearsNothing();
        world.post("/events", named("l", "1"));
        client.hears(Frames.published("e", "1", "c"));
    }

    @Test
    void aKeyBelongsToOneBody() {
        Client client = world.connect().joins("c").forgets();
        world.post("/events", named("k", "1"));
        client.forgets();
        assertThat(world.post("/events", named("k", "2")).status()).isEqualTo(422);
        client.hearsNothing();
    }

    @Test
    void whatWasRefusedMayBeTriedAgain() {
        String refused = "{\"name\":\"e\",\"channel\":\"c\",\"idempotency_key\":\"k\"}";
        assertThat(world.post("/events", refused).status()).isEqualTo(422);
        assertThat(world.post("/events", named("k", "1")).status()).isEqualTo(200);
    }

    @Test
    void keysHaveLimits() {
        assertThat(world.post("/events", named("", "1")).status()).isEqualTo(400);
        assertThat(world.post("/events", named("k".repeat(128), "1")).status()).isEqualTo(200);
        assertThat(world.post("/events", named("k".repeat(129), "1")).status()).isEqualTo(400);
    }

    @Test
    void batchesHaveKeysToo() {
        Client client = world.connect().joins("c").forgets();
        String batch =
                "{\"idempotency_key\":\"k\",\"batch\":["
                        + PusherWorld.publication("c", "e", "1")
                        + "]}";
        world.post("/batch_events", batch);
        world.post("/batch_events", batch);
        client.hears(Frames.published("e", "1", "c"));
    }

    @Test
    void withoutTheSettingKeysAreNotLookedAt() {
        PusherWorld plain = PusherWorld.speaking(Dialect.REVERB);
        Client client = plain.connect().joins("c").forgets();
        plain.post("/events", named("k", "1"));
        plain.post("/events", named("k", "1"));
        client.hears(Frames.published("e", "1", "c"), Frames.published("e", "1", "c"));
    }

    @Test
    void keysAreForgottenAfterTheWindow() {
        AtomicLong nanos = new AtomicLong();
        AtomicInteger published = new AtomicInteger();
        IdempotencyKeys keys = new IdempotencyKeys(() -> 60, nanos::get);
        publish(keys, published);
        nanos.addAndGet(Duration.ofSeconds(59).toNanos());
        publish(keys, published);
        assertThat(published).hasValue(1);
        nanos.addAndGet(Duration.ofSeconds(2).toNanos());
        publish(keys, published);
        assertThat(published).hasValue(2);
    }

    private static void publish(IdempotencyKeys keys, AtomicInteger published) {
        keys.once(
                "k",
                new byte[] {1},
                () -> {
                    published.incrementAndGet();
                    return CompletableFuture.completedFuture(HttpResponse.json(200, "{}"));
                });
    }

    @Test
    void whoAsksWhileItIsBeingDoneIsToldSo() {
        IdempotencyKeys keys = new IdempotencyKeys(() -> 60, System::nanoTime);
        var answer = new CompletableFuture<HttpResponse>();
        var outer = keys.once("k", new byte[] {1}, () -> answer).toCompletableFuture();
        var inner =
                keys.once("k", new byte[] {1}, () -> new CompletableFuture<>())
                        .toCompletableFuture();
        assertThat(inner.join()).isInstanceOf(IdempotencyKeys.Outcome.UnderWay.class);
        assertThat(outer).isNotDone();
        answer.complete(HttpResponse.json(200, "{}"));
        assertThat(outer.join()).isInstanceOf(IdempotencyKeys.Outcome.Answered.class);
    }
}
