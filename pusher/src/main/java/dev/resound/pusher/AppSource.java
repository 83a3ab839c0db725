package dev.resound.pusher;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Where apps come from. <b>Thread:</b> called on event loops, so an implementation that asks a
 * database must answer later instead of blocking. A failed stage is answered with an error of our
 * own, not with "unknown app".
 */
public interface AppSource {

    /** The app of a WebSocket path. */
    CompletionStage<Optional<App>> byKey(String key);

    /** The app of an HTTP path. */
    CompletionStage<Optional<App>> byId(String id);

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
