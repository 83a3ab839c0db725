package dev.resound.pusher;

import dev.resound.core.Connection;
import dev.resound.core.Envelope;
import dev.resound.core.Frame;
import dev.resound.core.Hub;
import dev.resound.core.Member;
import dev.resound.core.Occupancy;
import dev.resound.core.TopicName;
import dev.resound.pusher.ServerFrames.Refusal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The channels one client is in, and the way in and out of them. <b>Thread:</b> the connection's
 * loop; what the members of a channel share is touched inside {@link Hub#inTopic} only.
 */
final class Subscriptions {
    private static final byte[] EMPTY_OBJECT = {'{', '}'};

    private final PusherSession session;
    private final AppRuntime runtime;
    private final App app;
    private final Hub hub;
    private final Connection connection;
    private final Map<String, Subscription> subscriptions = new HashMap<>(2);

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
        this.app = runtime.app;
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
        if (!subscriptions.isEmpty()) {
            var all = List.copyOf(subscriptions.values());
            subscriptions.clear();
            all.forEach(this::leave);
            runtime.lastChannelLeft();
        }
    }

    /** Joins, or says why not. */
    void subscribe(ClientCommand.Subscribe wish) {
        String channel = wish.channel();
        Dialect dialect = app.dialect();
        if (!Names.isChannel(channel, dialect)) {
            refuse(channel, Refusal.NAME);
            return;
        }
        ChannelKind kind = ChannelKind.of(channel);
        if (kind == ChannelKind.USER || (kind.needsAuth && !isAuthorized(wish))) {
            refuse(channel, Refusal.AUTH);
            return;
        }
        PresenceMember presence = null;
        if (kind.presence) {
            presence = PresenceMember.of(wish.member());
            if (presence == null) {
                refuse(channel, Refusal.NO_MEMBER_DATA);
                return;
            }
            Refusal refusal = checkMember(presence, wish.member());
            if (refusal != null) {
                refuse(channel, refusal);
                return;
            }
        }
        Subscription old = subscriptions.get(channel);
        if (old == null
                && app.maxChannelsPerConnection() > 0
                && subscriptions.size() >= app.maxChannelsPerConnection()) {
            session.send(runtime.frames.error(PusherError.TOO_MANY_CHANNELS));
            return;
        }
        if (presence == null) {
            join(channel, kind, old);
        } else if (old == null || old.presence == null) {
            joinPresence(channel, kind, presence);
        } else {
            rejoinPresence(channel, kind, presence, old, old.presence);
        }
    }

    private boolean isAuthorized(ClientCommand.Subscribe wish) {
        String auth = wish.auth();
        if (auth == null) {
            return false;
        }
        int colon = auth.indexOf(':');
        if (app.dialect().subscribing().checksAuthKey()
                && (colon < 0 || !auth.substring(0, colon).equals(app.key()))) {
            return false;
        }
        String signed =
                wish.member() == null
                        ? session.socketId() + ":" + wish.channel()
                        : session.socketId() + ":" + wish.channel() + ":" + wish.member();
        return runtime.signer.verify(signed, auth.substring(colon + 1));
    }

    private @Nullable Refusal checkMember(PresenceMember member, @Nullable String channelData) {
        if (app.dialect().subscribing().presenceNeedsData() && member.user() == null) {
            return Refusal.NO_MEMBER_DATA;
        }
        int maxBytes = app.presence().memberBytes();
        return maxBytes > 0 && channelData != null && Utf8.length(channelData) > maxBytes
                ? Refusal.MEMBER_SIZE
                : null;
    }

    private void refuse(String channel, Refusal refusal) {
        session.send(runtime.frames.subscriptionRefused(channel, refusal));
    }

    private void join(String channel, ChannelKind kind, @Nullable Subscription old) {
        TopicName topic = runtime.topic(channel);
        if (!kind.cached) {
            if (old == null) {
                remember(
                        channel,
                        new Subscription(hub.join(topic, connection, format()), kind, null));
            }
            session.send(runtime.frames.subscriptionSucceeded(channel, EMPTY_OBJECT));
            return;
        }
        // In one step with the publishes: what is cached is not delivered again, and nothing falls
        // in between.
        record Joined(@Nullable Member member, CachedEvents.@Nullable Cached cached) {}
        Joined joined =
                hub.inTopic(
                        topic,
                        occupancy ->
                                new Joined(
                                        old == null ? occupancy.join(connection, format()) : null,
                                        runtime.cachedEvents.get(channel)));
        if (joined.member != null) {
            remember(channel, new Subscription(joined.member, kind, null));
        }
        session.send(runtime.frames.subscriptionSucceeded(channel, EMPTY_OBJECT));
        sendCached(channel, joined.cached);
    }

    private void joinPresence(String channel, ChannelKind kind, PresenceMember who) {
        record Joined(
                @Nullable Member member, byte[] snapshot, CachedEvents.@Nullable Cached cached) {}
        TopicName topic = runtime.topic(channel);
        Joined joined =
                hub.inTopic(
                        topic,
                        occupancy -> {
                            Presence presence = (Presence) occupancy.state();
                            if (presence == null) {
                                presence = new Presence();
                                occupancy.state(presence);
                            }
                            if (!presence.hasRoomFor(who, null, app.presence().members())) {
                                return new Joined(null, EMPTY_OBJECT, null);
                            }
                            Member member = occupancy.join(connection, format());
                            if (presence.join(who)) {
                                occupancy.announce(member, memberAdded(topic, who));
                            }
                            return new Joined(
                                    member, presence.snapshot(), cachedEvent(channel, kind));
                        });
        if (joined.member == null) {
            refuse(channel, Refusal.MEMBERS);
            return;
        }
        remember(channel, new Subscription(joined.member, kind, who));
        if (who.user() != null) {
            runtime.addUser(who.user(), session);
        }
        sendPresence(channel, kind, joined.snapshot, joined.cached);
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
                            if (!presence.hasRoomFor(who, was, app.presence().members())) {
                                return false;
                            }
                            if (Objects.equals(was.user(), who.user())) {
                                presence.update(who);
                            } else {
                                announceLeave(occupancy, presence, was, connection);
                                if (presence.join(who)) {
                                    occupancy.publishInOrder(
                                            memberAdded(occupancy.topic(), who), connection);
                                }
                            }
                            byte[] snapshot = presence.snapshot();
                            var cached = cachedEvent(channel, kind);
                            connection
                                    .loop()
                                    .execute(() -> {
                                        Subscription now = subscriptions.get(channel);
                                        if (now != null && now.member == old.member) {
                                            sendPresence(channel, kind, snapshot, cached);
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

    private void sendPresence(
            String channel,
            ChannelKind kind,
            byte[] snapshot,
            CachedEvents.@Nullable Cached cached) {
        session.send(runtime.frames.subscriptionSucceeded(channel, snapshot));
        if (kind.cached) {
            sendCached(channel, cached);
        }
    }

    private CachedEvents.@Nullable Cached cachedEvent(String channel, ChannelKind kind) {
        return kind.cached ? runtime.cachedEvents.get(channel) : null;
    }

    private void sendCached(String channel, CachedEvents.@Nullable Cached cached) {
        if (cached == null) {
            session.send(runtime.frames.cacheMiss(channel));
        } else {
            session.send(Frame.text(PusherFormat.json(cached.envelope())));
        }
    }

    private void remember(String channel, Subscription subscription) {
        if (subscriptions.isEmpty()) {
            runtime.firstChannelJoined();
        }
        subscriptions.put(channel, subscription);
    }

    /** Leaves; a channel the client is not in is passed over in silence. */
    void unsubscribe(String channel) {
        Subscription subscription = subscriptions.remove(channel);
        if (subscription == null) {
            return;
        }
        leave(subscription);
        if (subscriptions.isEmpty()) {
            runtime.lastChannelLeft();
        }
    }

    private void leave(Subscription subscription) {
        PresenceMember who = subscription.presence;
        if (who == null) {
            hub.leave(subscription.member);
        } else {
            hub.changeTopic(
                    subscription.member.topic(),
                    occupancy -> {
                        if (occupancy.state() instanceof Presence presence) {
                            leavePresence(occupancy, presence, subscription);
                        }
                    });
            forgetUser(subscription);
        }
    }

    private static void leavePresence(
            Occupancy occupancy, Presence presence, Subscription subscription) {
        PresenceMember who = subscription.presence;
        if (who == null) {
            throw new AssertionError("no presence subscription");
        }
        occupancy.leave(subscription.member);
        announceLeave(occupancy, presence, who, null);
    }

    private static void announceLeave(
            Occupancy occupancy,
            Presence presence,
            PresenceMember who,
            @Nullable Connection except) {
        String idJson = presence.idJson(who);
        if (presence.leave(who)) {
            String data = "{\"user_id\":" + idJson + "}";
            occupancy.publishInOrder(
                    Envelope.json(
                            occupancy.topic(),
                            "pusher_internal:member_removed",
                            ServerFrames.asString(data)),
                    except);
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

    private static Envelope memberAdded(TopicName topic, PresenceMember who) {
        return Envelope.json(
                topic, "pusher_internal:member_added", ServerFrames.asString(who.dataJson()));
    }

    private static PusherFormat format() {
        return PusherFormat.INSTANCE;
    }
}
