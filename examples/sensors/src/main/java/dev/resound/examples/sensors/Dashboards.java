package dev.resound.examples.sensors;

import static dev.resound.examples.sensors.SensorProfile.frame;
import static dev.resound.examples.sensors.SensorProfile.message;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.resound.core.Close;
import dev.resound.core.Frame;
import dev.resound.core.http.HttpRequest;
import dev.resound.sessions.CommandFailure;
import dev.resound.sessions.CommandRoute;
import dev.resound.sessions.CommandRoute.Answered;
import dev.resound.sessions.CommandRoute.ToDevice;
import dev.resound.sessions.Companion;
import dev.resound.sessions.CompanionAdmission;
import dev.resound.sessions.CompanionIdentity;
import dev.resound.sessions.CompanionMessage;
import dev.resound.sessions.CompanionSide;
import dev.resound.sessions.Refusal;
import dev.resound.sessions.Streams;
import dev.resound.sessions.Subscription;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What dashboards say, and are told. Nobody calls them: they come when somebody opens one. */
record Dashboards(Streams streams) implements CompanionSide {
    private static final CommandRoute SET_VALVE =
            new CommandRoute(
                    "set_valve",
                    "valves",
                    Dashboards::setValve,
                    new Answered("request", "valve_set", Duration.ofSeconds(10), null));

    @Override
    public List<String> paths() {
        return List.of("/dashboard");
    }

    /** Who it is comes with its first message, so that no key stands in a URL. */
    @Override
    public CompanionAdmission admit(HttpRequest handshake) {
        return new CompanionAdmission.Admitted(
                new CompanionIdentity(null, null, null, null, false, null));
    }

    @Override
    public CompanionMessage read(byte[] buffer, int offset, int length) {
        ObjectNode said = SensorProfile.read(buffer, offset, length);
        if (said == null) {
            return new CompanionMessage.Malformed();
        }
        String type = said.path("type").stringValue();
        return switch (type) {
            case "ping" -> new CompanionMessage.Ping();
            case "join" ->
                    new CompanionMessage.Join(
                            said.path("device").asString(""),
                            said.path("dashboard").asString(""),
                            said.path("key").asString(""),
                            null,
                            false);
            case "subscribe" ->
                    new CompanionMessage.Subscribe(
                            said.path("streams")
                                    .valueStream()
                                    .map(streams::read)
                                    .filter(Objects::nonNull)
                                    .toList());
            case "set_valve" -> new CompanionMessage.Command(SET_VALVE, said);
            default -> new CompanionMessage.Ignored(type);
        };
    }

    private static @Nullable ToDevice setValve(ObjectNode said, Companion dashboard) {
        JsonNode open = said.path("open");
        return open.isBoolean()
                ? ToDevice.plain(
                        message("set_valve")
                                .put("request", said.path("request").asString(""))
                                .put("open", open.booleanValue())
                                .put("by", dashboard.id()))
                : null;
    }

    @Override
    public boolean joinUnasked() {
        return true;
    }

    @Override
    public @Nullable String owner(CompanionMessage.Join join, Predicate<String> isLive) {
        return join.session();
    }

    @Override
    public Frame greeting(Greeting greeting) {
        ObjectNode joined = message("joined").put("device", greeting.owner());
        var streams = joined.putArray("streams");
        greeting.subscriptions().stream().map(Subscription::text).forEach(streams::add);
        return frame(joined);
    }

    @Override
    public Refused refused(Refusal why, boolean again) {
        String reason = why.name().toLowerCase(Locale.ROOT);
        return new Refused(frame(message("refused").put("why", reason)), new Close(4403, reason));
    }

    @Override
    public Frame state(ObjectNode fields, boolean whole) {
        ObjectNode state = message("state").put("whole", whole);
        state.set("fields", fields);
        return frame(state);
    }

    @Override
    public Frame denied(List<Denied> subscriptions) {
        ObjectNode denied = message("denied");
        var streams = denied.putArray("streams");
        subscriptions.forEach(one -> streams.add(one.subscription().text()));
        return frame(denied);
    }

    @Override
    public Frame failed(CommandFailure why, @Nullable CommandRoute route, ObjectNode fields) {
        return frame(
                message("failed")
                        .put("why", why.name().toLowerCase(Locale.ROOT))
                        .put("request", fields.path("request").asString("")));
    }

    @Override
    public Envelope envelope(String owner, Companion companion, String label) {
        String stream = SensorProfile.JSON.writeValueAsString(label);
        String before = "{\"type\":\"event\",\"stream\":" + stream + ",\"data\":";
        return Envelope.between(before.getBytes(UTF_8), new byte[] {'}'});
    }

    @Override
    public Frame pong() {
        return frame(message("pong"));
    }

    @Override
    public Frame stopped() {
        return frame(message("stopped"));
    }

    @Override
    public Frame custom(String action, JsonNode payload) {
        ObjectNode custom = message(action);
        custom.set("payload", payload);
        return frame(custom);
    }

    @Override
    public Frame settingsChanged(Companion companion) {
        ObjectNode changed = message("settings");
        changed.set("settings", companion.settings());
        return frame(changed);
    }
}
