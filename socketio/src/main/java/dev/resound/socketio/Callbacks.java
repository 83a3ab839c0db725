package dev.resound.socketio;

import dev.resound.core.RateLimitedLog;
import dev.resound.socketio.packet.ArgumentMismatch;
import dev.resound.socketio.packet.Payload;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls whoever listens to one socket. <b>Thread:</b> the socket's mailbox. */
final class Callbacks {
    private static final Logger LOG = LoggerFactory.getLogger(Callbacks.class);
    private static final RateLimitedLog FAILURES = new RateLimitedLog(LOG);

    private final Conversation<?> socket;
    private final Listeners listeners;

    Callbacks(Conversation<?> socket, Listeners listeners) {
        this.socket = socket;
        this.listeners = listeners;
    }

    /** The client has sent an event. */
    void event(Payload payload, Ack ack) {
        try {
            Json.Event event = socket.namespace.json().read(payload, ack);
            for (AnyListener listener : listeners.any) {
                call(() -> listener.onEvent(event.name(), event.arguments()));
            }
            Arguments passed = event.arguments();
            for (EventMiddleware middleware : listeners.middlewares) {
                passed = middleware.pass(event.name(), passed);
            }
            Arguments handled = passed;
            for (Listener listener : listeners.of(event.name())) {
                call(() -> listener.onEvent(handled));
            }
        } catch (Throwable refused) {
            failed(refused);
        }
    }

    /** An event was sent to the client while these were listening. */
    void outgoing(Payload payload, List<AnyListener> outgoing) {
        Json.Event event = socket.namespace.json().read(payload, Ack.NOT_EXPECTED);
        for (AnyListener listener : outgoing) {
            call(() -> listener.onEvent(event.name(), event.arguments()));
        }
    }

    void disconnecting(DisconnectReason reason, @Nullable String description) {
        for (DisconnectListener listener : listeners.disconnecting) {
            call(() -> listener.onDisconnect(reason, description));
        }
    }

    void disconnect(DisconnectReason reason, @Nullable String description) {
        for (DisconnectListener listener : listeners.disconnect) {
            call(() -> listener.onDisconnect(reason, description));
        }
    }

    /** Something went wrong that the error listeners should know. */
    void error(Throwable problem) {
        for (Consumer<Throwable> listener : listeners.error) {
            Mailbox.guarded(() -> listener.accept(problem));
        }
    }

    /** One listener's failure does not keep the event from the others. */
    private void call(Mailbox.Callback callback) {
        try {
            callback.run();
        } catch (Throwable failure) {
            failed(failure);
        }
    }

    private void failed(Throwable failure) {
        if (failure instanceof ArgumentMismatch || failure instanceof MissingArgument) {
            LOG.debug("Socket {} was sent other arguments: {}", socket.id, failure.getMessage());
        } else {
            FAILURES.error("A listener of a socket failed", failure);
        }
        error(failure);
    }
}
