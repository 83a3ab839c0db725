package dev.resound.engineio;

import org.jspecify.annotations.Nullable;

/**
 * The application's side of one {@link EngineSocket}: what is spoken in its messages.
 * <b>Thread:</b> the socket's loop, for every method; none may block. Arrays belong to the caller
 * and are valid during the call only.
 */
public interface EngineSession {

    /** A whole text message, valid UTF-8, without the packet's type digit. */
    void onText(byte[] buffer, int offset, int length);

    /** A whole binary message. */
    void onBinary(byte[] buffer, int offset, int length);

    /**
     * The socket has changed from polling to WebSocket: its {@link EngineSocket#connection} and
     * {@link EngineSocket#binaryForm} are others from here on. Members of topics move over now.
     */
    void onUpgraded();

    /** A peer that lagged has caught up. */
    void onDrained();

    /** The end, exactly once, whatever the way. */
    void onClosed(CloseReason reason, @Nullable String description);
}
