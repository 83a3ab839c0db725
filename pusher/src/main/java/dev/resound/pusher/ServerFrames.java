package dev.resound.pusher;

import dev.resound.core.Frame;
import dev.resound.pusher.json.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the server says to one client, in the words of one dialect. Frames that are always the same
 * are made once. <b>Thread:</b> any.
 */
final class ServerFrames {
    static final Frame PING = Frame.text("{\"event\":\"pusher:ping\"}");

    private final Dialect dialect;
    final Frame pong;

    ServerFrames(Dialect dialect) {
        this.dialect = dialect;
        this.pong =
                Frame.text(
                        dialect.sockets().pongHasData()
                                ? "{\"event\":\"pusher:pong\",\"data\":{}}"
                                : "{\"event\":\"pusher:pong\"}");
    }

    /** Whether who is turned away gets an error event before the close frame. */
    boolean errorBeforeClose() {
        return dialect.errors().beforeClose();
    }

    Frame connectionEstablished(String socketId, int activityTimeout) {
        JsonText data =
                new JsonText()
                        .raw("{\"socket_id\":")
                        .quoted(socketId)
                        .raw(",\"activity_timeout\":")
                        .number(activityTimeout)
                        .raw("}");
        return event("pusher:connection_established", data.toBytes(), null);
    }

    /** {@code data} is a JSON document, sent as a string. */
    Frame subscriptionSucceeded(String channel, byte[] data) {
        return event("pusher_internal:subscription_succeeded", data, channel);
    }

    Frame cacheMiss(String channel) {
        return Frame.text(
                new JsonText()
                        .raw("{\"event\":\"pusher:cache_miss\",\"channel\":")
                        .quoted(channel)
                        .raw("}")
                        .toBytes());
    }

    /**
     * The answer to a sign-in.
     *
     * @param userData as it was signed
     */
    Frame signedIn(String auth, String userData) {
        if (dialect.users().successDataIsObject()) {
            return Frame.text(
                    new JsonText()
                            .raw("{\"event\":\"pusher:signin_success\",\"data\":{\"auth\":")
                            .quoted(auth)
                            .raw(",\"user_data\":")
                            .quoted(userData)
                            .raw("}}")
                            .toBytes());
        }
        byte[] data = new JsonText().raw("{\"user_data\":").quoted(userData).raw("}").toBytes();
        return event("pusher:signin_success", data, null);
    }

    /** Which of the watched users have come, or gone. */
    static Frame watchlist(String change, List<String> userIds) {
        JsonText data = new JsonText().raw("{\"events\":[{\"name\":").quoted(change);
        data.raw(",\"user_ids\":[");
        String separator = "";
        for (String id : userIds) {
            data.raw(separator).quoted(id);
            separator = ",";
        }
        return event("pusher_internal:watchlist_events", data.raw("]}]}").toBytes(), null);
    }

    /** Where a client is in a channel's history. */
    static Frame position(String channel, String position) {
        return Frame.text(
                new JsonText()
                        .raw("{\"event\":\"resound:position\",\"data\":")
                        .quoted(position)
                        .raw(",\"channel\":")
                        .quoted(channel)
                        .raw("}")
                        .toBytes());
    }

    /** The answer to who asked for what it has missed in a channel; that follows. */
    static Frame resumed(String channel, ChannelHistory.Missed missed) {
        byte[] data =
                new JsonText()
                        .raw("{\"recovered\":")
                        .raw(missed.recovered() ? "true" : "false")
                        .raw(",\"missed\":")
                        .number(missed.events().size())
                        .raw(",\"position\":")
                        .quoted(missed.position())
                        .raw("}")
                        .toBytes();
        return event("resound:resumed", data, channel);
    }

    /** How many subscribe, for one of them. */
    Frame subscriptionCount(String channel, int count) {
        return event("pusher_internal:subscription_count", SubscriptionCount.data(count), channel);
    }

    Frame error(PusherError error) {
        return error(error.code, error.message, null);
    }

    /** An error about a client event: names the channel where the dialect does. */
    Frame clientEventError(PusherError error, String channel) {
        return error(
                error.code,
                error.message,
                dialect.errors().clientEventErrorsNameChannel() ? channel : null);
    }

    Frame error(int code, String message, @Nullable String channel) {
        byte[] data =
                new JsonText()
                        .raw("{\"code\":")
                        .number(code)
                        .raw(",\"message\":")
                        .quoted(message)
                        .raw("}")
                        .toBytes();
        JsonText json = new JsonText().raw("{\"event\":\"pusher:error\",\"data\":");
        if (dialect.errors().dataIsObject()) {
            json.raw(data);
        } else {
            json.quoted(data, 0, data.length);
        }
        if (channel != null) {
            json.raw(",\"channel\":").quoted(channel);
        }
        return Frame.text(json.raw("}").toBytes());
    }

    /** Why a subscription was refused. */
    enum Refusal {
        AUTH("AuthError", 401, "The connection is unauthorized."),
        NAME(
                "LimitReached",
                4009,
                "The channel name is not allowed: up to 200 of a-zA-Z0-9_-=@,.;"),
        NO_MEMBER_DATA("AuthError", 401, "A presence channel needs channel_data with a user_id."),
        MEMBERS("LimitReached", 4100, "The channel has as many members as it may have."),
        MEMBER_SIZE("LimitReached", 4301, "The member's data is too large.");

        final String type;
        final int status;
        final String message;

        Refusal(String type, int status, String message) {
            this.type = type;
            this.status = status;
            this.message = message;
        }
    }

    List<Frame> subscriptionRefused(String channel, Refusal refusal) {
        return switch (dialect.subscribing().refusals()) {
            case ERROR -> List.of(refusalAsError(refusal));
            case SUBSCRIPTION_ERROR -> List.of(subscriptionError(channel, refusal));
            case BOTH -> List.of(refusalAsError(refusal), subscriptionError(channel, refusal));
        };
    }

    private Frame refusalAsError(Refusal refusal) {
        return switch (refusal) {
            case AUTH, NO_MEMBER_DATA -> error(PusherError.UNAUTHORIZED);
            case NAME -> error(PusherError.INVALID_MESSAGE);
            case MEMBERS, MEMBER_SIZE -> error(4009, refusal.message, null);
        };
    }

    private static Frame subscriptionError(String channel, Refusal refusal) {
        return Frame.text(
                new JsonText()
                        .raw("{\"event\":\"pusher:subscription_error\",\"channel\":")
                        .quoted(channel)
                        .raw(",\"data\":{\"type\":")
                        .quoted(refusal.type)
                        .raw(",\"error\":")
                        .quoted(refusal.message)
                        .raw(",\"status\":")
                        .number(refusal.status)
                        .raw("}}")
                        .toBytes());
    }

    private static Frame event(String event, byte[] data, @Nullable String channel) {
        JsonText json = new JsonText(96 + data.length + data.length / 4);
        json.raw("{\"event\":").quoted(event).raw(",\"data\":").quoted(data, 0, data.length);
        if (channel != null && !channel.isEmpty()) {
            json.raw(",\"channel\":").quoted(channel);
        }
        return Frame.text(json.raw("}").toBytes());
    }

    /** A JSON document as a JSON string. */
    static byte[] asString(byte[] json) {
        return new JsonText(json.length + json.length / 4 + 2)
                .quoted(json, 0, json.length)
                .toBytes();
    }

    static byte[] asString(String json) {
        return asString(json.getBytes(StandardCharsets.UTF_8));
    }
}
