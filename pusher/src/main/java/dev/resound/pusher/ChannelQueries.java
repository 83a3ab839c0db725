package dev.resound.pusher;

import dev.resound.core.Hub;
import dev.resound.core.TopicName;
import dev.resound.pusher.json.JsonText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the HTTP API tells about the channels of one app. <b>Thread:</b> any. */
final class ChannelQueries {
    private final Hub hub;
    private final AppRuntime runtime;
    private final Dialect.Queries rules;

    ChannelQueries(Hub hub, AppRuntime runtime) {
        this.hub = hub;
        this.runtime = runtime;
        this.rules = runtime.app().dialect().queries();
    }

    /** The attributes of a comma list. */
    static List<String> attributes(@Nullable String info) {
        return info == null ? List.of() : Arrays.asList(info.split(",", -1));
    }

    /**
     * The attributes of one channel as the members of a JSON object, {@code occupied} only if asked
     * for.
     */
    String describe(String channel, List<String> attributes, boolean withOccupied) {
        ChannelKind kind = ChannelKind.of(channel);
        int members = hub.members(runtime.topic(channel));
        JsonText json = new JsonText().raw("{");
        boolean first = true;
        if (withOccupied) {
            json.raw("\"occupied\":").raw(members > 0 ? "true" : "false");
            first = false;
        }
        boolean counts = members > 0 || rules.countsOfUnoccupied();
        if (attributes.contains("user_count") && kind.presence && counts) {
            json.raw(first ? "" : ",").raw("\"user_count\":").number(userCount(channel));
            first = false;
        }
        boolean countsSubscriptions = !kind.presence || rules.subscriptionCountOfPresence();
        boolean asked = attributes.contains("subscription_count") || rules.alwaysCounts();
        if (asked && countsSubscriptions && counts) {
            json.raw(first ? "" : ",").raw("\"subscription_count\":").number(members);
            first = false;
        }
        if (attributes.contains("cache") && kind.cached) {
            var cached = runtime.cachedEvents.get(channel);
            if (cached != null) {
                json.raw(first ? "" : ",").raw("\"cache\":");
                if (rules.cacheIsEnvelope()) {
                    json.raw(PusherFormat.json(cached.envelope()));
                } else {
                    json.raw("{\"data\":")
                            .raw(cached.envelope().data())
                            .raw(",\"ttl\":")
                            .number(cached.secondsLeft())
                            .raw("}");
                }
            }
        }
        return json.raw("}").toString();
    }

    /** Occupied channels, by name. */
    List<String> occupied(String prefix) {
        List<String> names = new ArrayList<>();
        hub.forEachTopic(
                runtime.scope(),
                (topic, members) -> {
                    String name = topic.name();
                    if (name.startsWith(prefix) && ChannelKind.of(name) != ChannelKind.USER) {
                        names.add(name);
                    }
                });
        names.sort(Comparator.naturalOrder());
        return names;
    }

    boolean isOccupied(String channel) {
        return hub.members(runtime.topic(channel)) > 0;
    }

    /** A presence channel's users, in the order of their joins. */
    List<PresenceMember> users(String channel) {
        TopicName topic = runtime.topic(channel);
        return hub.inTopic(
                topic,
                occupancy ->
                        occupancy.state() instanceof Presence presence
                                ? presence.users()
                                : List.of());
    }

    private int userCount(String channel) {
        return hub.inTopic(
                runtime.topic(channel),
                occupancy ->
                        occupancy.state() instanceof Presence presence ? presence.userCount() : 0);
    }
}
