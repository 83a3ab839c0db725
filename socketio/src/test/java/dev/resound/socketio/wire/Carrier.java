package dev.resound.socketio.wire;

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
    UPGRADING
}
