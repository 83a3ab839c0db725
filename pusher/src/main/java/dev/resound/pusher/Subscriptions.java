package dev.resound.pusher;

import dev.resound.core.Connection;
import dev.resound.core.Frame;
import dev.resound.core.Hub;
import dev.resound.core.Member;
import dev.resound.core.Occupancy;
import dev.resound.core.TopicName;
import dev.resound.core.WireFormat;
import dev.resound.pusher.ServerFrames.Refusal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The channels one client is in, and the way in and out of them. <b>Thread:</b> the connection's
 * loop; what the members of a channel share is touched inside {@link Hub#inTopic} only.
 */
final class Subscriptions {
    private static final byte[] EMPTY_OBJECT = {'{', '}'};
    private static final CompletionStage<Void> KNOWN = CompletableFuture.completedFuture(null);

    private final PusherSession session;
    private final AppRuntime runtime;
    private final Hub hub;
    private final Connection connection;
    private final Map<String, Subscription> subscriptions = new HashMap<>(2);
    private final Map<String, ClientCommand.Subscribe> waiting = new HashMap<>(2);
    private ClientCommand.@Nullable Resume resume; // null: it has not asked for positions

    /**
     * A channel the client is in.
     *
     * @param presence who it is there; null in channels without presence
     */
    private record Subscription(
            Member member, ChannelKind kind, @Nullable PresenceMember presence) {}

    Subscriptions(PusherSession session, AppRuntime runtime, Hub hub) {
        this.session = session;
        this.runtime = runtime;
        this.hub = hub;
        this.connection = session.connection();
    }

    boolean contains(String channel) {
        return subscriptions.containsKey(channel);
    }

    /** Who the client is in this channel; null if it is not in it, or it has no presence. */
    @Nullable PresenceMember presenceIn(String channel) {
        Subscription subscription = subscriptions.get(channel);
        return subscription == null ? null : subscription.presence;
    }

    /** The end: leaves every channel. */
    void leaveAll() {
        waiting.clear();
        if (!subscriptions.isEmpty()) {
            var all = List.copyOf(subscriptions.values());
            subscriptions.clear();
            all.forEach(this::leave);
            runtime.lastChannelLeft(session.socketId());
        }
    }

    /** Joins, or says why not. */
    void subscribe(ClientCommand.Subscribe wish) {
        App app = runtime.app();
        String channel = wish.channel();
        if (!Names.isChannel(channel, app.dialect())) {
            refuse(channel, Refusal.NAME);
            return;
        }
        ChannelKind kind = ChannelKind.of(channel);
        if (kind.needsAuth && !isAuthorized(kind, wish)) {
            refuse(channel, Refusal.AUTH);
            return;
        }
        PresenceMember presence = null;
        if (kind.presence) {
            SignedInUser user = session.user();
            boolean bySignIn = wish.member() == null && app.dialect().users().presenceBySignIn();
            presence =
                    bySignIn && user != null ? user.presence() : PresenceMember.of(wish.member());
            if (presence == null) {
                refuse(channel, Refusal.NO_MEMBER_DATA);
                return;
            }
            Refusal refusal = checkMember(presence, app);
            if (refusal != null) {
                refuse(channel, refusal);
                return;
            }
        }
        Subscription old = subscriptions.get(channel);
        if (old == null
                && app.maxChannelsPerConnection() > 0
                && subscriptions.size() + waiting.size() >= app.maxChannelsPerConnection()) {
            session.send(runtime.frames().error(PusherError.TOO_MANY_CHANNELS));
            session.limitReached("max_channels_per_connection");
            return;
        }
        if (presence == null) {
            if (old == null) {
                whenKnown(wish, false, () -> join(channel, kind, null));
            } else {
                join(channel, kind, old);
            }
        } else if (old == null || old.presence == null) {
            PresenceMember who = presence;
            whenKnown(wish, true, () -> joinPresence(channel, kind, who));
        } else {
            rejoinPresence(channel, kind, presence, old, old.presence);
        }
        if (kind.needsAuth) {
            session.authenticated();
        }
    }

    /** From here on the client is told positions, and gets what it missed in channels it joins. */
    void resumeFrom(ClientCommand.Resume wish) {
        if (runtime.app().extensions().history() != null) {
            resume = wish;
        }
    }

    private boolean isAuthorized(ChannelKind kind, ClientCommand.Subscribe wish) {
        if (kind == ChannelKind.USER) {
            SignedInUser user = session.user();
            return user != null && wish.channel().equals(ChannelKind.USER_PREFIX + user.id());
        }
        String signed =
                wish.member() == null
                        ? session.socketId() + ":" + wish.channel()
                        : session.socketId() + ":" + wish.channel() + ":" + wish.member();
        return wish.auth() != null && session.isSigned(wish.auth(), signed);
    }

    private static @Nullable Refusal checkMember(PresenceMember member, App app) {
        if (app.dialect().subscribing().presenceNeedsData() && member.user() == null) {
            return Refusal.NO_MEMBER_DATA;
        }
        int maxBytes = app.presence().memberBytes();
        return maxBytes > 0 && Utf8.length(member.dataJson()) > maxBytes
                ? Refusal.MEMBER_SIZE
                : null;
    }

    private void refuse(String channel, Refusal refusal) {
        runtime.frames().subscriptionRefused(channel, refusal).forEach(session::send);
        switch (refusal) {
            case MEMBERS -> session.limitReached("presence.max_members");
            case MEMBER_SIZE -> session.limitReached("presence.max_member_bytes");
            case AUTH, NAME, NO_MEMBER_DATA -> {}
        }
    }

    private void join(String channel, ChannelKind kind, @Nullable Subscription old) {
        record Joined(
                @Nullable Member member,
                CachedEvents.@Nullable Cached cached,
                ChannelHistory.@Nullable Missed missed,
                int members) {}
        TopicName topic = runtime.topic(channel);
        boolean counted = runtime.app().subscriptionCounts();
        // In one step with the publishes: what is cached is not delivered again, and nothing falls
        // in between.
        Joined joined =
                hub.inTopic(
                        topic,
                        occupancy -> {
                            Member member = null;
                            if (old == null) {
                                member = occupancy.join(connection, format());
                                if (counted) {
                                    SubscriptionCount.changed(
                                            occupancy, hub, runtime.roster, connection.loop());
                                }
                            }
                            return new Joined(
                                    member,
                                    cachedEvent(channel, kind),
                                    member == null ? null : missed(channel),
                                    SubscriptionCount.members(occupancy, runtime.roster));
                        });
        if (joined.member != null) {
            remember(channel, new Subscription(joined.member, kind, null));
        }
        session.send(runtime.frames().subscriptionSucceeded(channel, EMPTY_OBJECT));
        sendPast(channel, kind, joined.cached, joined.missed);
        if (counted && (old != null || joined.members > SubscriptionCount.FEW)) {
            session.send(runtime.frames().subscriptionCount(channel, joined.members));
        }
    }

    /**
     * Joins when it is known what other nodes know of the channel, which is mostly at once: what
     * was published for those who come back, and who is there.
     */
    private void whenKnown(ClientCommand.Subscribe wish, boolean presence, Runnable join) {
        String channel = wish.channel();
        TopicName topic = runtime.topic(channel);
        CompletionStage<Void> both = historyKnown(channel);
        if (presence) {
            CompletionStage<Void> watched = runtime.roster.watch(topic);
            both = both.thenCompose(past -> watched);
        }
        Runnable unwatch = presence ? () -> runtime.roster.unwatch(topic) : () -> {};
        CompletableFuture<Void> known = both.toCompletableFuture();
        if (known.isDone()) {
            join.run();
            unwatch.run(); // whoever is in watches it, too
            return;
        }
        waiting.put(channel, wish);
        known.whenComplete((done, failure) ->
                connection
                        .loop()
                        .execute(() -> {
                            if (waiting.remove(channel, wish)) { // nothing else was wanted since
                                join.run();
                            }
                            unwatch.run();
                        }));
    }

    private CompletionStage<Void> historyKnown(String channel) {
        App.History limits = runtime.app().extensions().history();
        return resume == null || limits == null
                ? KNOWN
                : runtime.histories.ready(
                        runtime, channel, resume.positions().get(channel), limits);
    }

    private void joinPresence(String channel, ChannelKind kind, PresenceMember who) {
        record Joined(
                @Nullable Member member,
                byte[] snapshot,
                CachedEvents.@Nullable Cached cached,
                ChannelHistory.@Nullable Missed missed) {}
        TopicName topic = runtime.topic(channel);
        Joined joined =
                hub.inTopic(
                        topic,
                        occupancy -> {
                            Presence presence = (Presence) occupancy.state();
                            if (presence == null) {
                                presence = presenceElsewhere(topic);
                                occupancy.state(presence);
                            }
                            if (!presence.hasRoomFor(
                                    who, null, runtime.app().presence().members())) {
                                return new Joined(null, EMPTY_OBJECT, null, null);
                            }
                            Member member = occupancy.join(connection, format());
                            boolean wasHere = presence.isHere(who);
                            if (presence.join(who)) {
                                occupancy.announce(member, Attendance.added(topic, who));
                            }
                            if (!wasHere) {
                                tellArrival(topic, who);
                            }
                            return new Joined(
                                    member,
                                    presence.snapshot(),
                                    cachedEvent(channel, kind),
                                    missed(channel));
                        });
        if (joined.member == null) {
            refuse(channel, Refusal.MEMBERS);
            return;
        }
        remember(channel, new Subscription(joined.member, kind, who));
        if (who.user() != null) {
            runtime.addUser(who.user(), session);
        }
        session.send(runtime.frames().subscriptionSucceeded(channel, joined.snapshot));
        sendPast(channel, kind, joined.cached, joined.missed);
    }

    /**
     * The same socket once more, perhaps as somebody else. It stays the member it is, or it would
     * miss what is on its way to it. So what is on its way is older than the answer, which must
     * come behind it: else a leave that the answer knows of would take out who came back since.
     */
    private void rejoinPresence(
            String channel,
            ChannelKind kind,
            PresenceMember who,
            Subscription old,
            PresenceMember was) {
        boolean fits =
                hub.inTopic(
                        old.member.topic(),
                        occupancy -> {
                            Presence presence = (Presence) occupancy.state();
                            if (presence == null) {
                                throw new AssertionError("in a channel without presence");
                            }
                            if (!presence.hasRoomFor(
                                    who, was, runtime.app().presence().members())) {
                                return false;
                            }
                            TopicName topic = occupancy.topic();
                            if (Objects.equals(was.user(), who.user())) {
                                presence.update(who);
                            } else {
                                announceLeave(occupancy, presence, was, connection);
                                boolean wasHere = presence.isHere(who);
                                if (presence.join(who)) {
                                    occupancy.publishInOrder(
                                            Attendance.added(topic, who), connection);
                                }
                                if (!wasHere) {
                                    tellArrival(topic, who);
                                }
                            }
                            byte[] snapshot = presence.snapshot();
                            var cached = cachedEvent(channel, kind);
                            connection
                                    .loop()
                                    .execute(() -> {
                                        Subscription now = subscriptions.get(channel);
                                        if (now != null && now.member == old.member) {
                                            session.send(
                                                    runtime.frames()
                                                            .subscriptionSucceeded(
                                                                    channel, snapshot));
                                            sendPast(channel, kind, cached, null);
                                        }
                                    });
                            return true;
                        });
        if (!fits) {
            refuse(channel, Refusal.MEMBERS);
            return;
        }
        forgetUser(old);
        remember(channel, new Subscription(old.member, kind, who));
        if (who.user() != null) {
            runtime.addUser(who.user(), session);
        }
    }

    /** What a client that wants positions has missed; null for others. */
    private ChannelHistory.@Nullable Missed missed(String channel) {
        App.History limits = runtime.app().extensions().history();
        return resume == null || limits == null
                ? null
                : runtime.history.since(
                        channel, resume.positions().get(channel), resume.formerSocket(), limits);
    }

    /** What was there before the join: what was missed, or else the last event of all. */
    private void sendPast(
            String channel,
            ChannelKind kind,
            CachedEvents.@Nullable Cached cached,
            ChannelHistory.@Nullable Missed missed) {
        if (kind.cached && (missed == null || !missed.recovered())) {
            sendCached(channel, cached);
        }
        if (missed == null || resume == null) {
            return;
        }
        if (resume.positions().remove(channel) == null) {
            session.send(ServerFrames.position(channel, missed.position()));
            return;
        }
        session.send(ServerFrames.resumed(channel, missed));
        for (PositionedEvent event : missed.events()) {
            ResumableFormat.encode(event).forEach(session::send);
        }
    }

    private CachedEvents.@Nullable Cached cachedEvent(String channel, ChannelKind kind) {
        return kind.cached ? runtime.cachedEvents.get(channel) : null;
    }

    private void sendCached(String channel, CachedEvents.@Nullable Cached cached) {
        if (cached == null) {
            session.send(runtime.frames().cacheMiss(channel));
            session.observers().tell(new AppEvent.CacheMissed(runtime.app(), channel));
        } else {
            session.send(Frame.text(PusherFormat.json(cached.envelope())));
        }
    }

    private void remember(String channel, Subscription subscription) {
        if (subscriptions.isEmpty()) {
            runtime.firstChannelJoined(session.socketId());
        }
        if (subscriptions.put(channel, subscription) == null) {
            session.observers()
                    .tell(new AppEvent.Subscribed(runtime.app(), session.socketId(), channel));
        }
    }

    /** Leaves; a channel the client is not in is passed over in silence. */
    void unsubscribe(String channel) {
        waiting.remove(channel);
        Subscription subscription = subscriptions.remove(channel);
        if (subscription == null) {
            return;
        }
        leave(subscription);
        if (subscriptions.isEmpty()) {
            runtime.lastChannelLeft(session.socketId());
        }
    }

    private void leave(Subscription subscription) {
        TopicName topic = subscription.member.topic();
        session.observers()
                .tell(new AppEvent.Unsubscribed(runtime.app(), session.socketId(), topic.name()));
        if (subscription.presence == null) {
            hub.changeTopic(
                    topic,
                    occupancy -> {
                        occupancy.leave(subscription.member);
                        if (runtime.app().subscriptionCounts()) {
                            SubscriptionCount.changed(
                                    occupancy, hub, runtime.roster, connection.loop());
                        }
                    });
        } else {
            hub.changeTopic(
                    topic,
                    occupancy -> {
                        if (occupancy.state() instanceof Presence presence) {
                            leavePresence(occupancy, presence, subscription);
                        }
                    });
            forgetUser(subscription);
        }
    }

    private void leavePresence(Occupancy occupancy, Presence presence, Subscription subscription) {
        PresenceMember who = subscription.presence;
        if (who == null) {
            throw new AssertionError("no presence subscription");
        }
        occupancy.leave(subscription.member);
        announceLeave(occupancy, presence, who, null);
    }

    private void announceLeave(
            Occupancy occupancy,
            Presence presence,
            PresenceMember who,
            @Nullable Connection except) {
        PresenceMember first = presence.first(who);
        String user = who.user();
        if (presence.leave(who) && user != null) {
            Attendance.ended(occupancy, presence, user, except, hub, runtime.roster);
        }
        if (user != null && !presence.isHere(who)) {
            runtime.roster.leave(occupancy.topic(), user, first.dataJson());
        }
    }

    private void forgetUser(Subscription subscription) {
        PresenceMember who = subscription.presence;
        if (who == null || who.user() == null) {
            return;
        }
        boolean elsewhere =
                subscriptions.values().stream()
                        .anyMatch(other ->
                                other != subscription
                                        && other.presence != null
                                        && who.user().equals(other.presence.user()));
        if (!elsewhere) {
            runtime.removeUser(who.user(), session);
        }
    }

    /** Those who are there on other nodes. */
    private Presence presenceElsewhere(TopicName topic) {
        Presence presence = new Presence(connection.loop());
        runtime.roster
                .elsewhere(topic)
                .users()
                .forEach((user, data) -> {
                    PresenceMember member = Attendance.member(user, data);
                    if (member != null) {
                        presence.arrive(member, user);
                    }
                });
        return presence;
    }

    /** Who has no id is no user for other nodes, and for those who watch from outside. */
    private void tellArrival(TopicName topic, PresenceMember who) {
        if (who.user() != null) {
            runtime.roster.join(topic, who.user(), who.dataJson());
        }
    }

    private WireFormat format() {
        return resume == null ? PusherFormat.INSTANCE : ResumableFormat.INSTANCE;
    }
}
