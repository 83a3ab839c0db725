package dev.resound.redis;

import dev.resound.core.RateLimitedLog;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * What this node has appended to a stream and not delivered to its own clients: they get it when it
 * is read, as those of all other nodes do, so that the order is the same for all. What is not read
 * in time, because Redis is away, is delivered without its offset.
 *
 * <p>An entry is known by its content. If one is in the stream twice, since the connection broke
 * while it was being appended, it is delivered with the first; the second finds nothing.
 *
 * <p><b>Thread:</b> any; deliveries are made by the inbox's, or at once where nothing waits.
 */
final class OwnEntries {
    private static final long PATIENCE_NANOS = Duration.ofSeconds(2).toNanos();
    private static final RateLimitedLog LOG =
            new RateLimitedLog(LoggerFactory.getLogger(OwnEntries.class));
    private static final int MOST = 20_000;
    private static final long MOST_BYTES = 16L << 20;
    private static final Duration LOOK_PERIOD = Duration.ofMillis(500);

    private final RedisLink link;
    private final ArrayDeque<Waiting> waiting =
            new ArrayDeque<>(); // this and the rest guarded by this
    private long bytes;
    private boolean delivering;
    private boolean looking;

    private static final class Waiting {
        private final byte @Nullable [] content; // null: it only has its turn
        private final Consumer<@Nullable String> delivery;
        private final long sinceNanos = System.nanoTime();
        private boolean ready;
        private @Nullable String offset;

        Waiting(byte @Nullable [] content, Consumer<@Nullable String> delivery) {
            this.content = content;
            this.delivery = delivery;
            this.ready = content == null;
        }
    }

    OwnEntries(RedisLink link) {
        this.link = link;
    }

    /** Whether more should be added. What is delivered may say something in turn: it always may. */
    boolean hasRoom() {
        if (link.isHearing()) {
            return true;
        }
        synchronized (this) {
            return waiting.size() < MOST && bytes < MOST_BYTES;
        }
    }

    /**
     * It is being appended; what is appended in the order of these calls. Delivered without its
     * offset if it is not read in time.
     */
    synchronized void add(byte[] content, Consumer<@Nullable String> delivery) {
        waiting.add(new Waiting(content, delivery));
        bytes += content.length;
        lookLater();
    }

    /** Does something behind what waits; at once if nothing does. */
    void inTurn(Runnable action) {
        synchronized (this) {
            if (delivering || !waiting.isEmpty()) {
                waiting.add(new Waiting(null, none -> action.run()));
                return;
            }
        }
        action.run();
    }

    /** An entry of this node was read. <b>Thread:</b> the inbox's. */
    void read(byte[] content, String offset) {
        synchronized (this) {
            for (Waiting each : waiting) {
                if (!each.ready && Arrays.equals(each.content, content)) {
                    each.ready = true;
                    each.offset = offset;
                    break;
                }
            }
        }
        deliver();
    }

    /** <b>Thread:</b> the inbox's. */
    private void deliver() {
        while (true) {
            Waiting next;
            synchronized (this) {
                next = waiting.peek();
                delivering = next != null && next.ready;
                if (next == null || !next.ready) {
                    return;
                }
                waiting.remove();
                bytes -= next.content == null ? 0 : next.content.length;
            }
            try {
                next.delivery.accept(next.offset);
            } catch (Throwable failure) { // whatever it is: the next one has its turn
                LOG.error("An event could not be delivered", failure);
            }
        }
    }

    private void lookLater() {
        if (!looking) {
            looking = true;
            link.later(LOOK_PERIOD, this::look);
        }
    }

    /** Those that have waited for too long wait no more, and neither do those before them. */
    private void look() {
        boolean late = false;
        synchronized (this) {
            looking = false;
            long now = System.nanoTime();
            for (Waiting each : waiting) {
                if (now - each.sinceNanos > PATIENCE_NANOS) {
                    late |= !each.ready;
                    each.ready = true;
                }
            }
            if (!waiting.isEmpty()) {
                lookLater();
            }
        }
        if (late) {
            link.hear(this::deliver);
        }
    }

    /** Nothing is read any more. */
    void close() {
        synchronized (this) {
            waiting.forEach(each -> each.ready = true);
        }
        link.hear(this::deliver);
    }
}
