package dev.resound.core;

/**
 * The protocol's side of one connection. <b>Thread:</b> the connection's loop, for every method;
 * none may block. What most have no interest in does nothing unless overridden. Payload arrays
 * belong to the transport and are valid during the call only.
 */
public interface ProtocolSession {

    /** The connection was upgraded; called once, before anything else. */
    void onOpen();

    /** A whole text message, valid UTF-8. */
    void onText(byte[] buffer, int offset, int length);

    /** A whole binary message. */
    void onBinary(byte[] buffer, int offset, int length);

    /**
     * The largest message taken at the moment; a larger one ends the connection as its first frame
     * comes. For sessions that take more of one kind than of the other, or more of a peer that has
     * proven who it is. Not asked for messages up to 1 KiB; compressed ones are asked about as they
     * come.
     *
     * @param accepted what the handshake was accepted with ({@link Upgrade.Accept}), beyond which
     *     nothing is taken
     */
    default int mostMessageBytes(boolean binary, int accepted) {
        return accepted;
    }

    /** A ping or pong frame arrived (pings are answered by the transport). */
    default void onControl() {}

    /** A connection that lagged has caught up. */
    default void onDrained() {}

    /** The time asked for with {@link Connection#wakeAt} has come. */
    default void onDeadline(long nowMillis) {}

    /** The peer broke the rules of framing; {@link #onClosed} follows. */
    default void onViolation() {}

    /** How this protocol ends a connection for {@code cause}; may send a last frame before. */
    Close closeFor(Close.Cause cause);

    /** The end, exactly once, whatever the way: sends are dropped from here on. */
    void onClosed(Close close);
}
