package dev.resound.examples.sensors;

import static dev.resound.examples.sensors.SensorProfile.frame;
import static dev.resound.examples.sensors.SensorProfile.message;

import dev.resound.core.Frame;
import dev.resound.core.http.HttpRequest;
import dev.resound.core.http.HttpResponse;
import dev.resound.sessions.Demand;
import dev.resound.sessions.DeviceAdmission;
import dev.resound.sessions.DeviceIdentity;
import dev.resound.sessions.DeviceMessage;
import dev.resound.sessions.DeviceMessage.Effect;
import dev.resound.sessions.DeviceSide;
import dev.resound.sessions.StreamName;
import dev.resound.sessions.Subscription;
import dev.resound.sessions.Tokens;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/** What devices say, and are told. */
record SensorDevices(Tokens tokens) implements DeviceSide {

    @Override
    public List<String> paths() {
        return List.of("/device");
    }

    /** A device is who its token says, in {@code sub}. */
    @Override
    public DeviceAdmission admit(HttpRequest handshake) {
        String authorization = handshake.header("authorization");
        if (authorization != null
                && authorization.startsWith("Bearer ")
                && tokens.verify(authorization.substring(7))
                        instanceof Tokens.Verdict.Valid(var claims, var expires)
                && claims.get("sub") instanceof String device) {
            return new DeviceAdmission.Admitted(new DeviceIdentity(device, Set.of(), expires));
        }
        return new DeviceAdmission.Refused(HttpResponse.text(401, "a device's token, please"));
    }

    /** A message's type is its stream, with two exceptions. */
    @Override
    public DeviceMessage read(byte[] buffer, int offset, int length) {
        ObjectNode said = SensorProfile.read(buffer, offset, length);
        if (said == null) {
            return new DeviceMessage.Malformed();
        }
        String type = said.path("type").stringValue();
        byte[] json = Arrays.copyOfRange(buffer, offset, offset + length);
        return switch (type) {
            case "ping" -> new DeviceMessage.Ping();
            case "valve_set" ->
                    new DeviceMessage.Answer("valve_set", said.path("request").asString(""), json);
            case "status" -> event(type, json, List.of(new Effect.State(said.without("type"))));
            default -> event(type, json, List.of());
        };
    }

    private static DeviceMessage event(String type, byte[] json, List<Effect> effects) {
        return new DeviceMessage.Event(StreamName.of(type), json, effects);
    }

    /** It samples fast as long as somebody looks at the samples, or at what is made of them. */
    @Override
    public List<Demand<?>> demands() {
        return List.of(
                new Demand<>(
                        SensorDevices::isFast,
                        false,
                        (owner, fast) -> frame(message("sampling").put("fast", fast)),
                        Duration.ZERO,
                        Duration.ZERO,
                        true));
    }

    private static boolean isFast(List<Subscription> subscriptions) {
        return subscriptions.stream()
                .map(Subscription::stream)
                .anyMatch(stream ->
                        SensorProfile.VIBRATION.equals(stream)
                                || SensorProfile.ALERT.equals(stream));
    }

    @Override
    public Frame greeting(DeviceIdentity device, boolean resumed) {
        return frame(message("welcome").put("device", device.owner()));
    }

    @Override
    public Frame pong() {
        return frame(message("pong"));
    }

    @Override
    public Frame failed() {
        return frame(message("failed"));
    }
}
