package dev.resound.socketio;

import dev.resound.core.Frame;
import dev.resound.socketio.packet.Payload;
import java.util.List;
import java.util.function.Consumer;

/** Whoever watches a server. <b>Thread:</b> any. */
final class Observers {
    private volatile List<Observer> all = List.of();

    /** Those of them who want to know of events. */
    private volatile List<Observer> ofEvents = List.of();

    synchronized void add(Observer observer) {
        all = Listeners.with(all, observer);
        if (observer.watchesEvents()) {
            ofEvents = Listeners.with(ofEvents, observer);
        }
    }

    synchronized void remove(Observer observer) {
        all = without(all, observer);
        ofEvents = without(ofEvents, observer);
    }

    private static List<Observer> without(List<Observer> some, Observer observer) {
        return some.stream().filter(each -> each != observer).toList();
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    void tell(Consumer<Observer> what) {
        tell(all, what);
    }

    private static void tell(List<Observer> some, Consumer<Observer> what) {
        for (Observer observer : some) {
            Mailbox.guarded(() -> what.accept(observer));
        }
    }

    void received(Conversation<?> socket, Payload payload) {
        List<Observer> told = ofEvents;
        if (!told.isEmpty()) {
            Json.Event event = socket.namespace.json().read(payload, Ack.NOT_EXPECTED);
            tell(
                    told,
                    observer ->
                            observer.onReceived(socket.socket, event.name(), event.arguments()));
        }
    }

    void sent(Conversation<?> socket, Payload payload) {
        List<Observer> told = ofEvents;
        if (!told.isEmpty()) {
            Json.Event event = socket.namespace.json().read(payload, Ack.NOT_EXPECTED);
            tell(told, observer -> observer.onSent(socket.socket, event.name(), event.arguments()));
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
                int bytes = messageBytes(frame);
                tell(observer -> observer.onBytesOut(bytes));
            }
        }
    }

    /** Of the message in a frame, without the packet's type and without base64. */
    private static int messageBytes(Frame frame) {
        byte[] payload = frame.payload();
        if (frame.binary() || payload.length == 0) {
            return payload.length;
        }
        if (payload[0] != 'b') {
            return payload.length - 1;
        }
        int padding = 0;
        while (payload[payload.length - 1 - padding] == '=') {
            padding++;
        }
        return (payload.length - 1) / 4 * 3 - padding;
    }
}
