package dev.resound.socketio;

import java.util.concurrent.CompletionStage;

/** Decides which namespaces come into being when a client asks for them. */
@FunctionalInterface
public interface NamespaceMatcher {

    /**
     * A client asks for a namespace nobody has made. Called where callbacks run.
     *
     * @param handshake with what the client sent to prove itself
     * @return whether it is to be made
     */
    CompletionStage<Boolean> matches(String name, Handshake handshake) throws Exception;
}
