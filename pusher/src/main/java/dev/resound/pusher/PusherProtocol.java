package dev.resound.pusher;

import dev.resound.core.Connection;
import dev.resound.core.Endpoint;
import dev.resound.core.Envelope;
import dev.resound.core.Hub;
import dev.resound.core.Journal;
import dev.resound.core.Protocol;
import dev.resound.core.ProtocolSession;
import dev.resound.core.Roster;
import dev.resound.core.Upgrade;
import dev.resound.core.http.Header;
import dev.resound.core.http.HttpRequest;
import dev.resound.core.http.PathTemplate;
import dev.resound.core.http.Route;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The Pusher protocol: WebSockets on {@code /app/{key}}, their replacement over HTTP below {@code
 * /pusher}, the HTTP API on {@code /apps/{id}/…}, health on {@code /up}. Any number of apps, which
 * know nothing of each other. <b>Thread:</b> any.
 *
 * @see <a
 *     href="https://pusher.com/docs/channels/library_auth_reference/pusher-websockets-protocol">Pusher
 *     protocol 7</a>
 */
public final class PusherProtocol implements Protocol {
    /** Of a source that has very many, a refresh does not want all at once. */
    private static final int ASKED_AT_ONCE = 64;

    private final Hub hub;
    private final AppSource apps;
    private final Dialect defaultDialect;
    private final ServerFrames strangerFrames;
    private final Observers observers;
    private final Supplier<Health> health;
    private final Roster roster;
    private final SharedHistories histories;
    private final @Nullable Fallback fallback;
    private final ConcurrentHashMap<String, AppRuntime> runtimes = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, AppRuntime> runtimesByScope = new ConcurrentHashMap<>();
    private final ThreadLocal<CommandDecoder> decoders =
            ThreadLocal.withInitial(CommandDecoder::new);

    private PusherProtocol(Builder builder) {
        this.hub = builder.hub;
        this.apps = builder.apps;
        this.defaultDialect = builder.dialect;
        this.strangerFrames = new ServerFrames(defaultDialect);
        this.observers = new Observers(builder.observers);
        this.health = builder.health;
        this.fallback =
                builder.fallback == null
                        ? null
                        : new Fallback(builder.fallback, this::admit, this::newSession);
        this.roster = builder.roster;
        new Attendance(hub, roster, observers, runtimesByScope::get).begin();
        this.histories =
                new SharedHistories(hub, builder.journal, runtimesByScope::get, runtimes::values);
        histories.begin();
        hub.receive(AppRuntime.SCOPE, this::onEnvelope);
    }

    /** Serves the apps in Reverb's dialect, and nobody watches. */
    public PusherProtocol(Hub hub, AppSource apps) {
        this(builder(hub, apps));
    }

    /** A protocol over these topics for these apps. */
    public static Builder builder(Hub hub, AppSource apps) {
        return new Builder(hub, apps);
    }

    /** Collects what may be set before the port opens. */
    public static final class Builder {
        private final Hub hub;
        private final AppSource apps;
        private Dialect dialect = Dialect.REVERB;
        private final List<PusherObserver> observers = new ArrayList<>();
        private Supplier<Health> health = () -> Health.OK;
        private Roster roster = Roster.alone();
        private Journal journal = Journal.NONE;
        private @Nullable FallbackOptions fallback = FallbackOptions.defaults();

        private Builder(Hub hub, AppSource apps) {
            this.hub = hub;
            this.apps = apps;
        }

        /** Spoken to who names no app we know. */
        public Builder dialect(Dialect dialect) {
            this.dialect = dialect;
            return this;
        }

        /** Is told what happens, on the threads where it happens. */
        public Builder observe(PusherObserver observer) {
            observers.add(observer);
            return this;
        }

        /**
         * Is told what happens, on a thread of its own.
         *
         * @param kind one kind of event, or {@link AppEvent} for all but the messages of single
         *     sockets
         */
        public <E extends AppEvent> Builder listen(Class<E> kind, AppListener<? super E> listener) {
            observers.add(new ListenerQueue<>(kind, listener));
            return this;
        }

        /** Who is in channels on other nodes; unless told otherwise there are none. */
        public Builder roster(Roster roster) {
            this.roster = roster;
            return this;
        }

        /** Where nodes share what channels keep; unless told otherwise each keeps its own. */
        public Builder journal(Journal journal) {
            this.journal = journal;
            return this;
        }

        /** What health checks are to be told; asked on event loops, must not block. */
        public Builder health(Supplier<Health> health) {
            this.health = health;
            return this;
        }

        /**
         * Whether clients whose WebSockets do not get through may come over plain HTTP, below
         * {@code /pusher/…}; they may unless told otherwise.
         */
        public Builder fallback(boolean fallback) {
            return fallback(fallback ? FallbackOptions.defaults() : null);
        }

        /**
         * The same, with options.
         *
         * @param options null: clients may not come over plain HTTP
         */
        public Builder fallback(@Nullable FallbackOptions options) {
            this.fallback = options;
            return this;
        }

        public PusherProtocol build() {
            return new PusherProtocol(this);
        }
    }

    /**
     * Another node has published to a channel. It is not trusted: what it says goes into the frames
     * of many. Nobody here can be in a channel of an app that was never asked for.
     */
    private boolean onEnvelope(Envelope envelope, @Nullable String exceptSocket) {
        AppRuntime runtime = runtimesByScope.get(envelope.topic().scope());
        if (runtime == null) {
            return true;
        }
        if (envelope.topic().name().equals(AppCommand.NO_CHANNEL)) {
            switch (AppCommand.read(envelope)) {
                case AppCommand.Terminate(String user) -> runtime.terminate(user);
                case null -> {}
            }
            return true;
        }
        return !Publisher.isSound(envelope)
                || new Publisher(hub, runtime, observers).deliverRemote(envelope, exceptSocket);
    }

    /**
     * Asks the source again for every app that was served so far. Who is connected stays connected
     * under the new settings; an app that is gone or disabled loses its sockets. <b>Thread:</b>
     * any.
     *
     * @return completes when all have been asked; fails if the source could not say, and then what
     *     was known goes on
     */
    public CompletionStage<Void> refresh() {
        CompletableFuture<Void> asked = CompletableFuture.completedFuture(null);
        List<AppRuntime> all = List.copyOf(runtimes.values());
        for (int from = 0; from < all.size(); from += ASKED_AT_ONCE) {
            var few = all.subList(from, Math.min(all.size(), from + ASKED_AT_ONCE));
            CompletableFuture<Void> before = asked;
            asked =
                    CompletableFuture.allOf(
                            before,
                            before.handle((done, failure) -> few).thenCompose(this::refresh));
        }
        return asked;
    }

    private CompletionStage<Void> refresh(List<AppRuntime> few) {
        return CompletableFuture.allOf(
                few.stream()
                        .map(runtime ->
                                apps.byId(runtime.app().id())
                                        .thenAccept(found -> refreshed(runtime, found))
                                        .toCompletableFuture())
                        .toArray(CompletableFuture[]::new));
    }

    private void refreshed(AppRuntime runtime, Optional<App> found) {
        if (found.isPresent()) {
            runtime.renew(found.get());
            if (!found.get().enabled()) {
                runtime.sockets().forEach(socket -> socket.postFail(PusherError.APP_DISABLED));
            }
        } else {
            runtimes.remove(runtime.app().id(), runtime);
            runtimesByScope.remove(runtime.scope(), runtime);
            runtime.end();
            runtime.sockets().forEach(socket -> socket.postFail(PusherError.UNKNOWN_APP));
        }
    }

    /** Users that somebody is signed in as, or watches; for tests of what is left behind. */
    int signedInUsers(App app) {
        return runtime(app).signedIn.size();
    }

    /** What health checks are told right now. <b>Thread:</b> any. */
    public Health health() {
        return health.get();
    }

    /** What the apps that were asked for so far are doing and have done. <b>Thread:</b> any. */
    public List<AppStatistics> statistics() {
        return runtimes.values().stream().map(this::statistics).toList();
    }

    private AppStatistics statistics(AppRuntime runtime) {
        int[] channels = new int[1];
        hub.forEachTopic(runtime.scope(), (topic, members) -> channels[0]++);
        Counters counters = runtime.counters;
        return new AppStatistics(
                runtime.app().id(),
                runtime.connections(),
                channels[0],
                counters.connectionsOpened.sum(),
                counters.connectionsRefused.sum(),
                counters.messagesReceived.sum(),
                counters.bytesReceived.sum(),
                counters.messagesSent.sum(),
                counters.bytesSent.sum(),
                counters.eventsPublished.sum(),
                counters.clientEvents.sum(),
                counters.limitsReached.sum());
    }

    /**
     * Publishes an event from Java.
     *
     * @param app the app's id
     * @param json the event's data, one JSON value
     * @return false if a loop is too far behind and nobody got it: try again later
     */
    public boolean trigger(App app, String channel, String event, String json) {
        return new Publisher(hub, runtime(app), observers)
                .publish(channel, event, json.getBytes(StandardCharsets.UTF_8), null);
    }

    /**
     * Closes the sockets of a user: those that have signed in as this user, and those that are this
     * user in a presence channel; on all nodes. <b>Thread:</b> any; returns before they are closed.
     *
     * @return how many there were on this node
     */
    public int terminate(App app, String userId) {
        AppRuntime runtime = runtime(app);
        AppCommand.tell(hub, runtime, new AppCommand.Terminate(userId));
        return runtime.terminate(userId);
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
                    new RefusedSession(connection, runtime.frames(), PusherError.APP_DISABLED);
        }
        return connection ->
                new PusherSession(runtime, hub, connection, decoders.get(), observers, socketId);
    }

    /** An id as this protocol's clients have them: two numbers and a dot, hard to guess. */
    public static String newSocketId() {
        return AppRuntime.newSocketId();
    }

    /**
     * The app with this id as it is on this node; empty if it was not asked for here so far, or is
     * served no more. <b>Thread:</b> any.
     */
    public Optional<LocalApp> local(String appId) {
        return Optional.ofNullable(runtimes.get(appId)).map(runtime -> new LocalApp(hub, runtime));
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
        List<Route> routes =
                new ArrayList<>(
                        new HttpApi(hub, apps, this::found, defaultDialect, observers, health)
                                .routes());
        if (fallback != null) {
            routes.addAll(fallback.routes());
        }
        return routes;
    }

    @Override
    public void onStop() {
        if (fallback != null) {
            fallback.stop();
        }
    }

    /**
     * Always accepts: browsers hide what HTTP says to a handshake, so refusals are told inside the
     * WebSocket.
     */
    private CompletionStage<Upgrade> upgrade(HttpRequest handshake) {
        return admit(handshake, handshake.parameter("appKey")).thenApply(this::accept);
    }

    private Upgrade accept(Admission admission) {
        return switch (admission) {
            case Admission.Refused(var dialect, var frames, var error) ->
                    refuse(dialect, frames, error);
            case Admission.Admitted(var runtime) ->
                    new Upgrade.Accept(
                            headers(runtime.app().dialect()),
                            runtime.app().maxMessageBytes(),
                            null,
                            connection -> newSession(runtime, connection));
        };
    }

    private ProtocolSession newSession(AppRuntime runtime, Connection connection) {
        return new PusherSession(runtime, hub, connection, decoders.get(), observers, null);
    }

    private CompletionStage<Admission> admit(HttpRequest request, String key) {
        return AppLookup.ask(
                () -> apps.byKey(key),
                app -> admit(request, app),
                () ->
                        new Admission.Refused(
                                defaultDialect, strangerFrames, PusherError.APPS_UNAVAILABLE));
    }

    private Admission admit(HttpRequest request, Optional<App> found) {
        if (found.isEmpty()) {
            return new Admission.Refused(defaultDialect, strangerFrames, PusherError.UNKNOWN_APP);
        }
        AppRuntime runtime = found(found.get());
        App app = runtime.app();
        PusherError error = check(request, app);
        if (error != null) {
            runtime.counters.connectionsRefused.increment();
            observers.tell(new AppEvent.ConnectionRefused(app, error.code));
            return new Admission.Refused(app.dialect(), runtime.frames(), error);
        }
        return new Admission.Admitted(runtime);
    }

    private static @Nullable PusherError check(HttpRequest handshake, App app) {
        if (!app.enabled()) {
            return PusherError.APP_DISABLED;
        }
        if (app.tlsOnly() && !handshake.peer().isSecure()) {
            return PusherError.TLS_ONLY;
        }
        if (app.strictProtocol()) {
            PusherError wrong = ClientVersion.check(Query.parse(handshake.query()));
            if (wrong != null) {
                return wrong;
            }
        }
        return Origins.allows(app.allowedOrigins(), handshake) ? null : PusherError.ORIGIN;
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

    /** What the source has just said is what holds from here on. */
    private AppRuntime found(App app) {
        AppRuntime runtime = runtime(app);
        runtime.renew(app);
        return runtime;
    }

    private AppRuntime runtime(App app) {
        AppRuntime known = runtimes.get(app.id());
        return known != null
                ? known
                : runtimes.computeIfAbsent(
                        app.id(),
                        id -> {
                            AppRuntime runtime = new AppRuntime(app, roster, histories);
                            runtimesByScope.put(runtime.scope(), runtime);
                            return runtime;
                        });
    }
}
