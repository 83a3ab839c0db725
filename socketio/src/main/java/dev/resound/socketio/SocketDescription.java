package dev.resound.socketio;

import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * A socket as nodes tell each other of it.
 *
 * @param rooms its own room among them
 * @param data what the application keeps with it, as JSON
 */
public record SocketDescription(String id, Handshake handshake, Set<String> rooms, JsonNode data) {
    public SocketDescription {
        rooms = Set.copyOf(rooms);
    }

    /** Shape only: data and handshakes carry secrets. */
    @Override
    public String toString() {
        return "description of socket " + id;
    }
}
