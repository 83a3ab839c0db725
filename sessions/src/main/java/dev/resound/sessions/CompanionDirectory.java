package dev.resound.sessions;

import java.util.Collection;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Knows which companions there are. <b>Thread:</b> any, event loops among them: it must answer from
 * memory. Who keeps companions in a database loads them beforehand and swaps the map as a whole.
 */
@FunctionalInterface
public interface CompanionDirectory {

    /** The companion of this id; null if there is none. */
    @Nullable Companion find(String id);

    /** Exactly these. */
    static CompanionDirectory of(Collection<Companion> companions) {
        Map<String, Companion> byId =
                companions.stream().collect(Collectors.toMap(Companion::id, Function.identity()));
        return byId::get;
    }
}
