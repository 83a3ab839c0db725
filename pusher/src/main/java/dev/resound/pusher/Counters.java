package dev.resound.pusher;

import java.util.concurrent.atomic.LongAdder;

/** What one app has done on this node since it was first asked for. <b>Thread:</b> any. */
final class Counters {
    final LongAdder connectionsOpened = new LongAdder();
    final LongAdder connectionsRefused = new LongAdder();
    final LongAdder messagesReceived = new LongAdder();
    final LongAdder bytesReceived = new LongAdder();
    final LongAdder messagesSent = new LongAdder();
    final LongAdder bytesSent = new LongAdder();
    final LongAdder eventsPublished = new LongAdder();
    final LongAdder clientEvents = new LongAdder();
    final LongAdder limitsReached = new LongAdder();

    void sent(int bytes) {
        messagesSent.increment();
        bytesSent.add(bytes);
    }

    void received(int bytes) {
        messagesReceived.increment();
        bytesReceived.add(bytes);
    }

    void published(int recipients, int bytes) {
        eventsPublished.increment();
        delivered(recipients, bytes);
    }

    /** One event went to so many sockets; its size is that of its data. */
    void delivered(int recipients, int bytes) {
        messagesSent.add(recipients);
        bytesSent.add((long) recipients * bytes);
    }
}
