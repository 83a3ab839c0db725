package dev.resound.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An occupied topic: which lanes have members, how many there are, and what the protocol keeps with
 * it. <b>Thread:</b> changed only under the topic's key (inside {@link Hub#inTopic} and what builds
 * on it); any thread reads.
 */
@SuppressWarnings(
        "NonAtomicVolatileUpdate") // changed under the key only; volatile is for the readers
public final class Occupancy {
    private final TopicName topic;
    private volatile Seat[] lanes = {};
    private volatile long sequence;
    private volatile int members;
    private @Nullable Object state;

    /** One lane's share of the topic. */
    private record Seat(LaneTopic topic, int members) {}

    Occupancy(TopicName topic) {
        this.topic = topic;
    }

    public TopicName topic() {
        return topic;
    }

    /** How many members the topic has, on all lanes. */
    public int members() {
        return members;
    }

    /** What the protocol keeps with the topic. Only inside {@link Hub#inTopic}. */
    public @Nullable Object state() {
        return state;
    }

    /** Kept until the last member has left. Only inside {@link Hub#inTopic}. */
    public void state(@Nullable Object state) {
        this.state = state;
    }

    /**
     * Adds the connection, at once. What is published in the same step is not for it, nor is
     * anything that was published earlier and is still on its way. <b>Thread:</b> the connection's
     * loop, inside {@link Hub#inTopic}.
     */
    public Member join(Connection connection, WireFormat format) {
        Member member = reserve(connection.loop().lane(), null);
        member.sit(connection, format);
        return member;
    }

    /**
     * Takes a seat, to be sat on ({@link Member#sit}) on the lane's loop. What is published after
     * this call and handed to the loop behind the task that sits down will be heard. <b>Thread:</b>
     * any, inside {@link Hub#inTopic}.
     *
     * @param owner whose member it will be
     */
    public Member reserve(Lane lane, @Nullable Object owner) {
        LaneTopic laneTopic = takeSeat(lane);
        sequence = sequence + 1;
        members++;
        return new Member(this, laneTopic, owner, sequence);
    }

    /** Gives the seat back; its member stands up afterwards. <b>Thread:</b> any, as above. */
    public void release(Member member) {
        assert member.occupancy == this : "member of another topic";
        giveUpSeat(member.laneTopic.lane);
        members--;
    }

    /**
     * Takes the member out, at once. <b>Thread:</b> the connection's loop, inside {@link
     * Hub#inTopic}.
     */
    public void leave(Member member) {
        assert member.occupancy == this : "member of another topic";
        if (member.index < 0) {
            throw new IllegalStateException("a member leaves once");
        }
        member.stand();
        release(member);
    }

    /**
     * Publishes in the order of the steps on this topic: every member sees what is published this
     * way in the same order, and a joining member sees exactly what came after its join. Only
     * inside {@link Hub#inTopic}.
     */
    public void publishInOrder(Message message, @Nullable Connection except) {
        Delivery delivery = new Delivery(message, sequence, except);
        for (Seat seat : lanes) {
            seat.topic.lane.post(seat.topic, delivery);
        }
    }

    /** As {@link #publishInOrder}, and not for the member that joined in this very step. */
    public void announce(Member joined, Envelope envelope) {
        Delivery delivery = new Delivery(envelope, joined.since - 1, null);
        for (Seat seat : lanes) {
            seat.topic.lane.post(seat.topic, delivery);
        }
    }

    /**
     * Whether every lane with members can take more; asked before {@link #publishInOrder}, which is
     * never refused.
     */
    public boolean hasRoom() {
        for (Seat seat : lanes) {
            if (!seat.topic.lane.hasRoom()) {
                return false;
            }
        }
        return true;
    }

    boolean publish(Message message, @Nullable Connection except) {
        if (!hasRoom()) {
            return false; // nobody gets it, so that a retry gives nobody two
        }
        Delivery delivery = new Delivery(message, sequence, except);
        for (Seat seat : lanes) {
            seat.topic.lane.offer(seat.topic, delivery);
        }
        return true;
    }

    /** Adds this topic's share of each lane to what a choice walks. */
    void addTo(Map<Lane, List<Choice.Part>> parts, Delivery delivery) {
        for (Seat seat : lanes) {
            parts.computeIfAbsent(seat.topic.lane, lane -> new ArrayList<>(1))
                    .add(new Choice.Part(seat.topic, sequence, delivery));
        }
    }

    private LaneTopic takeSeat(Lane lane) {
        Seat[] old = lanes;
        for (int i = 0; i < old.length; i++) {
            if (old[i].topic.lane == lane) {
                Seat[] changed = old.clone();
                changed[i] = new Seat(old[i].topic, old[i].members + 1);
                lanes = changed;
                return changed[i].topic;
            }
        }
        Seat[] grown = Arrays.copyOf(old, old.length + 1);
        grown[old.length] = new Seat(new LaneTopic(lane), 1);
        lanes = grown;
        return grown[old.length].topic;
    }

    private void giveUpSeat(Lane lane) {
        Seat[] old = lanes;
        for (int i = 0; i < old.length; i++) {
            if (old[i].topic.lane == lane) {
                Seat[] changed;
                if (old[i].members > 1) {
                    changed = old.clone();
                    changed[i] = new Seat(old[i].topic, old[i].members - 1);
                } else {
                    changed = new Seat[old.length - 1];
                    System.arraycopy(old, 0, changed, 0, i);
                    System.arraycopy(old, i + 1, changed, i, changed.length - i);
                }
                lanes = changed;
                return;
            }
        }
        throw new AssertionError("lane has no seat in " + topic);
    }
}
