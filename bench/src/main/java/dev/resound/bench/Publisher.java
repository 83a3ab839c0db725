package dev.resound.bench;

/**
 * A way to publish to everybody.
 *
 * <p><b>Thread:</b> the client's loop.
 */
interface Publisher {

    /** Payloads it can carry begin at this size. */
    int smallestPayloadBytes();

    /**
     * Publishes with the next {@link #flush}.
     *
     * @param stamp its {@code publisher} says over which connection; order is promised per
     *     connection
     */
    void publish(Stamp stamp, int payloadBytes);

    void flush();

    /** Whether each publish is answered on its own. */
    boolean isAnswered();

    void close();
}
