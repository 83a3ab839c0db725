package dev.resound.pusher;

import dev.resound.core.Close;
import dev.resound.core.Connection;
import dev.resound.core.ProtocolSession;
import dev.resound.core.http.Header;
import dev.resound.core.http.HttpRequest;
import dev.resound.core.http.PathTemplate;
import dev.resound.pusher.json.JsonObject;
import dev.resound.pusher.json.JsonScanner;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The beginning of a SockJS session. There is no app in its address: the client's first message
 * says where a WebSocket would have gone, {@code {"path":"/app/{key}?protocol=7&…"}}, and it is
 * admitted as if one had. What it says meanwhile waits for the session that follows.
 *
 * <p><b>Thread:</b> its connection's loop.
 */
final class SockJsHandshake implements ProtocolSession {
    private static final Logger LOG = LoggerFactory.getLogger(SockJsHandshake.class);

    /** The longest first message. */
    static final int MAX_BYTES = 4_096;

    /** For the first message, and for finding out about its app. */
    static final long PATIENCE_MILLIS = 10_000;

    private static final PathTemplate PATH = PathTemplate.of("/app/{appKey}");

    private static final byte[] NOTHING = {};

    private static final Close NOT_A_PATH = new Close(4005, "Path not found");
    private static final Close TOO_LATE = new Close(4100, "The path did not come in time");
    private static final Close BUG = new Close(1011, "");

    private final FallbackConnection connection;
    private final HttpRequest opening;
    private final BiFunction<HttpRequest, String, CompletionStage<Admission>> admission;
    private final BiFunction<AppRuntime, Connection, ProtocolSession> newSession;
    private final IntConsumer waits;

    /**
     * A handshake that has yet to begin.
     *
     * @param opening of the session's first request what is kept, by {@link #opening}
     * @param admission decides about a WebSocket's handshake with the app of this key
     * @param newSession makes the session that follows
     * @param waits is told of one more, and of one less
     */
    SockJsHandshake(
            FallbackConnection connection,
            HttpRequest opening,
            BiFunction<HttpRequest, String, CompletionStage<Admission>> admission,
            BiFunction<AppRuntime, Connection, ProtocolSession> newSession,
            IntConsumer waits) {
        this.connection = connection;
        this.opening = opening;
        this.admission = admission;
        this.newSession = newSession;
        this.waits = waits;
    }

    /** Whose request this is and from which page; the rest would only be held for long. */
    static HttpRequest opening(HttpRequest request) {
        List<Header> origins =
                request.headers().stream().filter(h -> h.name().equals("origin")).toList();
        return new HttpRequest("GET", "/", "", "", Map.of(), origins, NOTHING, request.peer());
    }

    @Override
    public void onOpen() {
        waits.accept(1);
        connection.wakeAt(connection.loop().nowMillis() + PATIENCE_MILLIS);
    }

    @Override
    public void onText(byte[] buffer, int offset, int length) {
        JsonObject message = new JsonScanner().object(buffer, offset, length, false);
        HttpRequest handshake = message == null ? null : handshake(message.text("path"));
        if (handshake == null) {
            connection.close(NOT_A_PATH);
            return;
        }
        connection.reading(false);
        admission
                .apply(handshake, handshake.parameter("appKey"))
                .whenComplete((answer, bug) ->
                        FallbackReceiver.onLoop(
                                connection.loop(),
                                () -> {
                                    if (connection.isOpen()) {
                                        decided(answer, bug);
                                    }
                                }));
    }

    /** As a WebSocket's would have been; null if none could have gone there. */
    private @Nullable HttpRequest handshake(@Nullable String target) {
        if (target == null) {
            return null;
        }
        int question = target.indexOf('?');
        String path = question < 0 ? target : target.substring(0, question);
        String query = question < 0 ? "" : target.substring(question + 1);
        Map<String, String> parameters = PATH.match(path);
        return parameters == null
                ? null
                : new HttpRequest(
                        "GET",
                        path,
                        "",
                        query,
                        parameters,
                        opening.headers(),
                        NOTHING,
                        opening.peer());
    }

    private void decided(@Nullable Admission answer, @Nullable Throwable bug) {
        if (answer == null) {
            LOG.error("A client could not be admitted", bug);
            connection.close(BUG);
            return;
        }
        waits.accept(-1);
        switch (answer) {
            case Admission.Admitted(var runtime) ->
                    connection.handOver(runtime, newSession.apply(runtime, connection));
            case Admission.Refused(var dialect, var frames, var error) ->
                    connection.handOver(null, new RefusedSession(connection, frames, error));
        }
        connection.reading(true);
    }

    /** There is nothing binary here. */
    @Override
    public void onBinary(byte[] buffer, int offset, int length) {
        connection.close(NOT_A_PATH);
    }

    @Override
    public void onDeadline(long nowMillis) {
        connection.close(TOO_LATE);
    }

    @Override
    public Close closeFor(Close.Cause cause) {
        return switch (cause) {
            case OVERFLOW -> new Close(PusherError.OVERFLOW.code, PusherError.OVERFLOW.message);
            case MESSAGE_TOO_BIG -> new Close(1009, "Maximum message size exceeded");
            case SHUTDOWN -> new Close(PusherError.SHUTDOWN.code, PusherError.SHUTDOWN.message);
        };
    }

    @Override
    public void onClosed(Close close) {
        waits.accept(-1);
    }
}
