package dev.resound.sessions.mentraos;

import dev.resound.core.Frame;
import dev.resound.core.http.HttpRequest;
import dev.resound.core.http.HttpResponse;
import dev.resound.sessions.DeviceAdmission;
import dev.resound.sessions.DeviceIdentity;
import dev.resound.sessions.DeviceMessage;
import dev.resound.sessions.DeviceProfile;
import dev.resound.sessions.Tokens;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Smart glasses of MentraOS, in practice the phone that speaks for them. The owner is the token's
 * {@code email}, in lower case. <b>Thread:</b> any.
 */
public final class MentraOs implements DeviceProfile {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private static final List<String> FLAGS = List.of("livekit", "udpEncryption");
    private static final Frame PONG = Frame.text("{\"type\":\"pong\"}");
    private static final DeviceMessage MALFORMED = new DeviceMessage.Malformed();

    private final Tokens tokens;
    private final InstantSource clock;

    /** Devices prove who they are with these tokens. */
    public MentraOs(Tokens tokens, InstantSource clock) {
        this.tokens = tokens;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "mentraos";
    }

    @Override
    public List<String> devicePaths() {
        return List.of("/glasses-ws", "/ws/client");
    }

    @Override
    public DeviceAdmission admit(HttpRequest handshake) {
        String token = token(handshake);
        if (token == null) {
            return refused("No core token provided");
        }
        return switch (tokens.verify(token)) {
            case Tokens.Verdict.Invalid(var why) -> refused("Invalid core token");
            case Tokens.Verdict.Valid(var claims) ->
                    claims.get("email") instanceof String email && !email.isBlank()
                            ? new DeviceAdmission.Admitted(
                                    new DeviceIdentity(
                                            email.toLowerCase(Locale.ROOT), flags(handshake)))
                            : refused("Invalid core token - no user ID");
        };
    }

    /** The second word of {@code Authorization}, whatever the first is, or else of the query. */
    private static @Nullable String token(HttpRequest handshake) {
        String authorization = handshake.header("authorization");
        if (authorization != null) {
            String[] words = authorization.split(" ", 3);
            if (words.length > 1 && !words[1].isEmpty()) {
                return words[1];
            }
        }
        String token = inQuery(handshake, "token");
        return token == null || token.isEmpty() ? null : token;
    }

    private static Set<String> flags(HttpRequest handshake) {
        Set<String> flags = new HashSet<>();
        for (String flag : FLAGS) {
            if ("true".equals(inQuery(handshake, flag)) || "true".equals(handshake.header(flag))) {
                flags.add(flag);
            }
        }
        return flags;
    }

    private static @Nullable String inQuery(HttpRequest request, String name) {
        for (String pair : request.query().split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0 && pair.substring(0, equals).equals(name)) {
                try {
                    return URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8);
                } catch (IllegalArgumentException notEncoded) {
                    return null;
                }
            }
        }
        return null;
    }

    private DeviceAdmission refused(String message) {
        ObjectNode body = message("connection_error").put("message", message);
        body.put("timestamp", TIME.format(clock.instant()));
        return new DeviceAdmission.Refused(HttpResponse.json(401, JSON.writeValueAsBytes(body)));
    }

    @Override
    public DeviceMessage read(byte[] buffer, int offset, int length) {
        JsonNode read;
        try {
            read = JSON.readTree(buffer, offset, length);
        } catch (JacksonException malformed) {
            return MALFORMED;
        }
        if (!(read instanceof ObjectNode fields) || !fields.path("type").isString()) {
            return MALFORMED;
        }
        String type = fields.path("type").stringValue();
        return switch (type) {
            case "ping" -> new DeviceMessage.Ping();
            case "pong" -> new DeviceMessage.Pong();
            case "connection_init" -> new DeviceMessage.Hello();
            default -> new DeviceMessage.Event(type, fields);
        };
    }

    @Override
    public Frame greeting(DeviceIdentity device) {
        ObjectNode ack = message("connection_ack").put("sessionId", device.owner());
        ack.put("timestamp", TIME.format(clock.instant()));
        return Frame.text(JSON.writeValueAsBytes(ack));
    }

    @Override
    public Frame pong() {
        return PONG;
    }

    private static ObjectNode message(String type) {
        return JSON.createObjectNode().put("type", type);
    }
}
