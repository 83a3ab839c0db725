package dev.resound.pusher;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the source, which is foreign code, so that whatever it does ends in an answer. */
final class AppLookup {
    private static final Logger LOG = LoggerFactory.getLogger(AppLookup.class);

    private AppLookup() {}

    /**
     * Asks.
     *
     * @param unavailable the answer when the source fails, in whatever way
     */
    static <T> CompletionStage<T> ask(
            Supplier<CompletionStage<Optional<App>>> source,
            Function<Optional<App>, T> found,
            Supplier<T> unavailable) {
        CompletionStage<Optional<App>> asked;
        try {
            asked = source.get();
        } catch (RuntimeException failure) {
            asked = CompletableFuture.failedFuture(failure);
        }
        // What goes wrong after the source has answered is not its fault, and is not hidden here.
        return asked.<Supplier<T>>handle(
                        (app, failure) -> {
                            if (failure == null && app != null) {
                                return () -> found.apply(app);
                            }
                            // The source says what ails it; here it would be a line for every
                            // client.
                            LOG.debug("The source of apps has failed", cause(failure));
                            return unavailable;
                        })
                .thenApply(Supplier::get);
    }

    private static @Nullable Throwable cause(@Nullable Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null
                ? failure.getCause()
                : failure;
    }
}
