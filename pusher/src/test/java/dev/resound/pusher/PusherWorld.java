package dev.resound.pusher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.core.Close;
import dev.resound.core.Hub;
import dev.resound.core.Upgrade;
import dev.resound.core.http.Header;
import dev.resound.core.http.HttpRequest;
import dev.resound.core.http.HttpResponse;
import dev.resound.core.http.Route;
import dev.resound.netty.Resound;
import dev.resound.testkit.FakeConnection;
import dev.resound.testkit.FakeLoop;
import dev.resound.testkit.FakePeer;
import dev.resound.testkit.ManualClock;
import dev.resound.testkit.WireClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Apps, three loops and a hub: what the tests of the protocol play on. Everything a client says is
 * carried out before the next line of a test, unless the test steps the loops itself ({@link
 * Client#connection}).
 *
 * <p>With {@code -Dresound.wire=true} the same worlds stand behind a server with three loops, and
 * clients and back ends are real sockets. Tests that turn the clock or step the loops are tagged
 * {@code clock} and {@code loops}: they cannot do that there. {@code -Dresound.dialect=} is what
 * apps speak unless the test has them speak something else; tests tagged {@code reverb} speak
 * nothing else.
 */
final class PusherWorld {
    private static final Pattern SOCKET_ID =
            Pattern.compile(
                    "\\{\"event\":\"pusher:connection_established\",\"data\":\"\\{\\\\\"socket_id\\\\\":"
                            + "\\\\\"(\\d+\\.\\d+)\\\\\",\\\\\"activity_timeout\\\\\":\\d+}\"}");

    /** Of more clients each is waited for when it is looked at, not after every publish. */
    private static final int FEW = 20;

    private static final Dialect DIALECT = dialect(System.getProperty("resound.dialect", "reverb"));
    private static final boolean OVER_SOCKETS = Boolean.getBoolean("resound.wire");
    private static final List<Resound> SERVERS = new ArrayList<>();
    private static final List<WireClient> WIRES = new ArrayList<>();

    final ManualClock clock = new ManualClock();
    final FakeLoop a = new FakeLoop(clock);
    final FakeLoop b = new FakeLoop(clock);
    final FakeLoop c = new FakeLoop(clock);
    final Hub hub;
    final App app;
    final PusherProtocol pusher;
    private final @Nullable Resound server;
    private final List<SocketLine> sockets = new ArrayList<>();
    volatile Health health = Health.OK;

    PusherWorld(App app, App... others) {
        this(withFirst(app, others), builder -> {});
    }

    /** The first app is the one that is spoken to. */
    PusherWorld(List<App> apps, Consumer<PusherProtocol.Builder> more) {
        this(apps.getFirst(), new Hub(), AppSource.of(apps), more);
    }

    /** Apps from a source of the test's own. */
    PusherWorld(App app, AppSource source) {
        this(app, new Hub(), source, builder -> {});
    }

    private PusherWorld(App app, Hub hub, AppSource source, Consumer<PusherProtocol.Builder> more) {
        this.app = app;
        this.hub = hub;
        PusherProtocol.Builder builder =
                PusherProtocol.builder(hub, source).dialect(app.dialect()).health(() -> health);
        more.accept(builder);
        this.pusher = builder.build();
        this.server = OVER_SOCKETS ? serve() : null;
    }

    private Resound serve() {
        try {
            Resound started = Resound.builder().hub(hub).port(0).loops(3).protocol(pusher).start();
            SERVERS.add(started);
            return started;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Clients first: a server waits for those who do not answer its close frame. */
    static void closeServers() {
        for (WireClient wire : WIRES) {
            try {
                wire.reset();
            } catch (IOException closed) {
                // by the test already
            }
        }
        WIRES.clear();
        SERVERS.forEach(Resound::close);
        SERVERS.clear();
    }

    private int connections() {
        return pusher.statistics().stream().mapToInt(AppStatistics::connections).sum();
    }

    private static List<App> withFirst(App app, App... others) {
        List<App> apps = new ArrayList<>(List.of(app));
        apps.addAll(List.of(others));
        return apps;
    }

    /** One app, in each dialect in turn. */
    static PusherWorld inAnyDialect() {
        return new PusherWorld(app().build());
    }

    /** One app with the dialect's own settings. */
    static PusherWorld speaking(Dialect dialect) {
        return new PusherWorld(app().dialect(dialect).build());
    }

    /** For what only Reverb does, or does in words of its own. */
    static App.Builder reverbApp() {
        return app().dialect(Dialect.REVERB);
    }

    /** An error as the first app's dialect tells it. */
    String error(int code, String message) {
        return app.dialect() == Dialect.REVERB
                ? Frames.error(code, message)
                : Frames.errorObject(code, message);
    }

    /** A list of one public channel, as the first app's dialect writes it. */
    String listed(String channel, int subscribers) {
        String facts =
                app.dialect() == Dialect.SOKETI
                        ? "\"occupied\":true,\"subscription_count\":" + subscribers
                        : "";
        return "{\"channels\":{\"" + channel + "\":{" + facts + "}}}";
    }

    /** How the first app's dialect refuses who has no right signature. */
    String unauthorised(String channel) {
        return app.dialect() == Dialect.REVERB
                ? Frames.error(4009, "Connection is unauthorized")
                : Frames.subscriptionError(
                        channel, "AuthError", "The connection is unauthorized.", 401);
    }

    static Dialect dialect(String name) {
        return Objects.requireNonNull(Dialect.named(name));
    }

    static App.Builder app() {
        return App.builder("app-id", "app-key", "app-secret").dialect(DIALECT);
    }

    /** What the HTTP API answered. */
    record Answer(int status, String body) {}

    // ---- clients

    /** A client on loop {@code a} that has been greeted. */
    Client connect() {
        return connect(a);
    }

    Client connect(FakeLoop loop) {
        return connect(loop, app);
    }

    Client connect(FakeLoop loop, App app) {
        Client client = knock(loop, app.key(), List.of());
        List<String> greeting = client.connection.takeTexts();
        assertThat(greeting).hasSize(1);
        Matcher matcher = SOCKET_ID.matcher(greeting.getFirst());
        assertThat(matcher.matches()).as(greeting.getFirst()).isTrue();
        client.socketId = matcher.group(1);
        return client;
    }

    /** A client that may be refused: nothing it was sent has been looked at. */
    Client knock(FakeLoop loop, String key, List<Header> headers) {
        if (server != null) {
            return new Client(dial(server, key, headers));
        }
        FakeConnection connection = new FakeConnection(loop).open(upgrade(key, headers));
        settle();
        return new Client(new FakeLine(connection));
    }

    private Line dial(Resound server, String key, List<Header> headers) {
        StringBuilder lines = new StringBuilder();
        headers.forEach(header ->
                lines.append(header.name()).append(": ").append(header.value()).append("\r\n"));
        try {
            WireClient wire = WireClient.open(server.port(), "/app/" + key, lines.toString());
            WIRES.add(wire);
            SocketLine line = new SocketLine(wire, this::connections);
            sockets.add(line);
            return line;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    Upgrade.Accept upgrade(String key, List<Header> headers) {
        HttpRequest handshake =
                request("GET", "/app/" + key, "", "", "").withParameters(Map.of("appKey", key));
        HttpRequest withHeaders =
                new HttpRequest(
                        handshake.method(),
                        handshake.path(),
                        "",
                        "",
                        handshake.parameters(),
                        headers,
                        handshake.body(),
                        handshake.peer());
        Upgrade upgrade =
                pusher.endpoints()
                        .getFirst()
                        .upgrader()
                        .upgrade(withHeaders)
                        .toCompletableFuture()
                        .join();
        assertThat(upgrade).isInstanceOf(Upgrade.Accept.class);
        return (Upgrade.Accept) upgrade;
    }

    /** A client, and what it hears. */
    final class Client {
        final Line connection;
        String socketId = "";

        private Client(Line connection) {
            this.connection = connection;
        }

        Client says(String json) {
            connection.says(json);
            settle();
            return this;
        }

        Client joins(String channel) {
            return says(Frames.subscribe(channel));
        }

        /** With an authorisation of the app's back end. */
        Client joinsPrivate(String channel) {
            return says(authorised(channel));
        }

        Client joinsPresence(String channel, String channelData) {
            return says(authorised(channel, channelData));
        }

        /** The message that joins a private channel. */
        String authorised(String channel) {
            return Frames.subscribe(channel, BackEnd.of(app).authorise(socketId, channel));
        }

        /** The message that joins a presence channel. */
        String authorised(String channel, String channelData) {
            return Frames.subscribe(
                    channel,
                    BackEnd.of(app).authorise(socketId, channel, channelData),
                    channelData);
        }

        Client leaves(String channel) {
            return says(Frames.unsubscribe(channel));
        }

        void closes() {
            connection.closes(Close.GOING_AWAY);
            settle();
        }

        void vanishes() {
            connection.vanishes();
            settle();
        }

        /** Exactly these frames have come since the last look. */
        Client hears(String... frames) {
            assertThat(connection.takeTexts()).containsExactly(frames);
            return this;
        }

        Client hearsNothing() {
            return hears();
        }

        /** Whatever has come so far is of no interest. */
        Client forgets() {
            connection.takeTexts();
            return this;
        }

        void isClosedWith(int code) {
            Close close = connection.closedWith();
            assertThat(close == null ? "not closed" : close.code()).isEqualTo(code);
            assertThat(connection.isEnded()).isTrue();
        }

        Client staysOpen() {
            assertThat(connection.isOpen()).isTrue();
            return this;
        }
    }

    // ---- back ends

    /** A signed POST below {@code /apps/{id}}. */
    Answer post(String path, String body) {
        return post(app, path, body);
    }

    Answer post(App app, String path, String body) {
        return call(app, "POST", path, Map.of(), body);
    }

    /** A signed GET below {@code /apps/{id}}. */
    Answer get(String path) {
        return get(path, Map.of());
    }

    Answer get(String path, Map<String, String> query) {
        return call(app, "GET", path, query, "");
    }

    Answer get(App app, String path) {
        return call(app, "GET", path, Map.of(), "");
    }

    private Answer call(
            App app, String method, String path, Map<String, String> query, String body) {
        String full = "/apps/" + app.id() + path;
        long now = Instant.now().getEpochSecond();
        return send(
                method, full, BackEnd.of(app).signedQuery(method, full, query, body, now), body);
    }

    /** Any request at all; it comes in on loop {@code a}. */
    Answer send(String method, String path, String query, String body) {
        if (server != null) {
            Answer answer = call(server, method, path + (query.isEmpty() ? "" : "?" + query), body);
            if (sockets.size() <= FEW) {
                sockets.forEach(SocketLine::settle);
            }
            return answer;
        }
        HttpRequest request = request(method, path, "", query, body);
        for (Route route : pusher.routes()) {
            Map<String, String> parameters = route.path().match(path);
            if (parameters != null && route.method().equals(method)) {
                HttpResponse response =
                        a.call(() ->
                                route.handler()
                                        .handle(request.withParameters(parameters))
                                        .toCompletableFuture()
                                        .join());
                settle();
                return new Answer(response.status(), new String(response.body(), UTF_8));
            }
        }
        return new Answer(404, "no route");
    }

    private static Answer call(Resound server, String method, String target, String body) {
        try (WireClient wire = WireClient.connect(server.port())) {
            WireClient.Response response =
                    wire.request(method, target, "", body.getBytes(UTF_8)).readResponse();
            return new Answer(response.status(), response.body());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    static HttpRequest request(
            String method, String path, String prefix, String query, String body) {
        return new HttpRequest(
                method,
                path,
                prefix,
                query,
                Map.of(),
                List.of(),
                body.getBytes(UTF_8),
                new FakePeer(new FakeLoop()));
    }

    /** Publishes, and wants it to be accepted. */
    void publishes(String channel, String event, String data) {
        assertThat(post("/events", publication(channel, event, data)).status()).isEqualTo(200);
    }

    static String publication(String channel, String event, String data) {
        return "{\"name\":"
                + Frames.string(event)
                + ",\"channel\":"
                + Frames.string(channel)
                + ",\"data\":"
                + Frames.string(data)
                + "}";
    }

    // ---- time

    void settle() {
        FakeLoop.settle(a, b, c);
    }

    void passes(Duration time) {
        if (server != null) {
            throw new IllegalStateException("a test that turns the clock is tagged so");
        }
        clock.advance(time);
        settle();
    }
}
