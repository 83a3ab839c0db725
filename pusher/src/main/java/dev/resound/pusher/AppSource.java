package dev.resound.pusher;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Where apps come from. Asked for every WebSocket and every HTTP request, so an implementation
 * keeps what it knows at hand.
 *
 * <p>Both methods find the same apps: what is found by its key is found by its id, too. They
 * compare exactly, capitals included. A stage that fails means that nobody can say: clients are
 * told to come back (close code 4100, status 503), and sockets of the app stay as they are; it is
 * the implementation that logs why. An empty one means that there is no such app: clients are told
 * to stay away.
 *
 * <p><b>Thread:</b> called on event loops, so an implementation that asks a database must answer
 * later instead of blocking. The stage may complete on any thread.
 */
public interface AppSource {

    /** The app of a WebSocket path. */
    CompletionStage<Optional<App>> byKey(String key);

    /** The app of an HTTP path. */
    CompletionStage<Optional<App>> byId(String id);

    /**
     * This source and, for apps it does not have, another one. An app of the other one whose id or
     * key is that of an app here is hidden.
     */
    default AppSource orElse(AppSource next) {
        AppSource first = this;
        return new AppSource() {
            @Override
            public CompletionStage<Optional<App>> byKey(String key) {
                return ask(first.byKey(key), () -> next.byKey(key), app -> first.byId(app.id()));
            }

            @Override
            public CompletionStage<Optional<App>> byId(String id) {
                return ask(first.byId(id), () -> next.byId(id), app -> first.byKey(app.key()));
            }

            private CompletionStage<Optional<App>> ask(
                    CompletionStage<Optional<App>> here,
                    Supplier<CompletionStage<Optional<App>>> there,
                    Function<App, CompletionStage<Optional<App>>> namesake) {
                return here.thenCompose(mine ->
                        mine.isPresent()
                                ? here
                                : there.get()
                                        .thenCompose(other ->
                                                other.isEmpty()
                                                        ? here
                                                        : namesake.apply(other.get())
                                                                .thenApply(taken ->
                                                                        taken.isPresent()
                                                                                ? Optional.empty()
                                                                                : other)));
            }
        };
    }

    /**
     * A fixed set of apps.
     *
     * @throws IllegalArgumentException if two apps share an id or a key
     */
    static AppSource of(Collection<App> apps) {
        Map<String, CompletionStage<Optional<App>>> byKey = new HashMap<>();
        Map<String, CompletionStage<Optional<App>>> byId = new HashMap<>();
        for (App app : apps) {
            var found = CompletableFuture.completedFuture(Optional.of(app));
            if (byKey.put(app.key(), found) != null || byId.put(app.id(), found) != null) {
                throw new IllegalArgumentException("two apps share an id or a key: " + app);
            }
        }
        CompletionStage<Optional<App>> unknown =
                CompletableFuture.completedFuture(Optional.empty());
        return new AppSource() {
            @Override
            public CompletionStage<Optional<App>> byKey(String key) {
                return byKey.getOrDefault(key, unknown);
            }

            @Override
            public CompletionStage<Optional<App>> byId(String id) {
                return byId.getOrDefault(id, unknown);
            }
        };
    }
}
