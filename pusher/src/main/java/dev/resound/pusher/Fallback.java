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
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Plain HTTP for clients whose WebSockets do not get through: what pusher-js calls {@code
 * xhr_streaming} and {@code xhr_polling}. Everything above the connection is the ordinary session
 * ({@link PusherSession}); what a connection is made of is in {@link FallbackConnection}.
 *
 * <p><b>Thread:</b> any.
 */
final class Fallback {
    private static final String BASE = "/pusher/app/{appKey}/{server}/{session}";
    private static final String STREAMING = "/xhr_streaming";
    private static final String POLLING = "/xhr";
    private static final String SENDING = "/xhr_send";
    private static final int MAX_ID_CHARACTERS = 64;

    /** Sessions that wait for their client's next request; more do not begin. */
    private static final int MAX_WAITING = 10_000;

    private static final Close STOPPING = close(PusherError.SHUTDOWN);
    private static final Close FULL =
            new Close(PusherError.OVERFLOW.code, "The server is over capacity");

    private final AppSource apps;
    private final BiFunction<HttpRequest, Optional<App>, Admission> admission;
    private final BiFunction<AppRuntime, Connection, ProtocolSession> newSession;
    private final ConcurrentHashMap<Key, FallbackConnection> sessions = new ConcurrentHashMap<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private volatile boolean stopping;

    /** Clients choose what their sessions are called; those of two apps are never the same. */
    record Key(String appKey, String server, String session) {

        /** Null if nobody would call a session so. */
        static @Nullable Key of(HttpRequest request) {
            String server = request.parameter("server");
            String session = request.parameter("session");
            return isId(server) && isId(session)
                    ? new Key(request.parameter("appKey"), server, session)
                    : null;
        }

        private static boolean isId(String id) {
            return !id.isEmpty() && id.length() <= MAX_ID_CHARACTERS;
        }

        /** Shape only: who knows a session's name can speak in it. */
        @Override
        public String toString() {
            return "a session of " + appKey;
        }
    }

    /**
     * Without sessions.
     *
     * @param admission decides about the first request of a session
     * @param newSession makes sessions, on the loop they are to live on
     */
    Fallback(
            AppSource apps,
            BiFunction<HttpRequest, Optional<App>, Admission> admission,
            BiFunction<AppRuntime, Connection, ProtocolSession> newSession) {
        this.apps = apps;
        this.admission = admission;
        this.newSession = newSession;
    }

    List<Route> routes() {
        List<Route> routes = new ArrayList<>();
        routes.add(Route.post(BASE + STREAMING, request -> receive(request, false)));
        routes.add(Route.post(BASE + POLLING, request -> receive(request, true)));
        routes.add(Route.post(BASE + SENDING, this::send));
        for (String suffix : List.of(STREAMING, POLLING, SENDING)) {
            routes.add(
                    new Route(
                            "OPTIONS",
                            PathTemplate.of(BASE + suffix),
                            HttpHandler.onLoop(Fallback::preflight)));
        }
        return routes;
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

    /** So many more (or fewer) sessions wait for their client's next request. */
    void waits(int change) {
        waiting.addAndGet(change);
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
                    Origins.allows(known.app().allowedOrigins(), request)
                            ? held(request, loop -> known, polling)
                            : refusal(request, null, close(PusherError.ORIGIN));
            return CompletableFuture.completedFuture(response);
        }
        return AppLookup.ask(
                () -> apps.byKey(key.appKey),
                app ->
                        switch (admission.apply(request, app)) {
                            case Admission.Refused(var dialect, var frames, var error) ->
                                    refusal(request, frames, close(error));
                            case Admission.Admitted(var runtime) ->
                                    admitted(request, key, runtime, polling);
                        },
                () -> refusal(request, null, close(PusherError.APPS_UNAVAILABLE)));
    }

    private HttpResponse admitted(
            HttpRequest request, Key key, AppRuntime runtime, boolean polling) {
        if (stopping) {
            return refusal(request, runtime.frames(), STOPPING);
        }
        if (waiting.get() >= MAX_WAITING) {
            return refusal(request, runtime.frames(), FULL);
        }
        return held(request, loop -> findOrBegin(key, runtime, loop), polling);
    }

    private FallbackConnection findOrBegin(Key key, AppRuntime runtime, Loop loop) {
        var fresh = new FallbackConnection(this, key, runtime, loop, newSession);
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
        if (!Origins.allows(session.app().allowedOrigins(), request)) {
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

    // ---- pages of other origins

    private static HttpResponse preflight(HttpRequest request) {
        return HttpResponse.empty(204)
                .with(crossOrigin(request))
                .with("Access-Control-Allow-Methods", "POST")
                .with("Access-Control-Allow-Headers", "Content-Type")
                .with("Access-Control-Max-Age", "7200");
    }

    /**
     * Any page may read the answer: one whose origin the app does not allow gets nothing but that,
     * and has to be able to read it, or it would try again for ever.
     */
    private static List<Header> crossOrigin(HttpRequest request) {
        String origin = request.headerCount("origin") == 1 ? request.header("origin") : null;
        return List.of(
                new Header("Access-Control-Allow-Origin", Objects.requireNonNullElse(origin, "*")),
                new Header("Vary", "Origin"));
    }

    private static List<Header> lineHeaders(HttpRequest request) {
        List<Header> headers = new ArrayList<>(crossOrigin(request));
        headers.add(new Header("Content-Type", "text/plain; charset=utf-8"));
        headers.add(new Header("X-Content-Type-Options", "nosniff"));
        headers.add(new Header("Cache-Control", "no-store, no-transform"));
        headers.add(new Header("X-Accel-Buffering", "no")); // nginx passes pieces on as they come
        return headers;
    }
}
