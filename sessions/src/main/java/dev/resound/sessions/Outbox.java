package dev.resound.sessions;

import dev.resound.core.Connection;
import dev.resound.core.Frame;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is on its way to one peer, and what waits because the peer is slow. There are three kinds:
 *
 * <ul>
 *   <li><b>control</b>: nothing of it is lost. It goes to the connection at once, whose backlog is
 *       bounded; beyond that the socket is closed, and the peer comes back.
 *   <li><b>conflated</b>: only the newest counts. While the peer is slow one of each key waits.
 *   <li><b>media</b>: better lost than late. While the peer is slow the newest pieces wait, the
 *       oldest are dropped, whole ones.
 * </ul>
 *
 * <p><b>Thread:</b> the connection's loop.
 */
final class Outbox {
    /** Keys of which one waits; whatever has another key counts as control. */
    private static final int MOST_KEYS = 1_024;

    private final Connection connection;
    private final DeviceSessionOptions.Bounds bounds;
    private final Tally tally;
    private @Nullable Waiting waiting; // only while the peer is slow

    private static final class Waiting {
        private final Map<Object, Pending> newest = new LinkedHashMap<>();
        private final ArrayDeque<Frame> media = new ArrayDeque<>();
        private long mediaBytes;
        private long dropped;

        private boolean isFullFor(Object key) {
            return newest.size() >= MOST_KEYS && !newest.containsKey(key);
        }

        private Frame takeMedia() {
            Frame oldest = media.remove();
            mediaBytes -= oldest.payload().length;
            return oldest;
        }

        private Frame takeNewest() {
            var all = newest.values().iterator();
            Pending first = all.next();
            all.remove();
            return first.frame().apply(first.value());
        }
    }

    /** A value that waits, and how its frame is made when its time has come. */
    private record Pending(Object value, Function<Object, Frame> frame) {}

    Outbox(Connection connection, DeviceSessionOptions.Bounds bounds, Tally tally) {
        this.connection = connection;
        this.bounds = bounds;
        this.tally = tally;
    }

    void control(Frame frame) {
        note(connection.send(frame));
    }

    /** The newest of this key replaces one that waits. */
    void newest(Object key, Frame frame) {
        Waiting slow = waiting;
        if (slow == null || slow.isFullFor(key)) {
            control(frame);
        } else {
            slow.newest.remove(key); // so that the newer one stands where it came, not before
            slow.newest.put(key, new Pending(frame, Frame.class::cast));
        }
    }

    /** One that waits is merged with the newer one. */
    @SuppressWarnings("unchecked") // a key stands for one type of value
    <V> void merged(Object key, V value, BinaryOperator<V> merge, Function<V, Frame> frame) {
        Waiting slow = waiting;
        if (slow == null || slow.isFullFor(key)) {
            control(frame.apply(value));
            return;
        }
        Pending older = slow.newest.remove(key);
        V all = older == null ? value : merge.apply((V) older.value(), value);
        slow.newest.put(key, new Pending(all, whole -> frame.apply((V) whole)));
    }

    void media(Frame piece) {
        tally.media.increment();
        Waiting slow = waiting;
        if (slow == null) {
            note(connection.send(piece));
            return;
        }
        slow.media.add(piece);
        slow.mediaBytes += piece.payload().length;
        while (slow.media.size() > bounds.mediaFrames()
                || (slow.mediaBytes > bounds.mediaBytes() && slow.media.size() > 1)) {
            slow.takeMedia();
            slow.dropped++;
            tally.mediaDropped.increment();
        }
    }

    private void note(Connection.Sent sent) {
        if (sent == Connection.Sent.LAGGING && waiting == null) {
            waiting = new Waiting();
        }
    }

    /**
     * The peer has caught up: what waits goes, as long as it keeps up.
     *
     * @return how many pieces of media it has not got meanwhile; -1 if it is slow again
     */
    long drained() {
        Waiting slow = waiting;
        if (slow == null) {
            return 0;
        }
        while (!slow.newest.isEmpty() || !slow.media.isEmpty()) {
            Frame next = slow.newest.isEmpty() ? slow.takeMedia() : slow.takeNewest();
            if (connection.send(next) != Connection.Sent.OK) {
                return -1; // drained() is called again
            }
        }
        waiting = null;
        return slow.dropped;
    }
}
