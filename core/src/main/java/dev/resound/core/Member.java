package dev.resound.core;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A session seen from a topic: its seat in the topic, and, while it has a connection, its place in
 * an audience on its loop. Got from {@link Hub#join} or {@link Hub#reserve}, given back to {@link
 * Hub#leave} or {@link Hub#release}. <b>Thread:</b> the session's loop.
 */
public final class Member {
    final Occupancy occupancy;
    final LaneTopic laneTopic;
    private final @Nullable Object owner;

    /**
     * The topic's sequence number at the join: deliveries with a lower one are older than this
     * member.
     */
    final long since;

    private @Nullable Audience audience;
    private @Nullable Connection connection;
    int index = -1;

    Member(Occupancy occupancy, LaneTopic laneTopic, @Nullable Object owner, long since) {
        this.occupancy = occupancy;
        this.laneTopic = laneTopic;
        this.owner = owner;
        this.since = since;
    }

    public TopicName topic() {
        return occupancy.topic();
    }

    /** Whose member this is: what was given to {@link Hub#reserve}. */
    public @Nullable Object owner() {
        return owner;
    }

    public Connection connection() {
        return Objects.requireNonNull(connection, "a member without a connection");
    }

    /**
     * Takes its place among those who get what is published, from here on through this connection.
     * A member that had another connection gets everything once: what was published before through
     * the old one, what comes after through this. The connection's loop is the one the seat was
     * reserved on.
     */
    public void sit(Connection connection, WireFormat format) {
        assert connection.loop().lane() == laneTopic.lane : "a seat is on one lane";
        assert laneTopic.lane.loop.isCurrent() : "sits down off its loop";
        stand();
        this.connection = connection;
        Audience taken = laneTopic.audience(format, connection.writer());
        audience = taken;
        taken.add(this);
    }

    /** Gets nothing any more. The seat is kept. */
    public void stand() {
        assert laneTopic.lane.loop.isCurrent() : "stands up off its loop";
        Audience left = audience;
        if (left != null) {
            left.remove(this);
            audience = null;
        }
    }

    Audience audience() {
        return Objects.requireNonNull(audience, "a member without a place");
    }
}
