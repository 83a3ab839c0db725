package dev.resound.server;

import java.util.ArrayList;
import java.util.List;

/** Everything that is wrong with a configuration: collected, so that all of it is told at once. */
final class Problems {
    private final List<String> found = new ArrayList<>();

    /**
     * Notes a problem.
     *
     * @param origin where it was written, or should be
     */
    void add(String origin, String text) {
        String line = origin + ": " + text;
        if (!found.contains(line)) {
            found.add(line);
        }
    }

    boolean isEmpty() {
        return found.isEmpty();
    }

    List<String> found() {
        return List.copyOf(found);
    }
}
