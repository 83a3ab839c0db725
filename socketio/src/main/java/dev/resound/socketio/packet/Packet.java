package dev.resound.socketio.packet;

import org.jspecify.annotations.Nullable;

/**
 * All that is said in Socket.IO. Whether a packet has attachments is a matter of its payload, so
 * the wire's binary variants have no types here. Immutable.
 *
 * @see <a href="https://socket.io/docs/v4/socket-io-protocol/">The Socket.IO protocol</a>
 */
public sealed interface Packet {
    /** The id of a packet that has none. */
    long NO_ID = -1;

    /** The largest id: above it a JavaScript number is no longer exact. */
    long MAX_ID = (1L << 53) - 1;

    /** The namespace as it was sent, {@code /} when none was; never empty. */
    String namespace();

    /**
     * A client asks for a namespace, or the server grants it.
     *
     * @param auth a JSON object
     */
    record Connect(String namespace, @Nullable Payload auth) implements Packet {}

    /** Either side leaves the namespace. */
    record Disconnect(String namespace) implements Packet {}

    /**
     * An event.
     *
     * @param id what the acknowledgement must repeat, or {@link #NO_ID} when none is wanted
     * @param arguments a JSON array that begins with the event's name, a string or a number
     */
    record Event(String namespace, long id, Payload arguments) implements Packet {
        public Event {
            checkId(id);
        }
    }

    /**
     * The answer to an event.
     *
     * @param id the event's id; {@link #NO_ID} when a peer left it out, which answers nothing
     * @param arguments a JSON array, possibly empty
     */
    record Ack(String namespace, long id, Payload arguments) implements Packet {
        public Ack {
            checkId(id);
        }
    }

    /**
     * The server refuses a namespace.
     *
     * @param problem a JSON string or object
     */
    record ConnectError(String namespace, Payload problem) implements Packet {}

    private static void checkId(long id) {
        if (id < NO_ID || id > MAX_ID) {
            throw new IllegalArgumentException("id is " + id + ", allowed -1.." + MAX_ID);
        }
    }
}
