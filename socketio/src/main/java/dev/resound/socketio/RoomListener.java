package dev.resound.socketio;

/**
 * Hears of rooms that come and go on this node, see {@link Namespace#onRooms}. Every socket is in
 * the room of its own id. <b>Thread:</b> whichever joins or leaves; must be quick.
 */
public interface RoomListener {

    /**
     * A socket has joined.
     *
     * @param first whether nobody was in the room before
     */
    void onJoined(String room, String socketId, boolean first);

    /**
     * A socket has left.
     *
     * @param last whether nobody is left
     */
    void onLeft(String room, String socketId, boolean last);
}
