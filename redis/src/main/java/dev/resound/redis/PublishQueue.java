package dev.resound.redis;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be published. Many messages go with one flush; so many at most are under way that
 * what is not yet answered is known and bounded. What is under way when the connection breaks is
 * sent again when it is back: Redis may have had it already, so receivers may hear it twice.
 *
 * <p><b>Thread:</b> any.
 */
final class PublishQueue {
    private static final int MOST_UNDER_WAY = 4_096;
    private static final int FLUSH_EVERY = 64;

    /** What a message costs besides its bytes. */
    private static final int OVERHEAD_BYTES = 128;

    private final ConcurrentLinkedQueue<Outgoing> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicLong bytes = new AtomicLong(); // waiting, and under way
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final long maxBytes;
    private final Executor thread;
    final LongAdder published = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder failed = new LongAdder();
    private volatile @Nullable Wire wire;

    /** A connection that publishes. */
    interface Wire {
        /** To be flushed. */
        CompletionStage<Long> publish(Outgoing message);

        void flush();
    }

    /**
     * One message.
     *
     * @param sharded to whom hears the shard of its channel only
     */
    record Outgoing(String channel, byte[] payload, boolean sharded) {

        int weight() {
            return payload.length + channel.length() + OVERHEAD_BYTES;
        }
    }

    /**
     * @param thread where messages are handed to the connection, one task at a time
     */
    PublishQueue(long maxBytes, Executor thread) {
        this.maxBytes = maxBytes;
        this.thread = thread;
    }

    /** Whether it was taken; false: too much waits. */
    boolean offer(Outgoing message) {
        if (bytes.addAndGet(message.weight()) > maxBytes) {
            bytes.addAndGet(-message.weight());
            refused.increment();
            return false;
        }
        waiting.add(message);
        schedule();
        return true;
    }

    boolean hasRoom() {
        return bytes.get() < maxBytes;
    }

    /** From here on there is somebody to hand it to. */
    void connected(Wire connection) {
        wire = connection;
        schedule();
    }

    long bytes() {
        return bytes.get();
    }

    private void schedule() {
        if (wire != null && scheduled.compareAndSet(false, true)) {
            thread.execute(this::handOver);
        }
    }

    private void handOver() {
        scheduled.set(false);
        Wire to = wire;
        if (to == null) {
            return;
        }
        int unflushed = 0;
        while (underWay.get() < MOST_UNDER_WAY) {
            Outgoing next = waiting.poll();
            if (next == null) {
                break;
            }
            underWay.incrementAndGet();
            to.publish(next).whenComplete((receivers, failure) -> answered(next, failure));
            if (++unflushed == FLUSH_EVERY) {
                to.flush();
                unflushed = 0;
            }
        }
        if (unflushed > 0) {
            to.flush();
        }
    }

    private void answered(Outgoing message, @Nullable Throwable failure) {
        bytes.addAndGet(-message.weight());
        if (failure == null) {
            published.increment();
        } else {
            failed.increment();
        }
        if (underWay.decrementAndGet() < MOST_UNDER_WAY / 2 && !waiting.isEmpty()) {
            schedule();
        }
    }
}
