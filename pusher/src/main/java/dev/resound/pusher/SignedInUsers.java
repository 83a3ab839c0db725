package dev.resound.pusher;

import dev.resound.core.Frame;
import dev.resound.core.Roster;
import dev.resound.core.TopicName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * The users of one app that have signed in, and who watches them. A user is online while one of
 * their sockets is, on whatever node. All that concerns one user is one step after the other, so
 * that whoever watches is told of every change once, in order. <b>Thread:</b> any.
 */
final class SignedInUsers {
    private final ConcurrentHashMap<String, User> users = new ConcurrentHashMap<>();
    private final Roster roster;
    private final Function<String, TopicName> topics;

    /** Somebody who is online, or watched, or both. */
    private static final class User {
        final Set<PusherSession> sockets = new HashSet<>(2);
        final Set<PusherSession> watchers = new HashSet<>(2);
        boolean elsewhere; // as far as is known; while somebody watches that is up to date

        boolean isOnline() {
            return elsewhere || !sockets.isEmpty();
        }

        boolean isForgotten() {
            return sockets.isEmpty() && watchers.isEmpty();
        }
    }

    /**
     * Nobody, so far.
     *
     * @param topics where the sockets of a user are counted
     */
    SignedInUsers(Roster roster, Function<String, TopicName> topics) {
        this.roster = roster;
        this.topics = topics;
    }

    void signIn(String id, PusherSession socket) {
        users.compute(
                id,
                (name, present) -> {
                    User user = present == null ? new User() : present;
                    boolean wasOnline = user.isOnline();
                    if (user.sockets.add(socket)) {
                        int sockets = user.sockets.size();
                        roster.members(topics.apply(id), sockets - 1, sockets);
                    }
                    if (!wasOnline) {
                        tell(user, ServerFrames.watchlist("online", List.of(id)));
                    }
                    return user;
                });
    }

    void signOut(String id, PusherSession socket) {
        users.computeIfPresent(
                id,
                (name, user) -> {
                    if (user.sockets.remove(socket)) {
                        int sockets = user.sockets.size();
                        roster.members(topics.apply(id), sockets + 1, sockets);
                        if (!user.isOnline()) {
                            tell(user, ServerFrames.watchlist("offline", List.of(id)));
                        }
                    }
                    return user.isForgotten() ? null : user;
                });
    }

    /** A user has sockets on other nodes, or has none there any more. */
    void elsewhere(String id, boolean there) {
        users.computeIfPresent(
                id,
                (name, user) -> {
                    boolean wasOnline = user.isOnline();
                    user.elsewhere = there;
                    if (user.isOnline() != wasOnline) {
                        String state = user.isOnline() ? "online" : "offline";
                        tell(user, ServerFrames.watchlist(state, List.of(id)));
                    }
                    return user;
                });
    }

    /**
     * Tells the watcher of these users from here on.
     *
     * @return who of them is online now, as far as is known; of others the watcher is told later
     */
    List<String> watch(List<String> ids, PusherSession watcher) {
        List<String> online = new ArrayList<>();
        for (String id : ids) {
            users.compute(
                    id,
                    (name, present) -> {
                        User user = present == null ? new User() : present;
                        if (user.watchers.isEmpty()) {
                            roster.watch(topics.apply(id));
                        }
                        user.watchers.add(watcher);
                        if (user.isOnline()) {
                            online.add(id);
                        }
                        return user;
                    });
        }
        return online;
    }

    void unwatch(List<String> ids, PusherSession watcher) {
        for (String id : ids) {
            users.computeIfPresent(
                    id,
                    (name, user) -> {
                        if (user.watchers.remove(watcher) && user.watchers.isEmpty()) {
                            roster.unwatch(topics.apply(id));
                            user.elsewhere = false;
                        }
                        return user.isForgotten() ? null : user;
                    });
        }
    }

    Set<PusherSession> socketsOf(String id) {
        Set<PusherSession> found = new HashSet<>(2);
        users.computeIfPresent(
                id,
                (name, user) -> {
                    found.addAll(user.sockets);
                    return user;
                });
        return found;
    }

    /** Users that somebody is signed in as, or watches; for tests of what is left behind. */
    int size() {
        return users.size();
    }

    private static void tell(User user, Frame frame) {
        user.watchers.forEach(watcher -> watcher.post(frame));
    }
}
