package dev.resound.pusher;

import dev.resound.core.Connection;
import dev.resound.core.Envelope;
import dev.resound.core.Hub;
import dev.resound.core.TopicName;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Publishes a back end's events to the channels of one app. <b>Thread:</b> any. */
final class Publisher {
    private final Hub hub;
    private final AppRuntime runtime;
    private final PusherObserver observer;

    Publisher(Hub hub, AppRuntime runtime, PusherObserver observer) {
        this.hub = hub;
        this.runtime = runtime;
        this.observer = observer;
    }

    /** False if a loop is too far behind; then nobody got it. */
    boolean publish(String channel, String event, byte[] dataJson, @Nullable String exceptSocket) {
        TopicName topic = runtime.topic(channel);
        Envelope envelope = Envelope.json(topic, event, dataJson);
        PusherSession excepted = runtime.socket(exceptSocket);
        Connection except = excepted == null ? null : excepted.connection();
        boolean delivered =
                ChannelKind.of(channel).cached
                        ? hub.inTopic(
                                topic,
                                occupancy -> {
                                    if (!occupancy.hasRoom()) {
                                        return false;
                                    }
                                    runtime.cachedEvents.put(envelope);
                                    occupancy.publishInOrder(envelope, except);
                                    return true;
                                })
                        : hub.publish(envelope, except);
        if (delivered && observer.isWatching()) {
            observer.broadcast(
                    runtime.app, channel, event, new String(dataJson, StandardCharsets.UTF_8));
        }
        return delivered;
    }
}
