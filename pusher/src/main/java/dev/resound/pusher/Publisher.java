package dev.resound.pusher;

import dev.resound.core.Connection;
import dev.resound.core.Envelope;
import dev.resound.core.Hub;
import dev.resound.core.Message;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Publishes a back end's events to the channels of one app. <b>Thread:</b> any. */
final class Publisher {
    private final Hub hub;
    private final AppRuntime runtime;
    private final Observers observers;

    Publisher(Hub hub, AppRuntime runtime, Observers observers) {
        this.hub = hub;
        this.runtime = runtime;
        this.observers = observers;
    }

    /** False if a loop, or the bus, is too far behind; then nobody got it. */
    boolean publish(String channel, String event, byte[] dataJson, @Nullable String exceptSocket) {
        Envelope envelope = Envelope.json(runtime.topic(channel), event, dataJson);
        if (!hub.bus().hasRoom() || !deliver(envelope, exceptSocket)) {
            return false;
        }
        hub.bus().offer(envelope, exceptSocket); // had room a moment ago; a loss is counted there
        int recipients = hub.members(envelope.topic());
        runtime.counters.published(recipients, dataJson.length);
        PusherObserver[] readers = observers.broadcasts.pick();
        if (readers.length > 0) {
            String data = new String(dataJson, StandardCharsets.UTF_8);
            Observers.tell(
                    readers,
                    new AppEvent.Broadcast(runtime.app(), channel, event, data, recipients));
        }
        return true;
    }

    /** Another node has published this. False as above. */
    boolean deliverRemote(Envelope envelope, @Nullable String exceptSocket) {
        if (!deliver(envelope, exceptSocket)) {
            return false;
        }
        runtime.counters.delivered(hub.members(envelope.topic()), envelope.data().length);
        return true;
    }

    private boolean deliver(Envelope envelope, @Nullable String exceptSocket) {
        String channel = envelope.topic().name();
        PusherSession excepted = runtime.socket(exceptSocket);
        Connection except = excepted == null ? null : excepted.connection();
        App.History history = runtime.app().extensions().history();
        boolean cached = ChannelKind.of(channel).cached;
        if (!cached && history == null) {
            return hub.publishHere(envelope, except);
        }
        return hub.inTopic(
                envelope.topic(),
                occupancy -> {
                    if (!occupancy.hasRoom()) {
                        return false;
                    }
                    if (cached) {
                        runtime.cachedEvents.put(envelope);
                    }
                    Message message =
                            history == null
                                    ? envelope
                                    : runtime.history.add(channel, envelope, exceptSocket, history);
                    occupancy.publishInOrder(message, except);
                    return true;
                });
    }
}
