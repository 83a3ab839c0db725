package dev.resound.sessions;

import dev.resound.core.Close;
import dev.resound.core.Frame;
import dev.resound.core.http.HttpRequest;
import dev.resound.core.http.HttpResponse;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A profile of nothing in particular: each message is a line of words. What is configurable is a
 * field, to be set before the world begins.
 */
final class TestProfile implements DeviceProfile {
    static final StreamName MEDIA = StreamName.of("media");
    static final String GREETING = "hello";

    private static final JsonMapper JSON = JsonMapper.shared();

    boolean joinUnasked;
    boolean dismisses;
    @Nullable String resumesFrom;
    MediaTransform media = piece -> piece;
    List<Demand<?>> demands = List.of();

    @Override
    public String name() {
        return "test";
    }

    @Override
    public DeviceSide device() {
        return new OfDevice();
    }

    @Override
    public CompanionSide companions() {
        return new OfCompanions();
    }

    @Override
    public Streams streams() {
        return new Names();
    }

    /** Whether anybody hears media: told as {@code wanted true} or {@code wanted false}. */
    static Demand<Boolean> wanted(Duration patience, Duration restPatience, boolean always) {
        return new Demand<>(
                all -> all.stream().anyMatch(one -> MEDIA.equals(one.stream())),
                false,
                (owner, wanted) -> Frame.text("wanted " + wanted),
                patience,
                restPatience,
                always);
    }

    static StreamName stream(String text) {
        int colon = text.indexOf(':');
        return colon < 0
                ? StreamName.of(text)
                : new StreamName(text.substring(0, colon), text.substring(colon + 1));
    }

    static Subscription subscription(String text) {
        return text.equals("*")
                ? Subscription.everything(text)
                : new Subscription(text, stream(text), Map.of());
    }

    private static ObjectNode object(String json) {
        return (ObjectNode) JSON.readTree(json);
    }

    private static ObjectNode fields() {
        return JsonNodeFactory.instance.objectNode();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Map<String, String> query(HttpRequest handshake) {
        Map<String, String> all = new HashMap<>();
        for (String pair : handshake.query().split("&", -1)) {
            String[] parts = pair.split("=", 2);
            all.put(parts[0], parts.length == 2 ? parts[1] : "");
        }
        return all;
    }

    private static @Nullable Instant expiry(Map<String, String> query) {
        String expires = query.get("expires");
        return expires == null ? null : Instant.parse(expires);
    }

    private final class OfDevice implements DeviceSide {
        @Override
        public List<String> paths() {
            return List.of("/device");
        }

        @Override
        public DeviceAdmission admit(HttpRequest handshake) {
            Map<String, String> query = query(handshake);
            String owner = query.get("owner");
            return owner == null
                    ? new DeviceAdmission.Refused(HttpResponse.text(401, "who?"))
                    : new DeviceAdmission.Admitted(
                            new DeviceIdentity(owner, Set.of(), expiry(query)));
        }

        @Override
        public DeviceMessage read(byte[] buffer, int offset, int length) {
            String line = new String(buffer, offset, length, StandardCharsets.UTF_8);
            String[] words = line.split(" ", 3);
            return switch (words[0]) {
                case "ping" -> new DeviceMessage.Ping();
                case "pong" -> new DeviceMessage.Pong();
                case "hello" -> new DeviceMessage.Hello();
                case "start" -> new DeviceMessage.Start(words[1]);
                case "stop" -> new DeviceMessage.Stop(words[1]);
                case "event" -> event(words[1], words[2]);
                case "answer" -> new DeviceMessage.Answer("answer", words[1], utf8(words[2]));
                case "state" ->
                        event(
                                "state",
                                "{}",
                                new DeviceMessage.Effect.State(fields().put(words[1], words[2])));
                case "refresh" -> event("refresh", "{}", new DeviceMessage.Effect.Refresh());
                case "speech" ->
                        event(
                                "speech",
                                "{}",
                                new DeviceMessage.Effect.Speech(words[1].equals("on")));
                case "latest" ->
                        event(
                                words[1],
                                words[2],
                                new DeviceMessage.Effect.Latest(object(words[2])));
                case "correlated" ->
                        event(
                                "place",
                                words[2],
                                new DeviceMessage.Effect.Correlated(words[1]),
                                new DeviceMessage.Effect.Latest(object(words[2])));
                case "crash" -> throw new IllegalStateException("a profile that fails");
                default -> new DeviceMessage.Malformed();
            };
        }

        private DeviceMessage event(String name, String json, DeviceMessage.Effect... effects) {
            return new DeviceMessage.Event(stream(name), utf8(json), List.of(effects));
        }

        @Override
        public Frame greeting(DeviceIdentity device, boolean resumed) {
            return Frame.text(GREETING + " " + device.owner());
        }

        @Override
        public Frame pong() {
            return Frame.text("pong");
        }

        @Override
        public Frame failed() {
            return Frame.text("failed");
        }

        @Override
        public Frame companionsChanged(String owner) {
            return Frame.text("changed");
        }

        @Override
        public Frame companionGone(String companion) {
            return Frame.text("gone " + companion);
        }

        @Override
        public MediaTransform media(DeviceIdentity device) {
            return media;
        }

        @Override
        public List<Demand<?>> demands() {
            return demands;
        }
    }

    private final class OfCompanions implements CompanionSide {
        private static final CommandRoute SHOW =
                new CommandRoute(
                        "show",
                        null,
                        (fields, companion) ->
                                new CommandRoute.ToDevice(
                                        fields().put("shows", fields.path("text").asString()),
                                        new CommandRoute.Show(
                                                fields.path("view").asString(),
                                                fields.path("view").asString().equals("main"),
                                                fields.has("forced"))),
                        null);
        private static final CommandRoute DO =
                new CommandRoute(
                        "do",
                        null,
                        (fields, companion) ->
                                CommandRoute.ToDevice.plain(
                                        fields().put("does", fields.path("what").asString())),
                        null);
        private static final CommandRoute SECRET =
                new CommandRoute(
                        "secret",
                        "secret",
                        (fields, companion) -> CommandRoute.ToDevice.plain(fields()),
                        null);
        private static final CommandRoute WRONG =
                new CommandRoute("wrong", null, (fields, companion) -> null, null);
        private static final CommandRoute ASK =
                new CommandRoute(
                        "ask",
                        null,
                        (fields, companion) ->
                                CommandRoute.ToDevice.plain(
                                        fields().put("asks", fields.path("id").asString())),
                        new CommandRoute.Answered("id", "answer", Duration.ofSeconds(30), null));
        private static final CommandRoute WHERE =
                new CommandRoute(
                        "where",
                        null,
                        (fields, companion) ->
                                CommandRoute.ToDevice.plain(
                                        fields().put("where", fields.path("id").asString())),
                        new CommandRoute.Answered(
                                "id",
                                null,
                                Duration.ofSeconds(15),
                                new CommandRoute.Latest(
                                        StreamName.of("place"),
                                        "place",
                                        fields -> Duration.ofMillis(fields.path("young").asInt(0)),
                                        "id")));

        @Override
        public List<String> paths() {
            return List.of("/companion");
        }

        @Override
        public CompanionAdmission admit(HttpRequest handshake) {
            Map<String, String> query = query(handshake);
            return query.containsKey("refuse")
                    ? new CompanionAdmission.Refused(HttpResponse.text(401, "no"))
                    : new CompanionAdmission.Admitted(
                            new CompanionIdentity(
                                    query.get("owner"),
                                    query.get("companion"),
                                    query.get("key"),
                                    query.get("version"),
                                    query.containsKey("proven"),
                                    expiry(query)));
        }

        @Override
        public CompanionMessage read(byte[] buffer, int offset, int length) {
            String line = new String(buffer, offset, length, StandardCharsets.UTF_8);
            String[] words = line.split(" ", -1);
            return switch (words[0]) {
                case "ping" -> new CompanionMessage.Ping();
                case "pong" -> new CompanionMessage.Pong();
                case "join", "rejoin" ->
                        new CompanionMessage.Join(
                                words[1],
                                words[2],
                                words[3],
                                words.length > 4 ? words[4] : null,
                                words[0].equals("rejoin"));
                case "subscribe" ->
                        new CompanionMessage.Subscribe(
                                Arrays.stream(words)
                                        .skip(1)
                                        .map(TestProfile::subscription)
                                        .toList());
                case "show" -> new CompanionMessage.Command(SHOW, show(words));
                case "do" -> command(DO, "what", words[1]);
                case "secret" -> command(SECRET, "what", "");
                case "wrong" -> command(WRONG, "what", "");
                case "ask" -> command(ASK, "id", words[1]);
                case "where" ->
                        new CompanionMessage.Command(
                                WHERE,
                                fields().put("id", words[1])
                                        .put("young", Integer.parseInt(words[2])));
                case "release" -> new CompanionMessage.Release();
                case "junk" -> new CompanionMessage.Malformed();
                default -> new CompanionMessage.Ignored(words[0]);
            };
        }

        private CompanionMessage command(CommandRoute route, String field, String value) {
            return new CompanionMessage.Command(route, fields().put(field, value));
        }

        private ObjectNode show(String[] words) {
            ObjectNode fields = fields().put("view", words[1]).put("text", words[2]);
            return words.length > 3 ? fields.put("forced", true) : fields;
        }

        @Override
        public boolean joinUnasked() {
            return joinUnasked;
        }

        @Override
        public @Nullable String owner(CompanionMessage.Join join, Predicate<String> isLive) {
            String session = join.session();
            return session == null || session.equals("-") ? null : session;
        }

        @Override
        public boolean resumes(@Nullable String version) {
            return version != null && version.equals(resumesFrom);
        }

        @Override
        public @Nullable Call invitation(String owner, Companion companion) {
            return call(companion, "invited " + owner);
        }

        @Override
        public @Nullable Call dismissal(String owner, Companion companion, Dismissal reason) {
            return dismisses ? call(companion, "dismissed " + reason) : null;
        }

        private @Nullable Call call(Companion companion, String what) {
            URI url = companion.url();
            return url == null ? null : new Call(url, utf8(companion.id() + " " + what));
        }

        @Override
        public Frame pong() {
            return Frame.text("pong");
        }

        @Override
        public Frame greeting(Greeting greeting) {
            List<String> held = new ArrayList<>();
            greeting.subscriptions().forEach(one -> held.add(one.text()));
            return Frame.text((greeting.again() ? "welcome back " : "welcome ") + held);
        }

        @Override
        public Refused refused(Refusal why, boolean again) {
            return new Refused(Frame.text("refused " + why), again ? null : new Close(1008, "no"));
        }

        @Override
        public Frame state(ObjectNode fields, boolean whole) {
            return Frame.text((whole ? "state " : "state+ ") + fields);
        }

        @Override
        public @Nullable JsonNode capabilities(ObjectNode state) {
            return state.get("model");
        }

        @Override
        public @Nullable Frame capabilitiesChanged(ObjectNode before, ObjectNode state) {
            return before.path("model").equals(state.path("model"))
                    ? null
                    : Frame.text("can " + state.path("model").asString());
        }

        @Override
        public Frame settingsChanged(Companion companion) {
            return Frame.text("settings " + companion.settings());
        }

        @Override
        public Frame denied(List<Denied> subscriptions) {
            return Frame.text(
                    "denied "
                            + subscriptions.stream()
                                    .map(one -> one.subscription().text() + "=" + one.permission())
                                    .toList());
        }

        @Override
        public Frame failed(CommandFailure why, @Nullable CommandRoute route, ObjectNode fields) {
            return Frame.text("failed " + (route == null ? "subscribe" : route.type()) + " " + why);
        }

        @Override
        public Frame stopped() {
            return Frame.text("stopped");
        }

        @Override
        public Frame custom(String action, JsonNode payload) {
            return Frame.text("custom " + action + " " + payload);
        }

        @Override
        public Envelope envelope(String owner, Companion companion, String label) {
            return event -> Frame.text(label + " " + new String(event, StandardCharsets.UTF_8));
        }
    }

    private static final class Names implements Streams {
        @Override
        public @Nullable Subscription read(JsonNode entry) {
            return subscription(entry.asString());
        }

        @Override
        public boolean matches(Subscription subscription, StreamName event) {
            StreamName stream = subscription.stream();
            return stream == null
                    || stream.equals(event)
                    || (stream.parameter() == null && stream.base().equals(event.base()));
        }

        @Override
        public String label(Subscription subscription, StreamName event) {
            return subscription.isEverything() ? event.text() : subscription.text();
        }

        @Override
        public @Nullable String permission(StreamName stream) {
            return stream.base().equals("private") ? "secret" : null;
        }

        @Override
        public boolean grants(Set<String> granted, String permission) {
            return granted.contains(permission);
        }

        @Override
        public boolean isNewestOnly(StreamName stream) {
            return stream.base().equals("newest");
        }

        @Override
        public StreamName media() {
            return MEDIA;
        }
    }
}
