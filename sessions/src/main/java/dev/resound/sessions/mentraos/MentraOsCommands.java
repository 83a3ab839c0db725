package dev.resound.sessions.mentraos;

import dev.resound.sessions.CommandRoute;
import dev.resound.sessions.CommandRoute.Answered;
import dev.resound.sessions.CommandRoute.Latest;
import dev.resound.sessions.CommandRoute.Show;
import dev.resound.sessions.CommandRoute.ToDevice;
import dev.resound.sessions.Companion;
import dev.resound.sessions.StreamName;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The table of what apps may have the glasses do. */
final class MentraOsCommands {
    private static final Duration REQUEST = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofSeconds(15);
    private static final String MAIN = "main";
    private static final String DASHBOARD = "dashboard";
    private static final String OTHER = "other";

    /** Of what is to be shown all is passed on but these: they are ours to say. */
    private static final Set<String> NOT_SHOWN =
            Set.of(
                    "type",
                    "timestamp",
                    "packageName",
                    "appId",
                    "sessionId",
                    "userId",
                    "view",
                    "layout");

    /** How old a position may be for each wish; the rest is content with a quarter of an hour. */
    private static final Map<String, Duration> FRESH =
            Map.of(
                    "realtime", Duration.ofSeconds(1),
                    "high", Duration.ofSeconds(10),
                    "standard", Duration.ofSeconds(30),
                    "tenMeters", Duration.ofSeconds(30),
                    "hundredMeters", Duration.ofSeconds(60),
                    "kilometer", Duration.ofMinutes(5));

    private static final Duration LEAST_FRESH = Duration.ofMinutes(15);

    private final Words words;
    private final boolean dashboardForAll;

    MentraOsCommands(Words words, boolean dashboardForAll) {
        this.words = words;
        this.dashboardForAll = dashboardForAll;
    }

    Map<String, CommandRoute> byType() {
        return List.of(
                        new CommandRoute("display_event", null, this::display, null),
                        new CommandRoute("location_poll_request", "LOCATION", this::poll, polled()),
                        new CommandRoute(
                                "photo_request", "CAMERA", this::photo, by("photo_response")),
                        new CommandRoute(
                                "audio_play_request", null, this::play, by("audio_play_response")),
                        new CommandRoute("audio_stop_request", null, this::stop, null),
                        new CommandRoute(
                                "rgb_led_control",
                                null,
                                this::light,
                                by("rgb_led_control_response")),
                        new CommandRoute("request_wifi_setup", null, this::wifi, null))
                .stream()
                .collect(Collectors.toMap(CommandRoute::type, Function.identity()));
    }

    /** Answers are found by texts only. */
    private static boolean isNamed(ObjectNode fields) {
        return Words.text(fields, "requestId") != null;
    }

    private static Answered by(String answer) {
        return new Answered("requestId", answer, REQUEST, null);
    }

    private static Answered polled() {
        Latest latest =
                new Latest(
                        StreamName.of("location_update"),
                        "location_update",
                        fields ->
                                FRESH.getOrDefault(
                                        fields.path("accuracy").asString(""), LEAST_FRESH),
                        "correlationId");
        return new Answered("correlationId", null, POLL, latest);
    }

    /** What kind of layout it is has to be said; what it shows is the glasses' affair. */
    private @Nullable ToDevice display(ObjectNode fields, Companion companion) {
        JsonNode layout = fields.path("layout");
        JsonNode view = fields.path("view");
        if (!layout.path("layoutType").isString() || !(view.isMissingNode() || view.isString())) {
            return null;
        }
        String shown = view.asString(MAIN);
        if (shown.equals(DASHBOARD) && !dashboardForAll) {
            shown = MAIN;
        }
        ObjectNode message =
                message("display_event").put("packageName", companion.id()).put("view", shown);
        message.set("layout", layout);
        for (Map.Entry<String, JsonNode> field : fields.properties()) {
            if (!NOT_SHOWN.contains(field.getKey())) {
                message.set(field.getKey(), field.getValue());
            }
        }
        boolean forced = fields.path("forceDisplay").asBoolean(false);
        // Of views we do not know, all together are one: there may be any number of them.
        String replaced = shown.equals(MAIN) || shown.equals(DASHBOARD) ? shown : OTHER;
        return new ToDevice(message, new Show(replaced, shown.equals(MAIN), forced));
    }

    private @Nullable ToDevice poll(ObjectNode fields, Companion companion) {
        JsonNode accuracy = fields.path("accuracy");
        if (!accuracy.isString() || Words.text(fields, "correlationId") == null) {
            return null;
        }
        return plain(message("request_single_location"), fields, "accuracy", "correlationId");
    }

    private @Nullable ToDevice photo(ObjectNode fields, Companion companion) {
        String upload = Words.text(fields, "customWebhookUrl");
        URI own = companion.url();
        if (upload == null && own != null) {
            upload = Words.under(own, "photo-upload");
        }
        if (upload == null || !isNamed(fields)) {
            return null;
        }
        ObjectNode message =
                message("photo_request").put("appId", companion.id()).put("webhookUrl", upload);
        message.put("size", fields.path("size").asString("medium"));
        message.put("compress", fields.path("compress").asString("none"));
        return plain(message, fields, "requestId", "authToken", "saveToGallery");
    }

    private @Nullable ToDevice play(ObjectNode fields, Companion companion) {
        if (!isNamed(fields) || Words.text(fields, "audioUrl") == null) {
            return null;
        }
        return plain(
                of(companion, "audio_play_request"),
                fields,
                "requestId",
                "audioUrl",
                "volume",
                "stopOtherAudio",
                "trackId");
    }

    private ToDevice stop(ObjectNode fields, Companion companion) {
        return plain(of(companion, "audio_stop_request"), fields, "trackId");
    }

    private @Nullable ToDevice light(ObjectNode fields, Companion companion) {
        if (!isNamed(fields) || Words.text(fields, "action") == null) {
            return null;
        }
        return plain(
                of(companion, "rgb_led_control"),
                fields,
                "requestId",
                "action",
                "color",
                "ontime",
                "offtime",
                "count");
    }

    private ToDevice wifi(ObjectNode fields, Companion companion) {
        ObjectNode message = message("show_wifi_setup").put("appPackageName", companion.id());
        return plain(message, fields, "reason");
    }

    private ObjectNode message(String type) {
        return Words.message(type).put("timestamp", words.timestamp());
    }

    /** Phones have called the sender by two names. */
    private ObjectNode of(Companion companion, String type) {
        return message(type).put("packageName", companion.id()).put("appId", companion.id());
    }

    private static ToDevice plain(ObjectNode message, ObjectNode from, String... names) {
        copy(from, message, names);
        return ToDevice.plain(message);
    }

    private static void copy(ObjectNode from, ObjectNode to, String... names) {
        for (String name : names) {
            JsonNode value = from.get(name);
            if (value != null) {
                to.set(name, value);
            }
        }
    }
}
