package dev.resound.socketio;

/**
 * Watches everything a server does, for an admin page or for metrics, see {@link
 * SocketIo#addObserver}. While nobody watches, it costs nothing; while somebody does, every
 * broadcast looks at each of its receivers.
 *
 * <p><b>Thread:</b> the loop of the socket, except {@link #onUpdated}: must be quick.
 */
public interface Observer {

    /** An Engine.IO session has begun. */
    default void onOpened() {}

    /** It has ended. */
    default void onClosed(DisconnectReason reason) {}

    /** A socket is connected; its connection listeners come later. */
    default void onConnected(Socket<?> socket) {}

    /** Its data is another, or its transport. <b>Thread:</b> any. */
    default void onUpdated(Socket<?> socket) {}

    /**
     * Its transport is another; {@link #onUpdated} for whoever does not care which of them it is.
     */
    default void onUpgraded(Socket<?> socket) {
        onUpdated(socket);
    }

    /**
     * A socket has joined a room; that of its own id before {@link #onConnected}. <b>Thread:</b>
     * whichever joins.
     */
    default void onJoined(Socket<?> socket, String room) {}

    /** A socket has left a room. <b>Thread:</b> whichever leaves. */
    default void onLeft(Socket<?> socket, String room) {}

    /** A socket has ended; its rooms are left after this. */
    default void onDisconnected(Socket<?> socket, DisconnectReason reason) {}

    /**
     * Whether it wants to know of events; without, {@link #onReceived} and {@link #onSent} are not
     * called. Asked once.
     */
    default boolean watchesEvents() {
        return true;
    }

    /** A client has sent an event. */
    default void onReceived(Socket<?> socket, String event, Arguments arguments) {}

    /** An event is sent to a client; once for each receiver of a broadcast. */
    default void onSent(Socket<?> socket, String event, Arguments arguments) {}

    /** A message has come in; its bytes without the packet's type. */
    default void onBytesIn(int bytes) {}

    /** A message goes out; its bytes without the packet's type. */
    default void onBytesOut(int bytes) {}
}
