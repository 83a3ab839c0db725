package dev.resound.pusher;

import dev.resound.pusher.json.JsonText;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One event as webhooks tell it.
 *
 * @param user whom it is about, without the quotes of JSON; null if it is about a channel
 * @param more writes what stands behind name and channel
 * @see <a href="https://pusher.com/docs/channels/server_api/webhooks/">Pusher webhooks</a>
 */
record WebhookEvent(
        App app,
        Webhook.Event kind,
        String channel,
        @Nullable String user,
        Consumer<JsonText> more) {
    /** Null for what webhooks do not tell. */
    static @Nullable WebhookEvent of(AppEvent event) {
        return switch (event) {
            case AppEvent.ChannelCreated it ->
                    ofChannel(it.app(), Webhook.Event.CHANNEL_OCCUPIED, it.channel());
            case AppEvent.ChannelRemoved it ->
                    ofChannel(it.app(), Webhook.Event.CHANNEL_VACATED, it.channel());
            case AppEvent.CacheMissed it ->
                    ofChannel(it.app(), Webhook.Event.CACHE_MISS, it.channel());
            case AppEvent.MemberAdded it ->
                    ofMember(it.app(), Webhook.Event.MEMBER_ADDED, it.channel(), it.userIdJson());
            case AppEvent.MemberRemoved it ->
                    ofMember(it.app(), Webhook.Event.MEMBER_REMOVED, it.channel(), it.userIdJson());
            case AppEvent.SubscriptionCountChanged it when !ofPresence(it.channel()) ->
                    new WebhookEvent(
                            it.app(),
                            Webhook.Event.SUBSCRIPTION_COUNT,
                            it.channel(),
                            null,
                            json -> json.raw(",\"subscription_count\":").number(it.count()));
            case AppEvent.ClientEventSent it ->
                    new WebhookEvent(
                            it.app(),
                            Webhook.Event.CLIENT_EVENT,
                            it.channel(),
                            null,
                            json -> clientEvent(json, it));
            default -> null; // there are many more, and there will be
        };
    }

    private static boolean ofPresence(String channel) {
        return ChannelKind.of(channel).presence;
    }

    private static WebhookEvent ofChannel(App app, Webhook.Event kind, String channel) {
        return new WebhookEvent(app, kind, channel, null, json -> {});
    }

    private static WebhookEvent ofMember(
            App app, Webhook.Event kind, String channel, String userIdJson) {
        // 7 and "7" are one user, and may be written the other way at the return.
        String user =
                userIdJson.startsWith("\"")
                        ? userIdJson.substring(1, userIdJson.length() - 1)
                        : userIdJson;
        return new WebhookEvent(
                app, kind, channel, user, json -> json.raw(",\"user_id\":").raw(userIdJson));
    }

    private static void clientEvent(JsonText json, AppEvent.ClientEventSent event) {
        json.raw(",\"event\":").quoted(event.event());
        if (event.data().startsWith("\"")) {
            json.raw(",\"data\":").raw(event.data());
        } else if (!event.data().isEmpty()) {
            json.raw(",\"data\":").quoted(event.data()); // Pusher's data is always a string
        }
        json.raw(",\"socket_id\":").quoted(event.socketId());
        if (event.userIdJson() != null) {
            json.raw(",\"user_id\":").raw(event.userIdJson());
        }
    }

    /** One element of a letter's {@code events}. */
    byte[] json() {
        JsonText json = new JsonText(128);
        json.raw("{\"name\":").quoted(kind.wireName()).raw(",\"channel\":").quoted(channel);
        more.accept(json);
        return json.raw("}").toBytes();
    }

    /** Without payload. */
    @Override
    public String toString() {
        return kind.wireName();
    }
}
