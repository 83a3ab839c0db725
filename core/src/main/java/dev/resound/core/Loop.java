package dev.resound.core;

import java.util.concurrent.Executor;

/**
 * One event loop, as the core sees it. <b>Thread:</b> {@link #execute} may be called by any, the
 * rest by the loop.
 */
public interface Loop extends Executor {

    /** Whether the calling thread is this loop's. */
    boolean isCurrent();

    /** Runs the task on the loop, after all tasks handed over before; first in, first out. */
    @Override
    void execute(Runnable task);

    Lane lane();

    /** Milliseconds of a clock that never runs backwards; coarse, read once per turn. */
    long nowMillis();
}
