package dev.resound.socketio;

import org.jspecify.annotations.Nullable;

/** Makes the data a socket begins with, see {@link Socket#data}. */
@FunctionalInterface
public interface DataFactory<D> {

    /**
     * Called once per socket, before the middlewares, where callbacks run.
     *
     * @param attachment what was attached to the Engine.IO session at its admission
     * @throws Exception refuses the socket
     */
    D create(Handshake handshake, @Nullable Object attachment) throws Exception;
}
