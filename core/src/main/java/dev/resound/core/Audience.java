package dev.resound.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The members of one topic on one lane that share a wire format and a writer: a dense array, so
 * that a broadcast walks memory from end to end. Order is not kept. <b>Thread:</b> the lane's loop.
 */
public final class Audience {
    private static final @Nullable Connection[] NOBODY = {};

    final WireFormat format;
    final LaneWriter writer;
    private @Nullable Connection[] connections =
            NOBODY; // apart from members: a broadcast reads only these
    private final ArrayList<Member> members = new ArrayList<>(1);
    private long newestJoin;

    Audience(WireFormat format, LaneWriter writer) {
        this.format = format;
        this.writer = writer;
    }

    /** The audience of this format and writer in the list, which gets one if it has none. */
    static Audience in(List<Audience> audiences, WireFormat format, LaneWriter writer) {
        for (int i = 0; i < audiences.size(); i++) {
            Audience audience = audiences.get(i);
            if (audience.format == format && audience.writer == writer) {
                return audience;
            }
        }
        Audience created = new Audience(format, writer);
        audiences.add(created);
        return created;
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

    Member member(int index) {
        return members.get(index);
    }

    void add(Member member) {
        member.index = add(member, member.connection());
        newestJoin = Math.max(newestJoin, member.since);
    }

    /** Adds a member of another audience for one broadcast: it is not told of its place here. */
    void addForOnce(Member member) {
        add(member, member.connection());
    }

    private int add(Member member, Connection connection) {
        int size = members.size();
        if (size == connections.length) {
            connections = Arrays.copyOf(connections, Math.max(1, size + (size >> 1) + 1));
        }
        connections[size] = connection;
        members.add(member);
        return size;
    }

    void remove(Member member) {
        if (member.index < 0) {
            throw new IllegalStateException("a member leaves once");
        }
        writer.beforeLeave(this, member.index);
        int last = members.size() - 1;
        Member moved = members.remove(last);
        if (moved != member) {
            moved.index = member.index;
            members.set(member.index, moved);
            connections[member.index] = moved.connection();
        }
        member.index = -1;
        connections[last] = null;
        if (last < connections.length / 4) {
            connections = Arrays.copyOf(connections, Math.max(1, connections.length / 2));
        }
    }
}
