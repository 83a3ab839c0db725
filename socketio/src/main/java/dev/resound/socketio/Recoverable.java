package dev.resound.socketio;

import dev.resound.engineio.SessionIds;
import org.jspecify.annotations.Nullable;

/**
 * What makes a socket one that can go on after a disconnection. <b>Thread:</b> the socket's loop.
 */
abstract sealed class Recoverable<D> permits LoggedRecoverable, StoredRecoverable {
    final Conversation<D> socket;
    private final String privateId;
    private final boolean returning;

    /** Makes what a socket begins with. */
    @FunctionalInterface
    interface NewData<D> {
        @Nullable D make() throws Exception;
    }

    /**
     * @param returning what is gone on with, if anything
     */
    Recoverable(Conversation<D> socket, @Nullable Returning<D> returning) {
        this.socket = socket;
        this.returning = returning != null;
        this.privateId = returning == null ? SessionIds.next() : returning.privateId();
        if (returning != null) {
            returning.rooms().forEach(socket.rooms::join); // for real once connected
        }
    }

    /** Known to the client alone: who has it can take the socket's place. */
    final String privateId() {
        return privateId;
    }

    /** <b>Thread:</b> any. */
    final boolean isReturning() {
        return returning;
    }

    abstract boolean skipsMiddlewares();

    /** What was kept with the socket that returns. <b>Thread:</b> the mailbox. */
    abstract @Nullable D dataBefore(NewData<D> fresh) throws Exception;

    /** It was sent the event with this offset. */
    void noteSent(long offset) {}

    /** Its rooms or its data are others. <b>Thread:</b> any. */
    void changed() {}

    /**
     * Connects the socket, and sends what it has missed.
     *
     * @return false if that is gone
     */
    abstract boolean connect();

    /**
     * Before the end: keeps what it takes to go on.
     *
     * @param connected whether it was
     */
    abstract void end(boolean connected, DisconnectReason reason);
}
