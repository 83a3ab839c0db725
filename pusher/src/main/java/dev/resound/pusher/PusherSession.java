package dev.resound.pusher;

import dev.resound.core.Close;
import dev.resound.core.Connection;
import dev.resound.core.Envelope;
import dev.resound.core.Frame;
import dev.resound.core.Hub;
import dev.resound.core.ProtocolSession;
import dev.resound.core.TokenBucket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One Pusher client. Decodes what it says into a {@link ClientCommand}, checks that it may, and
 * does it. <b>Thread:</b> its connection's loop, hence the plain fields; {@link #connection} and
 * {@link #postTerminate} by any.
 */
final class PusherSession implements ProtocolSession {
    private static final long NEVER = Long.MAX_VALUE;

    private final AppRuntime runtime;
    private final Hub hub;
    private final Connection connection;
    private final CommandDecoder decoder;
    private final Observers observers;
    private final Subscriptions subscriptions;
    private final KeepAlive keepAlive;
    private final @Nullable RateWindow rate;
    private final @Nullable String givenId;
    private String socketId = "";
    private @Nullable TokenBucket clientEventRate;
    private @Nullable SignedInUser user;
    private long authenticateBy = NEVER;

    PusherSession(
            AppRuntime runtime,
            Hub hub,
            Connection connection,
            CommandDecoder decoder,
            Observers observers,
            @Nullable String givenId) {
        this.runtime = runtime;
        this.hub = hub;
        this.connection = connection;
        this.decoder = decoder;
        this.observers = observers;
        this.givenId = givenId;
        this.subscriptions = new Subscriptions(this, runtime, hub);
        this.keepAlive = new KeepAlive(this);
        this.rate = app().rateLimit() == null ? null : new RateWindow(app().rateLimit());
    }

    App app() {
        return runtime.app();
    }

    ServerFrames frames() {
        return runtime.frames();
    }

    Observers observers() {
        return observers;
    }

    /** Who has signed in here; null if nobody has. */
    @Nullable SignedInUser user() {
        return user;
    }

    String socketId() {
        return socketId;
    }

    Connection connection() {
        return connection;
    }

    // ---- the connection's life

    @Override
    public void onOpen() {
        App app = app();
        if (!runtime.takeConnection()) {
            int code = app.dialect().sockets().overQuotaCode();
            runtime.counters.connectionsRefused.increment();
            observers.tell(new AppEvent.LimitReached(app, "max_connections"));
            observers.tell(new AppEvent.ConnectionRefused(app, code));
            String message = PusherError.OVER_QUOTA.message;
            if (frames().errorBeforeClose()) {
                connection.send(frames().error(code, message, null));
            }
            connection.close(new Close(code, message));
            return;
        }
        if (givenId == null) {
            socketId = runtime.register(this);
        } else if (runtime.register(this, givenId)) {
            socketId = givenId;
        } else {
            throw new IllegalStateException("two sockets with the same given id");
        }
        runtime.counters.connectionsOpened.increment();
        send(frames().connectionEstablished(socketId, app.activityTimeout()));
        long now = connection.loop().nowMillis();
        int authentication = app.users().authenticationSeconds();
        authenticateBy = authentication == 0 ? NEVER : now + authentication * 1_000L;
        wakeUp(keepAlive.check(now));
        observers.tell(new AppEvent.ConnectionOpened(app, socketId));
    }

    private void wakeUp(long keepAliveMillis) {
        connection.wakeAt(Math.min(keepAliveMillis, authenticateBy));
    }

    @Override
    public void onText(byte[] buffer, int offset, int length) {
        runtime.counters.received(length);
        PusherObserver[] readers = observers.received.pick();
        if (readers.length > 0) {
            String message = new String(buffer, offset, length, StandardCharsets.UTF_8);
            Observers.tell(readers, new AppEvent.MessageReceived(app(), socketId, message));
        }
        keepAlive.heard();
        if (!withinRate()) {
            return;
        }
        switch (decoder.decode(buffer, offset, length, app().dialect())) {
            case ClientCommand.Ping() -> send(frames().pong);
            case ClientCommand.Pong() -> {}
            case ClientCommand.Subscribe wish -> subscriptions.subscribe(wish);
            case ClientCommand.Unsubscribe(String channel) -> subscriptions.unsubscribe(channel);
            case ClientCommand.SignIn wish -> signIn(wish);
            case ClientCommand.Resume wish -> subscriptions.resumeFrom(wish);
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
        if (app().dialect().sockets().answersMalformed()) {
            send(frames().error(PusherError.INVALID_MESSAGE));
        }
    }

    private boolean withinRate() {
        if (rate == null || rate.take(connection.loop().nowMillis())) {
            return true;
        }
        send(frames().error(PusherError.RATE));
        limitReached("rate_limiting.max_attempts");
        if (rate.terminates()) {
            connection.close(new Close(PusherError.UNAUTHORIZED.code, PusherError.RATE.message));
        }
        return false;
    }

    @Override
    public void onControl() {
        keepAlive.controlFrame();
    }

    @Override
    public void onDeadline(long nowMillis) {
        if (nowMillis >= authenticateBy) {
            fail(PusherError.NOT_AUTHENTICATED);
            return;
        }
        long next = keepAlive.check(nowMillis);
        if (next == KeepAlive.GIVEN_UP) {
            observers.tell(new AppEvent.ConnectionPruned(app(), socketId));
            fail(PusherError.NO_PONG);
        } else {
            wakeUp(next);
        }
    }

    void limitReached(String setting) {
        runtime.counters.limitsReached.increment();
        observers.tell(new AppEvent.LimitReached(app(), setting));
    }

    private void fail(PusherError error) {
        send(frames().error(error));
        connection.close(closeWith(error));
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
        subscriptions.leaveAll();
        signOut();
        runtime.unregister(socketId);
        observers.tell(new AppEvent.ConnectionClosed(app(), socketId, close.code()));
        runtime.giveBackConnection();
    }

    // ---- users

    private void signIn(ClientCommand.SignIn wish) {
        App app = app();
        if (!app.users().signIn()) {
            malformed(); // what a server says that has never heard of it
            return;
        }
        SignedInUser wanted =
                isAuthentic(wish) ? SignedInUser.of(wish.userData(), app.users()) : null;
        SignedInUser before = user;
        if (wanted == null || (before != null && !before.id().equals(wanted.id()))) {
            fail(PusherError.SIGN_IN);
            return;
        }
        if (before == null) {
            runtime.signedIn.signIn(wanted.id(), this);
        } else {
            runtime.signedIn.unwatch(before.watchlist(), this);
        }
        user = wanted;
        authenticated();
        send(frames().signedIn(wish.auth(), wish.userData()));
        if (wanted.watchlistCut()) {
            send(frames().error(PusherError.WATCHLIST));
            limitReached("users.max_watchlist");
        }
        List<String> online = runtime.signedIn.watch(wanted.watchlist(), this);
        if (!online.isEmpty()) {
            send(ServerFrames.watchlist("online", online));
        }
        observers.tell(new AppEvent.SignedIn(app, socketId, wanted.id()));
    }

    private boolean isAuthentic(ClientCommand.SignIn wish) {
        return isSigned(wish.auth(), socketId + "::user::" + wish.userData());
    }

    /** Whether the app's back end has signed this text; {@code auth} is key and signature. */
    boolean isSigned(String auth, String text) {
        int colon = auth.indexOf(':');
        if (app().dialect().subscribing().checksAuthKey()
                && (colon < 0 || !auth.substring(0, colon).equals(app().key()))) {
            return false;
        }
        return runtime.signer().verify(text, auth.substring(colon + 1));
    }

    private void signOut() {
        SignedInUser gone = user;
        if (gone != null) {
            user = null;
            runtime.signedIn.unwatch(gone.watchlist(), this);
            runtime.signedIn.signOut(gone.id(), this);
        }
    }

    /** The client has shown that a back end knows it. */
    void authenticated() {
        authenticateBy = NEVER;
    }

    // ---- client events

    private void clientEvent(ClientCommand.Event event) {
        String channel = event.channel();
        if (!subscriptions.contains(channel) && !app().dialect().errors().strangersAreTold()) {
            return;
        }
        PusherError refusal = checkClientEvent(event);
        if (refusal != null) {
            send(frames().clientEventError(refusal, channel));
            return;
        }
        PresenceMember who = subscriptions.presenceIn(channel);
        String userId = who == null || who.user() == null ? null : who.idJson();
        Envelope envelope =
                new Envelope(
                        runtime.topic(channel),
                        event.event(),
                        Envelope.Kind.JSON,
                        event.data(),
                        userId);
        if (!hub.publish(envelope, connection)) {
            send(frames().clientEventError(PusherError.BUSY, channel));
            return;
        }
        runtime.counters.clientEvents.increment();
        int others =
                Math.max(
                        0,
                        hub.members(envelope.topic()) - (subscriptions.contains(channel) ? 1 : 0));
        runtime.counters.delivered(others, event.data().length);
        PusherObserver[] whoSent = observers.clientEvents.pick();
        PusherObserver[] whatWentOut = observers.broadcasts.pick();
        if (whoSent.length + whatWentOut.length > 0) {
            String data = new String(event.data(), StandardCharsets.UTF_8);
            String name = event.event();
            App app = app();
            Observers.tell(
                    whoSent,
                    new AppEvent.ClientEventSent(app, channel, name, data, socketId, userId));
            Observers.tell(whatWentOut, new AppEvent.Broadcast(app, channel, name, data, others));
        }
    }

    private @Nullable PusherError checkClientEvent(ClientCommand.Event event) {
        App app = app();
        boolean member = subscriptions.contains(event.channel());
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
        int maxName = app.publish().nameChars() == 0 ? Names.MAX_CHARS : app.publish().nameChars();
        if (event.event().length() > maxName || !Names.hasNoControls(event.event())) {
            return PusherError.CLIENT_EVENT_NAME;
        }
        int maxData = app.publish().dataBytes();
        if (maxData > 0 && event.data().length > maxData) {
            return PusherError.CLIENT_EVENT_SIZE;
        }
        return isWithinClientEventRates(app.rates()) ? null : PusherError.CLIENT_EVENT_RATE;
    }

    private boolean isWithinClientEventRates(App.Rates rates) {
        int perConnection = rates.clientEventsPerConnection();
        if (perConnection > 0) {
            long now = connection.loop().nowMillis();
            if (clientEventRate == null) {
                clientEventRate = new TokenBucket(perConnection, 2 * perConnection, now);
            }
            if (!clientEventRate.take(now)) {
                limitReached("rates.client_events_per_connection");
                return false;
            }
        }
        if (runtime.clientEventRate.take(1, rates.clientEvents()) > 0) {
            limitReached("rates.client_events");
            return false;
        }
        return true;
    }

    // ---- from outside

    /** Ends this socket because its user is to be dropped. <b>Thread:</b> any. */
    void postTerminate() {
        connection
                .loop()
                .execute(() -> {
                    int code = app().dialect().sockets().terminateCode();
                    subscriptions.leaveAll();
                    if (code == 0) {
                        connection.disconnect();
                    } else {
                        send(frames().error(PusherError.TERMINATED));
                        connection.close(new Close(code, PusherError.TERMINATED.message));
                    }
                });
    }

    /** Ends this socket because its app is not served any more. <b>Thread:</b> any. */
    void postFail(PusherError error) {
        connection.loop().execute(() -> fail(error));
    }

    /** Sends behind all that was published before. <b>Thread:</b> any. */
    void post(Frame frame) {
        connection.loop().lane().inOrder(frame.payload().length, () -> send(frame));
    }

    void send(Frame frame) {
        runtime.counters.sent(frame.payload().length);
        PusherObserver[] readers = observers.sent.pick();
        if (readers.length > 0) {
            String message = new String(frame.payload(), StandardCharsets.UTF_8);
            Observers.tell(readers, new AppEvent.MessageSent(app(), socketId, message));
        }
        connection.send(frame);
    }
}
