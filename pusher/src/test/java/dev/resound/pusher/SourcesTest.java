package dev.resound.pusher;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Several sources of apps, one after the other. */
class SourcesTest {
    private static final App FIRST = App.builder("one", "key-one", "secret-one").build();
    private static final App OTHER = App.builder("two", "key-two", "secret-two").build();

    private static Optional<App> of(CompletionStage<Optional<App>> answer) {
        return answer.toCompletableFuture().join();
    }

    private static AppSource both(App... others) {
        return AppSource.of(List.of(FIRST)).orElse(AppSource.of(List.of(others)));
    }

    @Test
    void theSecondIsAskedForWhatTheFirstDoesNotHave() {
        AppSource both = both(OTHER);
        assertThat(of(both.byKey("key-one"))).containsSame(FIRST);
        assertThat(of(both.byId("one"))).containsSame(FIRST);
        assertThat(of(both.byKey("key-two"))).containsSame(OTHER);
        assertThat(of(both.byId("two"))).containsSame(OTHER);
        assertThat(of(both.byKey("key-three"))).isEmpty();
        assertThat(of(both.byId("three"))).isEmpty();
    }

    @Test
    void whoHasTheIdOfAnotherCannotComeInByItsOwnKey() {
        AppSource both = both(App.builder("one", "another-key", "another-secret").build());
        assertThat(of(both.byKey("another-key"))).isEmpty();
        assertThat(of(both.byId("one"))).containsSame(FIRST);
    }

    @Test
    void whoHasTheKeyOfAnotherCannotComeInByItsOwnId() {
        AppSource both = both(App.builder("another", "key-one", "another-secret").build());
        assertThat(of(both.byId("another"))).isEmpty();
        assertThat(of(both.byKey("key-one"))).containsSame(FIRST);
    }

    @Test
    void aFailureOfTheSecondIsNoneOfTheFirst() {
        AppSource failing =
                new AppSource() {
                    @Override
                    public CompletionStage<Optional<App>> byKey(String key) {
                        return CompletableFuture.failedFuture(new IllegalStateException("down"));
                    }

                    @Override
                    public CompletionStage<Optional<App>> byId(String id) {
                        throw new IllegalStateException("down");
                    }
                };
        AppSource both = AppSource.of(List.of(FIRST)).orElse(failing);
        assertThat(of(both.byKey("key-one"))).containsSame(FIRST);
        assertThat(of(both.byId("one"))).containsSame(FIRST);
        assertThat(both.byKey("key-two").toCompletableFuture()).isCompletedExceptionally();
        assertThat(both.byId("two").toCompletableFuture()).isCompletedExceptionally();
    }
}
