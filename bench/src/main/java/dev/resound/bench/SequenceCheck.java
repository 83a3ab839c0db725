package dev.resound.bench;

import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one subscriber has received from one publisher. Costs one counter as long as everything
 * arrives in order; holes are remembered, so that late and doubled messages can be told apart.
 */
final class SequenceCheck {

    /**
     * More holes than this are forgotten, oldest first; what filled them later counts as double.
     */
    static final int MAX_HOLES = 1_000;

    enum Verdict {
        FRESH,
        /** It arrived after one that was published later. */
        LATE,
        DUPLICATE
    }

    private long next;

    /** First missing number → the number after the last missing one. */
    private @Nullable TreeMap<Long, Long> holes;

    Verdict accept(long sequence) {
        if (sequence == next) {
            next++;
            return Verdict.FRESH;
        }
        if (sequence > next) {
            open(next, sequence);
            next = sequence + 1;
            return Verdict.FRESH;
        }
        return fill(sequence) ? Verdict.LATE : Verdict.DUPLICATE;
    }

    private void open(long from, long to) {
        if (holes == null) {
            holes = new TreeMap<>();
        }
        holes.put(from, to);
        if (holes.size() > MAX_HOLES) {
            holes.pollFirstEntry();
        }
    }

    private boolean fill(long sequence) {
        var hole = holes == null ? null : holes.floorEntry(sequence);
        if (holes == null || hole == null || sequence >= hole.getValue()) {
            return false;
        }
        holes.remove(hole.getKey());
        if (hole.getKey() < sequence) {
            holes.put(hole.getKey(), sequence);
        }
        if (sequence + 1 < hole.getValue()) {
            holes.put(sequence + 1, hole.getValue());
        }
        return true;
    }
}
