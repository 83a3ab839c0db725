package dev.resound.pusher;

import dev.resound.core.Connection;
import dev.resound.core.Envelope;
import dev.resound.core.Hub;
import dev.resound.core.Message;
import dev.resound.pusher.json.JsonScanner;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Publishes a back end's events to the channels of one app. <b>Thread:</b> any. */
final class Publisher {
    private final Hub hub;
    private final AppRuntime runtime;
    private final Observers observers;
    private CompletionStage<Void> written = CompletableFuture.completedFuture(null);

    Publisher(Hub hub, AppRuntime runtime, Observers observers) {
        this.hub = hub;
        this.runtime = runtime;
        this.observers = observers;
    }

    /** False if a loop, or the bus, is too far behind; then nobody got it. */
    boolean publish(String channel, String event, byte[] dataJson, @Nullable String exceptSocket) {
        Envelope envelope = Envelope.json(runtime.topic(channel), event, dataJson);
        App.History history = runtime.app().extensions().history();
        if (history != null && runtime.journal.isShared()) {
            if (!write(envelope, exceptSocket, history)) {
                return false;
            }
        } else if (hub.bus().hasRoom() && deliver(envelope, exceptSocket)) {
            // It had room a moment ago; a loss is counted there.
            hub.bus().offer(envelope, exceptSocket);
        } else {
            return false;
        }
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

    /**
     * Into the history that all nodes share, from which it comes to everybody. While that cannot be
     * reached it is delivered here at once, without a position, and written later.
     */
    private boolean write(Envelope envelope, @Nullable String except, App.History history) {
        String channel = envelope.topic().name();
        boolean alone = !runtime.journal.isConnected();
        if (!runtime.journal.hasRoom()
                || (alone ? !deliverPlainly(envelope, except) : !hub.hasRoom(envelope.topic()))) {
            return false;
        }
        CompletionStage<Void> done =
                runtime.journal.append(
                        envelope,
                        except,
                        SharedHistories.limits(history),
                        runtime.history.heardOf(channel),
                        alone);
        written = written.thenCompose(before -> done);
        return true;
    }

    private boolean deliverPlainly(Envelope envelope, @Nullable String exceptSocket) {
        PusherSession excepted = runtime.socket(exceptSocket);
        if (ChannelKind.of(envelope.topic().name()).cached) {
            runtime.cachedEvents.put(envelope);
        }
        return hub.publishHere(envelope, excepted == null ? null : excepted.connection());
    }

    /** Done when all that was published so far is where it is kept. */
    CompletionStage<Void> written() {
        return written;
    }

    /** Whether another node can have published it: it goes into the frames of many. */
    static boolean isSound(Envelope envelope) {
        byte[] data = envelope.data();
        String user = envelope.userId();
        return envelope.kind() == Envelope.Kind.JSON
                && (data.length == 0 || isJson(data))
                && (user == null || isJson(user.getBytes(StandardCharsets.UTF_8)));
    }

    private static boolean isJson(byte[] text) {
        return new JsonScanner().value(text, 0, text.length, false) != null;
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
