package dev.resound.pusher;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.resound.core.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What was answered to publishes that named themselves: who asks again is answered the same, and
 * nothing is published twice. Bounded in number; only what was done is kept. <b>Thread:</b> any.
 */
final class IdempotencyKeys {
    static final int MAX_KEY_CHARS = 128;
    static final int MAX_KEYS = 100_000;

    private final Cache<String, Known> known;
    private final IntSupplier seconds;

    /**
     * A publish that was taken.
     *
     * @param answer null while it is being done
     */
    private record Known(byte[] bodyDigest, @Nullable HttpResponse answer, Duration timeToLive) {}

    /** What becomes of a publish. */
    sealed interface Outcome {
        /** It was done now, or before and answered like this. */
        record Answered(HttpResponse answer) implements Outcome {}

        /** The same is being done right now by somebody else. */
        record UnderWay() implements Outcome {}

        /** The key was used for another body. */
        record OtherBody() implements Outcome {}
    }

    /**
     * Keeps keys.
     *
     * @param seconds for how long; asked at each publish
     */
    IdempotencyKeys(IntSupplier seconds, Ticker ticker) {
        this.seconds = seconds;
        this.known =
                Caffeine.newBuilder()
                        .ticker(ticker)
                        .maximumSize(MAX_KEYS)
                        .expireAfter(Expiry.writing((String key, Known entry) -> entry.timeToLive))
                        .build();
    }

    /** Publishes unless that was done before. */
    CompletionStage<Outcome> once(
            String key, byte[] bodyDigest, Supplier<CompletionStage<HttpResponse>> publish) {
        Duration timeToLive = Duration.ofSeconds(seconds.getAsInt());
        Known mine = new Known(bodyDigest, null, timeToLive);
        Known before = known.asMap().putIfAbsent(key, mine);
        if (before != null) {
            if (!Arrays.equals(before.bodyDigest, bodyDigest)) {
                return CompletableFuture.completedFuture(new Outcome.OtherBody());
            }
            HttpResponse answer = before.answer;
            return CompletableFuture.completedFuture(
                    answer == null ? new Outcome.UnderWay() : new Outcome.Answered(answer));
        }
        CompletionStage<HttpResponse> publishing;
        try {
            publishing = publish.get();
        } catch (RuntimeException | Error failure) {
            known.invalidate(key); // nothing was done, so that it may be tried again
            throw failure;
        }
        return publishing
                .whenComplete((answer, failure) -> {
                    if (answer != null && answer.status() == 200) {
                        known.put(key, new Known(bodyDigest, answer, timeToLive));
                    } else {
                        known.invalidate(key);
                    }
                })
                .thenApply(Outcome.Answered::new);
    }
}
