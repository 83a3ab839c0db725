package dev.resound.core.http;

/**
 * A response on its way to the peer, piece by piece. <b>Thread:</b> the loop of the TCP connection,
 * which is the one that {@link StreamedBody#onStart} is called on.
 *
 * <p>Only the transport implements it (and tests); it may grow.
 */
public interface ResponseStream {

    /**
     * Sends behind what was sent before; one flush at the end of the loop's turn. A peer that takes
     * nothing is cut off once more is waiting for it than the port keeps back for one connection.
     *
     * @param piece must not be changed afterwards
     * @return whether the peer keeps up; otherwise {@link StreamedBody#onDrained} follows when it
     *     has caught up, or {@link StreamedBody#onGone}. After the end of the stream nothing
     *     follows
     */
    boolean send(byte[] piece);

    /** Bytes that were sent and which the kernel has not taken yet. */
    long backlogBytes();

    /**
     * The response is whole. The TCP connection goes on with the next request, unless it was to end
     * after this response. A second time does nothing.
     */
    void end();
}
