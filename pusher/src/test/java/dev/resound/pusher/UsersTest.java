package dev.resound.pusher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.pusher.PusherWorld.Answer;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** {@code GET /apps/{id}/channels/{channel}/users}. */
class UsersTest {

    @Test // row 96
    void usersComeOnceInTheOrderOfTheirJoins() {
        PusherWorld world = PusherWorld.inAnyDialect();
        for (int id : List.of(3, 2, 3)) {
            world.connect(id == 3 ? world.a : world.b)
                    .joinsPresence("presence-c", "{\"user_id\":" + id + "}");
        }
        assertThat(world.get("/channels/presence-c/users"))
                .isEqualTo(new Answer(200, "{\"users\":[{\"id\":3},{\"id\":2}]}"));
    }

    @Test
    void idsKeepTheirType() {
        PusherWorld world = PusherWorld.inAnyDialect();
        world.connect().joinsPresence("presence-c", "{\"user_id\":\"7\"}");
        world.connect().joinsPresence("presence-c", "{\"user_id\":\"a\\\"b\"}");
        world.connect().joinsPresence("presence-c", "{\"user_id\":12345678901234567890}");
        assertThat(world.get("/channels/presence-c/users").body())
                .isEqualTo(
                        "{\"users\":[{\"id\":\"7\"},{\"id\":\"a\\\"b\"},{\"id\":12345678901234567890}]}");
    }

    @Tag("reverb")
    @Test // rows 93, 94, 95
    void reverbAsksFirstWhetherAnybodyIsThere() {
        PusherWorld world = PusherWorld.inAnyDialect();
        assertThat(world.get("/channels/c/users")).isEqualTo(new Answer(404, "{}"));
        assertThat(world.get("/channels/presence-c/users")).isEqualTo(new Answer(404, "{}"));
        world.connect().joins("c");
        assertThat(world.get("/channels/c/users")).isEqualTo(new Answer(400, "{}"));
    }

    @Test // rows 93, 94, 95
    void othersAskFirstForTheKindOfChannel() {
        for (Dialect dialect : List.of(Dialect.PUSHER, Dialect.SOKETI)) {
            PusherWorld world = PusherWorld.speaking(dialect);
            assertThat(world.get("/channels/c/users").status()).isEqualTo(400);
            assertThat(world.get("/channels/presence-c/users"))
                    .isEqualTo(new Answer(200, "{\"users\":[]}"));
            world.connect().joins("c");
            assertThat(world.get("/channels/c/users").status()).isEqualTo(400);
        }
    }
}
