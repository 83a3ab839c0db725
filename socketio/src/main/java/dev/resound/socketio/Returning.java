package dev.resound.socketio;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A client that goes on where it was. */
sealed interface Returning<D> {
    String id();

    String privateId();

    /** Its own among them. */
    Set<String> rooms();

    /**
     * From what this node has kept.
     *
     * @param socket what it was
     * @param offset of the last event it has got, as it says; null if it knows none
     */
    record Kept<D>(RecoveryLog.Away<D> socket, @Nullable String offset) implements Returning<D> {
        @Override
        public String id() {
            return socket.id();
        }

        @Override
        public String privateId() {
            return socket.privateId();
        }

        @Override
        public Set<String> rooms() {
            return socket.rooms();
        }
    }

    /** From what all nodes keep; whoever has it has to say when it is over. */
    record Stored<D>(RecoveryStore.Found found) implements Returning<D> {
        @Override
        public String id() {
            return found.session().id();
        }

        @Override
        public String privateId() {
            return found.session().privateId();
        }

        @Override
        public Set<String> rooms() {
            return found.session().rooms();
        }
    }
}
