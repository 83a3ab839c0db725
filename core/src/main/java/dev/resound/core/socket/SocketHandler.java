package dev.resound.core.socket;

import dev.resound.core.Close;

/**
 * What an application does with its sockets. Callbacks of one socket come one after the other, in
 * order; by default each on a virtual thread, so they may block (the peer is not read from
 * meanwhile once 64 messages wait), or on the loop by choice. An exception from a callback is
 * logged and closes the socket with 1011.
 */
public interface SocketHandler<D> {

    default void open(Socket<D> socket) {}

    default void text(Socket<D> socket, String text) {}

    default void binary(Socket<D> socket, byte[] bytes) {}

    /** The peer has caught up after a send or publish that lagged. */
    default void drain(Socket<D> socket) {}

    /** The end, exactly once. */
    default void close(Socket<D> socket, Close close) {}
}
