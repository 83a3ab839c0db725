package dev.resound.socketio;

import dev.resound.engineio.SessionIds;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What makes a socket one that can go on after a disconnection, see {@link RecoveryLog}.
 * <b>Thread:</b> the socket's loop.
 */
final class Recoverable<D> {
    private final Conversation<D> socket;
    private final RecoveryLog<D> log;
    private final String privateId;
    private final @Nullable Returning<D> returning;
    private long connectedAt;
    private long lastSent;

    /**
     * @param returning what is gone on with, if anything
     */
    Recoverable(Conversation<D> socket, RecoveryLog<D> log, @Nullable Returning<D> returning) {
        this.socket = socket;
        this.log = log;
        this.returning = returning;
        this.privateId = returning == null ? SessionIds.next() : returning.socket().privateId();
        if (returning != null) {
            returning.socket().rooms().forEach(socket.rooms::join); // for real once connected
        }
    }

    /** Known to the client alone: who has it can take the socket's place. */
    String privateId() {
        return privateId;
    }

    /** <b>Thread:</b> any. */
    @Nullable Returning<D> returning() {
        return returning;
    }

    boolean skipsMiddlewares() {
        return returning != null && log.skipsMiddlewares();
    }

    /** It was sent the event with this offset. */
    void noteSent(long offset) {
        lastSent = offset;
    }

    /**
     * Connects the socket, and sends what it has missed.
     *
     * @return false if that is gone
     */
    boolean connect() {
        if (returning == null) {
            connectedAt =
                    log.between(position -> {
                        socket.connect();
                        return position;
                    });
            lastSent = connectedAt;
            return true;
        }
        RecoveryLog.Away<D> before = returning.socket();
        List<RecoveryLog.Recorded> missed = log.rejoin(before, returning.offset(), socket::connect);
        if (missed == null) {
            return false;
        }
        connectedAt = before.connectedAt();
        lastSent = missed.isEmpty() ? before.lastSent() : missed.getLast().offset();
        socket.replay(missed);
        return true;
    }

    /** Before the end: keeps what it takes to go on. */
    void persist() {
        long position = log.position();
        boolean[] nothingOnItsWay = new boolean[1];
        // run at once if everything handed to the loop was delivered: all up to here, that is
        socket.loop().lane().inOrder(1, () -> nothingOnItsWay[0] = true);
        log.persist(
                new RecoveryLog.Away<>(
                        socket.id,
                        privateId,
                        socket.roomNames(),
                        socket.socket.data(),
                        connectedAt,
                        lastSent,
                        nothingOnItsWay[0] ? position : lastSent,
                        socket.client.io.settings.clock.millis()));
    }
}
