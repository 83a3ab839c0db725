package dev.resound.socketio;

/** Decides whether a socket may connect to a namespace, see {@link Namespace#use}. */
@FunctionalInterface
public interface Middleware<D> {

    /**
     * Returns to let the socket go on to the next middleware. The socket is not connected yet: it
     * hears no broadcasts, but what is emitted to it is sent, and rooms joined count once it is.
     *
     * @throws ConnectRefusedException to refuse; the client is told
     * @throws Exception anything else refuses as well; it is logged, and the client learns nothing
     *     about it
     */
    void admit(Socket<D> socket) throws Exception;
}
