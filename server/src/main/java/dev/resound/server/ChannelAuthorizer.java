package dev.resound.server;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.resound.pusher.App;
import dev.resound.pusher.AppSource;
import dev.resound.socketio.Handshake;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Decides whether a Socket.IO client may subscribe to a private or presence channel. Three kinds of
 * proof are taken, in this order:
 *
 * <ol>
 *   <li>a signature by the app, as Pusher clients bring it: {@code auth: "key:signature"};
 *   <li>a token signed with {@code socketio.jwt_secret} (JWT, HS256), in {@code
 *       auth.headers.Authorization} of the wish or as {@code token} in the handshake's auth; its
 *       claim {@code channels} lists names or beginnings of names ({@code private-orders.*}),
 *       {@code sub} and {@code user_info} say who it is;
 *   <li>the word of the configured endpoint, which is asked with the client's headers and cookies.
 * </ol>
 *
 * <p><b>Thread:</b> any. What waits for the endpoint waits on virtual threads.
 */
final class ChannelAuthorizer {
    private static final Logger LOG = LoggerFactory.getLogger(ChannelAuthorizer.class);
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int FORBIDDEN = 403;
    private static final int UNAVAILABLE = 503;
    private static final int MAX_QUESTIONS = 256;
    private static final int MAX_ANSWER_BYTES = 64 << 10;
    private static final int MAX_HEADERS = 20;

    /** Of the headers a client wants passed on, those that are not its to set. */
    private static final Pattern KEPT_BACK =
            Pattern.compile(
                    "host|cookie|connection|upgrade|te|expect|forwarded|x-real-ip"
                            + "|(content|transfer|proxy|x-forwarded|cf)-.*");

    private final AppSource apps;
    private final @Nullable String jwtSecret;
    private final @Nullable URI endpoint;
    private final Duration timeout;
    private final Semaphore questions = new Semaphore(MAX_QUESTIONS);
    private @Nullable HttpClient client; // guarded by this

    sealed interface Decision {}

    /** May, with this signature. */
    record Granted(String auth, @Nullable String channelData) implements Decision {
        @Override
        public String toString() {
            return "Granted";
        }
    }

    /** May not, or nobody could say. */
    record Denied(int status) implements Decision {}

    ChannelAuthorizer(
            AppSource apps, @Nullable String jwtSecret, @Nullable URI endpoint, Duration timeout) {
        this.apps = apps;
        this.jwtSecret = jwtSecret;
        this.endpoint = endpoint;
        this.timeout = timeout;
    }

    /**
     * Decides.
     *
     * @param connectedTo the app as it was when the client came; what counts is what it is now
     */
    CompletionStage<Decision> authorize(
            App connectedTo, String socketId, Handshake handshake, String channel, JsonNode wish) {
        return apps.byId(connectedTo.id())
                .exceptionally(unavailable -> Optional.of(connectedTo))
                .thenCompose(app ->
                        app.isEmpty()
                                ? done(new Denied(FORBIDDEN))
                                : decide(app.get(), socketId, handshake, channel, wish));
    }

    private CompletionStage<Decision> decide(
            App app, String socketId, Handshake handshake, String channel, JsonNode wish) {
        JsonNode auth = wish.path("auth");
        if (auth.isString()) {
            JsonNode data = wish.path("channel_data");
            String member = data.isString() ? data.asString() : null;
            return done(bySignature(app, socketId, channel, auth.asString(), member));
        }
        SignedJWT token = token(auth.path("headers"), handshake);
        if (token != null) {
            return done(byToken(app, socketId, channel, token));
        }
        return endpoint == null
                ? done(new Denied(FORBIDDEN))
                : byEndpoint(endpoint, socketId, handshake, channel, auth.path("headers"));
    }

    private static CompletionStage<Decision> done(Decision decision) {
        return CompletableFuture.completedFuture(decision);
    }

    /** Looked at here, because the answer to a wrong one does not always name the channel. */
    private static Decision bySignature(
            App app, String socketId, String channel, String auth, @Nullable String member) {
        byte[] right = app.authorize(socketId, channel, member).getBytes(StandardCharsets.UTF_8);
        return MessageDigest.isEqual(right, auth.getBytes(StandardCharsets.UTF_8))
                ? new Granted(auth, member)
                : new Denied(FORBIDDEN);
    }

    // ---- tokens

    private static @Nullable SignedJWT token(JsonNode headers, Handshake handshake) {
        String bearer = "";
        for (Map.Entry<String, JsonNode> header : headers.properties()) {
            if (header.getKey().equalsIgnoreCase("authorization")) {
                bearer = header.getValue().asString("");
            }
        }
        String text =
                bearer.regionMatches(true, 0, "Bearer ", 0, 7)
                        ? bearer.substring(7)
                        : handshake.auth().path("token").asString("");
        if (text.isEmpty()) {
            return null;
        }
        try {
            return SignedJWT.parse(text.strip());
        } catch (ParseException noToken) {
            return null; // an API token of the application, which the endpoint may know
        }
    }

    private Decision byToken(App app, String socketId, String channel, SignedJWT token) {
        String secret = jwtSecret == null ? app.secret() : jwtSecret;
        try {
            if (!JWSAlgorithm.HS256.equals(token.getHeader().getAlgorithm())
                    || !token.verify(new MACVerifier(secret.getBytes(StandardCharsets.UTF_8)))) {
                return new Denied(FORBIDDEN);
            }
            JWTClaimsSet claims = token.getJWTClaimsSet();
            if (!isCurrent(claims) || !names(claims.getStringListClaim("channels"), channel)) {
                return new Denied(FORBIDDEN);
            }
            String member = channel.startsWith("presence-") ? member(claims) : null;
            return new Granted(app.authorize(socketId, channel, member), member);
        } catch (JOSEException unfitSecret) {
            LOG.debug("App {}: no socketio.jwt_secret, and its own is too short", app.id());
            return new Denied(FORBIDDEN);
        } catch (ParseException malformed) {
            return new Denied(FORBIDDEN);
        }
    }

    private static boolean isCurrent(JWTClaimsSet claims) {
        Instant now = Instant.now();
        return claims.getExpirationTime() != null
                && claims.getExpirationTime().toInstant().isAfter(now)
                && (claims.getNotBeforeTime() == null
                        || !claims.getNotBeforeTime().toInstant().isAfter(now));
    }

    private static boolean names(@Nullable List<String> patterns, String channel) {
        return patterns != null
                && patterns.stream()
                        .anyMatch(pattern ->
                                pattern.endsWith("*")
                                        ? channel.startsWith(
                                                pattern.substring(0, pattern.length() - 1))
                                        : channel.equals(pattern));
    }

    private static String member(JWTClaimsSet claims) {
        var member = JSON.createObjectNode().put("user_id", claims.getSubject());
        member.set("user_info", JSON.valueToTree(claims.getClaim("user_info")));
        return JSON.writeValueAsString(member);
    }

    // ---- the endpoint

    private CompletionStage<Decision> byEndpoint(
            URI endpoint, String socketId, Handshake handshake, String channel, JsonNode headers) {
        if (!questions.tryAcquire()) {
            return done(new Denied(UNAVAILABLE));
        }
        String form =
                "channel_name="
                        + URLEncoder.encode(channel, StandardCharsets.UTF_8)
                        + "&socket_id="
                        + URLEncoder.encode(socketId, StandardCharsets.UTF_8);
        HttpRequest.Builder request =
                HttpRequest.newBuilder(endpoint)
                        .timeout(timeout)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(form));
        try {
            headers.properties().stream()
                    .filter(header ->
                            !KEPT_BACK.matcher(header.getKey().toLowerCase(Locale.ROOT)).matches())
                    .limit(MAX_HEADERS)
                    .forEach(header ->
                            request.setHeader(header.getKey(), header.getValue().asString("")));
            String cookie = handshake.headers().get("cookie");
            if (cookie != null) {
                request.setHeader("Cookie", cookie);
            }
        } catch (IllegalArgumentException unfit) {
            questions.release();
            return done(new Denied(FORBIDDEN)); // a header no HTTP request can have
        }
        return client().sendAsync(
                        request.build(),
                        HttpResponse.BodyHandlers.limiting(
                                HttpResponse.BodyHandlers.ofString(), MAX_ANSWER_BYTES))
                .handle((response, failure) -> {
                    questions.release();
                    if (response == null) {
                        LOG.warn(
                                "socketio.auth_endpoint does not answer: {}",
                                String.valueOf(failure));
                        return new Denied(UNAVAILABLE);
                    }
                    return answered(response);
                });
    }

    private static Decision answered(HttpResponse<String> response) {
        if (response.statusCode() != 200) {
            return new Denied(response.statusCode());
        }
        try {
            JsonNode answer = JSON.readTree(response.body());
            JsonNode auth = answer.path("auth");
            JsonNode member = answer.path("channel_data");
            return auth.isString()
                    ? new Granted(auth.asString(), member.isString() ? member.asString() : null)
                    : new Denied(FORBIDDEN);
        } catch (JacksonException noJson) {
            return new Denied(UNAVAILABLE);
        }
    }

    private synchronized HttpClient client() {
        HttpClient present = client;
        if (present == null) {
            present =
                    HttpClient.newBuilder()
                            .connectTimeout(timeout)
                            .followRedirects(HttpClient.Redirect.NEVER)
                            .executor(task -> Thread.ofVirtual().start(task))
                            .build();
            client = present;
        }
        return present;
    }
}
