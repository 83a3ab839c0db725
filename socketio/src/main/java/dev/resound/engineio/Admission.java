package dev.resound.engineio;

import org.jspecify.annotations.Nullable;

/** Whether a session may begin. */
public sealed interface Admission {

    /**
     * Welcome.
     *
     * @param attachment found later at {@link EngineRequest#attachment}
     */
    record Accept(@Nullable Object attachment) implements Admission {}

    /**
     * Refused: HTTP 403 with code 4.
     *
     * @param message seen by the peer; null for {@code Forbidden}
     */
    record Reject(@Nullable String message) implements Admission {}

    static Admission accept() {
        return new Accept(null);
    }

    static Admission reject(@Nullable String message) {
        return new Reject(message);
    }
}
