package dev.resound.socketio;

/** Hears of every socket that connects to a namespace, see {@link Namespace#onConnection}. */
@FunctionalInterface
public interface ConnectionListener<D> {

    /**
     * The socket is connected. Its events wait until this has returned, so that none is missed by
     * listeners registered here.
     */
    void onConnection(Socket<D> socket) throws Exception;
}
