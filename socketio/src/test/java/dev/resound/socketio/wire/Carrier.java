package dev.resound.socketio.wire;

import java.util.List;

/** What carries a client's session. */
enum Carrier {
    WEBSOCKET,
    POLLING,
    /** A WebSocket that has taken over from polling. */
    UPGRADED,
    /**
     * Polling, with a WebSocket that has been told that it may take over: it does so when the
     * client listens for the second time, so that what it asks in the meantime over the one is
     * answered over the other.
     */
    UPGRADING;

    private static final List<Carrier> ALL = List.of(values());

    /** Each after the other, and again. */
    static Carrier inTurn(int position) {
        return ALL.get(position % ALL.size());
    }
}
