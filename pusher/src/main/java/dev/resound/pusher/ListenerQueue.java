package dev.resound.pusher;

import dev.resound.core.RateLimitedLog;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.LoggerFactory;

/**
 * Takes events to an {@link AppListener} at the listener's own pace. There is a thread only while
 * there are events. <b>Thread:</b> any.
 */
final class ListenerQueue<E extends AppEvent> implements PusherObserver {
    private static final RateLimitedLog LOG =
            new RateLimitedLog(LoggerFactory.getLogger(AppListener.class));

    private final Class<E> kind;
    private final AppListener<? super E> listener;
    private final ArrayBlockingQueue<E> waiting = new ArrayBlockingQueue<>(AppListener.CAPACITY);
    private final AtomicBoolean running = new AtomicBoolean();
    private final AtomicLong leftOut = new AtomicLong();

    ListenerQueue(Class<E> kind, AppListener<? super E> listener) {
        this.kind = kind;
        this.listener = listener;
    }

    @Override
    public boolean wants(Class<? extends AppEvent> wanted) {
        return kind == wanted
                || (kind.isAssignableFrom(wanted)
                        && wanted != AppEvent.MessageReceived.class
                        && wanted != AppEvent.MessageSent.class);
    }

    @Override
    public void on(AppEvent event) {
        if (!kind.isInstance(event)) {
            return;
        }
        if (waiting.offer(kind.cast(event))) {
            runUnlessRunning();
        } else {
            leftOut.incrementAndGet();
            LOG.warn("A listener is too slow: events are left out");
        }
    }

    /** Events that were left out because the listener was too slow. */
    long leftOut() {
        return leftOut.get();
    }

    private void runUnlessRunning() {
        if (running.compareAndSet(false, true)) {
            Thread.ofVirtual().name("resound-listener").start(this::run);
        }
    }

    private void run() {
        for (E event = waiting.poll(); event != null; event = waiting.poll()) {
            try {
                listener.on(event);
            } catch (RuntimeException | AssertionError failure) {
                LOG.error("A listener failed", failure);
            }
        }
        running.set(false);
        if (!waiting.isEmpty()) {
            runUnlessRunning(); // came between the last look and the word that nobody is running
        }
    }
}
