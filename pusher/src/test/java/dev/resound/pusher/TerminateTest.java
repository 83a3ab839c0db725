package dev.resound.pusher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.pusher.PusherWorld.Answer;
import dev.resound.pusher.PusherWorld.Client;
import org.junit.jupiter.api.Test;

/** {@code POST /apps/{id}/users/{user}/terminate_connections}. */
class TerminateTest {
    private static final String ROOM = "presence-room";

    private static Answer terminate(PusherWorld world, String user) {
        return world.post("/users/" + user + "/terminate_connections", "{}");
    }

    @Test // row 98
    void everySocketOfTheUserIsDroppedOnEveryLoop() {
        PusherWorld world = PusherWorld.speaking(Dialect.REVERB);
        Client other = world.connect(world.a).joinsPresence(ROOM, "{\"user_id\":\"123\"}");
        Client one = world.connect(world.b).joinsPresence(ROOM, "{\"user_id\":\"456\"}");
        Client two = world.connect(world.c).joinsPresence(ROOM, "{\"user_id\":\"456\"}").joins("c");
        other.forgets();
        assertThat(terminate(world, "456")).isEqualTo(new Answer(200, "{}"));
        assertThat(one.connection.isDisconnected()).isTrue();
        assertThat(two.connection.isDisconnected()).isTrue();
        other.hears(Frames.memberRemoved(ROOM, "\"456\"")).staysOpen();
        assertThat(world.get("/channels").body()).isEqualTo("{\"channels\":{\"" + ROOM + "\":{}}}");
    }

    @Test // row 57
    void pusherAndSoketiSayWhy() {
        for (Dialect dialect : new Dialect[] {Dialect.PUSHER, Dialect.SOKETI}) {
            PusherWorld world = PusherWorld.speaking(dialect);
            Client client = world.connect(world.b).joinsPresence(ROOM, "{\"user_id\":7}").forgets();
            assertThat(terminate(world, "7"))
                    .isEqualTo(new Answer(200, dialect.answers().terminated()));
            client.hears(Frames.errorObject(4009, "You got disconnected by the app."));
            client.isClosedWith(4009);
        }
    }

    @Test
    void nobodyIsFineToo() {
        PusherWorld world = PusherWorld.speaking(Dialect.REVERB);
        Client client = world.connect().joinsPresence(ROOM, "{\"user_id\":1}");
        assertThat(terminate(world, "2")).isEqualTo(new Answer(200, "{}"));
        client.staysOpen();
    }

    @Test
    void anEmptyBodyWillDo() {
        PusherWorld world = PusherWorld.speaking(Dialect.REVERB);
        Client client = world.connect().joinsPresence(ROOM, "{\"user_id\":1}");
        assertThat(world.post("/users/1/terminate_connections", ""))
                .isEqualTo(new Answer(200, "{}"));
        assertThat(client.connection.isEnded()).isTrue();
    }

    @Test
    void whoHasLeftIsNobodysSocketAnyMore() {
        PusherWorld world = PusherWorld.speaking(Dialect.REVERB);
        Client left = world.connect().joinsPresence(ROOM, "{\"user_id\":1}").leaves(ROOM);
        Client became = world.connect().joinsPresence(ROOM, "{\"user_id\":1}");
        became.joinsPresence(ROOM, "{\"user_id\":2}");
        Client still = world.connect().joinsPresence(ROOM, "{\"user_id\":1}");
        still.joinsPresence("presence-other", "{\"user_id\":1}").leaves(ROOM);
        terminate(world, "1");
        left.staysOpen();
        became.staysOpen();
        assertThat(still.connection.isEnded()).isTrue();
    }

    @Test // row 99
    void thereIsNoSuchRouteBelowChannels() {
        PusherWorld world = PusherWorld.speaking(Dialect.REVERB);
        assertThat(world.post("/channels/users/x/terminate_connections", "{}").status())
                .isEqualTo(404);
    }
}
