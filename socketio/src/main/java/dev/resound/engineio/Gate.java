package dev.resound.engineio;

import dev.resound.core.RateLimitedLog;
import dev.resound.core.http.HttpRequest;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Looks at every request before a session does. The order of the checks is visible to peers.
 * <b>Thread:</b> any loop.
 */
final class Gate {
    private static final RateLimitedLog FAILURES =
            new RateLimitedLog(LoggerFactory.getLogger(Gate.class));

    private final EngineOptions options;
    private final SessionTable table;

    Gate(EngineOptions options, SessionTable table) {
        this.options = options;
        this.table = table;
    }

    sealed interface Verdict {}

    /** For this session. */
    record Known(Session session) implements Verdict {}

    /** Wants a session; admission decides. */
    record New(EngineRequest request, int revision) implements Verdict {}

    sealed interface Decision {}

    /** May begin a session of this id. */
    record Admitted(EngineRequest request, String id) implements Decision {
        /** Shape only: the id is a secret. */
        @Override
        public String toString() {
            return "admitted";
        }
    }

    record Refused(EngineError error, String message) implements Verdict, Decision {}

    /** The session a request names, if there is one and it polls. */
    @Nullable Session sessionOf(HttpRequest request) {
        return check(request, false, false) instanceof Known(Session session) ? session : null;
    }

    Verdict check(HttpRequest request, boolean upgrade) {
        return check(request, upgrade, true);
    }

    private Verdict check(HttpRequest request, boolean upgrade, boolean report) {
        Map<String, String> query = Query.parse(request.query());
        Transport transport = transport(query.get("transport"));
        if (transport == null) {
            return refuse(
                    request,
                    EngineError.UNKNOWN_TRANSPORT,
                    report,
                    Map.of("transport", query.getOrDefault("transport", "")));
        }
        String origin = request.header("origin");
        if (origin != null && hasControls(origin)) {
            return refuse(
                    request,
                    EngineError.BAD_REQUEST,
                    report,
                    Map.of("name", "INVALID_ORIGIN", "origin", origin));
        }
        int revision = revision(query.get("EIO"));
        String sid = query.getOrDefault("sid", "");
        if (sid.isEmpty()) {
            return checkHandshake(request, transport, revision, upgrade, report);
        }
        Session session = table.find(sid);
        if (session == null) {
            return refuse(request, EngineError.UNKNOWN_SID, report, Map.of("sid", sid));
        }
        if (!upgrade && session.transport() != transport) {
            return refuse(
                    request,
                    EngineError.BAD_REQUEST,
                    report,
                    Map.of(
                            "name",
                            "TRANSPORT_MISMATCH",
                            "transport",
                            transport.wireName(),
                            "previousTransport",
                            session.transport().wireName()));
        }
        if (revision != session.revision()) {
            return refuse(
                    request,
                    EngineError.BAD_REQUEST,
                    report,
                    Map.of(
                            "name",
                            "PROTOCOL_MISMATCH",
                            "protocol",
                            query.getOrDefault("EIO", ""),
                            "previousProtocol",
                            String.valueOf(session.revision())));
        }
        return new Known(session);
    }

    private Verdict checkHandshake(
            HttpRequest request,
            Transport transport,
            int revision,
            boolean upgrade,
            boolean report) {
        if (!request.method().equals("GET")) {
            return refuse(
                    request,
                    EngineError.BAD_HANDSHAKE_METHOD,
                    report,
                    Map.of("method", request.method()));
        }
        if (transport == Transport.WEBSOCKET && !upgrade) {
            return refuse(
                    request,
                    EngineError.BAD_REQUEST,
                    report,
                    Map.of("name", "TRANSPORT_HANDSHAKE_ERROR"));
        }
        return new New(EngineRequest.of(request), revision);
    }

    /** Asks the application, for the revision, and for an id: the order of the reference. */
    CompletionStage<Decision> admit(HttpRequest request, EngineRequest handshake, int revision) {
        String origin = request.header("origin");
        if (options.allowedOrigins() != null
                && origin != null
                && (request.headerCount("origin") > 1 || !options.allowedOrigins().test(origin))) {
            return CompletableFuture.completedFuture(
                    forbidden(request, EngineError.FORBIDDEN.message()));
        }
        CompletionStage<Admission> stage;
        try {
            stage = options.admit().apply(handshake);
        } catch (RuntimeException bug) {
            stage = CompletableFuture.failedFuture(bug);
        }
        return stage.handle((admission, failure) ->
                        switch (admission) {
                            case null -> {
                                FAILURES.error("Admission failed", failure);
                                yield decided(forbidden(request, EngineError.FORBIDDEN.message()));
                            }
                            case Admission.Reject(String message) ->
                                    decided(
                                            forbidden(
                                                    request,
                                                    message == null
                                                            ? EngineError.FORBIDDEN.message()
                                                            : message));
                            case Admission.Accept(Object attachment) ->
                                    revision == 4 || (revision == 3 && options.revision3())
                                            ? identify(request, handshake.with(attachment))
                                            : decided(
                                                    refuse(
                                                            request,
                                                            EngineError
                                                                    .UNSUPPORTED_PROTOCOL_VERSION,
                                                            true,
                                                            Map.of(
                                                                    "protocol",
                                                                    handshake
                                                                            .query()
                                                                            .getOrDefault(
                                                                                    "EIO", ""))));
                        })
                .thenCompose(Function.identity());
    }

    private static CompletionStage<Decision> decided(Decision decision) {
        return CompletableFuture.completedFuture(decision);
    }

    private CompletionStage<Decision> identify(HttpRequest request, EngineRequest admitted) {
        CompletionStage<String> stage;
        try {
            stage = options.sessionIds().apply(admitted);
        } catch (RuntimeException bug) {
            stage = CompletableFuture.failedFuture(bug);
        }
        return stage.handle((id, failure) -> {
            if (failure != null) {
                FAILURES.error("No id was found for a session", failure);
                return withoutId(request, "failed");
            }
            if (id == null || id.isBlank()) {
                return withoutId(request, "blank");
            }
            return table.find(id) == null ? new Admitted(admitted, id) : idInUse(request);
        });
    }

    /** Two that wanted the same id at the same time have both been admitted: one is too late. */
    Refused idInUse(HttpRequest request) {
        return withoutId(request, "in use");
    }

    private Refused withoutId(HttpRequest request, String error) {
        return refuse(
                request,
                EngineError.BAD_REQUEST,
                true,
                Map.of("name", "ID_GENERATION_ERROR", "error", error));
    }

    private Refused forbidden(HttpRequest request, String message) {
        options.rejected()
                .accept(
                        new Rejection(
                                request,
                                EngineError.FORBIDDEN,
                                message,
                                Map.of("message", message)));
        return new Refused(EngineError.FORBIDDEN, message);
    }

    private Refused refuse(
            HttpRequest request, EngineError error, boolean report, Map<String, String> context) {
        if (report) {
            options.rejected().accept(new Rejection(request, error, error.message(), context));
        }
        return new Refused(error, error.message());
    }

    private @Nullable Transport transport(@Nullable String name) {
        for (Transport transport : options.transports()) {
            if (transport.wireName().equals(name)) {
                return transport;
            }
        }
        return null;
    }

    /** 0 for none that anybody speaks. */
    private static int revision(@Nullable String text) {
        return "4".equals(text) ? 4 : "3".equals(text) ? 3 : 0;
    }

    private static boolean hasControls(String text) {
        return text.chars().anyMatch(c -> (c < 0x20 && c != '\t') || c == 0x7f);
    }
}
