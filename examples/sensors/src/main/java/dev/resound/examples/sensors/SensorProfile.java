package dev.resound.examples.sensors;

import dev.resound.core.Frame;
import dev.resound.sessions.CompanionSide;
import dev.resound.sessions.DeviceProfile;
import dev.resound.sessions.DeviceSide;
import dev.resound.sessions.StreamName;
import dev.resound.sessions.Streams;
import dev.resound.sessions.Subscription;
import dev.resound.sessions.Tokens;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Devices that measure, and dashboards that look. Messages are JSON objects with a {@code type}; a
 * device's binary messages are {@code vibration}, one signed byte for each sample.
 */
final class SensorProfile implements DeviceProfile, Streams {
    static final StreamName VIBRATION = StreamName.of("vibration");
    static final StreamName ALERT = StreamName.of("alert");
    static final JsonMapper JSON = JsonMapper.shared();

    /** What a dashboard must be permitted to hear a stream. */
    private static final Map<String, String> PERMISSIONS = Map.of("camera", "camera");

    private final SensorDevices devices;
    private final Dashboards dashboards = new Dashboards(this);

    SensorProfile(Tokens tokens) {
        this.devices = new SensorDevices(tokens);
    }

    @Override
    public String name() {
        return "sensors";
    }

    @Override
    public DeviceSide device() {
        return devices;
    }

    @Override
    public CompanionSide companions() {
        return dashboards;
    }

    @Override
    public Streams streams() {
        return this;
    }

    @Override
    public @Nullable Subscription read(JsonNode entry) {
        if (!entry.isString()) {
            return null;
        }
        String text = entry.stringValue();
        return text.equals("*")
                ? Subscription.everything(text)
                : new Subscription(text, StreamName.of(text), Map.of());
    }

    /** {@code *} is every event, but no samples: these are many, and have to be asked for. */
    @Override
    public boolean matches(Subscription subscription, StreamName event) {
        return subscription.isEverything()
                ? !event.equals(VIBRATION)
                : event.equals(subscription.stream());
    }

    @Override
    public String label(Subscription subscription, StreamName event) {
        return event.text();
    }

    @Override
    public @Nullable String permission(StreamName stream) {
        return PERMISSIONS.get(stream.base());
    }

    @Override
    public boolean grants(Set<String> granted, String permission) {
        return granted.contains(permission);
    }

    @Override
    public boolean isNewestOnly(StreamName stream) {
        return false;
    }

    @Override
    public StreamName media() {
        return VIBRATION;
    }

    static ObjectNode message(String type) {
        return JSON.createObjectNode().put("type", type);
    }

    static Frame frame(ObjectNode message) {
        return Frame.text(JSON.writeValueAsBytes(message));
    }

    /** Null unless it is an object with a type. */
    static @Nullable ObjectNode read(byte[] buffer, int offset, int length) {
        try {
            return JSON.readTree(buffer, offset, length) instanceof ObjectNode message
                            && message.path("type").isString()
                    ? message
                    : null;
        } catch (JacksonException malformed) {
            return null;
        }
    }
}
