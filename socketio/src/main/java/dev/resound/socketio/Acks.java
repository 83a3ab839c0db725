package dev.resound.socketio;

import dev.resound.socketio.packet.Payload;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The answers one socket still owes. <b>Thread:</b> its loop.
 *
 * <p>Ids given here run from 1 to 2^30-1; those above are given by the namespace, to broadcasts. So
 * the two never meet, and all fit a 32-bit integer, which the Java client needs.
 *
 * <p>Bounded: beyond {@value #MAX_PENDING} the oldest fails.
 */
final class Acks {
    static final int MAX_PENDING = 10_000;
    static final int FIRST_BROADCAST_ID = 1 << 30;

    private @Nullable LinkedHashMap<Long, Pending> pending;
    private int lastId;

    /** Somebody who waits for an answer. */
    interface Pending {
        void answered(Payload arguments);

        void failed(RuntimeException failure);
    }

    /** Registers under an id of this socket's own. */
    long register(Pending waiter) {
        lastId = lastId == FIRST_BROADCAST_ID - 1 ? 1 : lastId + 1;
        register(lastId, waiter);
        return lastId;
    }

    void register(long id, Pending waiter) {
        LinkedHashMap<Long, Pending> all = pending;
        if (all == null) {
            all = new LinkedHashMap<>(4);
            pending = all;
        }
        if (all.size() == MAX_PENDING) {
            Map.Entry<Long, Pending> oldest = all.entrySet().iterator().next();
            all.remove(oldest.getKey());
            oldest.getValue().failed(new AckTimeoutException(List.of()));
        }
        all.put(id, waiter);
    }

    /** Takes out whoever waits for this id; null if nobody does. */
    @Nullable Pending take(long id) {
        return pending == null ? null : pending.remove(id);
    }

    boolean isEmpty() {
        return pending == null || pending.isEmpty();
    }

    /** Nobody will answer any more. */
    void end(DisconnectReason reason) {
        Map<Long, Pending> all = pending;
        pending = null;
        if (all != null) {
            all.values().forEach(each -> each.failed(new SocketDisconnectedException(reason)));
        }
    }
}
