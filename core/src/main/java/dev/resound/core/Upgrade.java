package dev.resound.core;

import dev.resound.core.http.Header;
import dev.resound.core.http.HttpResponse;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The answer to a WebSocket handshake. */
public sealed interface Upgrade {

    /**
     * Goes on as a WebSocket.
     *
     * @param headers added to the 101 response
     * @param maxMessageBytes largest message taken from the peer; see {@link
     *     Close.Cause#MESSAGE_TOO_BIG}
     * @param home the loop the connection is to live on: that of a session which is there already;
     *     null for the loop it came on
     * @param open makes the session, on the connection's loop
     */
    record Accept(
            List<Header> headers,
            int maxMessageBytes,
            @Nullable Loop home,
            Function<Connection, ProtocolSession> open)
            implements Upgrade {

        /** Without headers, on the loop it came on. */
        public Accept(int maxMessageBytes, Function<Connection, ProtocolSession> open) {
            this(List.of(), maxMessageBytes, null, open);
        }
    }

    /** Answers the handshake with plain HTTP; the TCP connection goes on. */
    record Reject(HttpResponse response) implements Upgrade {}
}
