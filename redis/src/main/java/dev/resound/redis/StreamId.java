package dev.resound.redis;

import java.util.Comparator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where an entry is in a stream. Both numbers are unsigned.
 *
 * @param millis of Redis' clock
 */
record StreamId(long millis, long sequence) implements Comparable<StreamId> {
    /** Before all entries. */
    static final StreamId FIRST = new StreamId(0, 0);

    private static final Pattern FORM = Pattern.compile("[0-9]{1,20}-[0-9]{1,20}");
    private static final Comparator<StreamId> ORDER =
            Comparator.comparing(StreamId::millis, Long::compareUnsigned)
                    .thenComparing(StreamId::sequence, Long::compareUnsigned);

    /** Null if it is none. */
    static @Nullable StreamId of(String text) {
        if (!FORM.matcher(text).matches()) {
            return null;
        }
        int dash = text.indexOf('-');
        try {
            return new StreamId(
                    Long.parseUnsignedLong(text.substring(0, dash)),
                    Long.parseUnsignedLong(text.substring(dash + 1)));
        } catch (NumberFormatException tooLarge) {
            return null;
        }
    }

    /** The first that is later. */
    StreamId next() {
        return sequence == -1 ? new StreamId(millis + 1, 0) : new StreamId(millis, sequence + 1);
    }

    @Override
    public int compareTo(StreamId other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return Long.toUnsignedString(millis) + "-" + Long.toUnsignedString(sequence);
    }
}
