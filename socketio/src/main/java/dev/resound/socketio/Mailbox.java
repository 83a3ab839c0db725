package dev.resound.socketio;

import dev.resound.core.RateLimitedLog;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Runs the application's callbacks of one socket, one after the other, in the order they were
 * handed over. Bounded by {@link WaitingCalls}. <b>Thread:</b> {@link #call} the loop; the
 * callbacks run where the executor runs them, or at once if there is none.
 */
final class Mailbox {
    private static final RateLimitedLog FAILURES =
            new RateLimitedLog(LoggerFactory.getLogger(Mailbox.class));

    private final @Nullable Executor executor;
    private final WaitingCalls ofClient;

    /** Null while nothing runs: most sockets are idle most of the time. Guarded by this. */
    private @Nullable ArrayDeque<Call> waiting;

    /** Foreign code. */
    @FunctionalInterface
    interface Callback {
        void run() throws Exception;
    }

    private record Call(int bytes, Callback callback) {}

    /**
     * @param executor null to run the callbacks on the loop
     * @param ofClient counts what waits here
     */
    Mailbox(@Nullable Executor executor, WaitingCalls ofClient) {
        this.executor = executor;
        this.ofClient = ofClient;
    }

    /**
     * @param bytes what the call counts for while it waits
     */
    void call(int bytes, Callback callback) {
        if (executor == null) {
            guarded(callback);
            return;
        }
        ofClient.add(bytes);
        boolean start;
        synchronized (this) {
            start = waiting == null;
            ArrayDeque<Call> calls = waiting == null ? new ArrayDeque<>(4) : waiting;
            waiting = calls;
            calls.add(new Call(bytes, callback));
        }
        if (start) {
            executor.execute(this::runAll);
        }
    }

    private void runAll() {
        for (Call next = next(); next != null; next = next()) {
            ofClient.remove(next.bytes);
            guarded(next.callback);
        }
    }

    private synchronized @Nullable Call next() {
        Call next = waiting == null ? null : waiting.poll();
        if (next == null) {
            waiting = null;
        }
        return next;
    }

    /** What fails is logged. */
    static void guarded(Callback callback) {
        try {
            callback.run();
        } catch (Throwable failure) { // whatever it is: the next callback has to run
            FAILURES.error("A callback failed", failure);
        }
    }
}
