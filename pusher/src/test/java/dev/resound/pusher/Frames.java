package dev.resound.pusher;

/**
 * Frames as the specification spells them, put together by hand: the tests' own words, not the
 * server's.
 */
final class Frames {
    private Frames() {}

    static String subscribe(String channel) {
        return "{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":" + string(channel) + "}}";
    }

    static String subscribe(String channel, String auth) {
        return "{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":"
                + string(channel)
                + ",\"auth\":"
                + string(auth)
                + "}}";
    }

    static String subscribe(String channel, String auth, String channelData) {
        return "{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":"
                + string(channel)
                + ",\"auth\":"
                + string(auth)
                + ",\"channel_data\":"
                + string(channelData)
                + "}}";
    }

    static String unsubscribe(String channel) {
        return "{\"event\":\"pusher:unsubscribe\",\"data\":{\"channel\":" + string(channel) + "}}";
    }

    static String clientEvent(String event, String channel, String dataJson) {
        return "{\"event\":"
                + string(event)
                + ",\"channel\":"
                + string(channel)
                + ",\"data\":"
                + dataJson
                + "}";
    }

    static String succeeded(String channel) {
        return succeeded(channel, "{}");
    }

    static String succeeded(String channel, String dataJson) {
        return event("pusher_internal:subscription_succeeded", string(dataJson), channel);
    }

    /** {@code ids} and {@code hash} without their brackets. */
    static String present(String channel, int count, String ids, String hash) {
        return succeeded(
                channel,
                "{\"presence\":{\"count\":"
                        + count
                        + ",\"ids\":["
                        + ids
                        + "],\"hash\":{"
                        + hash
                        + "}}}");
    }

    static String memberAdded(String channel, String dataJson) {
        return event("pusher_internal:member_added", string(dataJson), channel);
    }

    static String memberRemoved(String channel, String idJson) {
        return event(
                "pusher_internal:member_removed", string("{\"user_id\":" + idJson + "}"), channel);
    }

    static String cacheMiss(String channel) {
        return "{\"event\":\"pusher:cache_miss\",\"channel\":" + string(channel) + "}";
    }

    /** A published event: {@code data} is text, as back ends send it. */
    static String published(String event, String data, String channel) {
        return event(event, string(data), channel);
    }

    /** Reverb's error: its data is a string. */
    static String error(int code, String message) {
        return "{\"event\":\"pusher:error\",\"data\":"
                + string("{\"code\":" + code + ",\"message\":" + string(message) + "}")
                + "}";
    }

    /** Everybody else's error: its data is an object. */
    static String errorObject(int code, String message) {
        return "{\"event\":\"pusher:error\",\"data\":{\"code\":"
                + code
                + ",\"message\":"
                + string(message)
                + "}}";
    }

    static String subscriptionError(String channel, String type, String error, int status) {
        return "{\"event\":\"pusher:subscription_error\",\"channel\":"
                + string(channel)
                + ",\"data\":{\"type\":"
                + string(type)
                + ",\"error\":"
                + string(error)
                + ",\"status\":"
                + status
                + "}}";
    }

    private static String event(String event, String dataJson, String channel) {
        return "{\"event\":"
                + string(event)
                + ",\"data\":"
                + dataJson
                + ",\"channel\":"
                + string(channel)
                + "}";
    }

    /** A JSON string of text without control characters. */
    static String string(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
