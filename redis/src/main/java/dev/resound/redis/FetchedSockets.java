package dev.resound.redis;

import dev.resound.socketio.SocketDescription;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the sockets of other nodes. <b>Thread:</b> any.
 *
 * @param <R> what is answered
 */
final class FetchedSockets<R> implements PendingRequests.Pending<R> {
    /** Beyond, they are no longer gathered: whoever asks for so many has to narrow it down. */
    static final int MOST = 1_000_000;

    private final Function<R, @Nullable List<SocketDescription>> socketsOf;
    private final CompletableFuture<List<SocketDescription>> result;
    private final List<SocketDescription> sockets = new ArrayList<>(); // guarded by this
    private int missing; // guarded by this

    /**
     * @param nodes how many have to answer
     * @param socketsOf those of an answer, or null if it is none to this
     */
    FetchedSockets(
            int nodes,
            Function<R, @Nullable List<SocketDescription>> socketsOf,
            CompletableFuture<List<SocketDescription>> result) {
        this.missing = nodes;
        this.socketsOf = socketsOf;
        this.result = result;
    }

    @Override
    public boolean answered(R response) {
        List<SocketDescription> more = socketsOf.apply(response);
        if (more == null) {
            return false;
        }
        List<SocketDescription> all;
        synchronized (this) {
            if (sockets.size() + more.size() > MOST) {
                result.completeExceptionally(
                        new IllegalStateException("more than " + MOST + " sockets were fetched"));
                return true;
            }
            sockets.addAll(more);
            if (--missing > 0) {
                return false;
            }
            all = List.copyOf(sockets);
        }
        result.complete(all);
        return true;
    }

    @Override
    public void expired() {
        result.completeExceptionally(
                new TimeoutException("timeout reached while waiting for fetchSockets response"));
    }
}
