package dev.resound.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/** What went wrong during a run, counted by text. */
final class Complaints {

    /** Texts after these are counted, but not kept. */
    private static final int MAX_TEXTS = 12;

    private final Map<String, Long> counts = new LinkedHashMap<>();
    private long total;

    void add(String text) {
        add(text, 1);
    }

    void add(String text, long count) {
        total += count;
        if (counts.size() < MAX_TEXTS || counts.containsKey(text)) {
            counts.merge(text, count, Long::sum);
        }
    }

    long total() {
        return total;
    }

    Map<String, Long> byText() {
        return new LinkedHashMap<>(counts);
    }
}
