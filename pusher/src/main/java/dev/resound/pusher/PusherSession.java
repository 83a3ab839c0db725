package dev.resound.pusher;

import dev.resound.core.Close;
import dev.resound.core.Connection;
import dev.resound.core.Envelope;
import dev.resound.core.Frame;
import dev.resound.core.Hub;
import dev.resound.core.ProtocolSession;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One Pusher client. Decodes what it says into a {@link ClientCommand}, checks that it may, and
 * does it. <b>Thread:</b> its connection's loop, hence the plain fields; {@link #connection} and
 * {@link #postTerminate} by any.
 */
final class PusherSession implements ProtocolSession {
    private final AppRuntime runtime;
    private final App app;
    private final Hub hub;
    private final Connection connection;
    private final CommandDecoder decoder;
    private final PusherObserver observer;
    private final Subscriptions subscriptions;
    private final KeepAlive keepAlive;
    private final @Nullable RateWindow rate;
    private final @Nullable String givenId;
    private String socketId = "";

    PusherSession(
            AppRuntime runtime,
            Hub hub,
            Connection connection,
            CommandDecoder decoder,
            PusherObserver observer,
            @Nullable String givenId) {
        this.runtime = runtime;
        this.app = runtime.app;
        this.hub = hub;
        this.connection = connection;
        this.decoder = decoder;
        this.observer = observer;
        this.givenId = givenId;
        this.subscriptions = new Subscriptions(this, runtime, hub);
        this.keepAlive = new KeepAlive(this);
        this.rate = app.rateLimit() == null ? null : new RateWindow(app.rateLimit());
    }

    App app() {
        return app;
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
        if (!runtime.takeConnection()) {
            int code = app.dialect().sockets().overQuotaCode();
            String message = PusherError.OVER_QUOTA.message;
            connection.send(runtime.frames.error(code, message, null));
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
        send(runtime.frames.connectionEstablished(socketId, app.activityTimeout()));
        keepAlive.start();
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
        keepAlive.heard();
        if (!withinRate()) {
            return;
        }
        switch (decoder.decode(buffer, offset, length, app.dialect())) {
            case ClientCommand.Ping() -> send(runtime.frames.pong);
            case ClientCommand.Pong() -> {}
            case ClientCommand.Subscribe wish -> subscriptions.subscribe(wish);
            case ClientCommand.Unsubscribe(String channel) -> subscriptions.unsubscribe(channel);
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
        if (rate == null || rate.take(connection.loop().nowMillis())) {
            return true;
        }
        send(runtime.frames.error(PusherError.RATE));
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
        if (!keepAlive.check(nowMillis)) {
            fail(PusherError.NO_PONG);
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
        subscriptions.leaveAll();
        runtime.unregister(socketId);
        runtime.giveBackConnection();
        if (observer.isWatching()) {
            observer.closed(app, socketId, close.code());
        }
    }

    // ---- client events

    private void clientEvent(ClientCommand.Event event) {
        String channel = event.channel();
        PusherError refusal = checkClientEvent(event);
        if (refusal != null) {
            send(runtime.frames.clientEventError(refusal, channel));
            return;
        }
        PresenceMember who = subscriptions.presenceIn(channel);
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

    void send(Frame frame) {
        if (observer.isWatching()) {
            observer.sent(app, socketId, new String(frame.payload(), StandardCharsets.UTF_8));
        }
        connection.send(frame);
    }
}
