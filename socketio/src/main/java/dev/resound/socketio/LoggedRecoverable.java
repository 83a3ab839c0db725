package dev.resound.socketio;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** One whose node keeps it, see {@link RecoveryLog}. <b>Thread:</b> the socket's loop. */
final class LoggedRecoverable<D> extends Recoverable<D> {
    private final RecoveryLog<D> log;
    private final Returning.@Nullable Kept<D> returning;
    private long connectedAt;
    private long lastSent;

    LoggedRecoverable(
            Conversation<D> socket, RecoveryLog<D> log, Returning.@Nullable Kept<D> returning) {
        super(socket, returning);
        this.log = log;
        this.returning = returning;
    }

    @Override
    boolean skipsMiddlewares() {
        return returning != null && log.skipsMiddlewares();
    }

    @Override
    @Nullable D dataBefore(NewData<D> fresh) {
        return returning == null ? null : returning.socket().data();
    }

    @Override
    void noteSent(long offset) {
        lastSent = offset;
    }

    @Override
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
        socket.replay(missed.stream().map(RecoveryLog.Recorded::payload).toList());
        return true;
    }

    @Override
    void end(boolean connected, DisconnectReason reason) {
        if (!connected || !reason.isRecoverable()) {
            return;
        }
        long position = log.position();
        boolean[] nothingOnItsWay = new boolean[1];
        // run at once if everything handed to the loop was delivered: all up to here, that is
        socket.loop().lane().inOrder(1, () -> nothingOnItsWay[0] = true);
        log.persist(
                new RecoveryLog.Away<>(
                        socket.id,
                        privateId(),
                        socket.roomNames(),
                        socket.socket.data(),
                        connectedAt,
                        lastSent,
                        nothingOnItsWay[0] ? position : lastSent,
                        socket.client.io.settings.clock.millis()));
    }
}
