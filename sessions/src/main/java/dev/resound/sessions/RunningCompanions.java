package dev.resound.sessions;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Remembers which companions an owner wants, so that the next session starts them again. <b>Thread:
 * </b> event loops, several at once, one at a time for each owner; must not block. Proven by {@code
 * RunningCompanionsContract} of the tests.
 */
public interface RunningCompanions extends AutoCloseable {

    /** What is remembered of the owner. */
    Set<String> of(String owner);

    /** From here on it runs. */
    void add(String owner, String companion);

    /** From here on it does not. */
    void remove(String owner, String companion);

    /** Everything said so far is safe when this returns. */
    @Override
    void close();

    /** As long as the process lives. */
    static RunningCompanions inMemory() {
        var running = new ConcurrentHashMap<String, Set<String>>();
        return new RunningCompanions() {
            @Override
            public Set<String> of(String owner) {
                return running.getOrDefault(owner, Set.of());
            }

            @Override
            public void add(String owner, String companion) {
                running.compute(owner, (key, old) -> RunningChange.with(old, companion));
            }

            @Override
            public void remove(String owner, String companion) {
                running.computeIfPresent(
                        owner, (key, old) -> RunningChange.without(old, companion));
            }

            @Override
            public void close() {}
        };
    }
}
