package dev.resound.pusher;

import dev.resound.core.Hub;
import dev.resound.core.TopicName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One app as it is on this node, whatever the others know: for clusters that ask every node and add
 * up. <b>Thread:</b> any.
 */
public final class LocalApp {
    private final Hub hub;
    private final AppRuntime runtime;

    LocalApp(Hub hub, AppRuntime runtime) {
        this.hub = hub;
        this.runtime = runtime;
    }

    /** Its settings as they are now. */
    public App app() {
        return runtime.app();
    }

    /**
     * Whether this is what a roster has of the app's sockets that are in a channel, all together.
     */
    public static boolean isSubscribedSockets(TopicName topic) {
        return topic.name().equals(Attendance.SUBSCRIBED);
    }

    /** Ids of the sockets that are in a channel. */
    public Set<String> subscribedSockets() {
        return runtime.subscribedSocketIds();
    }

    /**
     * Channels whose name begins so, and how many sockets are in each; by name. <b>Cost:</b> all
     * topics of the node.
     */
    public SortedMap<String, Integer> occupied(String prefix) {
        SortedMap<String, Integer> channels = new TreeMap<>();
        hub.forEachTopic(
                runtime.scope(),
                (topic, members) -> {
                    String name = topic.name();
                    if (name.startsWith(prefix)
                            && !Attendance.isHidden(name)
                            && ChannelKind.of(name) != ChannelKind.USER) {
                        channels.put(name, members);
                    }
                });
        return channels;
    }

    /** How many sockets are in a channel. */
    public int members(String channel) {
        return hub.members(runtime.topic(channel));
    }

    /** How many users are in a presence channel; all sockets that are nobody's count as one. */
    public int userCount(String channel) {
        return hub.inTopic(
                runtime.topic(channel),
                occupancy ->
                        occupancy.state() instanceof Presence presence
                                ? presence.usersHere().size() + (presence.hasAnonymous() ? 1 : 0)
                                : 0);
    }

    /** The ids of a presence channel's users as JSON, numbers or strings; in no certain order. */
    public List<String> userIds(String channel) {
        return hub.inTopic(
                runtime.topic(channel),
                occupancy -> {
                    List<String> ids = new ArrayList<>();
                    if (occupancy.state() instanceof Presence presence) {
                        presence.usersHere().forEach(user -> ids.add(user.idJson()));
                    }
                    return ids;
                });
    }

    /** What a cache channel keeps, as subscribers get it. */
    public Optional<byte[]> cached(String channel) {
        return Optional.ofNullable(runtime.cachedEvents.get(channel))
                .map(cached -> PusherFormat.json(cached.envelope()));
    }
}
