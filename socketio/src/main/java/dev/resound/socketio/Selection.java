package dev.resound.socketio;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Who is meant by a broadcast, and how it is to be sent. Immutable.
 *
 * @param rooms names of rooms, or ids of sockets; empty for everybody
 * @param except names of rooms, or ids of sockets, whose sockets are left out
 * @param local only sockets of this node
 * @param asVolatile only sockets to which it can be sent at once
 * @param compress whether compressing it is worth while; if not, it is sent as it is
 */
public record Selection(
        Set<String> rooms,
        Set<String> except,
        boolean local,
        boolean asVolatile,
        boolean compress) {
    static final Selection EVERYBODY = new Selection(Set.of(), Set.of(), false, false, true);

    public Selection {
        rooms = copy(rooms);
        except = copy(except);
    }

    /** Unlike {@link Set#copyOf} in the order they were named. */
    private static Set<String> copy(Set<String> names) {
        return names.isEmpty() ? Set.of() : Collections.unmodifiableSet(new LinkedHashSet<>(names));
    }

    Selection to(Collection<String> more) {
        return new Selection(union(rooms, more), except, local, asVolatile, compress);
    }

    Selection except(Collection<String> more) {
        return new Selection(rooms, union(except, more), local, asVolatile, compress);
    }

    /** Whether who is in these rooms, his own among them, is meant. */
    public boolean isFor(Set<String> names) {
        return (rooms.isEmpty() || intersects(rooms, names)) && !intersects(except, names);
    }

    private static boolean intersects(Set<String> some, Set<String> others) {
        for (String each : some) {
            if (others.contains(each)) {
                return true;
            }
        }
        return false;
    }

    Selection onThisNode() {
        return new Selection(rooms, except, true, asVolatile, compress);
    }

    Selection droppable() {
        return new Selection(rooms, except, local, true, compress);
    }

    Selection compressed(boolean wanted) {
        return new Selection(rooms, except, local, asVolatile, wanted);
    }

    private static Set<String> union(Set<String> some, Collection<String> more) {
        Set<String> all = new LinkedHashSet<>(some);
        all.addAll(more);
        return all;
    }
}
