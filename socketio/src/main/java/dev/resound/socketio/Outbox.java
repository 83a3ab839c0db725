package dev.resound.socketio;

import dev.resound.core.Lane;
import dev.resound.socketio.packet.Payload;
import java.util.List;
import java.util.function.Predicate;

/**
 * The way of events to one socket: from any thread to its loop, past the {@link RecoveryLog} if
 * there is one. <b>Thread:</b> any.
 */
final class Outbox<D> {
    private final Conversation<D> socket;
    private final SocketIo<D> io;

    Outbox(Conversation<D> socket) {
        this.socket = socket;
        this.io = socket.client.io;
    }

    void emit(Payload payload, Flags flags) {
        RecoveryLog<D> log = socket.namespace.recovery;
        Lane lane = socket.loop().lane();
        io.await(lane::hasRoom);
        StoredRecovery<D> stored = socket.namespace.stored;
        if (stored != null) {
            emit(stored, payload, flags);
        } else if (log == null || !socket.isRecoverable()) {
            hand(payload, () -> socket.sendEvent(payload, flags, 0, null));
        } else if (flags.asVolatile()) {
            log.passBy(payload, told -> hand(told, () -> socket.sendEvent(told, flags, 0, null)));
        } else {
            log.publish(
                    Selection.EVERYBODY.to(List.of(socket.id)),
                    payload,
                    told ->
                            hand(
                                    told.payload(),
                                    () ->
                                            socket.sendEvent(
                                                    told.payload(), flags, told.offset(), null)));
        }
    }

    private void emit(StoredRecovery<D> stored, Payload payload, Flags flags) {
        Predicate<Payload> hand = told -> hand(told, () -> socket.sendEvent(told, flags, 0, null));
        if (socket.isRecoverable() && !flags.asVolatile()) {
            stored.emit(socket, payload, hand);
        } else {
            stored.store.afterwards(() -> stored.passBy(payload, hand::test));
        }
    }

    void ask(Payload payload, Flags flags, AckFuture answer, long timeoutMillis) {
        RecoveryLog<D> log = socket.namespace.recovery;
        io.await(socket.loop().lane()::hasRoom);
        StoredRecovery<D> stored = socket.namespace.stored;
        if (stored != null) {
            stored.store.afterwards(() ->
                    stored.passBy(
                            payload,
                            told ->
                                    hand(
                                            told,
                                            () -> socket.ask(told, flags, answer, timeoutMillis))));
        } else if (log == null) {
            hand(payload, () -> socket.ask(payload, flags, answer, timeoutMillis));
        } else {
            log.passBy(
                    payload,
                    told -> hand(told, () -> socket.ask(told, flags, answer, timeoutMillis)));
        }
    }

    private boolean hand(Payload payload, Runnable sending) {
        socket.loop().lane().inOrder(Broadcast.weight(payload), sending);
        return true;
    }
}
