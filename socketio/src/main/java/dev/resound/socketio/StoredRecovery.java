package dev.resound.socketio;

import dev.resound.core.RateLimitedLog;
import dev.resound.socketio.packet.Argument;
import dev.resound.socketio.packet.Arguments;
import dev.resound.socketio.packet.Payload;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The events and sessions of one namespace, which a {@link RecoveryStore} keeps. An event comes to
 * the sockets of this node when the store has given it its offset, so that every client gets its
 * events in the order of their offsets.
 *
 * <p>While clients are on their way back, what is delivered here is remembered for them: the store
 * has told them what they missed up to some offset, and they join their rooms a little later.
 *
 * <p><b>Thread:</b> any.
 */
final class StoredRecovery<D> {
    private static final RateLimitedLog LOG =
            new RateLimitedLog(LoggerFactory.getLogger(StoredRecovery.class));
    private static final long PATIENCE_MILLIS = 2_000;

    final RecoveryStore store;
    final Recovery limits;
    private final Namespace<D> namespace;
    private final ArrayDeque<Delivered> recent =
            new ArrayDeque<>(); // this and the rest guarded by this
    private int arriving;
    private long bytes;
    private @Nullable String lastDropped;
    private @Nullable String last;

    /** Sockets that have been sent more than was delivered here: ids, and up to where. */
    private final Map<String, String> ahead = new HashMap<>();

    /** An event, with its offset as the last argument. */
    private record Delivered(String offset, Selection selection, Payload told) {}

    StoredRecovery(Namespace<D> namespace, RecoveryStore store, Recovery limits) {
        this.namespace = namespace;
        this.store = store;
        this.limits = limits;
    }

    // ---- events

    void emit(Selection selection, @Nullable Conversation<D> sender, Payload payload) {
        if (selection.local()) {
            store.afterwards(() -> deliver(selection, sender, payload, null));
        } else if (!namespace.io.await(store::hasRoom)) {
            LOG.warn("A broadcast of an event loop was dropped: too much waits to be delivered");
        } else {
            store.publish(
                    LocalBroadcasts.without(sender, selection),
                    PacketData.of(payload),
                    offset -> deliver(selection, sender, payload, offset));
        }
    }

    /** An event for one socket, who is handed it with its offset. */
    void emit(Conversation<D> socket, Payload payload, Predicate<Payload> hand) {
        Selection selection = Selection.EVERYBODY.to(List.of(socket.id));
        namespace.io.await(store::hasRoom);
        store.publish(
                selection,
                PacketData.of(payload),
                offset -> record(selection, payload, offset, hand));
    }

    /** An event has its place in the order. */
    void deliver(
            Selection selection,
            @Nullable Conversation<D> sender,
            Payload payload,
            @Nullable String offset) {
        Selection chosen = LocalBroadcasts.without(sender, selection);
        if (!namespace.io.await(
                () ->
                        record(
                                chosen,
                                payload,
                                offset,
                                told ->
                                        namespace.local.send(
                                                withoutAhead(selection, offset),
                                                sender,
                                                told,
                                                payload)))) {
            LOG.warn("A broadcast was dropped: an event loop is too far behind");
        }
    }

    private synchronized boolean record(
            Selection selection,
            Payload payload,
            @Nullable String offset,
            Predicate<Payload> deliver) {
        if (offset == null) {
            return passBy(payload, deliver::test);
        }
        boolean kept = !selection.asVolatile();
        Payload told =
                kept || isMisleading(payload) ? RecoveryLog.extended(payload, offset) : payload;
        if (!deliver.test(told)) {
            return false;
        }
        last = offset;
        if (arriving > 0 && kept) {
            recent.add(new Delivered(offset, selection, told));
            bytes += Broadcast.weight(told);
            trim();
        }
        return true;
    }

    /** Not those who have got it with what they had missed. */
    private Selection withoutAhead(Selection selection, @Nullable String offset) {
        if (ahead.isEmpty() || offset == null) {
            return selection;
        }
        ahead.values().removeIf(upTo -> store.compare(upTo, offset) < 0);
        return ahead.isEmpty() ? selection : selection.except(ahead.keySet());
    }

    private void trim() {
        while (recent.size() > limits.maxPackets() || bytes > limits.maxBytes()) {
            Delivered dropped = recent.removeFirst();
            bytes -= Broadcast.weight(dropped.told);
            lastDropped = dropped.offset;
        }
    }

    /**
     * Hands over an event that is not kept. Clients take a string at the end of any event for an
     * offset, so that such an event gets one.
     */
    synchronized <T> T passBy(Payload payload, Function<Payload, T> deliver) {
        return deliver.apply(
                last != null && isMisleading(payload)
                        ? RecoveryLog.extended(payload, last)
                        : payload);
    }

    private static boolean isMisleading(Payload payload) {
        List<Argument> elements = Arguments.split(payload);
        return elements.size() > 1 && elements.getLast().isString();
    }

    // ---- who comes back

    /** Whether somebody is on his way back, for whom nothing may be left out. */
    synchronized boolean isExpecting() {
        return arriving > 0;
    }

    /** Finds who wants to go on, once. Whoever was found has {@link #left} or {@link #rejoin}ed. */
    CompletionStage<Optional<Returning.Stored<D>>> find(String privateId, String offset) {
        synchronized (this) {
            arriving++;
        }
        var result = new CompletableFuture<Optional<RecoveryStore.Found>>();
        store.take(privateId, offset, limits.maxPackets(), limits.maxBytes())
                .whenComplete((found, failure) -> {
                    if (failure != null) {
                        result.complete(Optional.empty());
                    } else if (!result.complete(found)) {
                        found.ifPresent(late -> putBack(late.session()));
                    }
                });
        return result.completeOnTimeout(Optional.empty(), PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
                .thenApply(found -> {
                    if (found.isEmpty()) {
                        left();
                    }
                    return found.map(Returning.Stored::new);
                });
    }

    /** Nobody waited for it any more. */
    private void putBack(RecoveryStore.Session session) {
        store.entry(session.privateId()).save(session, limits.maxDisconnection());
    }

    /** Somebody who was found is gone before he was back. */
    void gone(Returning.Stored<D> returning) {
        left();
        putBack(returning.found().session());
    }

    /** Somebody who was on his way is so no more. */
    synchronized void left() {
        arriving--;
        if (arriving == 0) {
            recent.clear();
            bytes = 0;
            lastDropped = null;
        }
    }

    /**
     * What a client that goes on has missed, as of the moment in which it joins its rooms again.
     *
     * @param join does so
     * @return null if it is too late: something of it is gone
     */
    synchronized @Nullable List<Payload> rejoin(RecoveryStore.Found found, Runnable join) {
        try {
            if (lastDropped != null && store.compare(lastDropped, found.upTo()) > 0) {
                return null;
            }
            join.run();
            if (last == null || store.compare(last, found.upTo()) < 0) {
                ahead.put(found.session().id(), found.upTo());
            }
            List<Payload> missed = new ArrayList<>();
            for (RecoveryStore.Missed each : found.missed()) {
                missed.add(RecoveryLog.extended(each.event().payload(), each.offset()));
            }
            for (Delivered delivered : recent) {
                if (store.compare(delivered.offset, found.upTo()) > 0
                        && delivered.selection.isFor(found.session().rooms())) {
                    missed.add(delivered.told);
                }
            }
            return missed;
        } finally {
            left();
        }
    }
}
