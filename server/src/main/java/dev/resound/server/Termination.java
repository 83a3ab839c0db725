package dev.resound.server;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;

/**
 * The wish that the process end. Who sends two signals is in a hurry: the process then ends at
 * once, with the code a shell expects of one that a signal has ended. <b>Thread:</b> any.
 */
final class Termination {
    private static final int SIGNALLED = 128;

    private final IntConsumer halt;
    private final AtomicBoolean requested = new AtomicBoolean();
    private final CountDownLatch request = new CountDownLatch(1);

    /**
     * Nobody has asked yet.
     *
     * @param halt ends the process with this exit code
     */
    Termination(IntConsumer halt) {
        this.halt = halt;
    }

    void request(int signal) {
        if (requested.compareAndSet(false, true)) {
            request.countDown();
        } else {
            halt.accept(SIGNALLED + signal);
        }
    }

    /** Somebody asks all servers, and does not know how far this one is: there is no hurry. */
    void request() {
        request.countDown();
    }

    /** Blocks until somebody asks. Who interrupts asks, too. */
    void await() {
        try {
            request.await();
        } catch (InterruptedException asked) {
            request(0);
        }
    }
}
