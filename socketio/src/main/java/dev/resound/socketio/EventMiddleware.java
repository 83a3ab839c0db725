package dev.resound.socketio;

/** Stands between what a socket receives and its listeners, see {@link Socket#use}. */
@FunctionalInterface
public interface EventMiddleware {

    /**
     * Lets an event pass.
     *
     * @return the arguments to go on with: the given ones, or {@link Arguments#with others}
     * @throws Exception to drop the event; goes to the socket's error listeners
     */
    Arguments pass(String event, Arguments arguments) throws Exception;
}
