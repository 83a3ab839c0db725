package dev.resound.pusher;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * All who observe, asked once what they want to be told of: what nobody wants costs one look at a
 * field. <b>Thread:</b> any.
 */
final class Observers {
    private static final List<Class<? extends AppEvent>> KINDS =
            List.of(
                    AppEvent.ConnectionOpened.class,
                    AppEvent.ConnectionClosed.class,
                    AppEvent.ConnectionPruned.class,
                    AppEvent.ConnectionRefused.class,
                    AppEvent.ChannelCreated.class,
                    AppEvent.ChannelRemoved.class,
                    AppEvent.SubscriptionCountChanged.class,
                    AppEvent.Subscribed.class,
                    AppEvent.Unsubscribed.class,
                    AppEvent.MemberAdded.class,
                    AppEvent.MemberRemoved.class,
                    AppEvent.SignedIn.class,
                    AppEvent.CacheMissed.class,
                    AppEvent.ClientEventSent.class,
                    AppEvent.Broadcast.class,
                    AppEvent.MessageReceived.class,
                    AppEvent.MessageSent.class,
                    AppEvent.LimitReached.class);

    static final Observers NONE = new Observers(List.of()); // below what it is made of

    private final Map<Class<? extends AppEvent>, PusherObserver[]> byKind = new HashMap<>();

    /** Whether anybody reads messages: they are copied only then. */
    final boolean received;

    final boolean sent;
    final boolean broadcasts;
    final boolean clientEvents;

    /** Whether anybody wants to know of channels that come, go, or change their size. */
    final boolean occupancy;

    Observers(List<PusherObserver> all) {
        for (var kind : KINDS) {
            PusherObserver[] wanting =
                    all.stream()
                            .filter(observer -> observer.wants(kind))
                            .toArray(PusherObserver[]::new);
            if (wanting.length > 0) {
                byKind.put(kind, wanting);
            }
        }
        received = byKind.containsKey(AppEvent.MessageReceived.class);
        sent = byKind.containsKey(AppEvent.MessageSent.class);
        broadcasts = byKind.containsKey(AppEvent.Broadcast.class);
        clientEvents = byKind.containsKey(AppEvent.ClientEventSent.class);
        occupancy =
                byKind.containsKey(AppEvent.ChannelCreated.class)
                        || byKind.containsKey(AppEvent.ChannelRemoved.class)
                        || byKind.containsKey(AppEvent.SubscriptionCountChanged.class);
    }

    void tell(AppEvent event) {
        if (byKind.isEmpty()) {
            return;
        }
        PusherObserver[] wanting = byKind.get(event.getClass());
        if (wanting != null) {
            for (PusherObserver observer : wanting) {
                observer.on(event);
            }
        }
    }
}
