package dev.resound.core;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds the lanes that have members of a topic and delivers to them: step three of a frame's path.
 *
 * <p><b>Order.</b> Everything that changes who is in a topic runs alone on that topic ({@link
 * #inTopic}), and hands its announcements to the lanes before the next change can begin. Lanes
 * deliver first in, first out. So every member sees joins and leaves in one and the same order,
 * whatever loop it lives on. A member that joins while an announcement is on its way to its loop
 * does not get it: the topic counts its changes, a delivery carries the count at its publish, and
 * whoever joined later is passed over. What such a member missed is in the state it was greeted
 * with.
 *
 * <p><b>Thread:</b> any, except where a method says otherwise. Nothing here waits for another
 * thread, but for the few instructions of another step on the same topic.
 */
public final class Hub {
    private final ConcurrentHashMap<TopicName, Occupancy> topics = new ConcurrentHashMap<>();
    private final CopyOnWriteArrayList<TopicWatcher> watchers = new CopyOnWriteArrayList<>();
    private final CopyOnWriteArrayList<Scopes> receivers = new CopyOnWriteArrayList<>();
    private final Bus bus;

    /** Who hears what other nodes publish in scopes that begin so. */
    private record Scopes(String prefix, Bus.Receiver receiver) {}

    /**
     * A hub without topics, of a node that is alone. Everything that shares topics shares one hub.
     */
    public Hub() {
        this(Bus.NONE);
    }

    /** The same, of a node that has others beside it. */
    public Hub(Bus bus) {
        this.bus = bus;
        bus.connect(this::onEnvelope);
    }

    /** What this hub publishes goes to the other nodes, too, and what they publish comes here. */
    public Bus bus() {
        return bus;
    }

    /**
     * Has somebody else hear what other nodes publish in scopes that begin so; otherwise it is
     * delivered to the members.
     */
    public void receive(String scopePrefix, Bus.Receiver receiver) {
        receivers.add(new Scopes(scopePrefix, receiver));
    }

    /** Another node has published. */
    private boolean onEnvelope(Envelope envelope, @Nullable String except) {
        for (Scopes each : receivers) {
            if (envelope.topic().scope().startsWith(each.prefix)) {
                return each.receiver.onEnvelope(envelope, except);
            }
        }
        return publishHere(envelope, null);
    }

    /** From here on the watcher is told of every topic that gains or loses members, for good. */
    public void watch(TopicWatcher watcher) {
        watchers.add(watcher);
    }

    /**
     * Sends the envelope to every member of its topic, on all nodes, except one connection of this
     * node. A topic without members is no error.
     *
     * @return false if a lane or the bus is so far behind that nothing was delivered: slow down and
     *     try again
     */
    public boolean publish(Envelope envelope, @Nullable Connection except) {
        return bus.hasRoom() && publishHere(envelope, except) && offered(envelope);
    }

    /** It had room a moment ago; if others were faster, the nodes beyond miss it, and it counts. */
    private boolean offered(Envelope envelope) {
        bus.offer(envelope, null);
        return true;
    }

    /** As {@link #publish(Envelope, Connection)}, on this node only. */
    public boolean publishHere(Envelope envelope, @Nullable Connection except) {
        Occupancy occupancy = topics.get(envelope.topic());
        return occupancy == null || occupancy.publish(envelope, except);
    }

    /**
     * Whether a publish to the topic would be delivered now: for those who publish to several
     * topics or to none. The next moment may be another.
     */
    public boolean hasRoom(TopicName topic) {
        Occupancy occupancy = topics.get(topic);
        return bus.hasRoom() && (occupancy == null || occupancy.hasRoom());
    }

    /** As {@link #publish(Envelope, Connection)}, for messages of one protocol. */
    public boolean publish(TopicName topic, Message message, @Nullable Connection except) {
        Occupancy occupancy = topics.get(topic);
        return occupancy == null || occupancy.publish(message, except);
    }

    /**
     * Sends each of the topics its message, to those members whom the chooser takes. It is asked
     * once per membership, so that one who is in two of the topics is its own affair, and may do
     * more than choose. On each lane all of it is delivered at once, in the order of the topics: no
     * other publish comes between.
     *
     * @param messages one and the same message for several topics is written together
     * @param chooser called on each member's loop; must not change who is in a topic
     * @return false if a lane is so far behind that nobody was asked: slow down and try again
     */
    public boolean publish(
            SequencedMap<TopicName, ? extends Message> messages, Predicate<Member> chooser) {
        Map<Lane, List<Choice.Part>> parts = new HashMap<>();
        IdentityHashMap<Message, Delivery> deliveries = new IdentityHashMap<>();
        messages.forEach((name, message) -> {
            Occupancy occupancy = topics.get(name);
            if (occupancy != null) {
                occupancy.addTo(
                        parts,
                        deliveries.computeIfAbsent(message, each -> new Delivery(each, 0, null)));
            }
        });
        for (Lane lane : parts.keySet()) {
            if (!lane.hasRoom()) {
                return false;
            }
        }
        parts.forEach((lane, ofLane) ->
                lane.inOrder(Choice.weight(ofLane), () -> Choice.deliver(ofLane, chooser)));
        return true;
    }

    /**
     * Takes a seat for a session that may change its connections, or joins from outside its loop.
     * From here on what is published is handed to the lane; the member gets it if it sits down
     * ({@link Member#sit}) in a task handed to the loop before. <b>Thread:</b> any.
     *
     * @param owner handed back by {@link Member#owner}
     */
    public Member reserve(TopicName topic, Loop home, Object owner) {
        return inTopic(topic, occupancy -> occupancy.reserve(home.lane(), owner));
    }

    /** Gives a seat back. The member must stand up afterwards. <b>Thread:</b> any. */
    public void release(Member member) {
        changeTopic(member.topic(), occupancy -> occupancy.release(member));
    }

    /** Joins with nothing to keep in step. <b>Thread:</b> the connection's loop. */
    public Member join(TopicName topic, Connection connection, WireFormat format) {
        return inTopic(topic, occupancy -> occupancy.join(connection, format));
    }

    /** Leaves with nothing to keep in step. <b>Thread:</b> the connection's loop. */
    public void leave(Member member) {
        changeTopic(member.topic(), occupancy -> occupancy.leave(member));
    }

    /**
     * Runs the step alone on this topic, occupied or not. The step must be short and must not call
     * the hub; it may join, leave, keep state and publish through the {@link Occupancy} it is
     * given, which is forgotten if it has no members afterwards.
     */
    @SuppressWarnings({
        "unchecked",
        "NullAway"
    }) // the cell is filled when compute returns, with what the step returned
    public <R extends @Nullable Object> R inTopic(TopicName topic, Function<Occupancy, R> step) {
        Object[] result = new Object[1];
        topics.compute(
                topic,
                (name, present) -> {
                    Occupancy occupancy = present == null ? new Occupancy(name) : present;
                    int before = occupancy.members();
                    result[0] = step.apply(occupancy);
                    int after = occupancy.members();
                    if (after != before) {
                        watchers.forEach(watcher -> watcher.onMembers(name, before, after));
                    }
                    return after == 0 ? null : occupancy;
                });
        return (R) result[0];
    }

    /** {@link #inTopic} for a step without a result. */
    public void changeTopic(TopicName topic, Consumer<Occupancy> step) {
        inTopic(
                topic,
                occupancy -> {
                    step.accept(occupancy);
                    return Boolean.TRUE;
                });
    }

    /** How many members a topic has on this node. */
    public int members(TopicName topic) {
        Occupancy occupancy = topics.get(topic);
        return occupancy == null ? 0 : occupancy.members();
    }

    /**
     * Shows every occupied topic of a scope with its member count; weakly consistent. <b>Cost:</b>
     * all topics of the node.
     */
    public void forEachTopic(String scope, BiConsumer<TopicName, Integer> visitor) {
        topics.forEach((name, occupancy) -> {
            int members = occupancy.members();
            if (members > 0 && name.scope().equals(scope)) {
                visitor.accept(name, members);
            }
        });
    }
}
