package dev.resound.redis;

import dev.resound.core.Burst;
import dev.resound.core.RateLimitedLog;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.LoggerFactory;

/**
 * What Redis has said and nobody has heard yet, in its order. One thread hears it. Beyond 16 MiB
 * Redis is not read from, until it is heard; it then keeps some for us, and drops us if that is too
 * much for it.
 */
final class Inbox {
    private static final int MOST_BYTES = 16 << 20;
    private static final int OVERHEAD_BYTES = 128;
    private static final byte[] NOTHING = {};
    private static final RateLimitedLog LOG =
            new RateLimitedLog(LoggerFactory.getLogger(Inbox.class));

    /** So that event loops do not sleep for long while there is something for them. */
    private static final int MOST_IN_BURST = 64;

    private final Queue<Incoming> waiting = new ConcurrentLinkedQueue<>();

    /** Fair: it keeps the order of those that wait. */
    private final Semaphore room = new Semaphore(MOST_BYTES, true);

    private final Thread thread = new Thread(this::hear, "resound-bus");
    private volatile boolean asleep;
    private volatile boolean closed;

    /** Hears messages. <b>Thread:</b> that of the inbox; may wait for a while. */
    @FunctionalInterface
    interface Listener {
        void onMessage(String channel, byte[] message);

        /**
         * Whether it is to be heard at all: what a node has said itself need not wait here.
         *
         * <p><b>Thread:</b> that which reads from Redis; has to be quick.
         */
        default boolean wants(byte[] message) {
            return true;
        }
    }

    /** Hears all but the messages that begin so: those of the node itself. */
    static Listener allBut(byte[] ownHead, Listener listener) {
        return new Listener() {
            @Override
            public void onMessage(String channel, byte[] message) {
                listener.onMessage(channel, message);
            }

            @Override
            public boolean wants(byte[] message) {
                return message.length < ownHead.length
                        || !Arrays.equals(message, 0, ownHead.length, ownHead, 0, ownHead.length);
            }
        };
    }

    private record Incoming(Listener listener, String channel, byte[] message, int weight) {}

    Inbox() {
        thread.setDaemon(true);
        thread.start();
    }

    /** <b>Thread:</b> that which reads from Redis; waits while there is no room. */
    void put(Listener listener, String channel, byte[] message) {
        put(listener, channel, message, message.length + channel.length());
    }

    /** The same for what is not heard on a channel. */
    void put(Runnable task, int bytes) {
        put((channel, message) -> task.run(), "", NOTHING, bytes);
    }

    private void put(Listener listener, String channel, byte[] message, int bytes) {
        int weight = Math.min(MOST_BYTES, bytes + OVERHEAD_BYTES);
        room.acquireUninterruptibly(weight);
        waiting.add(new Incoming(listener, channel, message, weight));
        wake();
    }

    /** Has something done behind what was said before. For what is rare: it takes no room. */
    void add(Runnable task) {
        waiting.add(new Incoming((channel, message) -> task.run(), "", NOTHING, 0));
        wake();
    }

    /** Whether the calling thread is the one that hears. */
    boolean isCurrent() {
        return Thread.currentThread() == thread;
    }

    /** Whether somebody waits for room. */
    boolean isFull() {
        return room.hasQueuedThreads();
    }

    private void hear() {
        while (!closed) {
            Burst.run(this::hearBurst);
            sleep();
        }
    }

    private void hearBurst() {
        for (int heard = 0; heard < MOST_IN_BURST && !closed; heard++) {
            Incoming next = waiting.poll();
            if (next == null) {
                return;
            }
            try {
                next.listener.onMessage(next.channel, next.message);
            } catch (Throwable failure) { // whatever it is: the next one has to be heard
                LOG.error("A message of another node could not be handled", failure);
            } finally {
                room.release(next.weight);
            }
        }
    }

    /** <b>Thread:</b> any, behind what it has added. */
    private void wake() {
        if (asleep) {
            asleep = false;
            LockSupport.unpark(thread);
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // nothing depends on it but what it costs
    private void sleep() {
        boolean slept = false;
        asleep = true;
        while (waiting.isEmpty() && !closed) {
            LockSupport.park(this);
            slept = true;
            asleep = true; // if it was for nothing
        }
        asleep = false;
        if (slept) {
            // Who reads has mostly more than the message it has woken us for.
            Thread.yield();
        }
    }

    void close() {
        closed = true;
        thread.interrupt(); // it sleeps, or waits for a lane
        room.release(MOST_BYTES); // whoever waits is let go
    }
}
