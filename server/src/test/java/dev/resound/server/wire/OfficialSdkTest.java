package dev.resound.server.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.pusher.rest.Pusher;
import com.pusher.rest.data.Event;
import com.pusher.rest.data.PresenceUser;
import com.pusher.rest.data.Result;
import dev.resound.pusher.Dialect;
import dev.resound.server.wire.WireWorld.Client;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The official Java SDK as the back end, in every dialect. */
class OfficialSdkTest {

    private interface Story {
        void tell(WireWorld world, Pusher sdk) throws Exception;
    }

    @SuppressWarnings("try") // what the SDK's close() declares
    private static void with(String dialect, Story story) throws Exception {
        Dialect spoken = Dialect.named(dialect);
        assertThat(spoken).isNotNull();
        if (spoken == null) {
            return;
        }
        try (WireWorld world = WireWorld.start(WireWorld.app().dialect(spoken).build());
                Pusher sdk = world.sdk("app-secret")) {
            story.tell(world, sdk);
        }
    }

    private static void isOk(Result result) {
        assertThat(result.getStatus()).as(result.getMessage()).isEqualTo(Result.Status.SUCCESS);
        assertThat(result.getHttpStatus()).isEqualTo(200);
    }

    private static JsonNode json(Result result) {
        isOk(result);
        return JsonMapper.shared().readTree(result.getMessage());
    }

    private static String subscribe(String channel, String auth) {
        return "{\"event\":\"pusher:subscribe\",\"data\":"
                + auth.replaceFirst("\\{", "{\"channel\":\"" + channel + "\",")
                + "}";
    }

    private static void joinPresence(Client client, Pusher sdk, String channel, PresenceUser user)
            throws IOException {
        client.says(subscribe(channel, sdk.authenticate(client.socketId(), channel, user)));
        assertThat(client.wire().receiveText()).contains("subscription_succeeded");
    }

    @ParameterizedTest
    @ValueSource(strings = {"reverb", "pusher", "soketi"})
    void triggersReachTheirSubscribers(String dialect) throws Exception {
        with(
                dialect,
                (world, sdk) -> {
                    try (Client one = world.connect().joins("one");
                            Client two = world.connect().joins("two")) {
                        isOk(sdk.trigger("one", "paid", Map.of("amount", 7)));
                        one.hears(
                                "{\"event\":\"paid\",\"data\":\"{\\\"amount\\\":7}\",\"channel\":\"one\"}");
                        isOk(
                                sdk.trigger(
                                        List.of("one", "two"),
                                        "both",
                                        "text/with \"quotes\" and ż"));
                        one.hears(
                                "{\"event\":\"both\",\"data\":\"\\\"text/with \\\\\\\"quotes\\\\\\\" and ż\\\"\",\"channel\":\"one\"}");
                        assertThat(two.wire().receiveText()).endsWith("\"channel\":\"two\"}");
                        isOk(sdk.trigger("one", "others", 1, one.socketId()));
                        one.says("{\"event\":\"pusher:ping\"}");
                        assertThat(one.wire().receiveText()).contains("pusher:pong");
                    }
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"reverb", "pusher", "soketi"})
    void batchesReachTheirSubscribers(String dialect) throws Exception {
        with(
                dialect,
                (world, sdk) -> {
                    try (Client client = world.connect().joins("one").joins("two")) {
                        isOk(
                                sdk.trigger(
                                        List.of(
                                                new Event("two", "b", 2),
                                                new Event("one", "a", 1),
                                                new Event("one", "c", 3, client.socketId()))));
                        client.hears("{\"event\":\"b\",\"data\":\"2\",\"channel\":\"two\"}");
                        client.hears("{\"event\":\"a\",\"data\":\"1\",\"channel\":\"one\"}");
                    }
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"reverb", "pusher", "soketi"})
    void channelsAndUsersCanBeAskedFor(String dialect) throws Exception {
        with(
                dialect,
                (world, sdk) -> {
                    try (Client client = world.connect();
                            Client again = world.connect()) {
                        joinPresence(client, sdk, "presence-room", new PresenceUser(7));
                        joinPresence(again, sdk, "presence-room", new PresenceUser("ann"));
                        JsonNode channels =
                                json(
                                        sdk.get(
                                                "/channels",
                                                Map.of(
                                                        "filter_by_prefix",
                                                        "presence-",
                                                        "info",
                                                        "user_count")));
                        assertThat(channels.get("channels").propertyNames())
                                .containsExactly("presence-room");
                        JsonNode channel =
                                json(
                                        sdk.get(
                                                "/channels/presence-room",
                                                Map.of("info", "user_count")));
                        assertThat(channel.get("occupied").asBoolean()).isTrue();
                        assertThat(channel.get("user_count").asInt()).isEqualTo(2);
                        assertThat(json(sdk.get("/channels/empty")).get("occupied").asBoolean())
                                .isFalse();
                        assertThat(json(sdk.get("/channels/presence-room/users")).toString())
                                .isEqualTo("{\"users\":[{\"id\":7},{\"id\":\"ann\"}]}");
                    }
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"reverb", "pusher", "soketi"})
    void itsAuthorisationsOpenPrivateAndPresenceChannels(String dialect) throws Exception {
        with(
                dialect,
                (world, sdk) -> {
                    try (Client ann = world.connect();
                            Client bob = world.connect()) {
                        ann.says(
                                        subscribe(
                                                "private-room",
                                                sdk.authenticate(ann.socketId(), "private-room")))
                                .hears(WireWorld.succeeded("private-room"));
                        joinPresence(
                                ann,
                                sdk,
                                "presence-room",
                                new PresenceUser("ann", Map.of("name", "Ann \"A\"")));
                        joinPresence(bob, sdk, "presence-room", new PresenceUser(2));
                        assertThat(ann.wire().receiveText())
                                .isEqualTo(
                                        "{\"event\":\"pusher_internal:member_added\",\"data\":\"{\\\"user_id\\\":2}\",\"channel\":\"presence-room\"}");
                        bob.says(
                                "{\"event\":\"pusher:unsubscribe\",\"data\":{\"channel\":\"presence-room\"}}");
                        assertThat(ann.wire().receiveText())
                                .isEqualTo(
                                        "{\"event\":\"pusher_internal:member_removed\",\"data\":\"{\\\"user_id\\\":2}\",\"channel\":\"presence-room\"}");
                    }
                });
    }

    @ParameterizedTest // row 71
    @ValueSource(strings = {"reverb", "pusher", "soketi"})
    @SuppressWarnings("try")
    void aWrongSecretIsRefused(String dialect) throws Exception {
        with(
                dialect,
                (world, sdk) -> {
                    try (Pusher forger = world.sdk("wrong-secret");
                            Client client = world.connect()) {
                        Result result = forger.trigger("witness", "e", 1);
                        assertThat(result.getStatus())
                                .isEqualTo(Result.Status.AUTHENTICATION_ERROR);
                        assertThat(result.getHttpStatus()).isEqualTo(401);
                        client.says(
                                subscribe(
                                        "private-room",
                                        forger.authenticate(client.socketId(), "private-room")));
                        assertThat(client.wire().receiveText()).doesNotContain("succeeded");
                    }
                });
    }

    @Test // rows 57, 98
    void aUserCanBeDropped() throws Exception {
        with(
                "pusher",
                (world, sdk) -> {
                    try (Client ann = world.connect();
                            Client bob = world.connect()) {
                        joinPresence(ann, sdk, "presence-room", new PresenceUser("ann"));
                        joinPresence(bob, sdk, "presence-room", new PresenceUser("bob"));
                        isOk(sdk.post("/users/ann/terminate_connections", "{}"));
                        assertThat(ann.wire().receiveText()).contains("member_added");
                        assertThat(ann.wire().receiveText()).contains("4009");
                        ann.isClosed(4009);
                        assertThat(bob.wire().receiveText()).contains("member_removed");
                    }
                });
    }
}
