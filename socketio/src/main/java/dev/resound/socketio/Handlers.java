package dev.resound.socketio;

/** Where the application's callbacks run. Those of one socket never run at the same time. */
public enum Handlers {
    /** On virtual threads: they may wait for whatever they like. */
    VIRTUAL_THREADS,
    /**
     * On the event loop of the socket's connection: no change of thread, but they must never wait,
     * and nothing waits for them: what they publish while a loop is hopelessly behind is dropped.
     */
    ON_LOOP
}
