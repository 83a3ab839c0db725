package dev.resound.sessions.mentraos;

import dev.resound.core.Frame;
import dev.resound.core.http.HttpRequest;
import dev.resound.sessions.Demand;
import dev.resound.sessions.DeviceAdmission;
import dev.resound.sessions.DeviceIdentity;
import dev.resound.sessions.DeviceMessage;
import dev.resound.sessions.DeviceMessage.Effect;
import dev.resound.sessions.DeviceSide;
import dev.resound.sessions.MediaTransform;
import dev.resound.sessions.StreamName;
import dev.resound.sessions.Subscription;
import dev.resound.sessions.Tokens;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/** What glasses say, and are told. <b>Thread:</b> event loops, several at once. */
final class MentraOsDevice implements DeviceSide {
    private static final List<String> FLAGS = List.of("livekit", "udpEncryption");
    private static final Frame PONG = Frame.text("{\"type\":\"pong\"}");
    private static final DeviceMessage MALFORMED = new DeviceMessage.Malformed();

    private final Tokens tokens;
    private final Words words;

    MentraOsDevice(Tokens tokens, Words words) {
        this.tokens = tokens;
        this.words = words;
    }

    // ---- at the door

    @Override
    public List<String> paths() {
        return List.of("/glasses-ws", "/ws/client");
    }

    @Override
    public DeviceAdmission admit(HttpRequest handshake) {
        String token = token(handshake);
        if (token == null) {
            return refused("No core token provided");
        }
        return switch (tokens.verify(token)) {
            case Tokens.Verdict.Unavailable() -> new DeviceAdmission.Refused(Words.notYet());
            case Tokens.Verdict.Invalid(var why) -> refused("Invalid core token");
            case Tokens.Verdict.Valid(var claims, var expires) ->
                    claims.get("email") instanceof String email && !email.isBlank()
                            ? admitted(email, expires, handshake)
                            : refused("Invalid core token - no user ID");
        };
    }

    private static DeviceAdmission admitted(
            String email, @Nullable Instant expires, HttpRequest handshake) {
        return new DeviceAdmission.Admitted(
                new DeviceIdentity(email.toLowerCase(Locale.ROOT), flags(handshake), expires));
    }

    /** The second word of {@code Authorization}, whatever the first is, or else of the query. */
    private static @Nullable String token(HttpRequest handshake) {
        String credentials = Words.credentials(handshake);
        if (credentials != null) {
            return credentials;
        }
        String token = Words.inQuery(handshake, "token");
        return token == null || token.isEmpty() ? null : token;
    }

    private static Set<String> flags(HttpRequest handshake) {
        Set<String> flags = new HashSet<>();
        for (String flag : FLAGS) {
            if ("true".equals(Words.inQuery(handshake, flag))
                    || "true".equals(handshake.header(flag))) {
                flags.add(flag);
            }
        }
        return flags;
    }

    private DeviceAdmission refused(String message) {
        return new DeviceAdmission.Refused(words.unauthorized(error(message)));
    }

    private static ObjectNode error(String message) {
        return Words.message("connection_error").put("message", message);
    }

    // ---- what it says

    /**
     * What most messages say is of no interest here: they are passed on as they came, and only
     * looked at for what they are.
     */
    @Override
    public DeviceMessage read(byte[] buffer, int offset, int length) {
        String type = Words.typeOf(buffer, offset, length);
        if (type == null) {
            return MALFORMED;
        }
        return switch (type) {
            case "ping" -> new DeviceMessage.Ping();
            case "pong" -> new DeviceMessage.Pong();
            case "connection_init" -> new DeviceMessage.Hello();
            case "start_app",
                    "stop_app",
                    "glasses_connection_state",
                    "touch_event",
                    "location_update",
                    "VAD",
                    "local_transcription",
                    "photo_response",
                    "audio_play_response",
                    "rgb_led_control_response" ->
                    special(type, buffer, offset, length);
            default ->
                    event(
                            MentraOsStreams.nameOf(type),
                            Arrays.copyOfRange(buffer, offset, offset + length));
        };
    }

    /** Names are remembered, so they are not of any length. */
    private static DeviceMessage event(@Nullable StreamName stream, byte[] json) {
        return stream == null ? MALFORMED : new DeviceMessage.Event(stream, json, List.of());
    }

    private static DeviceMessage special(String type, byte[] buffer, int offset, int length) {
        ObjectNode fields = Words.read(buffer, offset, length);
        if (fields == null) {
            return MALFORMED;
        }
        byte[] json = Arrays.copyOfRange(buffer, offset, offset + length);
        return switch (type) {
            case "start_app" -> named(fields, true);
            case "stop_app" -> named(fields, false);
            case "glasses_connection_state" -> connectionState(fields, json);
            case "touch_event" ->
                    event(MentraOsStreams.nameOf(type, Words.text(fields, "gesture_name")), json);
            case "location_update" -> location(fields, json);
            case "VAD" -> voice(fields, json);
            case "local_transcription" -> transcription(fields);
            default -> answer(type, fields, json);
        };
    }

    private static DeviceMessage named(ObjectNode fields, boolean start) {
        String companion = Words.text(fields, "packageName");
        if (companion == null) {
            return MALFORMED;
        }
        return start ? new DeviceMessage.Start(companion) : new DeviceMessage.Stop(companion);
    }

    private static DeviceMessage connectionState(ObjectNode fields, byte[] json) {
        String status = fields.path("status").asString("");
        boolean connected = status.equals("CONNECTED") || status.equals("RECONNECTED");
        ObjectNode changes = Words.JSON.createObjectNode().put("connected", connected);
        String model = Words.text(fields, "modelName");
        if (model != null) {
            changes.put("modelName", model);
        }
        if (fields.path("wifi") instanceof ObjectNode wifi) {
            changes.put("wifiConnected", wifi.path("connected").asBoolean(false));
            JsonNode name = wifi.path("ssid");
            changes.set("wifiSsid", name.isString() ? name : NullNode.getInstance());
        }
        List<Effect> effects = new ArrayList<>();
        effects.add(new Effect.State(changes));
        if (connected) {
            effects.add(new Effect.Refresh());
        }
        return new DeviceMessage.Event(StreamName.of("glasses_connection_state"), json, effects);
    }

    private static DeviceMessage location(ObjectNode fields, byte[] json) {
        List<Effect> effects = new ArrayList<>();
        String correlation = Words.text(fields, "correlationId");
        if (correlation != null) {
            effects.add(new Effect.Correlated(correlation));
        }
        effects.add(new Effect.Latest(fields));
        return new DeviceMessage.Event(StreamName.of("location_update"), json, effects);
    }

    private static DeviceMessage voice(ObjectNode fields, byte[] json) {
        boolean speaking = fields.path("status").asBoolean(false);
        return new DeviceMessage.Event(
                StreamName.of("VAD"), json, List.of(new Effect.Speech(speaking)));
    }

    /** What the device has understood by itself comes as if somebody here had. */
    private static DeviceMessage transcription(ObjectNode fields) {
        String language = Words.text(fields, "transcribeLanguage");
        ObjectNode event = fields.deepCopy().put("type", "transcription");
        if (language == null) {
            language = MentraOsStreams.USUAL_LANGUAGE;
            event.put("transcribeLanguage", language);
        }
        return event(
                MentraOsStreams.nameOf("transcription", language),
                Words.JSON.writeValueAsBytes(event));
    }

    private static DeviceMessage answer(String type, ObjectNode fields, byte[] json) {
        String request = Words.text(fields, "requestId");
        return request == null ? MALFORMED : new DeviceMessage.Answer(type, request, json);
    }

    // ---- what it is told

    @Override
    public Frame greeting(DeviceIdentity device, boolean resumed) {
        return words.frame(Words.message("connection_ack").put("sessionId", device.owner()));
    }

    @Override
    public Frame pong() {
        return PONG;
    }

    @Override
    public Frame failed() {
        return words.frame(error("Session could not be created"));
    }

    @Override
    public Frame companionsChanged(String owner) {
        return words.frame(Words.message("app_state_change").put("sessionId", owner));
    }

    @Override
    public Frame companionGone(String companion) {
        return words.frame(Words.message("app_stopped").put("packageName", companion));
    }

    @Override
    public MediaTransform media(DeviceIdentity device) {
        return MediaTransform.wholeSamples();
    }

    @Override
    public List<Demand<?>> demands() {
        return List.of(
                new Demand<>(
                        Microphone::of,
                        Microphone.OFF,
                        this::microphone,
                        Duration.ofMillis(100),
                        Duration.ofSeconds(3),
                        true),
                new Demand<>(
                        MentraOsDevice::tier,
                        MentraOsStreams.TIERS.getFirst(),
                        this::locationTier,
                        Duration.ofMillis(100),
                        Duration.ZERO,
                        false));
    }

    /**
     * What companions want of the microphone.
     *
     * @param on somebody listens
     * @param raw to all of it, silence included
     */
    private record Microphone(boolean on, boolean raw) {
        private static final Microphone OFF = new Microphone(false, false);

        private static Microphone of(List<Subscription> subscriptions) {
            boolean raw = false;
            boolean spoken = false;
            for (Subscription subscription : subscriptions) {
                StreamName stream = subscription.stream();
                String base = stream == null ? "" : stream.base(); // everything there is, not more
                raw |= base.equals(MentraOsStreams.AUDIO);
                spoken |= base.equals("transcription") || base.equals("translation");
            }
            return new Microphone(raw || spoken, raw);
        }
    }

    private Frame microphone(String owner, Microphone wanted) {
        ObjectNode change =
                Words.message("microphone_state_change")
                        .put("sessionId", owner)
                        .put("isMicrophoneEnabled", wanted.on());
        var data = change.putArray("requiredData");
        if (wanted.on()) {
            data.add("pcm");
        }
        return words.frame(change.put("bypassVad", wanted.raw()));
    }

    private static String tier(List<Subscription> subscriptions) {
        int highest = 0;
        for (Subscription subscription : subscriptions) {
            StreamName stream = subscription.stream();
            if (stream != null && stream.base().equals("location_stream")) {
                String rate = subscription.options().getOrDefault("rate", "standard");
                highest = Math.max(highest, MentraOsStreams.TIERS.indexOf(rate));
            }
        }
        return MentraOsStreams.TIERS.get(highest);
    }

    private Frame locationTier(String owner, String tier) {
        return words.frame(Words.message("set_location_tier").put("tier", tier));
    }
}
