package dev.resound.pusher;

import dev.resound.core.Connection;
import dev.resound.core.Endpoint;
import dev.resound.core.Hub;
import dev.resound.core.Protocol;
import dev.resound.core.ProtocolSession;
import dev.resound.core.Upgrade;
import dev.resound.core.http.Header;
import dev.resound.core.http.HttpRequest;
import dev.resound.core.http.PathTemplate;
import dev.resound.core.http.Route;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * The Pusher protocol: WebSockets on {@code /app/{key}}, the HTTP API on {@code /apps/{id}/…},
 * health on {@code /up}. Any number of apps, which know nothing of each other. <b>Thread:</b> any.
 *
 * @see <a
 *     href="https://pusher.com/docs/channels/library_auth_reference/pusher-websockets-protocol">Pusher
 *     protocol 7</a>
 */
public final class PusherProtocol implements Protocol {
    private final Hub hub;
    private final AppSource apps;
    private final Dialect defaultDialect;
    private final ServerFrames strangerFrames;
    private final PusherObserver observer;
    private final BooleanSupplier draining;
    private final ConcurrentHashMap<String, AppRuntime> runtimes = new ConcurrentHashMap<>();
    private final ThreadLocal<CommandDecoder> decoders =
            ThreadLocal.withInitial(CommandDecoder::new);

    /**
     * Serves the apps.
     *
     * @param defaultDialect spoken to who names no app we know
     * @param draining whether health checks are to say that this node takes no new work
     */
    public PusherProtocol(
            Hub hub,
            AppSource apps,
            Dialect defaultDialect,
            PusherObserver observer,
            BooleanSupplier draining) {
        this.hub = hub;
        this.apps = apps;
        this.defaultDialect = defaultDialect;
        this.strangerFrames = new ServerFrames(defaultDialect);
        this.observer = observer;
        this.draining = draining;
    }

    /** Serves the apps in Reverb's dialect, and nobody watches. */
    public PusherProtocol(Hub hub, AppSource apps) {
        this(hub, apps, Dialect.REVERB, PusherObserver.NONE, () -> false);
    }

    /**
     * Publishes an event from Java.
     *
     * @param app the app's id
     * @param json the event's data, one JSON value
     * @return false if a loop is too far behind and nobody got it: try again later
     */
    public boolean trigger(App app, String channel, String event, String json) {
        return new Publisher(hub, runtime(app), observer)
                .publish(channel, event, json.getBytes(StandardCharsets.UTF_8), null);
    }

    /**
     * Makes the session of a client that reaches this server in another protocol. It is one like
     * any other: it is sent this protocol's frames, it is told what such a client would say, and
     * its channels, rights and limits are those of the app. Whoever asks has checked the origin.
     *
     * @param socketId what the client is known by already, from {@link #newSocketId}
     * @return makes the session, on the connection's loop
     */
    public Function<Connection, ProtocolSession> sessionFor(App app, String socketId) {
        AppRuntime runtime = runtime(app);
        if (!app.enabled()) {
            return connection ->
                    new RefusedSession(connection, runtime.frames, PusherError.APP_DISABLED);
        }
        return connection ->
                new PusherSession(runtime, hub, connection, decoders.get(), observer, socketId);
    }

    /** An id as this protocol's clients have them: two numbers and a dot, hard to guess. */
    public static String newSocketId() {
        return AppRuntime.newSocketId();
    }

    /** The scope of the app's topics: a channel is the topic of its name in there. */
    public static String scope(App app) {
        return AppRuntime.scope(app);
    }

    @Override
    public String name() {
        return "pusher";
    }

    @Override
    public List<Endpoint> endpoints() {
        return List.of(new Endpoint(PathTemplate.of("/app/{appKey}"), this::upgrade));
    }

    @Override
    public List<Route> routes() {
        return new HttpApi(hub, apps, this::runtime, defaultDialect, observer, draining).routes();
    }

    /**
     * Always accepts: browsers hide what HTTP says to a handshake, so refusals are told inside the
     * WebSocket.
     */
    private CompletionStage<Upgrade> upgrade(HttpRequest handshake) {
        return apps.byKey(handshake.parameter("appKey")).thenApply(app -> accept(handshake, app));
    }

    private Upgrade accept(HttpRequest handshake, Optional<App> found) {
        if (found.isEmpty()) {
            return refuse(defaultDialect, strangerFrames, PusherError.UNKNOWN_APP);
        }
        AppRuntime runtime = runtime(found.get());
        App app = runtime.app;
        if (!app.enabled()) {
            return refuse(app.dialect(), runtime.frames, PusherError.APP_DISABLED);
        }
        boolean oneOrigin = handshake.headerCount("origin") <= 1;
        if (!Origins.allows(app.allowedOrigins(), oneOrigin ? handshake.header("origin") : null)) {
            return refuse(app.dialect(), runtime.frames, PusherError.ORIGIN);
        }
        return new Upgrade.Accept(
                headers(app.dialect()),
                app.maxMessageBytes(),
                null,
                connection ->
                        new PusherSession(
                                runtime, hub, connection, decoders.get(), observer, null));
    }

    private static Upgrade refuse(Dialect dialect, ServerFrames frames, PusherError error) {
        return new Upgrade.Accept(
                headers(dialect),
                dialect.defaults().maxMessageBytes(),
                null,
                connection -> new RefusedSession(connection, frames, error));
    }

    private static List<Header> headers(Dialect dialect) {
        String poweredBy = dialect.sockets().poweredBy();
        return poweredBy == null ? List.of() : List.of(new Header("X-Powered-By", poweredBy));
    }

    private AppRuntime runtime(App app) {
        return runtimes.computeIfAbsent(app.id(), id -> new AppRuntime(app));
    }
}
