package dev.resound.core;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * What one thread hands to event loops in one go. A loop that sleeps is woken when the burst is
 * over, so that it finds all of it and writes to each connection once; a loop that is awake takes
 * what is there. The order stays that of the handing over.
 *
 * <p><b>Thread:</b> that which runs the burst, and no loop's.
 */
public final class Burst {
    private static final ThreadLocal<@Nullable Burst> OF_THREAD = new ThreadLocal<>();

    private final Set<Loop> unwoken = Collections.newSetFromMap(new IdentityHashMap<>());

    private Burst() {}

    /** Runs something that hands over much; it must {@link #wake} before it waits for anything. */
    public static void run(Runnable task) {
        Burst outer = OF_THREAD.get();
        if (outer != null) {
            task.run();
            return;
        }
        var burst = new Burst();
        OF_THREAD.set(burst);
        try {
            task.run();
        } finally {
            OF_THREAD.remove();
            burst.wakeAll();
        }
    }

    /** Wakes those who were handed something so far; nothing outside of a burst. */
    public static void wake() {
        Burst burst = OF_THREAD.get();
        if (burst != null) {
            burst.wakeAll();
        }
    }

    /**
     * By a loop that is handed something by another thread: whether it may sleep on, for it will be
     * woken.
     */
    public static boolean willWake(Loop loop) {
        Burst burst = OF_THREAD.get();
        if (burst == null) {
            return false;
        }
        burst.unwoken.add(loop);
        return true;
    }

    private void wakeAll() {
        for (Loop loop : unwoken) {
            try {
                loop.wake();
            } catch (RejectedExecutionException ended) {
                // it has run what it was handed before
            }
        }
        unwoken.clear();
    }
}
