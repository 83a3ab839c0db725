package dev.resound.pusher;

import dev.resound.core.Hub;
import dev.resound.core.Journal;
import dev.resound.core.Occupancy;
import dev.resound.core.TopicName;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The histories of channels, shared by all nodes in a {@link Journal}. What is published to such a
 * channel is written there first, and delivered when it is heard of, so that everybody gets it in
 * the one order that positions count.
 *
 * <p><b>Thread:</b> any; the journal's for what it tells.
 */
final class SharedHistories implements Journal.Reader {
    private static final CompletionStage<Void> KNOWN = CompletableFuture.completedFuture(null);
    private static final long PATIENCE_MILLIS = 2_000;

    private final Hub hub;
    private final Journal journal;
    private final Function<String, @Nullable AppRuntime> runtimes;
    private final Supplier<Collection<AppRuntime>> all;

    /** Those who wait until a channel was looked up. */
    private final Map<TopicName, CompletableFuture<Void>> asked = new ConcurrentHashMap<>();

    /**
     * Over these topics.
     *
     * @param runtimes finds an app by the scope of its topics
     * @param all every app
     */
    SharedHistories(
            Hub hub,
            Journal journal,
            Function<String, @Nullable AppRuntime> runtimes,
            Supplier<Collection<AppRuntime>> all) {
        this.all = all;
        this.hub = hub;
        this.journal = journal;
        this.runtimes = runtimes;
    }

    Journal journal() {
        return journal;
    }

    void begin() {
        journal.connect(AppRuntime.SCOPE, this);
    }

    /**
     * Sees to it that this node knows what there is behind a position.
     *
     * @return done when it does; in two seconds in any case
     */
    CompletionStage<Void> ready(
            AppRuntime runtime, String channel, @Nullable String position, App.History limits) {
        if (!journal.isShared()) {
            return KNOWN;
        }
        TopicName topic = runtime.topic(channel);
        boolean known = hub.inTopic(topic, occupancy -> runtime.history.covers(channel, position));
        if (known || !journal.isConnected()) {
            return KNOWN;
        }
        CompletableFuture<Void> mine = new CompletableFuture<>();
        CompletableFuture<Void> before = asked.putIfAbsent(topic, mine);
        if (before == null) {
            journal.read(topic, 0, limits(limits));
            mine.completeOnTimeout(null, PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
                    .whenComplete((done, failure) -> asked.remove(topic, mine));
        }
        return before == null ? mine : before;
    }

    static Journal.Limits limits(App.History limits) {
        return new Journal.Limits(limits.events(), limits.bytes(), limits.seconds());
    }

    @Override
    public boolean onEntry(String epoch, Journal.Entry entry, boolean deliveredHere) {
        TopicName topic = entry.envelope().topic();
        AppRuntime runtime = runtimes.apply(topic.scope());
        App.History limits = runtime == null ? null : runtime.app().extensions().history();
        if (runtime == null || limits == null || !Publisher.isSound(entry.envelope())) {
            return true;
        }
        return hub.inTopic(
                topic,
                occupancy -> {
                    if (!occupancy.hasRoom()) {
                        return false;
                    }
                    long newest = runtime.history.heardOf(topic.name()).number();
                    List<ChannelHistory.Due> deliver =
                            runtime.history.heard(
                                    epoch,
                                    entry,
                                    limits,
                                    () -> journal.read(topic, newest, limits(limits)));
                    for (ChannelHistory.Due due : deliver) {
                        boolean isOld = deliveredHere && due.event().envelope() == entry.envelope();
                        if (!isOld) {
                            deliver(runtime, occupancy, due);
                        }
                    }
                    runtime.counters.delivered(
                            occupancy.members() * deliver.size(), entry.envelope().data().length);
                    return true;
                });
    }

    private static void deliver(AppRuntime runtime, Occupancy occupancy, ChannelHistory.Due due) {
        PusherSession except = runtime.socket(due.except());
        if (ChannelKind.of(occupancy.topic().name()).cached) {
            runtime.cachedEvents.put(due.event().envelope());
        }
        occupancy.publishInOrder(due.event(), except == null ? null : except.connection());
    }

    @Override
    public void onPast(TopicName topic, Journal.Past past) {
        AppRuntime runtime = runtimes.apply(topic.scope());
        App.History limits = runtime == null ? null : runtime.app().extensions().history();
        boolean sound =
                past.entries().stream().allMatch(entry -> Publisher.isSound(entry.envelope()));
        if (runtime != null && limits != null && sound) {
            hub.changeTopic(
                    topic,
                    occupancy ->
                            runtime.history
                                    .filled(topic.name(), past, limits)
                                    .forEach(due -> deliver(runtime, occupancy, due)));
        }
        CompletableFuture<Void> waiting = asked.get(topic);
        if (waiting != null) {
            waiting.complete(null);
        }
    }

    @Override
    public void onDoubt() {
        for (AppRuntime runtime : all.get()) {
            App.History limits = runtime.app().extensions().history();
            if (limits != null) {
                runtime.history
                        .doubt()
                        .forEach((channel, newest) ->
                                journal.read(runtime.topic(channel), newest, limits(limits)));
            }
        }
    }
}
