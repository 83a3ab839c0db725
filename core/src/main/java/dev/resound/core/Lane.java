package dev.resound.core;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The members of all topics that live on one event loop, and the way to them. <b>Thread:</b> {@link
 * #offer} and {@link #hasRoom} by any, the rest by the loop.
 *
 * <p>A lane delivers in the order of its offers: a delivery offered by the loop itself runs at once
 * only if no other is waiting. That order is what makes presence come out the same for every member
 * (see {@link Hub}).
 */
public final class Lane {
    /** Deliveries waiting for one loop; beyond it publishers are told to slow down. */
    static final long MAX_WAITING_BYTES = 16L << 20;

    final Loop loop;
    final LaneWriter writer;
    private final AtomicLong waitingBytes = new AtomicLong();

    public Lane(Loop loop, LaneWriter writer) {
        this.loop = loop;
        this.writer = writer;
    }

    boolean hasRoom() {
        return waitingBytes.get() < MAX_WAITING_BYTES;
    }

    void offer(LaneTopic topic, Delivery delivery) {
        if (loop.isCurrent() && waitingBytes.get() == 0) {
            topic.deliver(delivery);
        } else {
            post(topic, delivery);
        }
    }

    /** Like {@link #offer}, but never inside the caller's stack. */
    void post(LaneTopic topic, Delivery delivery) {
        int weight = delivery.weight();
        waitingBytes.addAndGet(weight);
        loop.execute(() -> {
            waitingBytes.addAndGet(-weight);
            topic.deliver(delivery);
        });
    }
}
