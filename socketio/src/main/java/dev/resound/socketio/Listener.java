package dev.resound.socketio;

/** Hears one event of a socket, see {@link Socket#on(String, Listener)}. */
@FunctionalInterface
public interface Listener {

    /**
     * <b>Errors:</b> what it throws is logged and given to the socket's error listeners; the socket
     * goes on.
     */
    void onEvent(Arguments arguments) throws Exception;
}
