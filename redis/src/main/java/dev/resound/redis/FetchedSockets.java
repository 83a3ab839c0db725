package dev.resound.redis;

import dev.resound.socketio.SocketDescription;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;

/** Gathers the sockets of other nodes. <b>Thread:</b> any. */
final class FetchedSockets implements PendingRequests.Pending<ClassicResponse> {
    /** Beyond, they are no longer gathered: whoever asks for so many has to narrow it down. */
    static final int MOST = 1_000_000;

    private final CompletableFuture<List<SocketDescription>> result;
    private final List<SocketDescription> sockets = new ArrayList<>(); // guarded by this
    private int missing; // guarded by this

    /**
     * @param nodes how many have to answer
     */
    FetchedSockets(int nodes, CompletableFuture<List<SocketDescription>> result) {
        this.missing = nodes;
        this.result = result;
    }

    @Override
    public boolean answered(ClassicResponse response) {
        if (!(response instanceof ClassicResponse.Sockets(var id, var more))) {
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
