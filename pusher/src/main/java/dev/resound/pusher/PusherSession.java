package dev.resound.pusher;

import dev.resound.core.Close;
import dev.resound.core.Connection;
import dev.resound.core.Envelope;
import dev.resound.core.Frame;
import dev.resound.core.Hub;
import dev.resound.core.Member;
import dev.resound.core.Occupancy;
import dev.resound.core.ProtocolSession;
import dev.resound.core.TopicName;
import dev.resound.pusher.ServerFrames.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One Pusher client. Decodes what it says into a {@link ClientCommand}, checks that it may, and
 * does it. <b>Thread:</b> its connection's loop, hence the plain fields; {@link #connection} and
 * {@link #postTerminate} by any.
 */
final class PusherSession implements ProtocolSession {
    /**
     * Half-way through the wait for a pong: mobile clients answer control frames only, never {@code
     * pusher:ping}.
     */
    private static final long CONTROL_PING_AFTER_MILLIS = 15_000;

    private static final byte[] EMPTY_OBJECT = {'{', '}'};

    private final AppRuntime runtime;
    private final App app;
    private final Hub hub;
    private final Connection connection;
    private final CommandDecoder decoder;
    private final PusherObserver observer;
    private final Map<String, Subscription> subscriptions = new HashMap<>(2);
    private String socketId = "";
    private boolean usesControlFrames;
    private KeepAlive keepAlive = KeepAlive.QUIET;
    private long pingedMillis;
    private long windowStartMillis;
    private int windowMessages;

    private enum KeepAlive {
        QUIET,
        PINGED,
        CONTROL_PINGED
    }

    /**
     * A channel the client is in.
     *
     * @param presence who it is there; null in channels without presence
     */
    private record Subscription(
            Member member, ChannelKind kind, @Nullable PresenceMember presence) {}

    PusherSession(
            AppRuntime runtime,
            Hub hub,
            Connection connection,
            CommandDecoder decoder,
            PusherObserver observer) {
        this.runtime = runtime;
        this.app = runtime.app;
        this.hub = hub;
        this.connection = connection;
        this.decoder = decoder;
        this.observer = observer;
    }

    Connection connection() {
        return connection;
    }

    // ---- the connection's life

    @Override
    public void onOpen() {
        if (!runtime.takeConnection()) {
            int code = app.dialect().sockets().overQuotaCode();
            String message = PusherError.OVER_QUOTA.message;
            connection.send(runtime.frames.error(code, message, null));
            connection.close(new Close(code, message));
            return;
        }
        socketId = runtime.register(this);
        send(runtime.frames.connectionEstablished(socketId, app.activityTimeout()));
        connection.wakeAt(connection.lastHeardMillis() + app.pingInterval() * 1_000L);
        if (observer.isWatching()) {
            observer.connected(app, socketId);
        }
    }

    @Override
    public void onText(byte[] buffer, int offset, int length) {
        if (observer.isWatching()) {
            observer.received(
                    app, socketId, new String(buffer, offset, length, StandardCharsets.UTF_8));
        }
        keepAlive = KeepAlive.QUIET;
        if (!withinRate()) {
            return;
        }
        switch (decoder.decode(buffer, offset, length, app.dialect())) {
            case ClientCommand.Ping() -> send(runtime.frames.pong);
            case ClientCommand.Pong() -> {}
            case ClientCommand.Subscribe wish -> subscribe(wish);
            case ClientCommand.Unsubscribe(String channel) -> unsubscribe(channel);
            case ClientCommand.Event event -> clientEvent(event);
            case ClientCommand.Ignored() -> {}
            case ClientCommand.Malformed() -> malformed();
        }
    }

    /** Pusher is a text protocol; a binary message is taken as if it were text, as Reverb does. */
    @Override
    public void onBinary(byte[] buffer, int offset, int length) {
        if (Utf8.isValid(buffer, offset, length)) {
            onText(buffer, offset, length);
        } else if (withinRate()) {
            malformed();
        }
    }

    private void malformed() {
        if (app.dialect().sockets().answersMalformed()) {
            send(runtime.frames.error(PusherError.INVALID_MESSAGE));
        }
    }

    private boolean withinRate() {
        App.RateLimit limit = app.rateLimit();
        if (limit == null) {
            return true;
        }
        long now = connection.loop().nowMillis();
        if (windowMessages == 0 || now - windowStartMillis >= limit.seconds() * 1_000L) {
            windowStartMillis = now;
            windowMessages = 0;
        }
        windowMessages++;
        if (windowMessages <= limit.attempts()) {
            return true;
        }
        windowMessages = limit.attempts() + 1; // stays beyond, and never overflows
        send(runtime.frames.error(PusherError.RATE));
        if (limit.terminates()) {
            connection.close(new Close(PusherError.UNAUTHORIZED.code, PusherError.RATE.message));
        }
        return false;
    }

    @Override
    public void onControl() {
        usesControlFrames = true;
        keepAlive = KeepAlive.QUIET;
    }

    @Override
    public void onDrained() {}

    @Override
    public void onDeadline(long nowMillis) {
        long heard = connection.lastHeardMillis();
        long pongTimeoutMillis = app.pongTimeout() * 1_000L;
        if (keepAlive != KeepAlive.QUIET && heard > pingedMillis) {
            keepAlive = KeepAlive.QUIET;
        }
        switch (keepAlive) {
            case QUIET -> {
                long due = heard + app.pingInterval() * 1_000L;
                if (nowMillis < due) {
                    connection.wakeAt(due);
                    return;
                }
                pingedMillis = nowMillis;
                if (usesControlFrames) {
                    connection.ping();
                    keepAlive = KeepAlive.CONTROL_PINGED;
                    connection.wakeAt(nowMillis + pongTimeoutMillis);
                } else {
                    send(ServerFrames.PING);
                    keepAlive = KeepAlive.PINGED;
                    connection.wakeAt(
                            nowMillis + Math.min(CONTROL_PING_AFTER_MILLIS, pongTimeoutMillis / 2));
                }
            }
            case PINGED -> {
                connection.ping();
                keepAlive = KeepAlive.CONTROL_PINGED;
                connection.wakeAt(pingedMillis + pongTimeoutMillis);
            }
            case CONTROL_PINGED -> {
                if (nowMillis < pingedMillis + pongTimeoutMillis) {
                    connection.wakeAt(pingedMillis + pongTimeoutMillis);
                    return;
                }
                fail(PusherError.NO_PONG);
            }
        }
    }

    private void fail(PusherError error) {
        send(runtime.frames.error(error));
        connection.close(new Close(error.code, error.message));
    }

    @Override
    public Close closeFor(Close.Cause cause) {
        return switch (cause) {
            case OVERFLOW -> closeWith(PusherError.OVERFLOW);
            case MESSAGE_TOO_BIG -> new Close(1009, "Maximum message size exceeded");
            case SHUTDOWN -> closeWith(PusherError.SHUTDOWN);
        };
    }

    private static Close closeWith(PusherError error) {
        return new Close(error.code, error.message);
    }

    @Override
    public void onClosed(Close close) {
        if (socketId.isEmpty()) {
            return; // refused at the door: left no trace
        }
        if (!subscriptions.isEmpty()) {
            var all = List.copyOf(subscriptions.values());
            subscriptions.clear();
            all.forEach(this::leave);
            runtime.lastChannelLeft();
        }
        runtime.unregister(socketId);
        runtime.giveBackConnection();
        if (observer.isWatching()) {
            observer.closed(app, socketId, close.code());
        }
    }

    // ---- subscriptions

    private void subscribe(ClientCommand.Subscribe wish) {
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
            send(runtime.frames.error(PusherError.TOO_MANY_CHANNELS));
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
                        ? socketId + ":" + wish.channel()
                        : socketId + ":" + wish.channel() + ":" + wish.member();
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
        send(runtime.frames.subscriptionRefused(channel, refusal));
    }

    private void join(String channel, ChannelKind kind, @Nullable Subscription old) {
        TopicName topic = runtime.topic(channel);
        if (!kind.cached) {
            if (old == null) {
                remember(
                        channel,
                        new Subscription(hub.join(topic, connection, format()), kind, null));
            }
            send(runtime.frames.subscriptionSucceeded(channel, EMPTY_OBJECT));
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
        send(runtime.frames.subscriptionSucceeded(channel, EMPTY_OBJECT));
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
            runtime.addUser(who.user(), this);
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
            runtime.addUser(who.user(), this);
        }
    }

    private void sendPresence(
            String channel,
            ChannelKind kind,
            byte[] snapshot,
            CachedEvents.@Nullable Cached cached) {
        send(runtime.frames.subscriptionSucceeded(channel, snapshot));
        if (kind.cached) {
            sendCached(channel, cached);
        }
    }

    private CachedEvents.@Nullable Cached cachedEvent(String channel, ChannelKind kind) {
        return kind.cached ? runtime.cachedEvents.get(channel) : null;
    }

    private void sendCached(String channel, CachedEvents.@Nullable Cached cached) {
        if (cached == null) {
            send(runtime.frames.cacheMiss(channel));
        } else {
            send(Frame.text(PusherFormat.json(cached.envelope())));
        }
    }

    private void remember(String channel, Subscription subscription) {
        if (subscriptions.isEmpty()) {
            runtime.firstChannelJoined();
        }
        subscriptions.put(channel, subscription);
    }

    private void unsubscribe(String channel) {
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
            runtime.removeUser(who.user(), this);
        }
    }

    private static Envelope memberAdded(TopicName topic, PresenceMember who) {
        return Envelope.json(
                topic, "pusher_internal:member_added", ServerFrames.asString(who.dataJson()));
    }

    // ---- client events

    private void clientEvent(ClientCommand.Event event) {
        String channel = event.channel();
        PusherError refusal = checkClientEvent(event);
        if (refusal != null) {
            send(runtime.frames.clientEventError(refusal, channel));
            return;
        }
        Subscription subscription = subscriptions.get(channel);
        PresenceMember who = subscription == null ? null : subscription.presence;
        Envelope envelope =
                new Envelope(
                        runtime.topic(channel),
                        event.event(),
                        Envelope.Kind.JSON,
                        event.data(),
                        who == null || who.user() == null ? null : who.idJson());
        if (!hub.publish(envelope, connection)) {
            send(runtime.frames.clientEventError(PusherError.BUSY, channel));
        }
        observeBroadcast(envelope);
    }

    private @Nullable PusherError checkClientEvent(ClientCommand.Event event) {
        boolean member = subscriptions.containsKey(event.channel());
        switch (app.clientEvents()) {
            case NONE -> {
                return PusherError.CLIENT_EVENTS_OFF;
            }
            case MEMBERS -> {
                if (!member) {
                    return PusherError.NOT_A_MEMBER;
                }
            }
            case ALL -> {
                if (!member && !Names.isChannel(event.channel(), app.dialect())) {
                    return PusherError.NOT_A_MEMBER;
                }
            }
        }
        ChannelKind kind = ChannelKind.of(event.channel());
        boolean forbidden =
                kind == ChannelKind.USER
                        || (!app.dialect().subscribing().clientEventsOnAnyChannel()
                                && (!kind.needsAuth || kind.encrypted()));
        if (forbidden) {
            return PusherError.CLIENT_EVENT_CHANNEL;
        }
        return event.event().length() > Names.MAX_CHARS || !Names.hasNoControls(event.event())
                ? PusherError.CLIENT_EVENT_NAME
                : null;
    }

    private void observeBroadcast(Envelope envelope) {
        if (observer.isWatching()) {
            observer.broadcast(
                    app,
                    envelope.topic().name(),
                    envelope.event(),
                    new String(envelope.data(), StandardCharsets.UTF_8));
        }
    }

    // ---- from outside

    /** Ends this socket because its user is to be dropped. <b>Thread:</b> any. */
    void postTerminate() {
        connection
                .loop()
                .execute(() -> {
                    int code = app.dialect().sockets().terminateCode();
                    if (code == 0) {
                        connection.disconnect();
                    } else {
                        connection.send(runtime.frames.error(PusherError.TERMINATED));
                        connection.close(new Close(code, PusherError.TERMINATED.message));
                    }
                });
    }

    private void send(Frame frame) {
        if (observer.isWatching()) {
            observer.sent(app, socketId, new String(frame.payload(), StandardCharsets.UTF_8));
        }
        connection.send(frame);
    }

    private static PusherFormat format() {
        return PusherFormat.INSTANCE;
    }
}
