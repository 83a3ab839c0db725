package dev.resound.pusher;

/**
 * Told what happens in the apps of this node, for metrics, debugging output, webhooks.
 *
 * <p><b>Thread:</b> event loops and others, some of them inside a step on a channel: events about
 * one channel come in their order. Must be quick, must not block, must not throw and must not
 * publish. Code that may do any of that is an {@link AppListener}.
 */
public interface PusherObserver {

    /** Observes nothing, at no cost. */
    PusherObserver NONE =
            new PusherObserver() {
                @Override
                public boolean wants(Class<? extends AppEvent> kind) {
                    return false;
                }

                @Override
                public void on(AppEvent event) {}
            };

    /**
     * Whether it is to be told of this kind of event; asked once, at the start. What nobody wants
     * is not made: messages are copied only for those who read them.
     */
    boolean wants(Class<? extends AppEvent> kind);

    /**
     * Of {@link AppEvent.MessageReceived}, {@link AppEvent.MessageSent}, {@link AppEvent.Broadcast}
     * and {@link AppEvent.ClientEventSent}, which are as many as the traffic: it is told of one in
     * so many, picked at random. 1, unless it says otherwise, is all of them. Asked once, at the
     * start; what nobody is told of is not copied.
     */
    default int oneIn(Class<? extends AppEvent> kind) {
        return 1;
    }

    /** An event of a kind that is wanted. */
    void on(AppEvent event);
}
