package dev.resound.netty;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What all connections of the port share. <b>Thread:</b> any. */
final class Port {
    private final Limits limits;
    private final Router router;
    private final AtomicInteger connections = new AtomicInteger();
    private final Object gone = new Object();
    private volatile boolean stopping;

    Port(Limits limits, Router router) {
        this.limits = limits;
        this.router = router;
    }

    Limits limits() {
        return limits;
    }

    Router router() {
        return router;
    }

    /** Counts the connection; false if it is one too many. */
    boolean connectionOpened() {
        return connections.incrementAndGet() <= limits.connections();
    }

    void connectionClosed() {
        if (connections.decrementAndGet() == 0 && stopping) {
            synchronized (gone) {
                gone.notifyAll();
            }
        }
    }

    /** Waits until the last connection is gone; returns how many are left when time is up. */
    int awaitNoConnections(Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        synchronized (gone) {
            while (connections.get() > 0) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0) {
                    break;
                }
                try {
                    gone.wait(left);
                } catch (InterruptedException hurry) {
                    Thread.currentThread().interrupt();
                    break;
                }
            }
        }
        return connections.get();
    }

    int connections() {
        return connections.get();
    }

    boolean isOverLimit() {
        return connections.get() > limits.connections();
    }

    boolean isStopping() {
        return stopping;
    }

    void stop() {
        stopping = true;
        router.stop();
    }
}
