package dev.resound.pusher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resound.pusher.PusherWorld.Client;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Apps that use the same names know nothing of each other. */
class IsolationTest {
    private final App other = App.builder("2", "key-2", "secret-2").build();
    private final PusherWorld world = new PusherWorld(PusherWorld.reverbApp().build(), other);

    private static void joinPresence(Client client, App app, String data) {
        client.says(
                Frames.subscribe(
                        "presence-c",
                        BackEnd.of(app).authorise(client.socketId, "presence-c", data),
                        data));
    }

    @Test
    void eventsStayInTheirApp() {
        Client mine = world.connect(world.a).joins("c").forgets();
        Client theirs = world.connect(world.a, other).joins("c").forgets();
        world.publishes("c", "e", "1");
        mine.hears(Frames.published("e", "1", "c"));
        theirs.hearsNothing();
        mine.says(Frames.clientEvent("client-e", "c", "{}"));
        theirs.hearsNothing();
    }

    @Test
    void presenceStaysInItsApp() {
        Client mine = world.connect(world.a);
        joinPresence(mine, world.app, "{\"user_id\":1}");
        Client theirs = world.connect(world.b, other);
        joinPresence(theirs, other, "{\"user_id\":2}");
        theirs.hears(Frames.present("presence-c", 1, "2", "\"2\":null"));
        mine.hears(Frames.present("presence-c", 1, "1", "\"1\":null"));
        assertThat(world.get(other, "/channels/presence-c/users").body())
                .isEqualTo("{\"users\":[{\"id\":2}]}");
    }

    @Test
    void listsAndCountsStayInTheirApp() {
        world.connect(world.a).joins("mine").joins("both");
        world.connect(world.b, other).joins("theirs").joins("both");
        assertThat(world.get("/channels").body())
                .isEqualTo("{\"channels\":{\"both\":{},\"mine\":{}}}");
        assertThat(world.get(other, "/channels").body())
                .isEqualTo("{\"channels\":{\"both\":{},\"theirs\":{}}}");
        assertThat(world.get(other, "/connections").body()).isEqualTo("{\"connections\":1}");
    }

    @Test
    void cachesStayInTheirApp() {
        world.publishes("cache-c", "e", "1");
        world.connect(world.a, other)
                .joins("cache-c")
                .hears(Frames.succeeded("cache-c"), Frames.cacheMiss("cache-c"));
    }

    @Test
    void terminatingAUserStaysInItsApp() {
        Client mine = world.connect(world.a);
        joinPresence(mine, world.app, "{\"user_id\":1}");
        Client theirs = world.connect(world.b, other);
        joinPresence(theirs, other, "{\"user_id\":1}");
        world.post(other, "/users/1/terminate_connections", "{}");
        assertThat(theirs.connection.isEnded()).isTrue();
        mine.staysOpen();
    }

    @Test
    void anotherAppsSocketIdLeavesNobodyOut() {
        Client mine = world.connect(world.a).joins("c").forgets();
        world.post(
                other,
                "/events",
                "{\"name\":\"e\",\"channel\":\"c\",\"data\":\"1\",\"socket_id\":\""
                        + mine.socketId
                        + "\"}");
        mine.hearsNothing();
    }

    @Test
    void anotherAppsSecretOpensNothing() {
        Client mine = world.connect();
        mine.says(
                        Frames.subscribe(
                                "private-c",
                                BackEnd.of(other).authorise(mine.socketId, "private-c")))
                .hears(Frames.error(4009, "Connection is unauthorized"));
        String path = "/apps/app-id/channels";
        String query =
                BackEnd.of(other)
                        .signedQuery("GET", path, Map.of(), "", Instant.now().getEpochSecond());
        assertThat(world.send("GET", path, query, "").status()).isEqualTo(401);
    }

    @Test
    void namesCannotReachOverTheBorder() {
        App tricky = App.builder("app-id/c", "key-3", "secret-3").build();
        PusherWorld world = new PusherWorld(PusherWorld.reverbApp().build(), tricky);
        Client mine = world.connect().joins("c/d").forgets();
        Client theirs = world.connect(world.a, tricky).joins("d").forgets();
        world.publishes("c/d", "e", "1");
        mine.hears(Frames.published("e", "1", "c/d"));
        theirs.hearsNothing();
    }

    @Test
    void twoAppsCannotShareAKey() {
        List<App> apps =
                List.of(PusherWorld.reverbApp().build(), App.builder("2", "app-key", "s").build());
        assertThatThrownBy(() -> AppSource.of(apps)).isInstanceOf(IllegalArgumentException.class);
    }
}
