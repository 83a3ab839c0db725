package dev.resound.socketio;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Who listens to one socket. The library's own events are kept apart from the client's, so that a
 * client cannot fake them. <b>Thread:</b> any; what is handed out are snapshots.
 */
final class Listeners {
    private static final Registration[] NONE = {};

    /** In the order they came; never changed but replaced. Few enough to be looked through. */
    private volatile Registration[] events = NONE;

    volatile List<AnyListener> any = List.of();
    volatile List<AnyListener> anyOutgoing = List.of();
    volatile List<EventMiddleware> middlewares = List.of();
    volatile List<DisconnectListener> disconnecting = List.of();
    volatile List<DisconnectListener> disconnect = List.of();
    volatile List<Consumer<Throwable>> error = List.of();

    private record Registration(String event, Listener listener) {}

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
        Registration[] more = Arrays.copyOf(events, events.length + 1);
        more[events.length] = new Registration(event, listener);
        events = more;
    }

    void once(String event, Listener listener) {
        on(event, new Once(event, listener));
    }

    synchronized void off(String event, @Nullable Listener listener) {
        List<Registration> left = new ArrayList<>(List.of(events));
        if (listener == null) {
            left.removeIf(each -> each.event.equals(event));
        } else {
            for (int i = left.size() - 1; i >= 0; i--) {
                if (left.get(i).event.equals(event) && isOf(left.get(i), listener)) {
                    left.remove(i);
                    break; // one registration, the newest
                }
            }
        }
        events = left.toArray(NONE);
    }

    private static boolean isOf(Registration registration, Listener listener) {
        return registration.listener == listener
                || (registration.listener instanceof Once once && once.listener == listener);
    }

    List<Listener> of(String event) {
        List<Listener> listening = List.of();
        for (Registration each : events) {
            if (each.event.equals(event)) {
                listening = with(listening, each.listener);
            }
        }
        return listening;
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
        return present.isEmpty() ? List.of(added) : concat(present, List.of(added));
    }

    private static <T> List<T> concat(List<T> first, List<T> second) {
        List<T> all = new ArrayList<>(first.size() + second.size());
        all.addAll(first);
        all.addAll(second);
        return List.copyOf(all);
    }

    /** Without one listener, or without any. */
    static <T> List<T> without(List<T> present, @Nullable T removed) {
        if (removed == null || (present.size() == 1 && present.getFirst() == removed)) {
            return List.of();
        }
        return present.stream().filter(each -> each != removed).toList();
    }
}
