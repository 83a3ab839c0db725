package dev.resound.pusher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.core.Close;
import dev.resound.core.Hub;
import dev.resound.core.Journal;
import dev.resound.core.Roster;
import dev.resound.pusher.PusherWorld.Client;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** However a socket ends, nothing of it stays. */
class EndingTest {
    private final PusherWorld world =
            new PusherWorld(PusherWorld.app().dialect(Dialect.SOKETI).maxConnections(2).build());

    static List<Consumer<Client>> ends() {
        return List.of(
                Client::closes,
                Client::vanishes,
                client -> {
                    client.closes();
                    client.vanishes(); // what comes late is too late
                },
                client -> client.connection.closes(new Close(4999, "peer's own")));
    }

    @ParameterizedTest // rows 17, 50
    @MethodSource("ends")
    void allOfASocketGoesWithIt(Consumer<Client> end) {
        Client watcher = world.connect(world.b).joinsPresence("presence-a", "{\"user_id\":1}");
        Client client = world.connect(world.a);
        client.joins("a").joinsPrivate("private-a").joins("cache-a");
        client.joinsPresence("presence-a", "{\"user_id\":2}");
        client.joinsPresence("presence-b", "{\"user_id\":2}");
        watcher.forgets();
        end.accept(client);
        world.settle();
        watcher.hears(Frames.memberRemoved("presence-a", "2"));
        assertThat(world.get("/channels").body())
                .isEqualTo(
                        "{\"channels\":{\"presence-a\":{\"occupied\":true,\"subscription_count\":1}}}");
        assertThat(world.get("/connections").body()).isEqualTo("{\"connections\":1}");
        assertThat(client.connection.isEnded()).isTrue();
        client.forgets();
        world.publishes("a", "e", "1");
        world.post("/users/2/terminate_connections", "{}");
        client.hearsNothing();
        world.connect(world.c); // its place is free
    }

    @Tag("loops")
    @Test
    void everyCauseHasItsCloseCode() {
        Client client = world.connect();
        var session =
                new PusherSession(
                        new AppRuntime(
                                world.app,
                                Roster.alone(),
                                new SharedHistories(
                                        new Hub(), Journal.NONE, scope -> null, List::of)),
                        world.hub,
                        client.connection.fake(),
                        new CommandDecoder(),
                        Observers.NONE,
                        null);
        assertThat(session.closeFor(Close.Cause.OVERFLOW).code()).isEqualTo(4100);
        assertThat(session.closeFor(Close.Cause.SHUTDOWN).code()).isEqualTo(4200);
        assertThat(session.closeFor(Close.Cause.MESSAGE_TOO_BIG))
                .isEqualTo(new Close(1009, "Maximum message size exceeded"));
    }

    @Test
    void noErrorKeepsABrowserAwayByAccident() {
        for (PusherError error : PusherError.values()) {
            assertThat(error.code).isBetween(4000, 4302);
            assertThat(error.message.length()).isLessThanOrEqualTo(123);
        }
    }

    @Tag("loops")
    @Test
    void aPublishThatMeetsAnEndHurtsNobody() {
        Client leaving = world.connect(world.b).joins("a").forgets();
        Client staying = world.connect(world.b).joins("a").forgets();
        world.pusher.trigger(world.app, "a", "e", "1"); // on its way to loop b
        leaving.connection.vanishes();
        world.settle();
        staying.hears("{\"event\":\"e\",\"data\":1,\"channel\":\"a\"}");
        leaving.hearsNothing();
    }

    @Tag("loops")
    @Test
    void terminatingASocketThatEndsMeanwhileIsHarmless() {
        Client client = world.connect(world.b).joinsPresence("presence-a", "{\"user_id\":2}");
        client.forgets();
        world.a.run(() -> world.pusher.trigger(world.app, "presence-a", "e", "1"));
        client.connection.vanishes();
        assertThat(world.post("/users/2/terminate_connections", "{}").status()).isEqualTo(200);
        client.hearsNothing();
        assertThat(client.connection.isEnded()).isTrue();
    }

    @Test
    void manySocketsComeAndGoWithoutATrace() {
        PusherWorld world = PusherWorld.inAnyDialect();
        for (int i = 0; i < 500; i++) {
            Client client = world.connect(i % 2 == 0 ? world.a : world.b);
            client.joins("c" + i % 7)
                    .joinsPresence("presence-c" + i % 3, "{\"user_id\":" + i + "}");
            client.vanishes();
        }
        assertThat(world.get("/channels").body()).isEqualTo("{\"channels\":{}}");
        assertThat(world.get("/connections").body()).isEqualTo("{\"connections\":0}");
        int[] topics = {0};
        world.hub.forEachTopic("app/app-id", (topic, members) -> topics[0]++);
        assertThat(topics[0]).isZero();
    }
}
