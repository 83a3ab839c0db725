package dev.resound.core;

import dev.resound.core.http.HttpRequest;
import dev.resound.core.http.PathTemplate;
import java.util.concurrent.CompletionStage;

/** A path that takes WebSockets. */
public record Endpoint(PathTemplate path, Upgrader upgrader) {

    /** Decides about a handshake that was found well-formed. */
    @FunctionalInterface
    public interface Upgrader {
        /**
         * Accepts or rejects. <b>Thread:</b> the connection's loop; must not block, may complete
         * later on any thread. A failed stage rejects with 500.
         */
        CompletionStage<Upgrade> upgrade(HttpRequest handshake);
    }
}
