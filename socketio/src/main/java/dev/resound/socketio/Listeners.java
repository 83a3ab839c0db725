package dev.resound.socketio;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Who listens to one socket. The library's own events are kept apart from the client's, so that a
 * client cannot fake them. <b>Thread:</b> any; what is handed out are snapshots.
 */
final class Listeners {
    private Map<String, List<Listener>> byEvent = Map.of(); // guarded by this
    volatile List<AnyListener> any = List.of();
    volatile List<AnyListener> anyOutgoing = List.of();
    volatile List<EventMiddleware> middlewares = List.of();
    volatile List<DisconnectListener> disconnecting = List.of();
    volatile List<DisconnectListener> disconnect = List.of();
    volatile List<Consumer<Throwable>> error = List.of();

    /** A listener for one call. */
    private final class Once implements Listener {
        private final String event;
        private final Listener listener;
        private final AtomicBoolean called = new AtomicBoolean();

        private Once(String event, Listener listener) {
            this.event = event;
            this.listener = listener;
        }

        @Override
        public void onEvent(Arguments arguments) throws Exception {
            if (called.compareAndSet(false, true)) {
                off(event, this);
                listener.onEvent(arguments);
            }
        }
    }

    synchronized void on(String event, Listener listener) {
        if (byEvent.isEmpty()) {
            byEvent = new HashMap<>(4);
        }
        byEvent.merge(event, List.of(listener), Listeners::concat);
    }

    void once(String event, Listener listener) {
        on(event, new Once(event, listener));
    }

    synchronized void off(String event, @Nullable Listener listener) {
        if (byEvent.isEmpty()) {
            return;
        }
        if (listener == null) {
            byEvent.remove(event);
        } else {
            byEvent.computeIfPresent(
                    event,
                    (name, present) -> {
                        List<Listener> left = new ArrayList<>(present);
                        for (int i = left.size() - 1; i >= 0; i--) {
                            Listener each = left.get(i);
                            if (each == listener
                                    || (each instanceof Once once && once.listener == listener)) {
                                left.remove(i);
                                break; // one registration, the newest
                            }
                        }
                        return left.isEmpty() ? null : List.copyOf(left);
                    });
        }
    }

    synchronized List<Listener> of(String event) {
        return byEvent.getOrDefault(event, List.of());
    }

    synchronized void onAny(AnyListener listener) {
        any = with(any, listener);
    }

    synchronized void prependAny(AnyListener listener) {
        any = concat(List.of(listener), any);
    }

    synchronized void offAny(@Nullable AnyListener listener) {
        any = without(any, listener);
    }

    synchronized void onAnyOutgoing(AnyListener listener) {
        anyOutgoing = with(anyOutgoing, listener);
    }

    synchronized void prependAnyOutgoing(AnyListener listener) {
        anyOutgoing = concat(List.of(listener), anyOutgoing);
    }

    synchronized void offAnyOutgoing(@Nullable AnyListener listener) {
        anyOutgoing = without(anyOutgoing, listener);
    }

    synchronized void use(EventMiddleware middleware) {
        middlewares = with(middlewares, middleware);
    }

    synchronized void onDisconnecting(DisconnectListener listener) {
        disconnecting = with(disconnecting, listener);
    }

    synchronized void onDisconnect(DisconnectListener listener) {
        disconnect = with(disconnect, listener);
    }

    synchronized void onError(Consumer<Throwable> listener) {
        error = with(error, listener);
    }

    static <T> List<T> with(List<T> present, T added) {
        return concat(present, List.of(added));
    }

    private static <T> List<T> concat(List<T> first, List<T> second) {
        List<T> all = new ArrayList<>(first.size() + second.size());
        all.addAll(first);
        all.addAll(second);
        return List.copyOf(all);
    }

    /** Without one listener, or without any. */
    private static <T> List<T> without(List<T> present, @Nullable T removed) {
        if (removed == null) {
            return List.of();
        }
        return present.stream().filter(each -> each != removed).toList();
    }
}
