package dev.resound.sessions.mentraos;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.resound.core.Close;
import dev.resound.core.Frame;
import dev.resound.core.http.HttpRequest;
import dev.resound.sessions.CommandFailure;
import dev.resound.sessions.CommandRoute;
import dev.resound.sessions.Companion;
import dev.resound.sessions.CompanionAdmission;
import dev.resound.sessions.CompanionIdentity;
import dev.resound.sessions.CompanionMessage;
import dev.resound.sessions.CompanionSide;
import dev.resound.sessions.Refusal;
import dev.resound.sessions.Subscription;
import dev.resound.sessions.Tokens;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/** What apps say, and are told. <b>Thread:</b> event loops, several at once. */
final class MentraOsCompanions implements CompanionSide {
    private static final CompanionMessage MALFORMED = new CompanionMessage.Malformed();
    private static final Tokens.Verdict MISSING = new Tokens.Verdict.Invalid("jwt malformed");
    private static final int MOST_SESSION_ID_CHARS = 1_000;
    private static final String ERROR = "tpa_connection_error";

    private final Tokens tokens;
    private final MentraOs.Installation installation;
    private final MentraOsStreams streams;
    private final Words words;
    private final Map<String, CommandRoute> commands;

    MentraOsCompanions(
            Tokens tokens,
            MentraOs.Installation installation,
            MentraOsStreams streams,
            Words words) {
        this.tokens = tokens;
        this.installation = installation;
        this.streams = streams;
        this.words = words;
        this.commands = new MentraOsCommands(words, installation.dashboardForAll()).byType();
    }

    // ---- at the door

    @Override
    public List<String> paths() {
        return List.of("/app-ws", "/ws/miniapp");
    }

    @Override
    public CompanionAdmission admit(HttpRequest handshake) {
        String owner = lowerCase(Words.header(handshake, "x-user-id"));
        String version = Words.header(handshake, "x-sdk-version");
        String authorization = handshake.header("authorization");
        if (authorization == null || !authorization.startsWith("Bearer ")) {
            String companion = Words.header(handshake, "x-package-name");
            String key = Words.header(handshake, "x-api-key");
            return new CompanionAdmission.Admitted(
                    new CompanionIdentity(owner, companion, key, version, false, null));
        }
        if (owner == null || Words.header(handshake, "x-session-id") == null) {
            return refused("MISSING_HEADERS", "Missing userId or sessionId in request headers");
        }
        String token = Words.credentials(handshake);
        return switch (token == null ? MISSING : tokens.verify(token)) {
            case Tokens.Verdict.Unavailable() -> new CompanionAdmission.Refused(Words.notYet());
            case Tokens.Verdict.Invalid(var why) ->
                    refused("JWT_INVALID", "Invalid JWT token: " + why);
            case Tokens.Verdict.Valid(var claims, var expires) ->
                    claims.get("packageName") instanceof String companion
                                    && claims.get("apiKey") instanceof String key
                            ? proven(owner, companion, key, version, expires)
                            : refused("JWT_INVALID", "Invalid JWT token: invalid token");
        };
    }

    private static CompanionAdmission proven(
            String owner,
            String companion,
            String key,
            @Nullable String version,
            @Nullable Instant expires) {
        return new CompanionAdmission.Admitted(
                new CompanionIdentity(owner, companion, key, version, true, expires));
    }

    private static @Nullable String lowerCase(@Nullable String text) {
        return text == null ? null : text.toLowerCase(Locale.ROOT);
    }

    private CompanionAdmission refused(String code, String message) {
        return new CompanionAdmission.Refused(words.unauthorized(error(code, message)));
    }

    private static ObjectNode error(String code, String message) {
        return Words.message(ERROR).put("code", code).put("message", message);
    }

    // ---- what it says

    @Override
    public CompanionMessage read(byte[] buffer, int offset, int length) {
        ObjectNode fields = Words.read(buffer, offset, length);
        if (fields == null) {
            return MALFORMED;
        }
        String type = fields.path("type").stringValue();
        return switch (type) {
            case "ping" -> new CompanionMessage.Ping();
            case "pong" -> new CompanionMessage.Pong();
            case "tpa_connection_init", "connection_init" -> join(fields, false);
            case "reconnect" -> join(fields, true);
            case "subscription_update" -> subscribe(fields);
            case "ownership_release" -> new CompanionMessage.Release();
            default -> {
                CommandRoute route = commands.get(type);
                yield route == null
                        ? new CompanionMessage.Ignored(type)
                        : new CompanionMessage.Command(route, fields);
            }
        };
    }

    private static CompanionMessage join(ObjectNode fields, boolean again) {
        return new CompanionMessage.Join(
                Words.text(fields, "sessionId"),
                Words.text(fields, "packageName"),
                Words.text(fields, "apiKey"),
                Words.text(fields, "sdkVersion"),
                again);
    }

    private CompanionMessage subscribe(ObjectNode fields) {
        if (!(fields.path("subscriptions") instanceof ArrayNode entries)) {
            return MALFORMED;
        }
        List<Subscription> subscriptions = new ArrayList<>();
        for (JsonNode entry : entries) {
            Subscription subscription = streams.read(entry);
            if (subscription != null) {
                subscriptions.add(subscription);
            }
        }
        return new CompanionMessage.Subscribe(subscriptions);
    }

    @Override
    public boolean joinUnasked() {
        return false;
    }

    @Override
    public @Nullable String owner(CompanionMessage.Join join, Predicate<String> isLive) {
        String id = join.session();
        if (id == null || id.length() > MOST_SESSION_ID_CHARS) {
            return null;
        }
        Predicate<String> isLiveInAnyCase = user -> isLive.test(user.toLowerCase(Locale.ROOT));
        return lowerCase(SessionIds.user(id, join.companion(), isLiveInAnyCase));
    }

    /** Versions from 3 on do. */
    @Override
    public boolean resumes(@Nullable String version) {
        if (version == null) {
            return false;
        }
        int end = 0;
        while (end < version.length() && Character.isDigit(version.charAt(end))) {
            end++;
        }
        return end > 0 && (end > 1 || version.charAt(0) >= '3');
    }

    // ---- how it is called

    @Override
    public @Nullable Call invitation(String owner, Companion companion) {
        String dial = installation.publicUrl().get().toString();
        return call(
                companion,
                Words.message("session_request")
                        .put("sessionId", SessionIds.of(owner, companion.id()))
                        .put("userId", owner)
                        .put("timestamp", words.timestamp())
                        .put("websocketUrl", dial + "/ws/miniapp")
                        .put("mentraOSWebsocketUrl", dial + "/app-ws")
                        .put("augmentOSWebsocketUrl", dial + "/app-ws"));
    }

    @Override
    public @Nullable Call dismissal(String owner, Companion companion, Dismissal reason) {
        String why =
                switch (reason) {
                    case BY_OWNER -> "user_disabled";
                    case BY_SYSTEM -> "system_stop";
                    case FAILED -> "error";
                };
        return call(
                companion,
                Words.message("stop_request")
                        .put("sessionId", SessionIds.of(owner, companion.id()))
                        .put("userId", owner)
                        .put("reason", why)
                        .put("timestamp", words.timestamp()));
    }

    private static @Nullable Call call(Companion companion, ObjectNode body) {
        URI url = companion.url();
        if (url == null) {
            return null;
        }
        URI webhook = URI.create(Words.under(url, "webhook"));
        return new Call(webhook, Words.JSON.writeValueAsBytes(body));
    }

    // ---- what it is told

    @Override
    public Frame pong() {
        return Frame.text("{\"type\":\"pong\",\"timestamp\":" + words.nowMillis() + "}");
    }

    @Override
    public Frame greeting(Greeting greeting) {
        Companion companion = greeting.companion();
        ObjectNode ack =
                Words.message(greeting.again() ? "reconnect_ack" : "tpa_connection_ack")
                        .put("sessionId", SessionIds.of(greeting.owner(), companion.id()))
                        .put("userId", greeting.owner());
        ack.set("settings", companion.settings());
        ack.putObject("mentraosSettings");
        ack.putObject("augmentosSettings");
        ack.set("capabilities", orNull(greeting.capabilities()));
        ArrayNode subscriptions = ack.putArray("subscriptions");
        greeting.subscriptions().forEach(one -> subscriptions.add(one.text()));
        return words.frame(ack);
    }

    private static JsonNode orNull(@Nullable JsonNode node) {
        return node == null ? NullNode.getInstance() : node;
    }

    /** A code and its text; 1008 makes SDK 2 give up for good, so it stands for nothing lesser. */
    @Override
    public Refused refused(Refusal why, boolean again) {
        return switch (why) {
            case SESSION_ID_MALFORMED ->
                    new Refused(null, new Close(1008, "Invalid session ID format"));
            case TOO_LATE -> new Refused(null, new Close(1008, "Authentication timeout"));
            // Another try may go better, and comes after this one.
            case TOO_MANY -> new Refused(null, new Close(1013, "Try again later"));
            case SESSION_NOT_FOUND ->
                    again
                            ? rejected("SESSION_NOT_FOUND", "Session not found")
                            : refused("SESSION_NOT_FOUND", "Session not found", 1008);
            case NOT_STARTED ->
                    again
                            ? rejected("NOT_RUNNING", "App not started for this session")
                            : refused("APP_NOT_STARTED", "App not started for this session", 1008);
            case KEY_INVALID -> refused("INVALID_API_KEY", "Invalid API key", 1008);
            case INTERNAL -> refused("INTERNAL_ERROR", "Internal server error", 1011);
        };
    }

    private Refused refused(String code, String message, int close) {
        return new Refused(words.frame(error(code, message)), new Close(close, message));
    }

    /** The socket stays: the SDK may begin anew on it. */
    private Refused rejected(String code, String message) {
        ObjectNode rejection =
                Words.message("reconnect_rejected").put("code", code).put("message", message);
        return new Refused(words.frame(rejection), null);
    }

    @Override
    public Frame state(ObjectNode fields, boolean whole) {
        ObjectNode update = Words.message("device_state_update");
        update.set("state", fields);
        return words.frame(whole ? update.put("fullSnapshot", true) : update);
    }

    @Override
    public @Nullable JsonNode capabilities(ObjectNode state) {
        String model = Words.text(state, "modelName");
        return model == null ? null : installation.capabilities().get(model);
    }

    @Override
    public @Nullable Frame capabilitiesChanged(ObjectNode before, ObjectNode state) {
        if (Objects.equals(before.get("modelName"), state.get("modelName"))) {
            return null;
        }
        ObjectNode update = Words.message("capabilities_update");
        update.set("capabilities", orNull(capabilities(state)));
        update.set("modelName", orNull(state.get("modelName")));
        return words.frame(update);
    }

    @Override
    public Frame settingsChanged(Companion companion) {
        ObjectNode update = Words.message("settings_update").put("packageName", companion.id());
        update.set("settings", companion.settings());
        return words.frame(update);
    }

    @Override
    public Frame denied(List<Denied> subscriptions) {
        ObjectNode error =
                Words.message("permission_error")
                        .put("message", "Some subscriptions need permissions the app lacks");
        ArrayNode details = error.putArray("details");
        for (Denied denied : subscriptions) {
            details.addObject()
                    .put("stream", denied.subscription().text())
                    .put("requiredPermission", denied.permission())
                    .put("message", "The app does not declare " + denied.permission());
        }
        return words.frame(error);
    }

    @Override
    public @Nullable Frame failed(
            CommandFailure why, @Nullable CommandRoute route, ObjectNode fields) {
        if (why == CommandFailure.NO_ANSWER) {
            return null; // the SDK looks at its own clock
        }
        ObjectNode error =
                switch (why) {
                    case MALFORMED -> error("MALFORMED_MESSAGE", "Malformed message");
                    case FORBIDDEN -> error("PERMISSION_DENIED", "Permission denied");
                    case NO_DEVICE -> error("INTERNAL_ERROR", "Glasses not connected");
                    case TOO_MANY -> error("TOO_MANY_REQUESTS", "Too many requests");
                    case NO_ANSWER -> error("INTERNAL_ERROR", "No answer");
                };
        String correlation = route == null ? null : route.correlationField();
        if (correlation != null && fields.path(correlation).isString()) {
            error.set(correlation, fields.path(correlation));
        }
        return words.frame(error);
    }

    @Override
    public Frame stopped() {
        return words.frame(Words.message("app_stopped"));
    }

    @Override
    public Frame custom(String action, JsonNode payload) {
        ObjectNode message = Words.message("custom_message").put("action", action);
        message.set("payload", payload);
        return words.frame(message);
    }

    @Override
    public Envelope envelope(String owner, Companion companion, String label) {
        ObjectNode head =
                Words.message("data_stream")
                        .put("sessionId", SessionIds.of(owner, companion.id()))
                        .put("streamType", label);
        byte[] object = Words.JSON.writeValueAsBytes(head);
        String open = new String(object, 0, object.length - 1, UTF_8);
        byte[] before = (open + ",\"data\":").getBytes(UTF_8);
        return event -> Frame.text(Words.concat(before, event, words.lastTimestamp()));
    }
}
