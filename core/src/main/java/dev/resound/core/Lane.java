package dev.resound.core;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The members of all topics that live on one event loop, and the way to them. <b>Thread:</b> {@link
 * #inOrder} and {@link #hasRoom} by any, the rest by the loop.
 *
 * <p>A lane delivers in the order of its offers: a delivery offered by the loop itself runs at once
 * only if no other is waiting. That order is what makes presence come out the same for every member
 * (see {@link Hub}).
 */
public final class Lane {
    /** Deliveries waiting for one loop; beyond it publishers are told to slow down. */
    static final long MAX_WAITING_BYTES = 16L << 20;

    final Loop loop;
    private final AtomicLong waitingBytes = new AtomicLong();

    public Lane(Loop loop) {
        this.loop = loop;
    }

    /** Whether more may be offered; what is offered all the same is not refused. */
    public boolean hasRoom() {
        return waitingBytes.get() < MAX_WAITING_BYTES;
    }

    void offer(LaneTopic topic, Delivery delivery) {
        if (isIdle()) {
            topic.deliver(delivery);
        } else {
            post(topic, delivery);
        }
    }

    /** Like {@link #offer}, but never inside the caller's stack. */
    void post(LaneTopic topic, Delivery delivery) {
        post(delivery.weight(), () -> topic.deliver(delivery));
    }

    /**
     * Does something in the order of the lane's deliveries, for example a send to one connection:
     * whatever the calling thread published before is delivered before. At once on the loop if
     * nothing waits. <b>Thread:</b> any.
     *
     * @param weight what it counts for while it waits, in bytes
     */
    public void inOrder(int weight, Runnable action) {
        if (isIdle()) {
            action.run();
        } else {
            post(weight, action);
        }
    }

    private boolean isIdle() {
        return loop.isCurrent() && waitingBytes.get() == 0;
    }

    private void post(int weight, Runnable action) {
        waitingBytes.addAndGet(weight);
        loop.execute(() -> {
            waitingBytes.addAndGet(-weight);
            action.run();
        });
    }
}
