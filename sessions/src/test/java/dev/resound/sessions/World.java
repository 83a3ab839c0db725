package dev.resound.sessions;

import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.resound.core.Upgrade;
import dev.resound.core.http.HttpRequest;
import dev.resound.testkit.FakeConnection;
import dev.resound.testkit.FakeLoop;
import dev.resound.testkit.FakePeer;
import dev.resound.testkit.ManualClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Device sessions on two loops under one clock that stands still. Ann's device is on the first;
 * companions come to the first, too, or to the second. They are invited over real HTTP, by a server
 * that only listens.
 */
final class World implements AutoCloseable {
    static final String ANN = "ann";
    static final String KEY = "key";

    /** Where companions come. */
    enum Where {
        ON_THE_SESSIONS_LOOP,
        ON_ANOTHER_LOOP
    }

    final ManualClock clock = new ManualClock();
    final FakeLoop home = new FakeLoop(clock);
    final FakeLoop other = new FakeLoop(clock);
    final DeviceSessions sessions;
    final List<SessionEvent> events = new ArrayList<>();
    final RunningCompanions running;
    private final FakeLoop companionsLoop;
    private final Map<String, Companion> known = new ConcurrentHashMap<>();
    private final HttpServer server;
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private volatile int status = 200;

    /** As it is by default, but that nobody is pinged to death while the clock is turned. */
    World(Where where) {
        this(where, new TestProfile());
    }

    World(Where where, TestProfile profile) {
        this(where, profile, options -> options, builder -> {});
    }

    World(
            Where where,
            TestProfile profile,
            UnaryOperator<DeviceSessionOptions> options,
            Consumer<DeviceSessions.Builder> more) {
        this.companionsLoop = where == Where.ON_THE_SESSIONS_LOOP ? home : other;
        this.running = RunningCompanions.inMemory();
        this.server = serve();
        DeviceSessions.Builder builder =
                DeviceSessions.builder(profile)
                        .options(options.apply(patient()))
                        .companions(known::get)
                        .running(running)
                        .observe(events::add)
                        .clock(clock)
                        .calls(Duration.ofSeconds(10), 1);
        more.accept(builder);
        this.sessions = builder.build();
    }

    private static DeviceSessionOptions patient() {
        return DeviceSessionOptions.defaults()
                .with(
                        new DeviceSessionOptions.Liveness(
                                Duration.ofSeconds(10), Duration.ZERO, Duration.ZERO));
    }

    private HttpServer serve() {
        try {
            HttpServer started =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            started.createContext(
                    "/",
                    exchange -> {
                        byte[] body = exchange.getRequestBody().readAllBytes();
                        calls.add(new String(body, StandardCharsets.UTF_8));
                        // The JDK's server now and then does not read on from a connection it
                        // keeps.
                        exchange.getResponseHeaders().set("Connection", "close");
                        exchange.sendResponseHeaders(status, -1);
                        exchange.close();
                    });
            started.start();
            return started;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** What the companions' server answers from here on. */
    void answers(int status) {
        this.status = status;
    }

    /** What companions were called with. */
    List<String> calls() {
        return List.copyOf(calls);
    }

    @Override
    public void close() {
        server.stop(0);
        sessions.close();
    }

    // ---- companions that are known

    /** One that can be invited, and is there for whoever calls. */
    Companion knows(String id, String... permissions) {
        return knows(
                companion(
                        id,
                        URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/" + id),
                        false,
                        permissions));
    }

    /** Of these only one runs at a time. */
    Companion knowsExclusive(String id) {
        URI url = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/" + id);
        return knows(companion(id, url, true));
    }

    /** Nobody listens where it is invited. */
    Companion knowsUnreachable(String id) {
        return knows(companion(id, URI.create("http://127.0.0.1:1/" + id), false));
    }

    Companion knows(Companion companion) {
        known.put(companion.id(), companion);
        return companion;
    }

    static Companion companion(
            String id, @Nullable URI url, boolean exclusive, String... permissions) {
        return new Companion(
                id,
                id,
                url,
                Companion.sha256(KEY),
                exclusive,
                Set.of(permissions),
                JsonNodeFactory.instance.arrayNode());
    }

    // ---- who comes

    /** Ann's device, on the first loop unless her session is elsewhere. */
    FakeConnection device() {
        return device(home, "owner=" + ANN);
    }

    /** A device that comes on this loop; it may be moved. */
    FakeConnection device(FakeLoop loop, String query) {
        return open(loop, "/device", query);
    }

    /** A companion's socket that has not said anything. */
    FakeConnection companion() {
        return companion("");
    }

    FakeConnection companion(String query) {
        return open(companionsLoop, "/companion", query);
    }

    /** One that Ann has started joins her session. */
    FakeConnection joins(String id) {
        FakeConnection connection = companion();
        says(connection, "join " + ANN + " " + id + " " + KEY);
        return connection;
    }

    /** Joins before anything else happens on the session's loop. */
    FakeConnection joinsAtOnce(String id) {
        return companion("owner=" + ANN + "&companion=" + id + "&key=" + KEY + "&proven");
    }

    /** Starts it, and it joins; what the two were told by then is of no interest. */
    FakeConnection runs(FakeConnection device, String id) {
        int before = calls.size();
        says(device, "start " + id);
        FakeConnection connection = joins(id);
        until(() -> calls.size() > before); // so that calls come in a known order
        connection.takeTexts();
        device.takeTexts();
        return connection;
    }

    private FakeConnection open(FakeLoop loop, String path, String query) {
        Upgrade.Accept accepted = (Upgrade.Accept) handshake(loop, path, query);
        FakeLoop lives = accepted.home() instanceof FakeLoop found ? found : loop;
        FakeConnection connection =
                new FakeConnection(lives).open(fake -> new PromptSession(fake, accepted.open()));
        settle();
        return connection;
    }

    Upgrade handshake(FakeLoop loop, String path, String query) {
        var request =
                new HttpRequest(
                        "GET",
                        path,
                        "",
                        query,
                        Map.of(),
                        List.of(),
                        new byte[0],
                        new FakePeer(loop));
        return loop.call(() ->
                sessions.endpoints().stream()
                        .filter(one -> one.path().match(path) != null)
                        .findFirst()
                        .orElseThrow()
                        .upgrader()
                        .upgrade(request)
                        .toCompletableFuture()
                        .join());
    }

    // ---- what happens

    void says(FakeConnection peer, String line) {
        peer.says(line);
        settle();
    }

    void settle() {
        FakeLoop.settle(home, other);
    }

    void advance(Duration by) {
        clock.advance(by);
        settle();
    }

    void advanceSeconds(long seconds) {
        advance(Duration.ofSeconds(seconds));
    }

    /** Waits for what virtual threads have to do with it. */
    void until(BooleanSupplier condition) {
        await().pollInSameThread()
                .pollInterval(Duration.ofMillis(2))
                .atMost(Duration.ofSeconds(20))
                .until(() -> {
                    settle();
                    return condition.getAsBoolean();
                });
    }

    long invitations(String id) {
        return events.stream()
                .filter(event ->
                        event instanceof SessionEvent.CompanionInvited(var owner, var companion)
                                && companion.equals(id))
                .count();
    }

    boolean isStopped() {
        return !events.isEmpty() && events.getLast() instanceof SessionEvent.CompanionStopped;
    }

    /** The names of what was observed since the last time. */
    List<String> takeEvents() {
        List<String> names = new ArrayList<>();
        for (Iterator<SessionEvent> all = events.iterator(); all.hasNext(); all.remove()) {
            names.add(all.next().getClass().getSimpleName());
        }
        return names;
    }
}
