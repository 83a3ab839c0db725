package dev.resound.socketio;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A {@link Middleware} that does not keep its thread. */
@FunctionalInterface
public interface AsyncMiddleware<D> {

    /**
     * Decides about a socket.
     *
     * @return completes when the socket may go on; completes exceptionally with a {@link
     *     ConnectRefusedException} to refuse
     */
    CompletionStage<? extends @Nullable Object> admit(Socket<D> socket) throws Exception;

    /** The same for a middleware that keeps its thread. */
    static <D> AsyncMiddleware<D> of(Middleware<D> middleware) {
        return socket -> {
            middleware.admit(socket);
            return CompletableFuture.completedFuture(null);
        };
    }
}
