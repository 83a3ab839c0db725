package dev.resound.pusher;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

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
                    AppEvent.LimitReached.class);

    private static final PusherObserver[] NOBODY = {};

    static final Observers NONE = new Observers(List.of()); // below what it is made of

    private final Map<Class<? extends AppEvent>, PusherObserver[]> byKind = new HashMap<>();

    /** Who reads messages: they are copied only for those who are picked. */
    final Readers received;

    final Readers sent;
    final Readers broadcasts;
    final Readers clientEvents;

    /** Whether anybody wants to know of channels that come, go, or change their size. */
    final boolean occupancy;

    /** Whether anybody wants to know of users who come to presence channels, or go. */
    final boolean members;

    Observers(List<PusherObserver> all) {
        for (var kind : KINDS) {
            PusherObserver[] wanting = wanting(kind, all);
            if (wanting.length > 0) {
                byKind.put(kind, wanting);
            }
        }
        received = new Readers(AppEvent.MessageReceived.class, all);
        sent = new Readers(AppEvent.MessageSent.class, all);
        broadcasts = new Readers(AppEvent.Broadcast.class, all);
        clientEvents = new Readers(AppEvent.ClientEventSent.class, all);
        members =
                byKind.containsKey(AppEvent.MemberAdded.class)
                        || byKind.containsKey(AppEvent.MemberRemoved.class);
        occupancy =
                byKind.containsKey(AppEvent.ChannelCreated.class)
                        || byKind.containsKey(AppEvent.ChannelRemoved.class)
                        || byKind.containsKey(AppEvent.SubscriptionCountChanged.class);
    }

    private static PusherObserver[] wanting(
            Class<? extends AppEvent> kind, List<PusherObserver> all) {
        return all.stream().filter(observer -> observer.wants(kind)).toArray(PusherObserver[]::new);
    }

    /** Of anything but messages. */
    void tell(AppEvent event) {
        if (byKind.isEmpty()) {
            return;
        }
        PusherObserver[] wanting = byKind.get(event.getClass());
        if (wanting != null) {
            tell(wanting, event);
        }
    }

    static void tell(PusherObserver[] picked, AppEvent event) {
        for (PusherObserver observer : picked) {
            observer.on(event);
        }
    }

    /** Those who are told of one kind of message, of all of them or of some. */
    static final class Readers {
        private final PusherObserver[] readers;
        private final int[] oneIn;
        private final boolean sampling;

        private Readers(Class<? extends AppEvent> kind, List<PusherObserver> all) {
            readers = wanting(kind, all);
            oneIn = new int[readers.length];
            boolean some = false;
            for (int i = 0; i < readers.length; i++) {
                oneIn[i] = Math.max(1, readers[i].oneIn(kind));
                some |= oneIn[i] > 1;
            }
            sampling = some;
        }

        /** Whom to tell of the next message; nobody: it need not be copied. */
        PusherObserver[] pick() {
            return sampling ? sample() : readers;
        }

        private PusherObserver[] sample() {
            List<PusherObserver> picked = null;
            for (int i = 0; i < readers.length; i++) {
                if (oneIn[i] == 1 || ThreadLocalRandom.current().nextInt(oneIn[i]) == 0) {
                    picked = picked == null ? new ArrayList<>(readers.length) : picked;
                    picked.add(readers[i]);
                }
            }
            return picked == null ? NOBODY : picked.toArray(NOBODY);
        }
    }
}
