package dev.resound.redis;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that owns a link's connections: what it does is done one after another, so nothing
 * there needs a lock. It never waits for Redis.
 */
final class Clerk implements Executor {
    private static final Logger LOG = LoggerFactory.getLogger(Clerk.class);

    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    task -> Thread.ofPlatform().daemon().name("resound-redis").unstarted(task));

    /**
     * @throws RejectedExecutionException once it is closed
     */
    @Override
    public void execute(Runnable task) {
        thread.execute(guarded(task));
    }

    /** Whether it will be done: not once this is closed. */
    boolean offer(Runnable task) {
        return offer(Duration.ZERO, task);
    }

    /** The same, after a pause. */
    boolean offer(Duration pause, Runnable task) {
        try {
            thread.schedule(guarded(task), pause.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (RejectedExecutionException closed) {
            return false;
        }
    }

    void repeat(Duration pause, Runnable task) {
        thread.scheduleWithFixedDelay(
                guarded(task), pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** An executor would keep the failure to itself, and never repeat the task again. */
    private static Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (Throwable failure) { // whatever it is: the next task has to be done
                LOG.error("A task of the connection to Redis failed", failure);
            }
        };
    }

    void close() {
        thread.shutdownNow();
    }
}
