package dev.resound.socketio;

import dev.resound.core.Frame;
import dev.resound.socketio.packet.Payload;
import java.util.List;
import java.util.function.Consumer;

/** Whoever watches a server. <b>Thread:</b> any. */
final class Observers {
    private volatile List<Observer> all = List.of();

    synchronized void add(Observer observer) {
        all = Listeners.with(all, observer);
    }

    synchronized void remove(Observer observer) {
        all = all.stream().filter(each -> each != observer).toList();
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    void tell(Consumer<Observer> what) {
        for (Observer observer : all) {
            Mailbox.guarded(() -> what.accept(observer));
        }
    }

    void received(Conversation<?> socket, Payload payload) {
        if (!isEmpty()) {
            String event = Json.eventName(payload);
            Arguments arguments = socket.namespace.json().arguments(payload, 1, Ack.NOT_EXPECTED);
            tell(observer -> observer.onReceived(socket.socket, event, arguments));
        }
    }

    void sent(Conversation<?> socket, Payload payload) {
        if (!isEmpty()) {
            String event = Json.eventName(payload);
            Arguments arguments = socket.namespace.json().arguments(payload, 1, Ack.NOT_EXPECTED);
            tell(observer -> observer.onSent(socket.socket, event, arguments));
        }
    }

    void bytesIn(int bytes) {
        if (!isEmpty()) {
            tell(observer -> observer.onBytesIn(bytes));
        }
    }

    void bytesOut(List<Frame> frames) {
        if (!isEmpty()) {
            for (Frame frame : frames) {
                tell(observer -> observer.onBytesOut(frame.payload().length));
            }
        }
    }
}
