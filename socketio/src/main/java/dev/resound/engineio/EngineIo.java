package dev.resound.engineio;

import dev.resound.core.Connection;
import dev.resound.core.Endpoint;
import dev.resound.core.Loop;
import dev.resound.core.Protocol;
import dev.resound.core.ProtocolSession;
import dev.resound.core.Upgrade;
import dev.resound.core.http.Header;
import dev.resound.core.http.HttpHandler;
import dev.resound.core.http.HttpRequest;
import dev.resound.core.http.HttpResponse;
import dev.resound.core.http.PathTemplate;
import dev.resound.core.http.Route;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An Engine.IO server, revision 4 and, if wanted, 3: sessions over HTTP long-polling and WebSocket.
 *
 * <pre>{@code
 * EngineIo engine = EngineIo.builder().application(socket -> new Echo(socket)).build();
 * Resound.builder().port(3000).protocol(engine).start();
 * }</pre>
 *
 * <p><b>Thread:</b> any.
 */
public final class EngineIo implements Protocol {
    private final EngineOptions options;
    private final SessionTable table;
    private final Gate gate;

    private EngineIo(EngineOptions options) {
        this.options = options;
        this.table = new SessionTable(options);
        this.gate = new Gate(options, table);
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Sessions as of now. */
    public int sessions() {
        return table.size();
    }

    @Override
    public String name() {
        return "engine.io";
    }

    @Override
    public List<Endpoint> endpoints() {
        return paths().map(path -> new Endpoint(path, this::upgrade)).toList();
    }

    @Override
    public List<Route> routes() {
        // The transport takes a little more than we do, so that it is us who refuse the rest.
        int maxBodyBytes = (int) Math.min(Integer.MAX_VALUE, options.maxMessageBytes() * 2L + 1024);
        FrontDoor door = new FrontDoor();
        return Stream.concat(
                        options.files().stream().map(this::route), // the first that fits answers
                        paths().map(path -> new Route(Route.ANY, path, maxBodyBytes, door)))
                .toList();
    }

    @Override
    public void onStop() {
        table.shutDown();
    }

    private Route route(StaticFile file) {
        return Route.get(
                options.path() + file.name(),
                HttpHandler.onLoop(
                        request -> options.complete(request, false, file.answer(request))));
    }

    /** Everything below the path and, if so wanted, the path itself. */
    private Stream<PathTemplate> paths() {
        String path = options.path();
        String bare = path.substring(0, path.length() - 1);
        return options.addTrailingSlash() || bare.isEmpty()
                ? Stream.of(PathTemplate.of(path + "{rest*}"))
                : Stream.of(PathTemplate.of(path + "{rest*}"), PathTemplate.of(bare));
    }

    // ---- HTTP

    private final class FrontDoor implements HttpHandler {

        @Override
        public void onHead(HttpRequest head) {
            Session session = head.method().equals("POST") ? gate.sessionOf(head) : null;
            if (session != null) {
                onHome(session, () -> session.postBegins(head.peer()));
                head.peer().whenGone(() -> onHome(session, () -> session.postGone(head.peer())));
            }
        }

        @Override
        public void onRefused(HttpRequest head, int status) {
            Session session = head.method().equals("POST") ? gate.sessionOf(head) : null;
            if (session != null) {
                onHome(session, () -> session.postRefused(head.peer(), status));
            }
        }

        @Override
        public CompletionStage<HttpResponse> handle(HttpRequest request) {
            if (options.cors() != null && request.method().equals("OPTIONS")) {
                return CompletableFuture.completedFuture(options.cors().preflight(request));
            }
            return switch (gate.check(request, false)) {
                case Gate.Refused refused ->
                        CompletableFuture.completedFuture(
                                options.complete(
                                        request,
                                        false,
                                        refused.error().response(refused.message())));
                case Gate.Known(Session session) ->
                        serve(session, request).thenApply(r -> options.complete(request, false, r));
                case Gate.New(EngineRequest handshake, int revision) ->
                        begin(request, handshake, revision)
                                .thenApply(r -> options.complete(request, true, r));
            };
        }
    }

    private CompletionStage<HttpResponse> serve(Session session, HttpRequest request) {
        var answer = new CompletableFuture<HttpResponse>();
        switch (request.method()) {
            case "GET" -> {
                request.peer().whenGone(() -> onHome(session, session::pollGone));
                onHome(session, () -> session.poll(request, answer));
            }
            case "POST" -> onHome(session, () -> session.post(request, answer));
            default -> answer.complete(HttpResponse.empty(500));
        }
        return answer;
    }

    private CompletionStage<HttpResponse> begin(
            HttpRequest request, EngineRequest handshake, int revision) {
        var answer = new CompletableFuture<HttpResponse>();
        var gone = new boolean[1]; // touched on the request's loop only
        request.peer().whenGone(() -> gone[0] = true);
        Loop loop = Objects.requireNonNull(Loop.current(), "a request off the loops");
        gate.admit(request, handshake, revision)
                .whenComplete((verdict, failure) ->
                        onLoop(
                                loop,
                                () -> {
                                    switch (verdict) {
                                        case null -> answer.completeExceptionally(failure);
                                        case Gate.Refused refused ->
                                                answer.complete(
                                                        refused.error()
                                                                .response(refused.message()));
                                        case Gate.Admitted admitted -> {
                                            if (!gone[0]) {
                                                open(request, loop, admitted, revision, answer);
                                            }
                                        }
                                    }
                                }));
        return answer;
    }

    private void open(
            HttpRequest request,
            Loop loop,
            Gate.Admitted admitted,
            int revision,
            CompletableFuture<HttpResponse> answer) {
        String id = admitted.id();
        Session session =
                new Session(
                        options, table, id, loop, admitted.request(), revision, Transport.POLLING);
        if (!table.add(session)) {
            Gate.Refused refused = gate.idInUse(request);
            answer.complete(refused.error().response(refused.message()));
            return;
        }
        var poll = new CompletableFuture<HttpResponse>();
        poll.thenAccept(response -> answer.complete(withCookie(response, id)));
        request.peer().whenGone(session::pollGone);
        session.open(request, poll);
    }

    private HttpResponse withCookie(HttpResponse response, String id) {
        Cookie cookie = options.cookie();
        return cookie == null ? response : response.with("Set-Cookie", cookie.header(id));
    }

    // ---- WebSocket

    private CompletionStage<Upgrade> upgrade(HttpRequest handshake) {
        return switch (gate.check(handshake, true)) {
            case Gate.Refused refused -> CompletableFuture.completedFuture(reject(refused));
            case Gate.Known(Session session) ->
                    CompletableFuture.completedFuture(
                            accept(
                                    options.extraHeaders(handshake, false),
                                    session.loop(),
                                    isPolling(handshake) ? RefusedSocket::new : session::join));
            case Gate.New(EngineRequest request, int revision) ->
                    gate.admit(handshake, request, revision)
                            .thenApply(verdict ->
                                    switch (verdict) {
                                        case Gate.Refused refused -> reject(refused);
                                        case Gate.Admitted admitted ->
                                                accept(
                                                        options.extraHeaders(handshake, true),
                                                        null,
                                                        isPolling(handshake)
                                                                ? RefusedSocket::new
                                                                : connection ->
                                                                        begin(
                                                                                connection,
                                                                                admitted,
                                                                                revision));
                                    });
        };
    }

    private ProtocolSession begin(Connection connection, Gate.Admitted admitted, int revision) {
        return new Session(
                        options,
                        table,
                        admitted.id(),
                        connection.loop(),
                        admitted.request(),
                        revision,
                        Transport.WEBSOCKET)
                .on(connection);
    }

    /** A WebSocket handshake that asks for polling gets its WebSocket, and nothing on it. */
    private static boolean isPolling(HttpRequest handshake) {
        return "polling".equals(Query.parse(handshake.query()).get("transport"));
    }

    private Upgrade accept(
            List<Header> headers, @Nullable Loop home, Function<Connection, ProtocolSession> open) {
        return new Upgrade.Accept(
                headers, options.maxMessageBytes(), home, options.deflate(), open);
    }

    private static Upgrade reject(Gate.Refused refused) {
        return new Upgrade.Reject(refused.error().responseToUpgrade(refused.message()));
    }

    private static void onHome(Session session, Runnable action) {
        onLoop(session.loop(), action);
    }

    private static void onLoop(Loop loop, Runnable action) {
        if (loop.isCurrent()) {
            action.run();
        } else {
            loop.execute(action);
        }
    }

    /** Collects the options. <b>Thread:</b> one. */
    public static final class Builder {
        private String path = "/engine.io/";
        private boolean addTrailingSlash = true;
        private Duration pingInterval = Duration.ofSeconds(25);
        private Duration pingTimeout = Duration.ofSeconds(20);
        private Duration upgradeTimeout = Duration.ofSeconds(10);
        private Duration pollCloseTimeout = Duration.ofSeconds(30);
        private int maxMessageBytes = 1_000_000;
        private int backlogBytes = 4 << 20;
        private int messagesPerSecond = 1_000;
        private Set<Transport> transports = EnumSet.allOf(Transport.class);
        private boolean allowUpgrades = true;
        private boolean revision3;
        private boolean jsonp;
        private int maxPacketsPerPoll;
        private int compressionThreshold = -1;
        private Upgrade.@Nullable Deflate deflate;
        private @Nullable String initialPacket;
        private @Nullable Cookie cookie;
        private @Nullable Cors cors;
        private @Nullable Predicate<String> allowedOrigins;
        private Function<EngineRequest, CompletionStage<Admission>> admit =
                request -> CompletableFuture.completedFuture(Admission.accept());
        private Function<EngineRequest, CompletionStage<String>> sessionIds =
                request -> CompletableFuture.completedFuture(SessionIds.next());
        private Function<HttpRequest, List<Header>> initialHeaders = request -> List.of();
        private Function<HttpRequest, List<Header>> headers = request -> List.of();
        private final List<StaticFile> files = new ArrayList<>();
        private Consumer<Rejection> rejected = rejection -> {};
        private @Nullable Function<EngineSocket, EngineSession> application;

        private Builder() {}

        /** The path everything happens below; {@code /engine.io/} unless told otherwise. */
        public Builder path(String path) {
            String trimmed = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
            boolean complete = trimmed.isEmpty() || trimmed.startsWith("/");
            this.path = (complete ? trimmed : "/" + trimmed) + "/";
            return this;
        }

        /**
         * Whether the path has to be followed by a slash; true. False is for clients with an option
         * of the same name, whose requests go to {@code /engine.io?EIO=4}; those with a slash are
         * served all the same.
         */
        public Builder addTrailingSlash(boolean addTrailingSlash) {
            this.addTrailingSlash = addTrailingSlash;
            return this;
        }

        /** How long after a pong the next ping is sent; 25 s. */
        public Builder pingInterval(Duration pingInterval) {
            this.pingInterval = pingInterval;
            return this;
        }

        /** How long a peer may take to answer a ping; 20 s. */
        public Builder pingTimeout(Duration pingTimeout) {
            this.pingTimeout = pingTimeout;
            return this;
        }

        /** How long a WebSocket may take to take over from polling; 10 s. */
        public Builder upgradeTimeout(Duration upgradeTimeout) {
            this.upgradeTimeout = upgradeTimeout;
            return this;
        }

        /** How long a polling session that this side has closed waits for a last poll; 30 s. */
        public Builder pollCloseTimeout(Duration pollCloseTimeout) {
            this.pollCloseTimeout = pollCloseTimeout;
            return this;
        }

        /** The largest message and the largest post, in bytes; 1 000 000. Told to the peer. */
        public Builder maxMessageBytes(int maxMessageBytes) {
            this.maxMessageBytes = maxMessageBytes;
            return this;
        }

        /**
         * How many bytes may wait for a polling peer before its session ends; 4 MiB, which is a few
         * of the largest messages: between two polls even a quick peer gets nothing.
         */
        public Builder backlogBytes(int backlogBytes) {
            this.backlogBytes = backlogBytes;
            return this;
        }

        /**
         * How many packets a second a peer may post, with bursts of two seconds; 1000, and 0 for as
         * many as it likes. Posts beyond that are answered later, and until then a peer may not
         * post again. A WebSocket is held to the limits of its port instead.
         *
         * @throws IllegalArgumentException if it is negative
         */
        public Builder messagesPerSecond(int messagesPerSecond) {
            if (messagesPerSecond < 0) {
                throw new IllegalArgumentException(
                        "messagesPerSecond is " + messagesPerSecond + ", must be 0 or more");
            }
            this.messagesPerSecond = messagesPerSecond;
            return this;
        }

        /** The transports taken; both unless told otherwise. */
        public Builder transports(Set<Transport> transports) {
            this.transports = EnumSet.copyOf(transports);
            return this;
        }

        /** Whether polling peers are told that they may change to WebSocket; true. */
        public Builder allowUpgrades(boolean allowUpgrades) {
            this.allowUpgrades = allowUpgrades;
            return this;
        }

        /** Whether clients of revision 3 (Socket.IO 2) are served, too; false. */
        public Builder allowRevision3(boolean allowed) {
            this.revision3 = allowed;
            return this;
        }

        /** Whether polls may be answered with scripts ({@code j} in the query); false. */
        public Builder allowJsonp(boolean allowed) {
            this.jsonp = allowed;
            return this;
        }

        /**
         * How many packets a poll is answered with at most; without it there is no limit, but 16
         * for clients written in Python, which refuse more.
         */
        public Builder maxPacketsPerPoll(int maxPacketsPerPoll) {
            this.maxPacketsPerPoll = maxPacketsPerPoll;
            return this;
        }

        /**
         * Compresses the answers to polls from so many bytes on, unless none of their packets may
         * be compressed; off unless asked for.
         */
        public Builder httpCompression(int thresholdBytes) {
            this.compressionThreshold = thresholdBytes;
            return this;
        }

        /**
         * Compresses WebSocket messages from so many bytes on for peers that offer
         * permessage-deflate; off unless asked for.
         */
        public Builder perMessageDeflate(int thresholdBytes) {
            this.deflate = new Upgrade.Deflate(thresholdBytes);
            return this;
        }

        /** A text message every session begins with. */
        public Builder initialPacket(String text) {
            this.initialPacket = text;
            return this;
        }

        /** Sets a cookie with the session's id; none unless asked for. */
        public Builder cookie(Cookie cookie) {
            this.cookie = cookie;
            return this;
        }

        /** Which pages of other origins may poll; none unless told otherwise. */
        public Builder cors(Cors cors) {
            this.cors = cors;
            return this;
        }

        /**
         * Which origins may begin a session, by whatever transport. A request without an Origin
         * header does not come from a browser and passes.
         */
        public Builder allowedOrigins(Predicate<String> allowed) {
            this.allowedOrigins = allowed;
            return this;
        }

        /**
         * Decides whether a session may begin. Called on an event loop, must not block, may
         * complete later on any thread; a failed stage refuses.
         */
        public Builder admission(Function<EngineRequest, CompletionStage<Admission>> admit) {
            this.admit = admit;
            return this;
        }

        /**
         * Where ids of sessions come from, for those who were admitted; 20 random characters. They
         * are secrets: whoever knows the id of a polling session can speak for its peer. Called on
         * an event loop, or on the thread that decided about the admission; must not block, may
         * complete later on any thread. An id that is blank or in use, and a failed stage, refuse
         * the session.
         */
        public Builder sessionIds(Function<EngineRequest, CompletionStage<String>> sessionIds) {
            this.sessionIds = sessionIds;
            return this;
        }

        /** Headers to add to the response a session begins with. Called on an event loop. */
        public Builder initialHeaders(Function<HttpRequest, List<Header>> headers) {
            this.initialHeaders = headers;
            return this;
        }

        /** Headers to add to every response, the 101 included. Called on an event loop. */
        public Builder headers(Function<HttpRequest, List<Header>> headers) {
            this.headers = headers;
            return this;
        }

        /**
         * Serves a file below the path, in place of Engine.IO: to GET and HEAD, with the headers of
         * every response, compressed with gzip if whoever asks can take it. It may be kept, but is
         * asked for again each time, which costs a 304 as long as the version is the same.
         *
         * @param name {@code client.js} for {@code /engine.io/client.js}
         * @param version changes with the content; becomes the {@code ETag}
         * @param content must not be changed afterwards
         */
        public Builder file(String name, String contentType, String version, byte[] content) {
            files.add(new StaticFile(name, contentType, version, content));
            return this;
        }

        /** Told of every request that is refused. Called on an event loop. */
        public Builder onRejected(Consumer<Rejection> rejected) {
            this.rejected = rejected;
            return this;
        }

        /** Makes the application's side of each session, on the session's loop. */
        public Builder application(Function<EngineSocket, EngineSession> application) {
            this.application = application;
            return this;
        }

        public EngineIo build() {
            if (application == null) {
                throw new IllegalStateException("an Engine.IO server needs an application");
            }
            return new EngineIo(
                    new EngineOptions(
                            path,
                            addTrailingSlash,
                            pingInterval,
                            pingTimeout,
                            upgradeTimeout,
                            pollCloseTimeout,
                            maxMessageBytes,
                            backlogBytes,
                            messagesPerSecond,
                            transports,
                            allowUpgrades,
                            revision3,
                            jsonp,
                            maxPacketsPerPoll,
                            compressionThreshold,
                            deflate,
                            initialPacket,
                            cookie,
                            cors,
                            allowedOrigins,
                            admit,
                            sessionIds,
                            initialHeaders,
                            headers,
                            List.copyOf(files),
                            rejected,
                            application));
        }
    }
}
