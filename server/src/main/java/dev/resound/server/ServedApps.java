package dev.resound.server;

import dev.resound.pusher.App;
import dev.resound.pusher.AppSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The apps of the configuration, which are replaced as a whole when that has changed, and after
 * them those of the table. <b>Thread:</b> any.
 */
final class ServedApps implements AppSource {
    private final @Nullable CachedAppSource table;
    private volatile Configured configured;

    private record Configured(List<App> list, AppSource source) {}

    /**
     * Serves.
     *
     * @param table null if there is none
     */
    ServedApps(List<App> list, @Nullable CachedAppSource table) {
        this.table = table;
        this.configured = configured(list);
    }

    private Configured configured(List<App> list) {
        AppSource source = AppSource.of(list);
        return new Configured(List.copyOf(list), table == null ? source : source.orElse(table));
    }

    void replace(List<App> list) {
        configured = configured(list);
    }

    @Override
    public CompletionStage<Optional<App>> byKey(String key) {
        return configured.source.byKey(key);
    }

    @Override
    public CompletionStage<Optional<App>> byId(String id) {
        return configured.source.byId(id);
    }

    /** The first app of the configuration. */
    Optional<App> first() {
        return configured.list.stream().findFirst();
    }

    /**
     * Whether an app might allow a page of this origin: nobody knows what is in the table. Whoever
     * looks at the app itself must ask that once more.
     */
    boolean mayAllowOrigin(String origin) {
        return table != null || configured.list.stream().anyMatch(app -> app.allowsOrigin(origin));
    }

    boolean isDegraded() {
        return table != null && table.isDegraded();
    }
}
