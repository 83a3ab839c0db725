package dev.resound.socketio;

import dev.resound.core.Connection;
import dev.resound.core.Member;
import dev.resound.core.WireFormat;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The rooms of one socket, seen twice. To every thread a room is joined as soon as {@link #join}
 * has returned, and publishers find its seat in the topic from then on. On the loop the socket sits
 * down when the task handed over by the join has its turn, so that what the loop sees is in order
 * with the messages.
 *
 * <p>The room named after the socket's id is not among them: it costs nothing.
 */
final class Rooms {
    private static final int WEIGHT = 64;

    private final Conversation<?> socket;

    /** Room to seat; no seat yet while the socket is not connected. Guarded by this. */
    private Map<String, @Nullable Member> joined = Map.of();

    private boolean active; // guarded by this
    private boolean ended; // guarded by this
    private Map<String, Member> seated = Map.of(); // the loop's

    Rooms(Conversation<?> socket) {
        this.socket = socket;
    }

    private RoomTopics topics() {
        return socket.namespace.topics;
    }

    /** Joins, unless the socket is in the room, or gone. <b>Thread:</b> any. */
    void join(String room) {
        Member member;
        synchronized (this) {
            if (ended || room.equals(socket.id) || joined.containsKey(room)) {
                return;
            }
            if (joined.isEmpty()) {
                joined = new HashMap<>(2);
            }
            // All under the monitor, so that seats are taken and tasks handed over in the order of
            // the joins and leaves. Nothing in here waits.
            member = active ? topics().reserve(room, socket) : null;
            joined.put(room, member);
            if (member != null) {
                socket.loop().lane().inOrder(WEIGHT, () -> sit(room, member));
            }
        }
        if (member != null) {
            topics().joined(room, socket);
            socket.changed();
        }
    }

    /** <b>Thread:</b> any. */
    void leave(String room) {
        Member member;
        synchronized (this) {
            if (!joined.containsKey(room)) {
                return;
            }
            member = joined.remove(room);
            if (member != null) {
                topics().release(member, socket);
                socket.loop().lane().inOrder(WEIGHT, () -> stand(room, member));
            }
        }
        if (member != null) {
            topics().left(room, socket);
            socket.changed();
        }
    }

    /** The rooms, without the socket's own. <b>Thread:</b> any. */
    synchronized Set<String> names() {
        return joined.isEmpty() ? Set.of() : new TreeSet<>(joined.keySet());
    }

    /** Whether any of these is joined. <b>Thread:</b> any. */
    synchronized boolean isInAny(Set<String> rooms) {
        return containsAny(joined, rooms);
    }

    /** The same in order with what is delivered. <b>Thread:</b> the loop. */
    boolean sitsInAny(Set<String> rooms) {
        return containsAny(seated, rooms);
    }

    private static boolean containsAny(Map<String, ?> present, Set<String> rooms) {
        if (present.isEmpty()) {
            return false;
        }
        for (String room : rooms) {
            if (present.containsKey(room)) {
                return true;
            }
        }
        return false;
    }

    /** Takes the seats of what was joined before the socket was connected. */
    void activate() {
        Map<String, Member> taken;
        synchronized (this) {
            active = true;
            taken = new HashMap<>(joined.size());
            for (String room : List.copyOf(joined.keySet())) {
                Member member = topics().reserve(room, socket);
                joined.put(room, member);
                taken.put(room, member);
            }
        }
        taken.forEach((room, member) -> {
            topics().joined(room, socket);
            sit(room, member);
        });
    }

    /** Sits again, on the connection the session has moved to. <b>Thread:</b> the loop. */
    void moveTo(Connection connection, WireFormat format) {
        seated.values().forEach(member -> member.sit(connection, format));
    }

    /**
     * Leaves all for good; a join on its way finds the door closed. <b>Thread:</b> the loop.
     *
     * @return what was left
     */
    Set<String> end() {
        Map<String, @Nullable Member> left;
        synchronized (this) {
            ended = true;
            left = joined;
            joined = Map.of();
            for (Member member : left.values()) {
                if (member != null) {
                    topics().release(member, socket);
                }
            }
        }
        seated.values().forEach(Member::stand);
        seated = Map.of();
        left.forEach((room, member) -> {
            if (member != null) {
                topics().left(room, socket);
            }
        });
        return left.isEmpty() ? Set.of() : Set.copyOf(left.keySet());
    }

    private void sit(String room, Member member) {
        if (socket.state() == Conversation.State.ENDED) {
            return; // it has given this seat back with all others
        }
        if (seated.isEmpty()) {
            seated = new HashMap<>(2);
        }
        member.sit(socket.client.connection(), socket.format());
        seated.put(room, member);
    }

    private void stand(String room, Member member) {
        if (!seated.isEmpty() && seated.remove(room, member)) {
            member.stand();
        }
    }
}
