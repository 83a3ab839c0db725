package dev.resound.socketio;

import dev.resound.core.Loop;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much waits in the mailboxes of one client's sockets, all together: being in many namespaces
 * is no way to have more. <b>Thread:</b> any.
 *
 * <p>While {@value #MAX_CALLS} calls or {@value #MAX_BYTES} bytes wait, the client is not read
 * from. There is one exception, for the callback that waits for the client's answer while the
 * client sends events: if nothing was read, the answer never came. So a client that owes an answer,
 * whatever socket of its own it owes it to, is read from until {@value #MAX_CALLS_BEFORE_ANSWER}
 * calls or {@value #MAX_BYTES_BEFORE_ANSWER} bytes wait. An answer behind more than that comes too
 * late: the wait for it ends with its timeout.
 */
final class WaitingCalls {
    private static final Logger LOG = LoggerFactory.getLogger(WaitingCalls.class);
    static final int MAX_CALLS = 64;
    static final int MAX_BYTES = 1 << 20;
    static final int MAX_CALLS_BEFORE_ANSWER = 1024;
    static final int MAX_BYTES_BEFORE_ANSWER = 4 << 20;

    private final Loop loop;
    private final Listener listener;
    private int calls; // this and the rest guarded by this
    private int bytes;
    private Level level = Level.LIGHT;

    /** Who is told that the level has changed. <b>Thread:</b> the loop. */
    interface Listener {
        void onLevelChanged();
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

    WaitingCalls(Loop loop, Listener listener) {
        this.loop = loop;
        this.listener = listener;
    }

    synchronized Level level() {
        return level;
    }

    /** One more waits. <b>Thread:</b> the loop. */
    void add(int bytes) {
        boolean changed;
        synchronized (this) {
            calls++;
            this.bytes += bytes;
            Level before = level;
            level = before.risen(calls, this.bytes);
            changed = level != before;
        }
        if (changed) {
            listener.onLevelChanged();
        }
    }

    /** One waits no more. */
    void remove(int bytes) {
        boolean changed;
        synchronized (this) {
            calls--;
            this.bytes -= bytes;
            Level before = level;
            level = before.fallen(calls, this.bytes);
            changed = level != before;
        }
        if (changed) {
            tell();
        }
    }

    private void tell() {
        try {
            loop.execute(listener::onLevelChanged);
        } catch (RejectedExecutionException stopped) {
            LOG.debug("Callbacks outlive their event loop"); // nobody is read from any more
        }
    }
}
