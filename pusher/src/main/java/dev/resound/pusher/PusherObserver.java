package dev.resound.pusher;

/**
 * Told what happens, for debugging output. Payloads come as they are on the wire; whoever prints
 * them shortens them and leaves out {@code auth}. <b>Thread:</b> event loops; must not block.
 */
public interface PusherObserver {

    /** Observes nothing, at no cost. */
    PusherObserver NONE = new PusherObserver() {};

    /** Whether the other methods are worth calling: payloads are copied only then. */
    default boolean isWatching() {
        return false;
    }

    default void connected(App app, String socketId) {}

    default void closed(App app, String socketId, int code) {}

    default void received(App app, String socketId, String message) {}

    default void sent(App app, String socketId, String message) {}

    /** Once per event and channel, however many sockets get it. */
    default void broadcast(App app, String channel, String event, String data) {}
}
