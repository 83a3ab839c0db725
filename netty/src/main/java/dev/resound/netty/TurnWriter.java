package dev.resound.netty;

import dev.resound.core.Audience;
import dev.resound.core.Connection;
import dev.resound.core.Frame;
import dev.resound.core.LaneWriter;
import java.util.ArrayList;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Writes a loop's broadcasts: each frame goes into the {@link Log} once; at the end of the loop's
 * turn every member is handed the turn's bytes as one range, with one flush. Sixteen publishes to a
 * topic in one turn cost its members one system call each, not sixteen.
 *
 * <p><b>The run.</b> Frames for one audience that follow each other form the open run. It is
 * settled, that is handed to its members, when another audience gets a frame, when a single
 * connection is sent something (so that what each connection gets stays in order), and at the
 * latest at the end of the turn. A run has several segments only when somebody is excepted from a
 * part of it, or joined in its midst, or when the log began a new chunk.
 *
 * <p><b>Whose.</b> A loop has one for its plain connections, and one more for those that are sent
 * compressed messages, each with its own log. A connection belongs to one of them for good, so that
 * they need not know of each other: the order on a connection is the order in its writer, and a run
 * lies in one piece however the loop's publishes take turns between them.
 *
 * <p><b>Thread:</b> its loop.
 */
final class TurnWriter implements LaneWriter {
    private static final int MAX_SEGMENTS = 512;

    private final NettyLoop loop;
    private final @Nullable MessageDeflater deflater;
    private final ArrayList<ChannelConnection> laggards = new ArrayList<>();
    private int copiedBytes; // that laggards hold, of what the log has dropped
    final Log log;

    private @Nullable Audience run;
    private int segments;
    private long[] starts = new long[16];
    private int[] lengths = new int[16];
    private long[] sequences = new long[16];
    private @Nullable Connection[] excepts = new Connection[16];

    private final ArrayList<ChannelConnection> unflushed = new ArrayList<>();
    private boolean turnEndScheduled;

    /**
     * Begins without members.
     *
     * @param deflater what its connections agreed to; null: to no compression
     */
    TurnWriter(NettyLoop loop, Log log, @Nullable MessageDeflater deflater) {
        this.loop = loop;
        this.log = log;
        this.deflater = deflater;
    }

    @Override
    public void broadcast(
            Audience audience, Frame frame, long sequence, @Nullable Connection except) {
        if (log.isOverfull()) {
            flushAll(); // a turn that says this much does not get to its end first
        }
        if (audience != run || segments == MAX_SEGMENTS) {
            settle(false);
            run = audience;
        }
        long position = append(frame);
        int length = (int) (log.end() - position);
        int last = segments - 1;
        if (last >= 0
                && starts[last] + lengths[last] == position
                && sequences[last] == sequence
                && excepts[last] == except) {
            lengths[last] += length;
        } else {
            addSegment(position, length, sequence, except);
        }
        endTurnLater();
    }

    /** Writes the frame into the log as its connections get it, and tells where it begins. */
    long append(Frame frame) {
        return deflater == null ? log.append(frame) : deflater.append(frame, log);
    }

    @Override
    public void beforeLeave(Audience audience, int index) {
        if (audience == run) {
            handOver(audience, index, false);
        }
    }

    /** A single connection is about to be sent something: what was published before comes first. */
    void beforeSend() {
        if (log.isOverfull()) {
            flushAll();
        } else if (run != null) {
            settle(false);
        }
    }

    /** The connection has unflushed writes; they are flushed when the turn ends. */
    void flushLater(ChannelConnection connection) {
        unflushed.add(connection);
        endTurnLater();
    }

    void lags(ChannelConnection connection) {
        laggards.add(connection);
    }

    void caughtUp(ChannelConnection connection) {
        laggards.remove(connection);
        endTurnLater(); // nothing else may come that would trim the log
    }

    private void endTurnLater() {
        if (!turnEndScheduled) {
            turnEndScheduled = true;
            loop.afterThisTurn(this::endTurn);
        }
    }

    private void endTurn() {
        turnEndScheduled = false;
        flushAll();
    }

    private void flushAll() {
        settle(true);
        // Flushing may make a connection fail and more be written; such connections append
        // themselves.
        for (int i = 0; i < unflushed.size(); i++) {
            unflushed.get(i).flushNow();
        }
        unflushed.clear();
        trimLog();
    }

    private void trimLog() {
        if (log.isOverfull() && !laggards.isEmpty()) {
            long start = log.startWhenTrimmed();
            for (int i = 0; i < laggards.size(); i++) {
                laggards.get(i).beforeDrop(start);
            }
        }
        log.trim(laggards.isEmpty());
    }

    /**
     * A laggard wants a copy of what the log drops.
     *
     * @return false: all of them together hold as much as the log itself, which is enough
     */
    boolean grantCopy(int length) {
        if (copiedBytes + length > log.capacityBytes()) {
            return false;
        }
        copiedBytes += length;
        return true;
    }

    void copyWritten(int length) {
        copiedBytes -= length;
    }

    /** Its connections are gone, and its loop has ended. */
    void release() {
        log.release();
        if (deflater != null) {
            deflater.release();
        }
    }

    private void settle(boolean flush) {
        Audience audience = run;
        if (audience == null) {
            return;
        }
        run = null;
        if (segments == 1 && excepts[0] == null && !audience.anyJoinedAfter(sequences[0])) {
            long start = starts[0];
            int length = lengths[0];
            for (int i = 0, size = audience.size(); i < size; i++) {
                ((ChannelConnection) audience.connection(i)).write(start, length, flush);
            }
        } else {
            for (int i = 0, size = audience.size(); i < size; i++) {
                handOver(audience, i, flush);
            }
        }
        Arrays.fill(excepts, 0, segments, null);
        segments = 0;
    }

    /** Gives one member its parts of the run, neighbouring segments as one. */
    private void handOver(Audience audience, int index, boolean flush) {
        ChannelConnection connection = (ChannelConnection) audience.connection(index);
        long start = 0;
        int length = 0;
        for (int s = 0; s < segments; s++) {
            if (excepts[s] == connection || audience.joinedAfter(index, sequences[s])) {
                continue;
            }
            if (length > 0 && start + length == starts[s]) {
                length += lengths[s];
                continue;
            }
            if (length > 0) {
                connection.write(start, length, false);
            }
            start = starts[s];
            length = lengths[s];
        }
        if (length > 0) {
            connection.write(start, length, flush);
        }
    }

    private void addSegment(long position, int length, long sequence, @Nullable Connection except) {
        if (segments == starts.length) {
            int more = segments * 2;
            starts = Arrays.copyOf(starts, more);
            lengths = Arrays.copyOf(lengths, more);
            sequences = Arrays.copyOf(sequences, more);
            excepts = Arrays.copyOf(excepts, more);
        }
        starts[segments] = position;
        lengths[segments] = length;
        sequences[segments] = sequence;
        excepts[segments] = except;
        segments++;
    }
}
