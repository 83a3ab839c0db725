package dev.resound.pusher;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Channels and members that have gone, until it is clear that they do not come back at once: who
 * loads a page anew has not been away. <b>Thread:</b> any.
 *
 * <p>Events are told under the lock. Otherwise an "occupied" could overtake the "vacated" that was
 * just taken out, and the receiver would take the channel for empty from then on. Telling puts them
 * into queues and does not wait.
 */
final class HeldBackEvents {
    private final WebhookTimer timer;
    private final long holdMillis;
    private final int capacity;
    private final Consumer<WebhookEvent> tell;

    /** Eldest first, which is due first: all are held back equally long. Guarded by this. */
    private final LinkedHashMap<Key, Held> held = new LinkedHashMap<>();

    private boolean timed; // guarded by this

    private record Key(String app, String channel, @Nullable String user) {
        static Key of(WebhookEvent event) {
            return new Key(event.app().id(), event.channel(), event.user());
        }
    }

    private record Held(WebhookEvent event, long dueMillis) {}

    /** Holds back at most {@code capacity} events; what is more is told at once. */
    HeldBackEvents(WebhookTimer timer, long holdMillis, int capacity, Consumer<WebhookEvent> tell) {
        this.timer = timer;
        this.holdMillis = holdMillis;
        this.capacity = capacity;
        this.tell = tell;
    }

    /** A channel or a member has gone. */
    synchronized void gone(WebhookEvent event) {
        if (holdMillis == 0 || held.size() >= capacity) {
            tell.accept(event);
            return;
        }
        held.put(Key.of(event), new Held(event, timer.millis() + holdMillis));
        if (!timed) {
            timed = true;
            timer.after(holdMillis, this::tellDue);
        }
    }

    /** A channel or a member is there: told, unless nobody was told that it had gone. */
    synchronized void there(WebhookEvent event) {
        if (held.remove(Key.of(event)) == null) {
            tell.accept(event);
        }
    }

    private synchronized void tellDue() {
        long now = timer.millis();
        timed = false;
        for (Iterator<Held> eldest = held.values().iterator(); eldest.hasNext(); ) {
            Held next = eldest.next();
            if (next.dueMillis > now) {
                timed = true;
                timer.after(next.dueMillis - now, this::tellDue);
                return;
            }
            eldest.remove();
            tell.accept(next.event);
        }
    }

    /** Waits no longer. */
    synchronized void tellAll() {
        List<Held> all = new ArrayList<>(held.values());
        held.clear();
        all.forEach(each -> tell.accept(each.event));
    }
}
