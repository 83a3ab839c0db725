package dev.resound.pusher;

import dev.resound.core.Loop;
import dev.resound.core.http.ResponseStream;
import dev.resound.core.http.StreamedBody;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A request by which a client is told things: the bridge between the loop of its TCP connection and
 * that of the session, which are often not the same. One piece is on its way at a time; what comes
 * meanwhile waits in the session, where it is counted.
 *
 * <p><b>Thread:</b> the session's loop for {@link #send} and {@link #finish}, the TCP connection's
 * for the rest.
 */
final class FallbackReceiver implements StreamedBody {
    private final Function<Loop, FallbackConnection> finder;
    private final boolean polling;
    private @Nullable FallbackConnection session;
    private volatile @Nullable Started started; // before the session hears of us
    private boolean pieceOnItsWay;

    private record Started(ResponseStream stream, Loop loop) {}

    /**
     * Not started yet.
     *
     * @param finder finds the session, or begins it on this loop
     * @param polling whether the response ends with the first piece
     */
    FallbackReceiver(Function<Loop, FallbackConnection> finder, boolean polling) {
        this.finder = finder;
        this.polling = polling;
    }

    boolean isPolling() {
        return polling;
    }

    /** Only now is there a session: for a client that has gone before, none begins. */
    @Override
    public void onStart(ResponseStream stream) {
        Loop loop = Objects.requireNonNull(Loop.current(), "started off the loops");
        started = new Started(stream, loop);
        FallbackConnection found = finder.apply(loop);
        session = found;
        onLoop(found.loop(), () -> found.receive(this));
    }

    @Override
    public void onDrained() {
        if (pieceOnItsWay) {
            pieceOnItsWay = false;
            tellTaken();
        }
    }

    @Override
    public void onGone() {
        FallbackConnection told = session;
        if (told != null) {
            onLoop(told.loop(), () -> told.lost(this));
        }
    }

    @Override
    public void onShutdown(ResponseStream stopping) {
        FallbackConnection told = session;
        if (told != null) {
            onLoop(told.loop(), () -> told.shutDown(this));
        }
    }

    // ---- the session's side

    /** Sends lines; {@link FallbackConnection#taken} follows when the client has taken them. */
    void send(byte[] lines) {
        Started to = started();
        onLoop(
                to.loop,
                () -> {
                    if (to.stream.send(lines)) {
                        tellTaken();
                    } else {
                        pieceOnItsWay = true;
                    }
                });
    }

    /** Sends the last lines. */
    void finish(byte[] lines) {
        Started to = started();
        onLoop(
                to.loop,
                () -> {
                    to.stream.send(lines);
                    to.stream.end();
                });
    }

    private Started started() {
        return Objects.requireNonNull(started, "not started");
    }

    private void tellTaken() {
        FallbackConnection told = session;
        if (told != null) {
            onLoop(told.loop(), () -> told.taken(this));
        }
    }

    static void onLoop(Loop loop, Runnable task) {
        if (loop.isCurrent()) {
            task.run();
            return;
        }
        try {
            loop.execute(task);
        } catch (RejectedExecutionException stopped) {
            // Loops end one after the other; what lived on that one is gone.
        }
    }
}
