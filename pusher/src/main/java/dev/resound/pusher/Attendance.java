package dev.resound.pusher;

import dev.resound.core.Connection;
import dev.resound.core.Envelope;
import dev.resound.core.Hub;
import dev.resound.core.Occupancy;
import dev.resound.core.Roster;
import dev.resound.core.TopicName;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Tells other nodes who is in the channels here, and the clients here who is in them elsewhere.
 *
 * <p>What is no channel and is counted, too, has a name that no channel can have: an app's
 * connections, those of them that are in a channel, and each of its signed-in users.
 *
 * <p><b>Thread:</b> any.
 */
final class Attendance implements Roster.Listener {
    private static final String HIDDEN = "\1"; // a control character, which no channel has
    static final String CONNECTIONS = HIDDEN + "connections";
    static final String SUBSCRIBED = HIDDEN + "subscribed"; // connections that are in a channel
    private static final String SIGNED_IN = HIDDEN + "signed-in/";

    /** How long a user may be nowhere on the way from one node to another. */
    static final long HOLD_MILLIS = 100;

    private final Hub hub;
    private final Roster roster;
    private final Observers observers;
    private final Function<String, @Nullable AppRuntime> runtimes;

    /** Topics that are watched because they are occupied here. */
    private final Set<TopicName> watched = ConcurrentHashMap.newKeySet();

    /**
     * Over these topics.
     *
     * @param runtimes finds an app by the scope of its topics
     */
    Attendance(
            Hub hub,
            Roster roster,
            Observers observers,
            Function<String, @Nullable AppRuntime> runtimes) {
        this.hub = hub;
        this.roster = roster;
        this.observers = observers;
        this.runtimes = runtimes;
    }

    void begin() {
        roster.connect(this);
        if (observers.occupancy || roster.isShared()) {
            hub.watch(this::membersChanged);
        }
    }

    /** Whether it is something that is counted, and no channel. */
    static boolean isHidden(String name) {
        return name.startsWith(HIDDEN);
    }

    static TopicName signedIn(String scope, String user) {
        return new TopicName(scope, SIGNED_IN + user);
    }

    // ---- from here to the others

    private void membersChanged(TopicName topic, int before, int after) {
        AppRuntime runtime = runtimes.apply(topic.scope());
        if (runtime == null) {
            return;
        }
        roster.members(topic, before, after);
        if (before == 0 && wantsToKnow(runtime, topic) && watched.add(topic)) {
            roster.watch(topic);
        } else if (after == 0 && watched.remove(topic)) {
            roster.unwatch(topic);
        }
    }

    private static boolean wantsToKnow(AppRuntime runtime, TopicName topic) {
        return ChannelKind.of(topic.name()).presence || runtime.app().subscriptionCounts();
    }

    // ---- from the others to here

    @Override
    public void onMembers(TopicName topic, int elsewhere) {
        AppRuntime runtime = runtimes.apply(topic.scope());
        String name = topic.name();
        if (runtime == null) {
            return;
        }
        if (name.equals(CONNECTIONS)) {
            runtime.connectionsElsewhere(elsewhere);
        } else if (name.startsWith(SIGNED_IN)) {
            runtime.signedIn.elsewhere(name.substring(SIGNED_IN.length()), elsewhere > 0);
        } else {
            hub.changeTopic(topic, occupancy -> SubscriptionCount.changed(occupancy, hub, roster));
        }
    }

    @Override
    public void onArrival(TopicName topic, String user, String data) {
        PresenceMember member = member(user, data);
        if (member == null) {
            return;
        }
        hub.changeTopic(
                topic,
                occupancy -> {
                    if (occupancy.state() instanceof Presence presence
                            && presence.arrive(member, user)) {
                        occupancy.publishInOrder(added(topic, member), null);
                    }
                });
    }

    @Override
    public void onDeparture(TopicName topic, String user) {
        hub.changeTopic(
                topic,
                occupancy -> {
                    if (occupancy.state() instanceof Presence presence && presence.depart(user)) {
                        ended(occupancy, presence, user, null, hub, roster);
                    }
                });
    }

    /**
     * A user has gone, and the others are told: soon, unless there is no other node on which the
     * user might be back by then.
     */
    static void ended(
            Occupancy occupancy,
            Presence presence,
            String user,
            @Nullable Connection except,
            Hub hub,
            Roster roster) {
        if (!roster.isShared()) {
            tellEnd(occupancy, presence, user, except);
            return;
        }
        TopicName topic = occupancy.topic();
        Runnable later =
                () ->
                        hub.changeTopic(
                                topic,
                                it -> {
                                    if (it.state() instanceof Presence now) {
                                        tellEnd(it, now, user, null);
                                    }
                                });
        presence.loop.execute(() -> presence.loop.schedule(HOLD_MILLIS, later));
    }

    private static void tellEnd(
            Occupancy occupancy, Presence presence, String user, @Nullable Connection except) {
        PresenceMember gone = presence.end(user);
        if (gone != null) {
            occupancy.publishInOrder(removed(occupancy.topic(), gone), except);
        }
    }

    /** What another node says of a user; null if that is not one. */
    static @Nullable PresenceMember member(String user, String data) {
        PresenceMember member = PresenceMember.of(data);
        return member != null && user.equals(member.user()) ? member : null;
    }

    static Envelope added(TopicName topic, PresenceMember who) {
        return Envelope.json(
                topic, "pusher_internal:member_added", ServerFrames.asString(who.dataJson()));
    }

    private static Envelope removed(TopicName topic, PresenceMember who) {
        return Envelope.json(
                topic,
                "pusher_internal:member_removed",
                ServerFrames.asString("{\"user_id\":" + who.idJson() + "}"));
    }

    // ---- to those who watch from outside, once for all nodes

    @Override
    public boolean wantsTurns() {
        return observers.occupancy || observers.members;
    }

    @Override
    public void onTurn(Roster.Turn turn) {
        switch (turn) {
            case Roster.Turn.Members(var topic, int before, int after) ->
                    occupancyChanged(topic, before, after);
            case Roster.Turn.Came(var topic, var user, var data) -> {
                AppRuntime runtime = runtimes.apply(topic.scope());
                PresenceMember who = observers.members ? member(user, data) : null;
                if (runtime != null && who != null) {
                    observers.tell(
                            new AppEvent.MemberAdded(runtime.app(), topic.name(), who.idJson()));
                }
            }
            case Roster.Turn.Went(var topic, var user, var data) -> {
                AppRuntime runtime = runtimes.apply(topic.scope());
                PresenceMember who = observers.members ? member(user, data) : null;
                if (runtime != null && who != null) {
                    observers.tell(
                            new AppEvent.MemberRemoved(runtime.app(), topic.name(), who.idJson()));
                }
            }
        }
    }

    private void occupancyChanged(TopicName topic, int before, int after) {
        AppRuntime runtime = runtimes.apply(topic.scope());
        if (runtime == null
                || isHidden(topic.name())
                || ChannelKind.of(topic.name()) == ChannelKind.USER) {
            return;
        }
        App app = runtime.app();
        if (before == 0) {
            observers.tell(new AppEvent.ChannelCreated(app, topic.name()));
        }
        observers.tell(new AppEvent.SubscriptionCountChanged(app, topic.name(), after));
        if (after == 0) {
            observers.tell(new AppEvent.ChannelRemoved(app, topic.name()));
        }
    }
}
