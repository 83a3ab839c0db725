package dev.resound.pusher;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.resound.core.Journal;
import dev.resound.core.Roster;
import dev.resound.core.TopicName;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What the sockets of one app share on this node. <b>Thread:</b> any. */
final class AppRuntime {
    /** What the scopes of apps begin with. */
    static final String SCOPE = "app/";

    private static final int MAX_ID_PART = Integer.MAX_VALUE;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String scope;
    private volatile Terms terms;
    final Counters counters = new Counters();
    final AppRate clientEventRate = new AppRate();
    final AppRate backEndEventRate = new AppRate();
    final AppRate readRate = new AppRate();
    final Roster roster;
    final SignedInUsers signedIn;
    final IdempotencyKeys idempotencyKeys =
            new IdempotencyKeys(
                    () -> app().extensions().idempotencySeconds(), Ticker.systemTicker());
    final SharedHistories histories;
    final Journal journal;
    final History history;
    final CachedEvents cachedEvents =
            new CachedEvents(() -> app().cacheSeconds(), Ticker.systemTicker());
    private final ConcurrentHashMap<String, PusherSession> sockets = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Set<PusherSession>> users = new ConcurrentHashMap<>();
    private final AtomicInteger connections = new AtomicInteger();
    private volatile int connectionsElsewhere;
    private final Set<String> subscribed = ConcurrentHashMap.newKeySet();

    /** What follows from the app's settings, which may change while the server runs. */
    private record Terms(App app, ServerFrames frames, Signer signer) {
        static Terms of(App app) {
            return new Terms(app, new ServerFrames(app.dialect()), new Signer(app.secret()));
        }
    }

    AppRuntime(App app, Roster roster, SharedHistories histories) {
        this.terms = Terms.of(app);
        this.scope = scope(app);
        this.roster = roster;
        this.histories = histories;
        this.journal = histories.journal();
        this.history = new History(Ticker.systemTicker(), journal.isShared());
        this.signedIn = new SignedInUsers(roster, user -> Attendance.signedIn(scope, user));
        roster.watch(topic(Attendance.CONNECTIONS));
    }

    /** The app is not served any more. */
    void end() {
        roster.unwatch(topic(Attendance.CONNECTIONS));
    }

    App app() {
        return terms.app;
    }

    ServerFrames frames() {
        return terms.frames;
    }

    Signer signer() {
        return terms.signer;
    }

    /** The app's settings as they are now: for everything that happens from here on. */
    void renew(App app) {
        if (app != terms.app && !app.equals(terms.app)) {
            terms = Terms.of(app);
        }
    }

    static String scope(App app) {
        return SCOPE + app.id();
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
        int most = app().maxConnections();
        if (most > 0 && now + connectionsElsewhere > most) {
            connections.decrementAndGet();
            return false;
        }
        tellConnections();
        return true;
    }

    void giveBackConnection() {
        connections.decrementAndGet();
        tellConnections();
    }

    /** The last word is the right one: whoever changes the number says it as it is afterwards. */
    private void tellConnections() {
        if (roster.isShared()) {
            synchronized (connections) {
                roster.members(topic(Attendance.CONNECTIONS), 0, connections.get());
            }
        }
    }

    private void tellSubscribed() {
        if (roster.isShared()) {
            synchronized (subscribed) {
                roster.members(topic(Attendance.SUBSCRIBED), 0, subscribed.size());
            }
        }
    }

    /** The app has so many connections on other nodes. */
    void connectionsElsewhere(int count) {
        connectionsElsewhere = count;
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
        return subscribed.size();
    }

    /** Their ids. */
    Set<String> subscribedSocketIds() {
        return Set.copyOf(subscribed);
    }

    void firstChannelJoined(String socketId) {
        subscribed.add(socketId);
        tellSubscribed();
    }

    void lastChannelLeft(String socketId) {
        subscribed.remove(socketId);
        tellSubscribed();
    }

    List<PusherSession> sockets() {
        return List.copyOf(sockets.values());
    }

    /** A socket is this user's in a presence channel. */
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

    /** Closes the sockets of a user; how many there are. They are closed a little later. */
    int terminate(String user) {
        Set<PusherSession> sockets = socketsOf(user);
        sockets.forEach(PusherSession::postTerminate);
        return sockets.size();
    }

    /** The sockets that have signed in as this user, or are this user in a presence channel. */
    Set<PusherSession> socketsOf(String user) {
        Set<PusherSession> found = new HashSet<>(signedIn.socketsOf(user));
        users.computeIfPresent(
                user,
                (name, sessions) -> {
                    found.addAll(sessions);
                    return sessions;
                });
        return found;
    }
}
