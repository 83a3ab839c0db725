package dev.resound.pusher;

import org.jspecify.annotations.Nullable;

/**
 * Something that happened in an app on this node. Immutable.
 *
 * <p>User ids are told as they were written, as JSON: {@code 7} or {@code "7"}. Payloads and
 * events' data are what went over the wire; they may hold personal data and, in {@link
 * MessageReceived}, signatures.
 */
public sealed interface AppEvent {

    /** Where it happened. */
    App app();

    /** A socket was greeted. */
    record ConnectionOpened(App app, String socketId) implements AppEvent {}

    /**
     * A socket that was greeted is gone, whatever the way.
     *
     * @param code the close code; 1006 if the TCP connection broke
     */
    record ConnectionClosed(App app, String socketId, int code) implements AppEvent {}

    /** A socket gave no sign of life and is dropped; {@link ConnectionClosed} follows. */
    record ConnectionPruned(App app, String socketId) implements AppEvent {}

    /** A socket was refused before it was greeted. */
    record ConnectionRefused(App app, int code) implements AppEvent {}

    /** A channel has its first subscriber. */
    record ChannelCreated(App app, String channel) implements AppEvent {}

    /** A channel's last subscriber has left. */
    record ChannelRemoved(App app, String channel) implements AppEvent {}

    /** The number of a channel's subscribers has changed. */
    record SubscriptionCountChanged(App app, String channel, int count) implements AppEvent {}

    /** A socket has joined a channel. */
    record Subscribed(App app, String socketId, String channel) implements AppEvent {}

    /** A socket has left a channel, or has closed while it was in it. */
    record Unsubscribed(App app, String socketId, String channel) implements AppEvent {}

    /** A user's first socket has joined a presence channel. */
    record MemberAdded(App app, String channel, String userIdJson) implements AppEvent {}

    /** A user's last socket has left a presence channel. */
    record MemberRemoved(App app, String channel, String userIdJson) implements AppEvent {}

    /** A socket has shown who its user is. */
    record SignedIn(App app, String socketId, String userId) implements AppEvent {}

    /** A subscriber found nothing in a cache channel. */
    record CacheMissed(App app, String channel) implements AppEvent {}

    /**
     * A client's event was passed on.
     *
     * @param data one JSON value; empty if there was none
     * @param userIdJson who sent it, in a presence channel; null elsewhere
     */
    record ClientEventSent(
            App app,
            String channel,
            String event,
            String data,
            String socketId,
            @Nullable String userIdJson)
            implements AppEvent {}

    /**
     * An event went out to a channel: once for each event and channel, however many sockets get it.
     *
     * @param data one JSON value; empty if there was none
     * @param recipients sockets it went out to
     */
    record Broadcast(App app, String channel, String event, String data, int recipients)
            implements AppEvent {}

    /** A text message came from a socket. */
    record MessageReceived(App app, String socketId, String message) implements AppEvent {}

    /** A text message went to one socket; what goes to all of a channel is a {@link Broadcast}. */
    record MessageSent(App app, String socketId, String message) implements AppEvent {}

    /**
     * A limit of the app was met.
     *
     * @param limit the limit's setting
     */
    record LimitReached(App app, String limit) implements AppEvent {}
}
