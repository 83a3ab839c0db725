package dev.resound.socketio;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What nodes say to each other: names they must not use, and how it is written. */
final class ServerSideEvents {
    private static final Set<String> RESERVED = Set.of("connect", "connection", "new_namespace");

    private ServerSideEvents() {}

    static String checked(String event) {
        if (RESERVED.contains(event)) {
            throw new IllegalArgumentException('"' + event + "\" is a reserved event name");
        }
        return event;
    }

    static PacketData data(Json json, String event, @Nullable Object @Nullable [] arguments) {
        return PacketData.of(json.event(checked(event), arguments));
    }
}
