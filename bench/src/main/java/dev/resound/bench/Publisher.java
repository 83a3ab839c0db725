package dev.resound.bench;

/**
 * A way to publish to everybody in a room.
 *
 * <p><b>Thread:</b> the client's loop.
 */
interface Publisher {

    /** Payloads it can carry begin at this size. */
    int smallestPayloadBytes();

    /**
     * Publishes with the next {@link #flush}.
     *
     * @param connection over which one, from 0; order is promised per connection
     * @param room to which one, from 0
     */
    void publish(int connection, int room, Stamp stamp, int payloadBytes);

    void flush();

    /** Whether each publish is answered on its own. */
    boolean isAnswered();

    void close();
}
