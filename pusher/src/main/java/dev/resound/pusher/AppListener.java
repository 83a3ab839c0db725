package dev.resound.pusher;

/**
 * An application's code that is told what happens in its apps. <b>Thread:</b> a virtual thread of
 * the listener's own: events come one after the other, in their order, and it may take its time.
 * While it is {@link #CAPACITY} events behind, newer ones are left out and counted; nothing else
 * ever waits for it. What it throws is logged.
 *
 * @see PusherProtocol.Builder#listen
 */
@FunctionalInterface
public interface AppListener<E extends AppEvent> {
    /** Events that wait for a slow listener. */
    int CAPACITY = 10_000;

    /** An event of the kind that was asked for. */
    void on(E event);
}
