package dev.resound.core.http;

/**
 * The body of a response that is sent as it comes to be. <b>Thread:</b> the loop of the TCP
 * connection, for every method; none may block.
 */
public interface StreamedBody {

    /** Status and headers are on their way: from here on pieces can be sent, by whoever has it. */
    void onStart(ResponseStream stream);

    /** A peer that lagged has caught up. */
    default void onDrained() {}

    /**
     * Nobody reads this any more: the peer has gone before the end of the stream. Also without
     * {@link #onStart}: if the peer had gone by then, or had asked for the headers alone.
     */
    default void onGone() {}

    /**
     * The server stops, and will cut off in two seconds what goes on: the time for a last piece.
     * Ends the stream unless overridden.
     */
    default void onShutdown(ResponseStream stream) {
        stream.end();
    }
}
