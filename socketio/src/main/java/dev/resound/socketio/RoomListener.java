package dev.resound.socketio;

/**
 * Hears of rooms that come and go on this node, see {@link Namespace#onRooms}. Every socket is in
 * the room of its own id.
 *
 * <p>The changes of one room are told in their order, one after the other. So a change is told a
 * moment after it was made if another thread is still telling of one before it. <b>Thread:</b>
 * whichever joins or leaves, one at a time; must be quick, as others' news wait behind it.
 */
public interface RoomListener {

    /**
     * A socket has joined.
     *
     * @param first whether nobody was in the room before, of whatever protocol
     */
    void onJoined(String room, String socketId, boolean first);

    /**
     * A socket has left.
     *
     * @param last whether nobody is left, of whatever protocol
     */
    void onLeft(String room, String socketId, boolean last);
}
