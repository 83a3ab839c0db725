package dev.resound.pusher;

import dev.resound.core.Hub;
import dev.resound.core.Roster;
import dev.resound.core.TopicName;
import dev.resound.pusher.json.JsonText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What the HTTP API tells about some channels of one app, on all nodes: those here as they are when
 * it is told, those elsewhere as they were when they were asked. <b>Thread:</b> any.
 */
final class ChannelQueries {
    private final Hub hub;
    private final AppRuntime runtime;
    private final Dialect.Queries rules;
    private final List<String> channels;
    private final Map<TopicName, Roster.Elsewhere> elsewhere;
    private final boolean complete;

    private ChannelQueries(
            Hub hub,
            AppRuntime runtime,
            List<String> channels,
            Map<TopicName, Roster.Elsewhere> elsewhere,
            boolean complete) {
        this.hub = hub;
        this.runtime = runtime;
        this.rules = runtime.app().dialect().queries();
        this.channels = channels;
        this.elsewhere = elsewhere;
        this.complete = complete;
    }

    /** About these. */
    static CompletionStage<ChannelQueries> of(
            Hub hub, AppRuntime runtime, Collection<String> channels) {
        List<TopicName> topics = channels.stream().distinct().map(runtime::topic).toList();
        return runtime.roster
                .ask(topics)
                .thenApply(answer ->
                        new ChannelQueries(
                                hub,
                                runtime,
                                List.copyOf(channels),
                                answer.value(),
                                answer.complete()));
    }

    /**
     * About all that are occupied, by name.
     *
     * @param withUsers whether the users will be asked for, too
     */
    static CompletionStage<ChannelQueries> ofOccupied(
            Hub hub, AppRuntime runtime, String prefix, boolean withUsers) {
        return runtime.roster
                .occupied(runtime.scope())
                .thenCompose(answer -> {
                    SortedSet<String> names = new TreeSet<>();
                    Map<TopicName, Roster.Elsewhere> elsewhere = new HashMap<>();
                    hub.forEachTopic(runtime.scope(), (topic, members) -> names.add(topic.name()));
                    answer.value()
                            .forEach((name, members) -> {
                                names.add(name);
                                elsewhere.put(
                                        runtime.topic(name),
                                        new Roster.Elsewhere(members, Map.of()));
                            });
                    names.removeIf(name ->
                            !name.startsWith(prefix)
                                    || Attendance.isHidden(name)
                                    || ChannelKind.of(name) == ChannelKind.USER);
                    List<TopicName> withUsersOf =
                            !withUsers
                                    ? List.of()
                                    : names.stream()
                                            .filter(name -> ChannelKind.of(name).presence)
                                            .map(runtime::topic)
                                            .toList();
                    return runtime.roster
                            .ask(withUsersOf)
                            .thenApply(users -> {
                                elsewhere.putAll(users.value());
                                return new ChannelQueries(
                                        hub,
                                        runtime,
                                        List.copyOf(names),
                                        elsewhere,
                                        answer.complete() && users.complete());
                            });
                });
    }

    /** Whether all nodes are in it. */
    boolean isComplete() {
        return complete;
    }

    /** Those it is about. */
    List<String> channels() {
        return channels;
    }

    private Roster.Elsewhere elsewhere(String channel) {
        return elsewhere.getOrDefault(runtime.topic(channel), Roster.Elsewhere.NOBODY);
    }

    private int members(String channel) {
        return hub.members(runtime.topic(channel)) + elsewhere(channel).members();
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
        int members = members(channel);
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

    boolean isOccupied(String channel) {
        return members(channel) > 0;
    }

    /**
     * A presence channel's users, in the order of their joins as far as this node has seen them.
     */
    List<PresenceMember> users(String channel) {
        return hub.inTopic(
                runtime.topic(channel),
                occupancy -> {
                    Presence presence = occupancy.state() instanceof Presence here ? here : null;
                    List<PresenceMember> users = new ArrayList<>();
                    if (presence != null) {
                        users.addAll(presence.users());
                    }
                    elsewhere(channel)
                            .users()
                            .forEach((user, data) -> {
                                PresenceMember member = Attendance.member(user, data);
                                if (member != null && (presence == null || !presence.has(member))) {
                                    users.add(member);
                                }
                            });
                    return users;
                });
    }

    /** Distinct ones, and one for all of this node that are nobody. */
    private int userCount(String channel) {
        boolean anonymous =
                hub.inTopic(
                        runtime.topic(channel),
                        occupancy ->
                                occupancy.state() instanceof Presence presence
                                        && presence.hasAnonymous());
        return users(channel).size() + (anonymous ? 1 : 0);
    }
}
