package dev.resound.core;

import dev.resound.core.http.HttpResponse;
import java.util.Map;
import java.util.function.Function;

/** The answer to a WebSocket handshake. */
public sealed interface Upgrade {

    /**
     * Goes on as a WebSocket.
     *
     * @param headers added to the 101 response
     * @param maxMessageBytes largest message taken from the peer; see {@link
     *     Close.Cause#MESSAGE_TOO_BIG}
     * @param open makes the session, on the connection's loop
     */
    record Accept(
            Map<String, String> headers,
            int maxMessageBytes,
            Function<Connection, ProtocolSession> open)
            implements Upgrade {}

    /** Answers the handshake with plain HTTP; the TCP connection goes on. */
    record Reject(HttpResponse response) implements Upgrade {}
}
