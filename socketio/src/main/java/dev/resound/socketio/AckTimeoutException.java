package dev.resound.socketio;

import java.util.List;

/** Not everybody who was asked answered in time. */
public final class AckTimeoutException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<Arguments> responses;

    AckTimeoutException(List<Arguments> responses) {
        super("operation has timed out");
        this.responses = List.copyOf(responses);
    }

    /** The answers that came in time, in the order they came. */
    public List<Arguments> responses() {
        return responses;
    }
}
