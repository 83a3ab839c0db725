package dev.resound.redis;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * How many messages of each node were heard: what is heard twice is known by it, and what is
 * missed. <b>Thread:</b> that which hears; the counts any.
 */
final class HeardSequences {
    /** What is remembered of nodes that are long gone must not grow for ever. */
    private static final int MOST_NODES = 1_024;

    final LongAdder missed = new LongAdder();
    final LongAdder repeated = new LongAdder();
    private final Map<String, Long> last =
            new LinkedHashMap<>(16, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
                    return size() > MOST_NODES;
                }
            };

    /** Whether this one was heard before. */
    boolean isRepeated(String node, long sequence) {
        Long before = last.get(node);
        if (before != null && sequence <= before) {
            repeated.increment();
            return true;
        }
        if (before != null && sequence > before + 1) {
            missed.add(sequence - before - 1);
        }
        last.put(node, sequence);
        return false;
    }
}
