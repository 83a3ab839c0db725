package dev.resound.socketio;

import dev.resound.core.Loop;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the application's callbacks of one socket, one after the other, in the order they were
 * handed over. <b>Thread:</b> {@link #call} the loop; the callbacks run where the executor runs
 * them, or at once if there is none.
 *
 * <p>Bounded: while {@value #MAX_CALLS} calls or {@value #MAX_BYTES} bytes wait, the client is not
 * read from.
 */
final class Mailbox {
    private static final Logger LOG = LoggerFactory.getLogger(Mailbox.class);
    static final int MAX_CALLS = 64;
    static final int MAX_BYTES = 1 << 20;

    private final Loop loop;
    private final @Nullable Executor executor;
    private final Pressure pressure;
    private @Nullable ArrayDeque<Call> waiting; // this and the rest guarded by this
    private int waitingBytes;
    private boolean running;
    private boolean pressing;

    /** Foreign code. */
    @FunctionalInterface
    interface Callback {
        void run() throws Exception;
    }

    /** Who is told that too much waits. <b>Thread:</b> the loop. */
    interface Pressure {
        void pause();

        void resume();
    }

    private record Call(int bytes, Callback callback) {}

    /**
     * @param executor null to run the callbacks on the loop
     */
    Mailbox(Loop loop, @Nullable Executor executor, Pressure pressure) {
        this.loop = loop;
        this.executor = executor;
        this.pressure = pressure;
    }

    /**
     * @param bytes what the call counts for while it waits
     */
    void call(int bytes, Callback callback) {
        if (executor == null) {
            guarded(callback);
            return;
        }
        boolean start;
        boolean press;
        synchronized (this) {
            if (waiting == null) {
                waiting = new ArrayDeque<>(4);
            }
            waiting.add(new Call(bytes, callback));
            waitingBytes += bytes;
            press = !pressing && (waiting.size() >= MAX_CALLS || waitingBytes >= MAX_BYTES);
            pressing |= press;
            start = !running;
            running = true;
        }
        if (press) {
            pressure.pause();
        }
        if (start) {
            executor.execute(this::runAll);
        }
    }

    private void runAll() {
        for (Call next = next(); next != null; next = next()) {
            guarded(next.callback);
        }
    }

    private @Nullable Call next() {
        Call next;
        boolean release;
        synchronized (this) {
            ArrayDeque<Call> calls = waiting;
            next = calls == null ? null : calls.poll();
            if (calls == null || next == null) {
                running = false;
                waiting = null; // most sockets are idle most of the time
                return null;
            }
            waitingBytes -= next.bytes;
            release = pressing && calls.size() <= MAX_CALLS / 2 && waitingBytes <= MAX_BYTES / 2;
            pressing &= !release;
        }
        if (release) {
            loop.execute(pressure::resume);
        }
        return next;
    }

    /** What fails is logged. */
    static void guarded(Callback callback) {
        try {
            callback.run();
        } catch (Throwable failure) { // whatever it is: the next callback has to run
            LOG.error("A callback failed", failure);
        }
    }
}
