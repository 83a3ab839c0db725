package dev.resound.sessions.mentraos;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import dev.resound.core.Close;
import dev.resound.core.Endpoint;
import dev.resound.core.Frame;
import dev.resound.core.Upgrade;
import dev.resound.core.http.Header;
import dev.resound.core.http.HttpRequest;
import dev.resound.core.http.Peer;
import dev.resound.sessions.Companion;
import dev.resound.sessions.DeviceSessionOptions;
import dev.resound.sessions.DeviceSessions;
import dev.resound.sessions.Tokens;
import dev.resound.testkit.FakeConnection;
import dev.resound.testkit.FakeLoop;
import dev.resound.testkit.ManualClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Glasses and apps without sockets. Glasses live on one loop; apps begin on another, as most do
 * that say only later whose they are. There is one clock, which stands still. Only webhooks go
 * through a real port: they are calls of virtual threads, and {@link #until} waits for them.
 */
final class GlassesWorld implements AutoCloseable {
    static final String ANN = "ann-lee@my-mail.example.com";
    static final String SECRET = "test-secret-test-secret-test-secret";

    /** An app with every permission. */
    static final String TRUSTED = "com.my-org.trusted";

    /** One without any. */
    static final String PLAIN = "com.my-org.plain";

    static final JsonMapper JSON = JsonMapper.shared();

    private static final String TIME = "\"timestamp\":\"\\d{4}-\\d\\d-\\d\\dT[\\d:]{8}\\.\\d{3}Z\"";

    final ManualClock clock = new ManualClock();
    final FakeLoop home = new FakeLoop(clock);
    final FakeLoop elsewhere = new FakeLoop(clock);
    final DeviceSessions sessions;
    private final Map<String, Companion> apps = new ConcurrentHashMap<>();
    private final List<Webhook> webhooks = new CopyOnWriteArrayList<>();
    private final HttpServer server;
    private volatile CountDownLatch answering = new CountDownLatch(0);

    /** A call to an app. */
    record Webhook(String path, String contentType, String body) {

        String type() {
            return JSON.readTree(body).path("type").asString("");
        }
    }

    GlassesWorld() {
        this(options());
    }

    GlassesWorld(DeviceSessionOptions options) {
        this(options, Map.of(), true);
    }

    GlassesWorld(
            DeviceSessionOptions options,
            Map<String, JsonNode> capabilities,
            boolean dashboardForAll) {
        server = listen();
        MentraOs.Installation installation =
                new MentraOs.Installation(
                        () -> URI.create("wss://host"), capabilities, dashboardForAll);
        MentraOs profile =
                new MentraOs(Tokens.hs256(SECRET.getBytes(UTF_8), clock), installation, clock);
        sessions =
                DeviceSessions.builder(profile)
                        .options(options)
                        .companions(apps::get)
                        .clock(clock)
                        .build();
        register(TRUSTED, "ALL");
        register(PLAIN);
    }

    /** The usual ones; only that silence is borne, as nobody answers pings here. */
    static DeviceSessionOptions options() {
        return DeviceSessionOptions.defaults()
                .with(
                        new DeviceSessionOptions.Liveness(
                                Duration.ofSeconds(10), Duration.ZERO, Duration.ZERO));
    }

    private HttpServer listen() {
        try {
            HttpServer created =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            created.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            created.createContext(
                    "/",
                    exchange -> {
                        String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
                        String type = exchange.getRequestHeaders().getFirst("Content-Type");
                        webhooks.add(new Webhook(exchange.getRequestURI().getPath(), type, body));
                        try {
                            answering.await();
                        } catch (InterruptedException stopping) {
                            Thread.currentThread().interrupt();
                        }
                        exchange.sendResponseHeaders(200, -1);
                        exchange.close();
                    });
            created.start();
            return created;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    // ---- apps

    static String key(String app) {
        return "key of " + app;
    }

    void register(String app, String... permissions) {
        register(app, false, permissions);
    }

    void register(String app, boolean exclusive, String... permissions) {
        apps.put(
                app,
                new Companion(
                        app,
                        app,
                        url(app),
                        Companion.sha256(key(app)),
                        exclusive,
                        Set.of(permissions),
                        JsonNodeFactory.instance.arrayNode()));
    }

    void register(Companion app) {
        apps.put(app.id(), app);
    }

    URI url(String app) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/" + app);
    }

    static String sessionId(String app) {
        return ANN + "-" + app;
    }

    static String init(String app) {
        return "{\"type\":\"tpa_connection_init\",\"sessionId\":\"%s\",\"packageName\":\"%s\",\"apiKey\":\"%s\"}"
                .formatted(sessionId(app), app, key(app));
    }

    /** What apps were called for, so far. */
    List<Webhook> webhooks(String type) {
        return webhooks.stream().filter(call -> call.type().equals(type)).toList();
    }

    void webhooksAreAnsweredLater() {
        answering = new CountDownLatch(1);
    }

    void webhooksAreAnswered() {
        answering.countDown();
    }

    // ---- sockets

    /** A token with these claims, each of them a name and a value. */
    static String token(Object... claims) {
        var set = new JWTClaimsSet.Builder();
        for (int i = 0; i < claims.length; i += 2) {
            Object value = claims[i + 1];
            set.claim((String) claims[i], value);
        }
        SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), set.build());
        try {
            token.sign(new MACSigner(SECRET));
        } catch (JOSEException impossible) {
            throw new AssertionError(impossible);
        }
        return token.serialize();
    }

    /** By the world's clock, for {@code exp} and {@code nbf}. */
    Date in(Duration time) {
        return Date.from(clock.instant().plus(time));
    }

    /** What is answered to a handshake; each header is its name, a colon, a blank, its value. */
    Upgrade upgrade(FakeLoop loop, String target, String... headers) {
        int question = target.indexOf('?');
        String path = question < 0 ? target : target.substring(0, question);
        String query = question < 0 ? "" : target.substring(question + 1);
        List<Header> fields = new ArrayList<>();
        for (String header : headers) {
            String[] parts = header.split(": ?", 2);
            fields.add(new Header(parts[0].toLowerCase(Locale.ROOT), parts[1]));
        }
        var request =
                new HttpRequest(
                        "GET", path, "", query, Map.of(), fields, new byte[0], new Nobody());
        Endpoint endpoint =
                sessions.endpoints().stream()
                        .filter(each -> each.path().match(path) != null)
                        .findFirst()
                        .orElseThrow();
        return loop.call(() -> endpoint.upgrader().upgrade(request).toCompletableFuture().join());
    }

    private static final class Nobody implements Peer {
        @Override
        public InetSocketAddress address() {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        }

        @Override
        public boolean isSecure() {
            return false;
        }

        @Override
        public void whenGone(Runnable callback) {}
    }

    private Socket open(FakeLoop came, String target, String... headers) {
        Upgrade upgrade = upgrade(came, target, headers);
        if (!(upgrade instanceof Upgrade.Accept accept)) {
            throw new AssertionError("the handshake was refused: " + upgrade);
        }
        FakeLoop loop = accept.home() instanceof FakeLoop moved ? moved : came;
        Socket socket = new Socket(new FakeConnection(loop));
        socket.connection.open(accept);
        settle();
        return socket;
    }

    /** Ann's glasses, which have heard their greeting. */
    Socket glasses() {
        Socket glasses = glassesOf(ANN);
        glasses.heard();
        return glasses;
    }

    Socket glassesOf(String email) {
        return open(home, "/glasses-ws?token=" + token("email", email));
    }

    /** An app's socket, on which nothing was said yet. */
    Socket dials(String... headers) {
        return open(elsewhere, "/app-ws", headers);
    }

    /** An app of Ann's that was started and has joined; what it heard of that is forgotten. */
    Socket joins(Socket glasses, String app) {
        glasses.says("{\"type\":\"start_app\",\"packageName\":\"" + app + "\"}");
        Socket socket = dials();
        socket.says(init(app));
        List<String> heard = socket.heard();
        if (heard.size() != 2 || !heard.getFirst().startsWith("{\"type\":\"tpa_connection_ack\"")) {
            throw new AssertionError("the app has not joined: " + heard);
        }
        passes(Duration.ofSeconds(1)); // whatever the device is told of this, it is told by now
        glasses.heard();
        return socket;
    }

    /** As {@link #joins}, and asks for these. */
    Socket listens(Socket glasses, String app, String... subscriptions) {
        Socket socket = joins(glasses, app);
        socket.subscribes(subscriptions);
        passes(Duration.ofSeconds(1));
        socket.heard();
        glasses.heard();
        return socket;
    }

    /** One end of a WebSocket. */
    final class Socket {
        final FakeConnection connection;
        private int taken;

        Socket(FakeConnection connection) {
            this.connection = connection;
        }

        void says(String text) {
            connection.says(text);
            settle();
        }

        void says(byte[] binary) {
            connection.says(binary);
            settle();
        }

        void subscribes(String... streams) {
            says(
                    JSON.writeValueAsString(
                            Map.of("type", "subscription_update", "subscriptions", streams)));
        }

        void vanishes() {
            connection.vanishes();
            settle();
        }

        /** The texts nobody has asked for yet; times are T. */
        List<String> heard() {
            List<Frame> frames = connection.frames();
            List<String> texts =
                    frames.subList(taken, frames.size()).stream()
                            .filter(frame -> !frame.binary())
                            .map(frame -> timeless(new String(frame.payload(), UTF_8)))
                            .toList();
            taken = frames.size();
            return texts;
        }

        /** The same, but only of these types; the others are passed over. */
        List<String> heard(String... types) {
            return heard().stream()
                    .filter(text ->
                            Stream.of(types)
                                    .anyMatch(
                                            type -> text.startsWith("{\"type\":\"" + type + "\"")))
                    .toList();
        }

        /** As the peer sees the end: null while there is none. */
        @Nullable Close closed() {
            return connection.closedWith();
        }

        boolean isOpen() {
            return connection.isOpen();
        }
    }

    static String timeless(String json) {
        return json.replaceAll(TIME, "\"timestamp\":\"T\"");
    }

    // ---- time

    void settle() {
        FakeLoop.settle(home, elsewhere);
    }

    /** Each millisecond by itself, so that what waits for something that waited comes in time. */
    void passes(Duration time) {
        for (long millis = time.toMillis(); millis > 0; millis--) {
            clock.advance(Duration.ofMillis(1));
            settle();
        }
    }

    void passes(long millis) {
        passes(Duration.ofMillis(millis));
    }

    /** For what does not depend on anything in between. */
    void leaps(Duration time) {
        clock.advance(time);
        settle();
    }

    /** Waits for what a virtual thread has to do first. The clock stands still meanwhile. */
    void until(BooleanSupplier condition) {
        await().pollInSameThread()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(2))
                .until(() -> {
                    settle();
                    return condition.getAsBoolean();
                });
    }

    @Override
    public void close() {
        answering.countDown();
        sessions.close();
        server.stop(0);
    }
}
