package dev.resound.pusher;

import dev.resound.core.Connection;
import dev.resound.core.Envelope;
import dev.resound.core.Hub;
import dev.resound.core.Message;
import dev.resound.core.TopicName;
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

    /** False if a loop is too far behind; then nobody got it. */
    boolean publish(String channel, String event, byte[] dataJson, @Nullable String exceptSocket) {
        TopicName topic = runtime.topic(channel);
        Envelope envelope = Envelope.json(topic, event, dataJson);
        PusherSession excepted = runtime.socket(exceptSocket);
        Connection except = excepted == null ? null : excepted.connection();
        App.History history = runtime.app().extensions().history();
        boolean cached = ChannelKind.of(channel).cached;
        boolean delivered =
                (cached || history != null)
                        ? hub.inTopic(
                                topic,
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
                                                    : runtime.history.add(
                                                            channel,
                                                            envelope,
                                                            exceptSocket,
                                                            history);
                                    occupancy.publishInOrder(message, except);
                                    return true;
                                })
                        : hub.publish(envelope, except);
        if (delivered) {
            int recipients = hub.members(topic);
            runtime.counters.published(recipients, envelope.data().length);
            PusherObserver[] readers = observers.broadcasts.pick();
            if (readers.length > 0) {
                String data = new String(dataJson, StandardCharsets.UTF_8);
                Observers.tell(
                        readers,
                        new AppEvent.Broadcast(runtime.app(), channel, event, data, recipients));
            }
        }
        return delivered;
    }
}
