package dev.resound.socketio;

/**
 * How an event that comes from elsewhere is told to the sockets in a room, see {@link
 * Namespace#bindRooms}.
 */
public enum RoomEvents {
    /** {@code [event, data]}: as if it had been emitted to the room here. */
    PLAIN,
    /** {@code [event, channel, data]}: as Laravel Echo expects it. */
    WITH_CHANNEL
}
