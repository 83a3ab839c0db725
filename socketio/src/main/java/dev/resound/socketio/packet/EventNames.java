package dev.resound.socketio.packet;

import java.util.Set;

/** Names that neither side may give to its events. */
public final class EventNames {
    static final int LONGEST_RESERVED = "removeListener".length();

    private static final Set<String> RESERVED =
            Set.of(
                    "connect",
                    "connect_error",
                    "disconnect",
                    "disconnecting",
                    "newListener",
                    "removeListener");

    private EventNames() {}

    /** Whether the protocol, or a client, keeps this name for itself. */
    public static boolean isReserved(String event) {
        return RESERVED.contains(event);
    }

    /**
     * The name, if it may be given.
     *
     * @throws IllegalArgumentException if it is reserved
     */
    public static String checked(String event) {
        if (isReserved(event)) {
            throw new IllegalArgumentException('"' + event + "\" is a reserved event name");
        }
        return event;
    }
}
