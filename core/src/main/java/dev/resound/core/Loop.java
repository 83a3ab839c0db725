package dev.resound.core;

import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One event loop, as the core sees it. <b>Thread:</b> {@link #execute} and {@link #wake} may be
 * called by any, the rest by the loop.
 */
public interface Loop extends Executor {

    /** The loop whose thread is calling; null on every thread that is no loop's. */
    static @Nullable Loop current() {
        return CurrentLoop.OF_THREAD.get();
    }

    /**
     * Says whose thread is calling: by the transport, when a loop begins; by the testkit.
     *
     * @param loop null for nobody's any more
     */
    static void claimThread(@Nullable Loop loop) {
        if (loop == null) {
            CurrentLoop.OF_THREAD.remove();
        } else {
            CurrentLoop.OF_THREAD.set(loop);
        }
    }

    /** Whether the calling thread is this loop's. */
    boolean isCurrent();

    /** Runs the task on the loop, after all tasks handed over before; first in, first out. */
    @Override
    void execute(Runnable task);

    /** Has it see what it was handed in a {@link Burst}. <b>Thread:</b> any. */
    void wake();

    Lane lane();

    /**
     * Runs the task after this time, to the millisecond: for protocols whose peers count them. What
     * may be a second late belongs into {@link Connection#wakeAt}, which costs less.
     */
    Timer schedule(long delayMillis, Runnable task);

    /** A task that was scheduled. */
    interface Timer {
        /** It will not run, unless it has. */
        void cancel();
    }

    /** Milliseconds of a clock that never runs backwards; coarse, read once per turn. */
    long nowMillis();
}
