package dev.resound.sessions;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Sets that are replaced, not changed; an empty one is none. */
final class RunningChange {

    private RunningChange() {}

    static Set<String> with(@Nullable Set<String> old, String added) {
        var changed = new LinkedHashSet<String>(old == null ? Set.of() : old);
        changed.add(added);
        return Collections.unmodifiableSet(changed);
    }

    static @Nullable Set<String> without(Set<String> old, String removed) {
        var changed = new LinkedHashSet<>(old);
        changed.remove(removed);
        return changed.isEmpty() ? null : Collections.unmodifiableSet(changed);
    }
}
