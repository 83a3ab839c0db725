package dev.resound.pusher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.core.http.Header;
import dev.resound.pusher.PusherWorld.Client;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Apps with a limited number of connections. */
class QuotaTest {
    private static final String OVER =
            """
            {"event":"pusher:error","data":"{\\"code\\":4004,\\"message\\":\\"Application is over connection quota\\"}"}\
            """;

    private static PusherWorld world(Dialect dialect, int connections) {
        return new PusherWorld(
                PusherWorld.app().dialect(dialect).maxConnections(connections).build());
    }

    @Test // row 5
    void oneTooManyIsToldSoAndClosed() {
        PusherWorld world = world(Dialect.REVERB, 1);
        Client first = world.connect().joins("orders");
        Client second = world.knock(world.b, "app-key", List.of());
        second.hears(OVER);
        second.isClosedWith(4004);
        second.joins("orders").hearsNothing();
        first.staysOpen();
    }

    @Test // row 6
    void whoHasJoinedNothingCountsToo() {
        PusherWorld world = world(Dialect.SOKETI, 1);
        world.connect();
        Client second = world.knock(world.b, "app-key", List.of());
        second.hears(Frames.errorObject(4100, "Application is over connection quota"));
        second.isClosedWith(4100);
    }

    @Test
    void theLimitIsTheLastThatFits() {
        PusherWorld world = world(Dialect.REVERB, 3);
        world.connect(world.a);
        world.connect(world.b);
        world.connect(world.c);
        world.knock(world.a, "app-key", List.of()).isClosedWith(4004);
    }

    @Test
    void refusedAndClosedSocketsFreeTheirPlaceOnce() {
        PusherWorld world = world(Dialect.REVERB, 1);
        for (int i = 0; i < 5; i++) {
            Client first = world.connect();
            world.knock(world.b, "app-key", List.of()).isClosedWith(4004);
            world.knock(world.b, "app-key", List.of()).isClosedWith(4004);
            first.vanishes();
        }
        Client last = world.connect();
        world.knock(world.b, "app-key", List.of()).isClosedWith(4004);
        last.closes();
        world.connect();
    }

    @Test
    void foreignOriginsTakeNoPlace() {
        PusherWorld world =
                new PusherWorld(
                        PusherWorld.app()
                                .maxConnections(1)
                                .allowedOrigins(List.of("laravel.com"))
                                .build());
        world.knock(world.a, "app-key", List.of()).isClosedWith(4009);
        Client client =
                world.knock(
                        world.a, "app-key", List.of(new Header("origin", "http://laravel.com")));
        assertThat(client.connection.isOpen()).isTrue();
    }

    @Test
    void zeroIsNoLimit() {
        PusherWorld world = world(Dialect.REVERB, 0);
        for (int i = 0; i < 50; i++) {
            world.connect();
        }
    }
}
