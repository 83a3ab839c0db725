package dev.resound.socketio;

/** Hears every event, see {@link Socket#onAny}. */
@FunctionalInterface
public interface AnyListener {

    /** <b>Errors:</b> as {@link Listener#onEvent}. */
    void onEvent(String event, Arguments arguments) throws Exception;
}
