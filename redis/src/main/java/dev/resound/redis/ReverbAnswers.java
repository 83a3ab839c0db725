package dev.resound.redis;

import dev.resound.pusher.LocalApp;
import dev.resound.pusher.json.JsonText;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What this node answers to questions about an app, in Reverb's form. */
final class ReverbAnswers {
    /** How PHP writes an empty array, which an object is to it, too. */
    static final String NOTHING = "[]";

    private static final String PRESENCE = "presence-";

    private ReverbAnswers() {}

    /** Whether the channel knows its users. */
    static boolean isPresence(String channel) {
        return channel.startsWith(PRESENCE);
    }

    /**
     * The answer.
     *
     * @param app null if it is not served here
     */
    static String to(ReverbMetric metric, @Nullable LocalApp app) {
        if (app == null) {
            return NOTHING;
        }
        return switch (metric) {
            case ReverbMetric.Connections() -> connections(app);
            case ReverbMetric.Channel(String name, String info) -> describe(app, name, info);
            case ReverbMetric.Channels(String prefix, String info) ->
                    describe(app, app.occupied(prefix).keySet(), info);
            case ReverbMetric.Named(var names, String info) -> describe(app, names, info);
            case ReverbMetric.Users(String channel) -> users(app, channel);
            case ReverbMetric.Unknown() -> NOTHING;
        };
    }

    private static String connections(LocalApp app) {
        JsonText json = new JsonText();
        String separator = "{";
        for (String socket : app.subscribedSockets()) {
            json.raw(separator).quoted(socket).raw(":{}");
            separator = ",";
        }
        return closed(json, "}");
    }

    private static String describe(LocalApp app, Collection<String> channels, String info) {
        JsonText json = new JsonText();
        String separator = "{";
        for (String channel : channels) {
            json.raw(separator).quoted(channel).raw(":").raw(describe(app, channel, info));
            separator = ",";
        }
        return closed(json, "}");
    }

    private static String describe(LocalApp app, String channel, String info) {
        List<String> wanted = Arrays.asList(info.split(",", -1));
        int members = app.members(channel);
        JsonText json = new JsonText();
        String separator = "{";
        if (wanted.contains("occupied")) {
            json.raw("{\"occupied\":").raw(members > 0 ? "true" : "false");
            separator = ",";
        }
        if (members > 0 && wanted.contains("user_count") && isPresence(channel)) {
            json.raw(separator).raw("\"user_count\":").number(app.userCount(channel));
            separator = ",";
        }
        if (members > 0 && wanted.contains("subscription_count") && !isPresence(channel)) {
            json.raw(separator).raw("\"subscription_count\":").number(members);
            separator = ",";
        }
        byte[] cached =
                members > 0 && wanted.contains("cache") ? app.cached(channel).orElse(null) : null;
        if (cached != null) {
            json.raw(separator).raw("\"cache\":").raw(cached);
        }
        return closed(json, "}");
    }

    private static String users(LocalApp app, String channel) {
        JsonText json = new JsonText();
        String separator = "[";
        for (String id : app.userIds(channel)) {
            json.raw(separator).raw("{\"id\":").raw(id).raw("}");
            separator = ",";
        }
        return closed(json, "]");
    }

    private static String closed(JsonText json, String end) {
        return json.size() == 0 ? NOTHING : json.raw(end).toString();
    }
}
