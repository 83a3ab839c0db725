package dev.resound.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The members of one topic on one lane that share a wire format: a dense array, so that a broadcast
 * walks memory from end to end. Order is not kept. <b>Thread:</b> the lane's loop.
 */
public final class Audience {
    private static final @Nullable Connection[] NOBODY = {};

    final Lane lane;
    final WireFormat format;
    private @Nullable Connection[] connections =
            NOBODY; // apart from members: a broadcast reads only these
    private final ArrayList<Member> members = new ArrayList<>(1);
    private long newestJoin;

    Audience(Lane lane, WireFormat format) {
        this.lane = lane;
        this.format = format;
    }

    public int size() {
        return members.size();
    }

    public Connection connection(int index) {
        return Objects.requireNonNull(connections[index]);
    }

    /**
     * Whether the member at this place joined after the delivery was published. That happens when a
     * publish is on its way to this loop while the member joins: what it missed was part of the
     * state it was greeted with.
     */
    public boolean joinedAfter(int index, long sequence) {
        return members.get(index).since > sequence;
    }

    /**
     * Whether {@link #joinedAfter} can be true for anybody: nearly never, so that a walk seldom
     * asks.
     */
    public boolean anyJoinedAfter(long sequence) {
        return newestJoin > sequence;
    }

    void add(Member member) {
        int size = members.size();
        if (size == connections.length) {
            connections = Arrays.copyOf(connections, Math.max(1, size + (size >> 1) + 1));
        }
        member.index = size;
        connections[size] = member.connection;
        members.add(member);
        newestJoin = Math.max(newestJoin, member.since);
    }

    void remove(Member member) {
        if (member.index < 0) {
            throw new IllegalStateException("a member leaves once");
        }
        lane.writer.beforeLeave(this, member.index);
        int last = members.size() - 1;
        Member moved = members.remove(last);
        if (moved != member) {
            moved.index = member.index;
            members.set(member.index, moved);
            connections[member.index] = moved.connection;
        }
        member.index = -1;
        connections[last] = null;
        if (last < connections.length / 4) {
            connections = Arrays.copyOf(connections, Math.max(1, connections.length / 2));
        }
    }
}
