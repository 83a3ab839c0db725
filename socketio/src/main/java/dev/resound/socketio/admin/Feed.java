package dev.resound.socketio.admin;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is to be told to the UI, in order. Event loops put it in and go on; one thread at a time
 * takes it out, and may wait. <b>Thread:</b> any.
 *
 * <p>Bounded: when {@value #MAX_BYTES} bytes or {@value #MAX_WAITING} tellings wait, the next is
 * dropped. Events, which may be many, only have half of that, so that what the page knows of
 * sockets and rooms stays right for longer.
 */
final class Feed {
    private static final Logger LOG = LoggerFactory.getLogger(Feed.class);
    static final int MAX_WAITING = 20_000;
    static final int MAX_BYTES = 16 << 20;

    private final Executor worker;
    private final ArrayDeque<Telling> waiting =
            new ArrayDeque<>(); // this and the rest guarded by this
    private long waitingBytes;
    private long dropped;
    private boolean running;
    private boolean open;

    private record Telling(int bytes, Runnable action) {}

    Feed(Executor worker) {
        this.worker = worker;
    }

    /** Somebody is there to be told. */
    synchronized void open() {
        open = true;
    }

    /** Nobody is there any more: what waits is forgotten. */
    synchronized void close() {
        open = false;
        waiting.clear();
        waitingBytes = 0;
        dropped = 0;
    }

    /** Tells of sockets and rooms. */
    void tell(int bytes, Runnable action) {
        add(bytes, action, 1);
    }

    /** Tells of an event. */
    void tellIfQuiet(int bytes, Runnable action) {
        add(bytes, action, 2);
    }

    private void add(int bytes, Runnable action, int share) {
        boolean start;
        synchronized (this) {
            if (!open) {
                return;
            }
            if (waiting.size() >= MAX_WAITING / share || waitingBytes + bytes > MAX_BYTES / share) {
                dropped++;
                return;
            }
            waiting.add(new Telling(bytes, action));
            waitingBytes += bytes;
            start = !running;
            running = true;
        }
        if (start) {
            worker.execute(this::runAll);
        }
    }

    private void runAll() {
        for (Telling next = next(); next != null; next = next()) {
            try {
                next.action.run();
            } catch (
                    Throwable
                            untold) { // the application's data that cannot be written; the next can
                // be
                LOG.debug("Something could not be told to the admin UI", untold);
            }
        }
    }

    private @Nullable Telling next() {
        long lost = 0;
        Telling next;
        synchronized (this) {
            next = waiting.poll();
            if (next == null) {
                running = false;
                lost = dropped;
                dropped = 0;
            } else {
                waitingBytes -= next.bytes;
            }
        }
        if (lost > 0) {
            LOG.warn("The admin UI was not told of {} happenings: there were too many", lost);
        }
        return next;
    }
}
