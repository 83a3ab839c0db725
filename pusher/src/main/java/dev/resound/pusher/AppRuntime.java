package dev.resound.pusher;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.resound.core.TopicName;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What the sockets of one app share on this node. <b>Thread:</b> any. */
final class AppRuntime {
    private static final int MAX_ID_PART = Integer.MAX_VALUE;
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Duration CACHE_TIME = Duration.ofMinutes(30);

    final App app;
    final ServerFrames frames;
    final Signer signer;
    final CachedEvents cachedEvents = new CachedEvents(CACHE_TIME, Ticker.systemTicker());
    private final String scope;
    private final ConcurrentHashMap<String, PusherSession> sockets = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Set<PusherSession>> users = new ConcurrentHashMap<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger subscribed = new AtomicInteger();

    AppRuntime(App app) {
        this.app = app;
        this.frames = new ServerFrames(app.dialect());
        this.signer = new Signer(app.secret());
        this.scope = scope(app);
    }

    static String scope(App app) {
        return "app/" + app.id();
    }

    TopicName topic(String channel) {
        return new TopicName(scope, channel);
    }

    String scope() {
        return scope;
    }

    /** Takes one of the app's connections; false if it has none left. */
    boolean takeConnection() {
        int now = connections.incrementAndGet();
        if (app.maxConnections() > 0 && now > app.maxConnections()) {
            connections.decrementAndGet();
            return false;
        }
        return true;
    }

    void giveBackConnection() {
        connections.decrementAndGet();
    }

    int connections() {
        return connections.get();
    }

    /** Gives the session an id that nobody else on this node has, and makes it findable by it. */
    String register(PusherSession session) {
        while (true) {
            String id = newSocketId();
            if (register(session, id)) {
                return id;
            }
        }
    }

    /** Makes the session findable by an id it has already; false if another has it, too. */
    boolean register(PusherSession session, String id) {
        return sockets.putIfAbsent(id, session) == null;
    }

    static String newSocketId() {
        return part() + "." + part();
    }

    private static int part() {
        return 1 + RANDOM.nextInt(MAX_ID_PART);
    }

    void unregister(String socketId) {
        sockets.remove(socketId);
    }

    @Nullable PusherSession socket(@Nullable String socketId) {
        return socketId == null ? null : sockets.get(socketId);
    }

    /** Sockets that are in at least one channel. */
    int subscribedSockets() {
        return subscribed.get();
    }

    void firstChannelJoined() {
        subscribed.incrementAndGet();
    }

    void lastChannelLeft() {
        subscribed.decrementAndGet();
    }

    void addUser(String user, PusherSession session) {
        users.compute(
                user,
                (name, present) -> {
                    Set<PusherSession> sessions = present == null ? new HashSet<>(2) : present;
                    sessions.add(session);
                    return sessions;
                });
    }

    void removeUser(String user, PusherSession session) {
        users.computeIfPresent(
                user,
                (name, sessions) -> {
                    sessions.remove(session);
                    return sessions.isEmpty() ? null : sessions;
                });
    }

    List<PusherSession> socketsOf(String user) {
        List<PusherSession> found = new ArrayList<>();
        users.computeIfPresent(
                user,
                (name, sessions) -> {
                    found.addAll(sessions);
                    return sessions;
                });
        return found;
    }
}
