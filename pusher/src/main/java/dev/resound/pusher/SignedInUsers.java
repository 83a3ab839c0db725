package dev.resound.pusher;

import dev.resound.core.Frame;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The users of one app that have signed in, and who watches them. A user is online while one of
 * their sockets is. All that concerns one user is one step after the other, so that whoever watches
 * is told of every change once, in order. <b>Thread:</b> any.
 */
final class SignedInUsers {
    private final ConcurrentHashMap<String, User> users = new ConcurrentHashMap<>();

    /** Somebody who is online, or watched, or both. */
    private static final class User {
        final Set<PusherSession> sockets = new HashSet<>(2);
        final Set<PusherSession> watchers = new HashSet<>(2);

        boolean isForgotten() {
            return sockets.isEmpty() && watchers.isEmpty();
        }
    }

    void signIn(String id, PusherSession socket) {
        users.compute(
                id,
                (name, present) -> {
                    User user = present == null ? new User() : present;
                    boolean wasOnline = !user.sockets.isEmpty();
                    user.sockets.add(socket);
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
                    if (user.sockets.remove(socket) && user.sockets.isEmpty()) {
                        tell(user, ServerFrames.watchlist("offline", List.of(id)));
                    }
                    return user.isForgotten() ? null : user;
                });
    }

    /**
     * Tells the watcher of these users from here on.
     *
     * @return who of them is online now
     */
    List<String> watch(List<String> ids, PusherSession watcher) {
        List<String> online = new ArrayList<>();
        for (String id : ids) {
            users.compute(
                    id,
                    (name, present) -> {
                        User user = present == null ? new User() : present;
                        user.watchers.add(watcher);
                        if (!user.sockets.isEmpty()) {
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
                        user.watchers.remove(watcher);
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
