package dev.resound.core.socket;

import dev.resound.core.Close;

/**
 * A plain WebSocket with data of the application's own type. <b>Thread:</b> any; calls are carried
 * out on the connection's loop, in order.
 *
 * @param <D> the type of {@link #data}, decided at the upgrade
 */
public interface Socket<D> {

    /** What the application attached when it accepted the upgrade. */
    D data();

    boolean isOpen();

    /**
     * Sends text.
     *
     * @return what the caller should know before it sends more; see {@link Backpressure}
     */
    Backpressure send(String text);

    /** Sends bytes. The array must not be changed afterwards. */
    Backpressure send(byte[] bytes);

    /** Bytes sent and not yet taken by the kernel, as of the last turn of the connection's loop. */
    long backlogBytes();

    /**
     * Joins a topic; joining twice is joining once. At most {@link
     * SocketEndpoint.Builder#maxTopics} topics.
     */
    void subscribe(String topic);

    void unsubscribe(String topic);

    /**
     * Publishes to every subscriber of the topic but this socket; false if the server is too far
     * behind and nobody gets it.
     */
    boolean publish(String topic, String text);

    /**
     * Publishes to every subscriber of the topic but this socket; false if the server is too far
     * behind and nobody gets it. The array must not be changed afterwards.
     */
    boolean publish(String topic, byte[] bytes);

    void close(Close close);

    /** How a socket keeps up with what is sent to it. */
    enum Backpressure {
        /** Send on. */
        NONE,
        /**
         * Accepted, but the peer lags: better wait for the drain callback. Beyond the backlog limit
         * the socket is closed.
         */
        LAGGING,
        /** Dropped: the socket is closed. */
        CLOSED
    }
}
