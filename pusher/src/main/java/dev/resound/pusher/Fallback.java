package dev.resound.pusher;

import dev.resound.core.Close;
import dev.resound.core.Connection;
import dev.resound.core.Loop;
import dev.resound.core.ProtocolSession;
import dev.resound.core.http.Header;
import dev.resound.core.http.HttpHandler;
import dev.resound.core.http.HttpRequest;
import dev.resound.core.http.HttpResponse;
import dev.resound.core.http.PathTemplate;
import dev.resound.core.http.Route;
import dev.resound.pusher.json.JsonText;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Plain HTTP for clients whose WebSockets do not get through: what pusher-js calls {@code
 * xhr_streaming} and {@code xhr_polling}, and its {@code sockjs}, which is the same on the wire but
 * for the app, which is not in the path ({@link SockJsHandshake}). Everything above the connection
 * is the ordinary session ({@link PusherSession}); what a connection is made of is in {@link
 * FallbackConnection}.
 *
 * <p><b>Thread:</b> any.
 */
final class Fallback {
    private static final String BASE = "/pusher/app/{appKey}/{server}/{session}";
    private static final String SOCKJS_BASE = "/pusher/{server}/{session}";
    private static final String SOCKJS_INFO = "/pusher/info";
    private static final String STREAMING = "/xhr_streaming";
    private static final String POLLING = "/xhr";
    private static final String SENDING = "/xhr_send";
    private static final int MAX_ID_CHARACTERS = 64;
    private static final SecureRandom RANDOM = new SecureRandom();

    private static final Header NOT_STORED = new Header("Cache-Control", "no-store, no-transform");

    private static final Close STOPPING = close(PusherError.SHUTDOWN);
    private static final Close FULL =
            new Close(PusherError.OVERFLOW.code, "The server is over capacity");

    private final FallbackOptions options;
    private final BiFunction<HttpRequest, String, CompletionStage<Admission>> admission;
    private final BiFunction<AppRuntime, Connection, ProtocolSession> newSession;
    private final String greeting;
    private final ConcurrentHashMap<Key, FallbackConnection> sessions = new ConcurrentHashMap<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private volatile boolean stopping;

    /**
     * Clients choose what their sessions are called; those of two apps are never the same.
     *
     * @param appKey null in SockJS
     */
    record Key(@Nullable String appKey, String server, String session) {

        /** Null if nobody would call a session so. */
        static @Nullable Key of(HttpRequest request) {
            String server = request.parameter("server");
            String session = request.parameter("session");
            return isId(server) && isId(session)
                    ? new Key(request.parameters().get("appKey"), server, session)
                    : null;
        }

        private static boolean isId(String id) {
            return !id.isEmpty() && id.length() <= MAX_ID_CHARACTERS;
        }

        /** Shape only: who knows a session's name can speak in it. */
        @Override
        public String toString() {
            return appKey == null ? "a SockJS session" : "a session of " + appKey;
        }
    }

    /**
     * Without sessions.
     *
     * @param admission decides about the first request of a session with the app of this key
     * @param newSession makes sessions, on the loop they are to live on
     */
    Fallback(
            FallbackOptions options,
            BiFunction<HttpRequest, String, CompletionStage<Admission>> admission,
            BiFunction<AppRuntime, Connection, ProtocolSession> newSession) {
        this.options = options;
        this.admission = admission;
        this.newSession = newSession;
        this.greeting = FallbackLines.open(options.hostname());
    }

    List<Route> routes() {
        List<Route> routes = new ArrayList<>();
        for (String base : List.of(BASE, SOCKJS_BASE)) {
            add(routes, "POST", base + STREAMING, request -> receive(request, false));
            add(routes, "POST", base + POLLING, request -> receive(request, true));
            add(routes, "POST", base + SENDING, this::send);
        }
        add(routes, "GET", SOCKJS_INFO, HttpHandler.onLoop(Fallback::sockJsInfo));
        return routes;
    }

    private static void add(List<Route> to, String method, String path, HttpHandler handler) {
        PathTemplate template = PathTemplate.of(path);
        to.add(new Route(method, template, handler));
        to.add(
                new Route(
                        "OPTIONS",
                        template,
                        HttpHandler.onLoop(request -> preflight(request, method))));
    }

    /** No session begins any more, and those end that nobody is listening to at the moment. */
    void stop() {
        stopping = true;
        for (FallbackConnection session : sessions.values()) {
            session.loop().execute(session::stopIfAlone);
        }
    }

    boolean isStopping() {
        return stopping;
    }

    int size() {
        return sessions.size();
    }

    /** So many more (or fewer) sessions wait for their client's next request, or for its app. */
    void waits(int change) {
        waiting.addAndGet(change);
    }

    long patienceMillis() {
        return options.patience().toMillis();
    }

    /** What a session begins with. */
    String greeting(Key key) {
        return key.appKey == null ? FallbackLines.OPEN : greeting;
    }

    void remove(Key key, FallbackConnection session) {
        sessions.remove(key, session);
    }

    // ---- what the client is told

    private CompletionStage<HttpResponse> receive(HttpRequest request, boolean polling) {
        Key key = Key.of(request);
        if (key == null) {
            return answer(request, 404);
        }
        FallbackConnection known = sessions.get(key);
        if (known != null) {
            HttpResponse response =
                    known.isOpenTo(request)
                            ? held(request, loop -> known, polling)
                            : refusal(request, null, close(PusherError.ORIGIN));
            return CompletableFuture.completedFuture(response);
        }
        if (key.appKey == null) {
            HttpRequest opening = SockJsHandshake.opening(request);
            return CompletableFuture.completedFuture(
                    admitted(
                            request,
                            key,
                            polling,
                            null,
                            connection ->
                                    new SockJsHandshake(
                                            connection,
                                            opening,
                                            admission,
                                            newSession,
                                            this::waits)));
        }
        return admission
                .apply(request, key.appKey)
                .thenApply(answer ->
                        switch (answer) {
                            case Admission.Refused(var dialect, var frames, var error) ->
                                    refusal(request, frames, close(error));
                            case Admission.Admitted(var runtime) ->
                                    admitted(
                                            request,
                                            key,
                                            polling,
                                            runtime,
                                            connection -> newSession.apply(runtime, connection));
                        });
    }

    private HttpResponse admitted(
            HttpRequest request,
            Key key,
            boolean polling,
            @Nullable AppRuntime runtime,
            Function<FallbackConnection, ProtocolSession> session) {
        ServerFrames frames = runtime == null ? null : runtime.frames();
        if (stopping) {
            return refusal(request, frames, STOPPING);
        }
        if (waiting.get() >= options.waitingSessions()) {
            return refusal(request, frames, FULL);
        }
        return held(request, loop -> findOrBegin(key, loop, runtime, session), polling);
    }

    private FallbackConnection findOrBegin(
            Key key,
            Loop loop,
            @Nullable AppRuntime runtime,
            Function<FallbackConnection, ProtocolSession> session) {
        var fresh = new FallbackConnection(this, key, loop, runtime, session);
        FallbackConnection present = sessions.putIfAbsent(key, fresh);
        if (present != null) {
            return present;
        }
        fresh.open();
        return fresh;
    }

    private static HttpResponse held(
            HttpRequest request, Function<Loop, FallbackConnection> finder, boolean polling) {
        return HttpResponse.streamed(
                200, lineHeaders(request), new FallbackReceiver(finder, polling));
    }

    /** Clients act on how a session ends, so there is one for a moment; nothing is kept of it. */
    private static HttpResponse refusal(
            HttpRequest request, @Nullable ServerFrames frames, Close close) {
        JsonText lines = new JsonText().raw(FallbackLines.OPEN);
        if (frames != null && frames.errorBeforeClose()) {
            FallbackLines.messages(
                    List.of(frames.error(close.code(), close.reason(), null)), lines);
        }
        FallbackLines.close(close, lines);
        return new HttpResponse(200, lineHeaders(request), lines.toBytes(), false);
    }

    private static Close close(PusherError error) {
        return new Close(error.code, error.message);
    }

    // ---- what the client says

    private CompletionStage<HttpResponse> send(HttpRequest request) {
        Key key = Key.of(request);
        FallbackConnection session = key == null ? null : sessions.get(key);
        if (session == null) {
            return answer(request, 404);
        }
        if (!session.isOpenTo(request)) {
            return answer(request, 403);
        }
        List<byte[]> messages = FallbackLines.parse(request.body());
        if (messages == null) {
            return answer(request, 400);
        }
        var status = new CompletableFuture<Integer>();
        FallbackReceiver.onLoop(session.loop(), () -> session.say(messages, status));
        return status.thenApply(code -> HttpResponse.empty(code).with(crossOrigin(request)));
    }

    private static CompletionStage<HttpResponse> answer(HttpRequest request, int status) {
        return CompletableFuture.completedFuture(
                HttpResponse.empty(status).with(crossOrigin(request)));
    }

    // ---- what SockJS asks first

    private static HttpResponse sockJsInfo(HttpRequest request) {
        String json =
                "{\"websocket\":false,\"cookie_needed\":false,\"origins\":[\"*:*\"],\"entropy\":"
                        + Integer.toUnsignedLong(RANDOM.nextInt())
                        + "}";
        List<Header> headers = new ArrayList<>(crossOrigin(request));
        headers.add(NOT_STORED);
        return HttpResponse.json(200, json).with(headers);
    }

    // ---- pages of other origins

    private static HttpResponse preflight(HttpRequest request, String method) {
        return HttpResponse.empty(204)
                .with(crossOrigin(request))
                .with("Access-Control-Allow-Methods", method)
                .with("Access-Control-Allow-Headers", "Content-Type")
                .with("Access-Control-Max-Age", "7200");
    }

    /**
     * Any page may read the answer: one whose origin the app does not allow gets nothing but that,
     * and has to be able to read it, or it would try again for ever.
     */
    private static List<Header> crossOrigin(HttpRequest request) {
        String origin = request.headerCount("origin") == 1 ? request.header("origin") : null;
        List<Header> headers = new ArrayList<>();
        headers.add(
                new Header("Access-Control-Allow-Origin", Objects.requireNonNullElse(origin, "*")));
        headers.add(new Header("Vary", "Origin"));
        boolean sockJs = !request.parameters().containsKey("appKey");
        if (sockJs && origin != null) {
            // SockJS asks with cookies, for proxies that want them. Nothing here looks at any.
            headers.add(new Header("Access-Control-Allow-Credentials", "true"));
        }
        return headers;
    }

    private static List<Header> lineHeaders(HttpRequest request) {
        List<Header> headers = new ArrayList<>(crossOrigin(request));
        headers.add(new Header("Content-Type", "text/plain; charset=utf-8"));
        headers.add(new Header("X-Content-Type-Options", "nosniff"));
        headers.add(NOT_STORED);
        headers.add(new Header("X-Accel-Buffering", "no")); // nginx passes pieces on as they come
        return headers;
    }
}
