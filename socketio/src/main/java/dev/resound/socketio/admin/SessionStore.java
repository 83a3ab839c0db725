package dev.resound.socketio.admin;

import java.time.InstantSource;
import java.util.concurrent.CompletionStage;

/**
 * Remembers who has logged in, so that a page that is loaded again need not ask for the password.
 * Ids are 16 hexadecimal digits and as good as a password: keep them as such, for a day.
 *
 * <p><b>Thread:</b> any but an event loop; should not wait.
 */
public interface SessionStore {

    /** Whether this id was saved, and not too long ago. May be any text. */
    CompletionStage<Boolean> isKnown(String sessionId);

    /** Somebody has logged in. */
    CompletionStage<?> save(String sessionId);

    /** Sessions of this process: the last 1000, for a day each. */
    static SessionStore inMemory() {
        return new MemorySessions(InstantSource.system());
    }
}
