package dev.resound.core.http;

import java.net.InetSocketAddress;

/** Who sent a request: the other end of its TCP connection. */
public interface Peer {

    InetSocketAddress address();

    /** Whether the connection is encrypted. */
    boolean isSecure();

    /**
     * Calls back when the TCP connection is gone before the response was written; never after it
     * was. One callback per request: a later one replaces it. <b>Thread:</b> the loop, for the call
     * and for the callback.
     */
    void whenGone(Runnable callback);
}
