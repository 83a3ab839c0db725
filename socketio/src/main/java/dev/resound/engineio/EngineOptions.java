package dev.resound.engineio;

import dev.resound.core.Upgrade;
import dev.resound.core.http.Header;
import dev.resound.core.http.HttpRequest;
import dev.resound.core.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What an {@link EngineIo} was built with, see its builder for the words. Immutable. */
record EngineOptions(
        String path,
        boolean addTrailingSlash,
        Duration pingInterval,
        Duration pingTimeout,
        Duration upgradeTimeout,
        Duration pollCloseTimeout,
        int maxMessageBytes,
        int backlogBytes,
        int messagesPerSecond,
        Set<Transport> transports,
        boolean allowUpgrades,
        boolean revision3,
        boolean jsonp,
        int maxPacketsPerPoll,
        int compressionThreshold,
        Upgrade.@Nullable Deflate deflate,
        @Nullable String initialPacket,
        @Nullable Cookie cookie,
        @Nullable Cors cors,
        @Nullable Predicate<String> allowedOrigins,
        Function<EngineRequest, CompletionStage<Admission>> admit,
        Function<EngineRequest, CompletionStage<String>> sessionIds,
        Function<HttpRequest, List<Header>> initialHeaders,
        Function<HttpRequest, List<Header>> headers,
        List<StaticFile> files,
        Consumer<Rejection> rejected,
        Function<EngineSocket, EngineSession> application) {
    private static final int MAX_PACKETS_FOR_PYTHON = 16;
    private static final int MAX_COMPRESSED_BYTES =
            256 << 10; // compressing more would hold up the loop

    boolean mayUpgrade() {
        return allowUpgrades && transports.contains(Transport.WEBSOCKET);
    }

    int packetsPerPoll(HttpRequest request) {
        if (maxPacketsPerPoll > 0) {
            return maxPacketsPerPoll;
        }
        String agent = request.header("user-agent");
        return agent != null && agent.toLowerCase(Locale.ROOT).contains("python")
                ? MAX_PACKETS_FOR_PYTHON
                : Integer.MAX_VALUE;
    }

    // ---- responses; what every response needs is added by the front door

    HttpResponse refusal(EngineError error) {
        return error.response(error.message());
    }

    HttpResponse postResponse() {
        return noStore(200, "text/html", "ok".getBytes(StandardCharsets.US_ASCII));
    }

    /** Whether a request is of the kind that gets scripts, and posts forms. */
    boolean isJsonp(HttpRequest request) {
        return jsonp && Query.parse(request.query()).containsKey("j");
    }

    /**
     * @param compressible whether any of the packets may be compressed
     */
    HttpResponse pollResponse(HttpRequest request, PollCodec.PollBody body, boolean compressible) {
        if (isJsonp(request)) {
            String index = Query.parse(request.query()).getOrDefault("j", "");
            return Jsonp.response(index, body.bytes());
        }
        HttpResponse response =
                noStore(
                        200,
                        body.binary() ? "application/octet-stream" : "text/plain; charset=UTF-8",
                        body.bytes());
        String agent = request.header("user-agent");
        if (agent != null && (agent.contains(";MSIE") || agent.contains("Trident/"))) {
            response = response.with("X-XSS-Protection", "0");
        }
        return compressible ? compress(request, response) : response;
    }

    /** The payload of a post, whatever it was wrapped in. */
    byte[] postedPayload(HttpRequest request) {
        return isJsonp(request) ? Jsonp.payload(request.body()) : request.body();
    }

    private static HttpResponse noStore(int status, String type, byte[] body) {
        return new HttpResponse(
                status,
                List.of(new Header("Content-Type", type), new Header("cache-control", "no-store")),
                body,
                false);
    }

    private HttpResponse compress(HttpRequest request, HttpResponse response) {
        byte[] body = response.body();
        if (compressionThreshold < 0
                || body.length < compressionThreshold
                || body.length > MAX_COMPRESSED_BYTES
                || !Gzip.isAccepted(request)) {
            return response;
        }
        return response.with("Content-Encoding", "gzip").withBody(Gzip.compress(body));
    }

    /** What every response carries: CORS, and what the application adds. */
    HttpResponse complete(HttpRequest request, boolean initial, HttpResponse response) {
        return response.with(extraHeaders(request, initial));
    }

    List<Header> extraHeaders(HttpRequest request, boolean initial) {
        List<Header> extra = new ArrayList<>(4);
        if (cors != null) {
            extra.addAll(cors.headers(request));
        }
        if (initial) {
            extra.addAll(initialHeaders.apply(request));
        }
        extra.addAll(headers.apply(request));
        return extra;
    }
}
