package dev.resound.socketio;

import java.util.Set;

/** Names an application must not give to its events. */
final class EventNames {
    private static final Set<String> RESERVED =
            Set.of(
                    "connect",
                    "connect_error",
                    "disconnect",
                    "disconnecting",
                    "newListener",
                    "removeListener");

    private EventNames() {}

    static boolean isReserved(String event) {
        return RESERVED.contains(event);
    }

    static String checked(String event) {
        if (isReserved(event)) {
            throw new IllegalArgumentException('"' + event + "\" is a reserved event name");
        }
        return event;
    }
}
