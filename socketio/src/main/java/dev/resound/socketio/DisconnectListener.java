package dev.resound.socketio;

import org.jspecify.annotations.Nullable;

/** Hears of the end of a socket, see {@link Socket#onDisconnect}. */
@FunctionalInterface
public interface DisconnectListener {

    /**
     * The socket's end.
     *
     * @param description a detail for people, if there is one
     */
    void onDisconnect(DisconnectReason reason, @Nullable String description) throws Exception;
}
