package dev.resound.core.socket;

import java.util.concurrent.Executor;

/** Where application callbacks run. */
final class VirtualThreads {
    static final Executor EACH = task -> Thread.ofVirtual().name("resound-socket").start(task);

    private VirtualThreads() {}
}
