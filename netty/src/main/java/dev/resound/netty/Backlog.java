package dev.resound.netty;

import java.util.Arrays;

/**
 * What a lagging connection has still to be sent: ranges of the {@link Log}, 16 bytes each,
 * neighbours merged. First in, first out. Of what the log drops meanwhile a little may be copied;
 * that is then on its way to the kernel, ahead of the ranges. <b>Thread:</b> the connection's loop.
 */
final class Backlog {
    private long[] ranges = new long[8]; // position, length, position, length, …
    private int first;
    private int end;
    private long bytes;
    private int copiedBytes;

    void add(long position, int length) {
        bytes += length;
        if (end > first && ranges[end - 2] + ranges[end - 1] == position) {
            ranges[end - 1] += length;
            return;
        }
        if (end == ranges.length) {
            int used = end - first;
            long[] target = used > ranges.length / 2 ? new long[ranges.length * 2] : ranges;
            System.arraycopy(ranges, first, target, 0, used);
            ranges = target;
            first = 0;
            end = used;
        }
        ranges[end] = position;
        ranges[end + 1] = length;
        end += 2;
    }

    boolean isEmpty() {
        return first == end;
    }

    long bytes() {
        return bytes;
    }

    int copiedBytes() {
        return copiedBytes;
    }

    /** As many bytes more were copied, or fewer, as they were written. */
    void copied(int more) {
        copiedBytes += more;
    }

    /** Where the oldest range begins. */
    long position() {
        return ranges[first];
    }

    /** How long the oldest range is; ranges merge only within a chunk, so it fits an int. */
    int length() {
        return Math.toIntExact(ranges[first + 1]);
    }

    /** Takes bytes from the front of the oldest range. */
    void advance(int length) {
        bytes -= length;
        ranges[first] += length;
        ranges[first + 1] -= length;
        if (ranges[first + 1] == 0) {
            first += 2;
            if (first == end) {
                first = 0;
                end = 0;
            }
        }
    }

    void clear() {
        first = 0;
        end = 0;
        bytes = 0;
        ranges = Arrays.copyOf(ranges, 8);
    }
}
