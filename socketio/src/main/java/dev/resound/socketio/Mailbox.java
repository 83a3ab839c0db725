package dev.resound.socketio;

import dev.resound.core.Loop;
import dev.resound.core.RateLimitedLog;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the application's callbacks of one socket, one after the other, in the order they were
 * handed over. <b>Thread:</b> {@link #call} the loop; the callbacks run where the executor runs
 * them, or at once if there is none.
 *
 * <p>Bounded: while {@value #MAX_CALLS} calls or {@value #MAX_BYTES} bytes wait, the client is not
 * read from. There is one exception, for the callback that waits for the client's answer while the
 * client sends events: if nothing was read, the answer never came. So a client that owes an answer,
 * whatever socket of its own it owes it to, is read from until {@value #MAX_CALLS_BEFORE_ANSWER}
 * calls or {@value #MAX_BYTES_BEFORE_ANSWER} bytes wait. An answer behind more than that comes too
 * late: the wait for it ends with its timeout.
 */
final class Mailbox {
    private static final Logger LOG = LoggerFactory.getLogger(Mailbox.class);
    private static final RateLimitedLog FAILURES = new RateLimitedLog(LOG);
    static final int MAX_CALLS = 64;
    static final int MAX_BYTES = 1 << 20;
    static final int MAX_CALLS_BEFORE_ANSWER = 1024;
    static final int MAX_BYTES_BEFORE_ANSWER = 4 << 20;

    private final Loop loop;
    private final @Nullable Executor executor;
    private final Pressure pressure;

    /** Null while nothing runs: most sockets are idle most of the time. */
    private @Nullable ArrayDeque<Call> waiting; // this and the rest guarded by this

    private int waitingBytes;
    private Level level = Level.LIGHT;

    /** Foreign code. */
    @FunctionalInterface
    interface Callback {
        void run() throws Exception;
    }

    /**
     * How much waits. A level is left only when it is down to half of what it takes to reach it.
     */
    enum Level {
        LIGHT(0, 0),
        /** Too much, unless an answer may be behind it. */
        HEAVY(MAX_CALLS, MAX_BYTES),
        /** Too much. */
        FULL(MAX_CALLS_BEFORE_ANSWER, MAX_BYTES_BEFORE_ANSWER);

        private final int calls;
        private final int bytes;

        Level(int calls, int bytes) {
            this.calls = calls;
            this.bytes = bytes;
        }

        private boolean isReached(int callsWaiting, int bytesWaiting) {
            return callsWaiting >= calls || bytesWaiting >= bytes;
        }

        private boolean isLeft(int callsWaiting, int bytesWaiting) {
            return callsWaiting <= calls / 2 && bytesWaiting <= bytes / 2;
        }

        /** The level when more waits than before. */
        private Level risen(int callsWaiting, int bytesWaiting) {
            if (FULL.isReached(callsWaiting, bytesWaiting)) {
                return FULL;
            }
            return this == LIGHT && HEAVY.isReached(callsWaiting, bytesWaiting) ? HEAVY : this;
        }

        /** The level when less waits than before. */
        private Level fallen(int callsWaiting, int bytesWaiting) {
            return switch (this) {
                case LIGHT -> LIGHT;
                case HEAVY -> HEAVY.isLeft(callsWaiting, bytesWaiting) ? LIGHT : HEAVY;
                case FULL ->
                        FULL.isLeft(callsWaiting, bytesWaiting)
                                ? HEAVY.fallen(callsWaiting, bytesWaiting)
                                : FULL;
            };
        }
    }

    /** Who is told how much waits. <b>Thread:</b> the loop. */
    interface Pressure {
        /** News of falling levels may come after news of rising ones that happened later. */
        void changed(Level before, Level now);
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
        Level before;
        Level now;
        synchronized (this) {
            start = waiting == null;
            ArrayDeque<Call> calls = waiting == null ? new ArrayDeque<>(4) : waiting;
            waiting = calls;
            calls.add(new Call(bytes, callback));
            waitingBytes += bytes;
            before = level;
            now = before.risen(calls.size(), waitingBytes);
            level = now;
        }
        if (now != before) {
            pressure.changed(before, now);
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
        Level before;
        Level now;
        synchronized (this) {
            ArrayDeque<Call> calls = waiting;
            next = calls == null ? null : calls.poll();
            if (calls == null || next == null) {
                waiting = null;
                return null;
            }
            waitingBytes -= next.bytes;
            before = level;
            now = before.fallen(calls.size(), waitingBytes);
            level = now;
        }
        if (now != before) {
            tell(before, now);
        }
        return next;
    }

    private void tell(Level before, Level now) {
        try {
            loop.execute(() -> pressure.changed(before, now));
        } catch (RejectedExecutionException stopped) {
            LOG.debug(
                    "A socket's callbacks outlive its event loop"); // nobody is read from any more
        }
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
