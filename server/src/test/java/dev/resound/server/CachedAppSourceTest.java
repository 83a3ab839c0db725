package dev.resound.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.pusher.App;
import dev.resound.pusher.AppSource;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** What is remembered of a source that answers when the test has it answer. */
class CachedAppSourceTest {
    private static final Duration CACHE = Duration.ofSeconds(60);
    private static final Duration UNKNOWN = Duration.ofSeconds(5);
    private static final App ONE = App.builder("one", "key-one", "secret").build();
    private static final App CHANGED =
            App.builder("one", "key-one", "secret").maxConnections(7).build();

    private final Deque<CompletableFuture<Optional<App>>> asked = new ArrayDeque<>();
    private final List<Runnable> later = new ArrayList<>();
    private long nanos;

    private final AppSource source =
            new AppSource() {
                @Override
                public CompletionStage<Optional<App>> byKey(String key) {
                    CompletableFuture<Optional<App>> answer = new CompletableFuture<>();
                    asked.add(answer);
                    return answer;
                }

                @Override
                public CompletionStage<Optional<App>> byId(String id) {
                    return byKey(id);
                }
            };

    private final CachedAppSource apps =
            new CachedAppSource(
                    source,
                    new CachedAppSource.Times(CACHE, UNKNOWN, Duration.ofHours(24)),
                    () -> nanos,
                    (delay, task) -> later.add(task));

    private void answers(App app) {
        asked.remove().complete(Optional.of(app));
    }

    private void fails(Exception failure) {
        asked.remove().completeExceptionally(failure);
    }

    private CompletableFuture<Optional<App>> byKey(String key) {
        return apps.byKey(key).toCompletableFuture();
    }

    private void knowsOne() {
        CompletableFuture<Optional<App>> answer = byKey("key-one");
        answers(ONE);
        assertThat(answer).isCompletedWithValue(Optional.of(ONE));
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
    }

    @Test
    void inTheLastQuarterOfItsTimeAnAppIsServedAndReadAgain() {
        knowsOne();
        pass(CACHE.multipliedBy(7).dividedBy(10));
        assertThat(byKey("key-one")).isCompletedWithValue(Optional.of(ONE));
        assertThat(asked).isEmpty();
        pass(CACHE.dividedBy(10));
        assertThat(byKey("key-one")).isCompletedWithValue(Optional.of(ONE));
        assertThat(byKey("key-one")).isCompletedWithValue(Optional.of(ONE));
        assertThat(asked).hasSize(1);
        answers(CHANGED);
        assertThat(byKey("key-one")).isCompletedWithValue(Optional.of(CHANGED));
        assertThat(apps.byId("one").toCompletableFuture())
                .isCompletedWithValue(Optional.of(CHANGED));
        assertThat(asked).isEmpty();
    }

    @Test
    void whoComesAfterItsTimeWaitsForWhatItIsNow() {
        knowsOne();
        pass(CACHE);
        CompletableFuture<Optional<App>> answer = byKey("key-one");
        assertThat(answer).isNotDone();
        answers(CHANGED);
        assertThat(answer).isCompletedWithValue(Optional.of(CHANGED));
    }

    @Test
    void aFailureServesWhatWasKnownAndIsTriedAgainOnce() {
        knowsOne();
        pass(CACHE);
        CompletableFuture<Optional<App>> answer = byKey("key-one");
        CompletableFuture<Optional<App>> other = byKey("key-two");
        fails(new IllegalStateException("down"));
        fails(new IllegalStateException("down"));
        assertThat(answer).isCompletedWithValue(Optional.of(ONE));
        assertThat(other).isCompletedExceptionally();
        assertThat(apps.isDegraded()).isTrue();
        assertThat(later).hasSize(1);
        later.removeFirst().run();
        fails(new IllegalStateException("still down"));
        assertThat(apps.isDegraded()).isTrue();
        assertThat(later).hasSize(1);
        later.removeFirst().run();
        asked.remove().complete(Optional.empty());
        assertThat(apps.isDegraded()).isFalse();
        assertThat(later).isEmpty();
    }

    @Test
    void aSourceThatHasJustFailedIsLeftAloneForAMoment() {
        byKey("key-two");
        fails(new IllegalStateException("down"));
        assertThat(byKey("key-two")).isCompletedExceptionally();
        assertThat(asked).isEmpty();
        pass(CachedAppSource.RETRY);
        CompletableFuture<Optional<App>> answer = byKey("key-one");
        answers(ONE);
        assertThat(answer).isCompletedWithValue(Optional.of(ONE));
        assertThat(apps.isDegraded()).isFalse();
    }

    @Test
    void aSourceThatThrowsHasFailed() {
        CachedAppSource broken =
                new CachedAppSource(
                        new AppSource() {
                            @Override
                            public CompletionStage<Optional<App>> byKey(String key) {
                                throw new IllegalStateException("broken");
                            }

                            @Override
                            public CompletionStage<Optional<App>> byId(String id) {
                                throw new IllegalStateException("broken");
                            }
                        },
                        new CachedAppSource.Times(CACHE, UNKNOWN, CACHE),
                        () -> nanos,
                        (delay, task) -> later.add(task));
        broken.probe();
        assertThat(broken.isDegraded()).isTrue();
        assertThat(broken.byKey("key-one").toCompletableFuture()).isCompletedExceptionally();
    }

    @Test
    void anUnusableRowIsNoFailureOfTheSource() {
        CompletableFuture<Optional<App>> answer = byKey("key-one");
        fails(new UnusableApp("one", "secret", "is missing or null"));
        assertThat(answer).isCompletedWithValue(Optional.empty());
        assertThat(apps.isDegraded()).isFalse();
        assertThat(byKey("key-one")).isCompletedWithValue(Optional.empty());
        assertThat(asked).isEmpty();
        pass(UNKNOWN);
        assertThat(byKey("key-one")).isNotDone();
    }

    @Test
    void namesNobodyHasAreRememberedInNumbersThatHaveABound() {
        for (int i = 0; i < CachedAppSource.MAX_UNKNOWN * 2; i++) {
            byKey("nobody-" + i);
            asked.remove().complete(Optional.empty());
        }
        for (int i = 0; i < CachedAppSource.MAX_UNKNOWN * 2; i++) {
            byKey("nobody-" + i);
        }
        assertThat(asked).hasSizeGreaterThanOrEqualTo(CachedAppSource.MAX_UNKNOWN / 2);
    }
}
