package dev.resound.core;

/**
 * A session seen from a topic: its place in the topic's audience on its loop. Got from {@link
 * Hub#join}, given back to {@link Hub#leave}. <b>Thread:</b> the connection's loop.
 */
public final class Member {
    final Occupancy occupancy;
    final Audience audience;
    final Connection connection;

    /**
     * The topic's sequence number at the join: deliveries with a lower one are older than this
     * member.
     */
    final long since;

    int index;

    Member(Occupancy occupancy, Audience audience, Connection connection, long since) {
        this.occupancy = occupancy;
        this.audience = audience;
        this.connection = connection;
        this.since = since;
    }

    public TopicName topic() {
        return occupancy.topic();
    }

    public Connection connection() {
        return connection;
    }
}
