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
     * @param deflate how messages are compressed if the peer offers permessage-deflate; null: never
     * @param open makes the session, on the connection's loop
     */
    record Accept(
            List<Header> headers,
            int maxMessageBytes,
            @Nullable Loop home,
            @Nullable Deflate deflate,
            Function<Connection, ProtocolSession> open)
            implements Upgrade {

        /** Without compression. */
        public Accept(
                List<Header> headers,
                int maxMessageBytes,
                @Nullable Loop home,
                Function<Connection, ProtocolSession> open) {
            this(headers, maxMessageBytes, home, null, open);
        }

        /** Without headers and compression, on the loop it came on. */
        public Accept(int maxMessageBytes, Function<Connection, ProtocolSession> open) {
            this(List.of(), maxMessageBytes, null, null, open);
        }
    }

    /**
     * Compression of messages, RFC 7692. Every message is compressed for itself, so that a
     * broadcast is compressed once for all who get it.
     *
     * <p><b>Cost:</b> nothing per connection; per loop, some 400 KiB of native memory once it has
     * compressed, and a log of its own for each threshold in use. {@code maxMessageBytes} holds for
     * a message as it came and again once it is inflated.
     *
     * @param thresholdBytes messages shorter than this are sent as they are; 0 or more
     */
    record Deflate(int thresholdBytes) {
        /** The threshold unless told otherwise: below it compression costs more than it saves. */
        public static final int DEFAULT_THRESHOLD_BYTES = 1024;

        public Deflate {
            if (thresholdBytes < 0) {
                throw new IllegalArgumentException(
                        "thresholdBytes must be 0 or more, not " + thresholdBytes);
            }
        }
    }

    /** Answers the handshake with plain HTTP; the TCP connection goes on. */
    record Reject(HttpResponse response) implements Upgrade {}
}
