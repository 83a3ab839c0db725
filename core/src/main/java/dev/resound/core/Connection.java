package dev.resound.core;

/**
 * A socket. <b>Thread:</b> its loop, for every method but {@link #loop}.
 *
 * <p>Only the transport implements it (and the testkit); it may grow.
 */
public interface Connection {

    Loop loop();

    /** What gets broadcasts to this connection; the same for many. */
    LaneWriter writer();

    /** False from the moment a close was started by either side; sends are dropped from then on. */
    boolean isOpen();

    /**
     * Sends after everything that was sent or published to this connection before. One flush at the
     * end of the loop's turn.
     */
    Sent send(Frame frame);

    /**
     * Sends a WebSocket ping. Its pong counts as a sign of life and reaches {@link
     * ProtocolSession#onControl}.
     */
    void ping();

    /**
     * Sends what is queued, then a close frame, and ends the TCP connection when the peer answers,
     * or after 2 s.
     */
    void close(Close close);

    /**
     * Ends the TCP connection without a close frame, after what is queued was handed to the kernel,
     * waiting 2 s at most.
     */
    void disconnect();

    /** When the peer was last heard of (any frame), in {@link Loop#nowMillis} time. */
    long lastHeardMillis();

    /**
     * Asks for one {@link ProtocolSession#onDeadline} call at or up to a second after this time;
     * replaces an earlier wish.
     */
    void wakeAt(long millis);

    /** Bytes accepted by {@link #send} and by publishes which the kernel has not taken yet. */
    long backlogBytes();

    /**
     * Stops or resumes reading from the peer: back-pressure towards a sender. Control frames wait
     * too.
     */
    void reading(boolean wanted);

    /** What became of a send. */
    enum Sent {
        /** Accepted, and the peer keeps up. */
        OK,
        /**
         * Accepted, but the peer lags; {@link ProtocolSession#onDrained} follows when it has caught
         * up.
         */
        LAGGING,
        /** Dropped: the connection is closing or closed. */
        CLOSED
    }
}
