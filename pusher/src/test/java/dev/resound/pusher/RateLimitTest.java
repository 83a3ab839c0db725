package dev.resound.pusher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.pusher.PusherWorld.Client;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How often one socket may speak. */
class RateLimitTest {
    private static final String PING = "{\"event\":\"pusher:ping\"}";
    private static final String PONG = "{\"event\":\"pusher:pong\"}";
    private static final String OVER =
            """
            {"event":"pusher:error","data":"{\\"code\\":4301,\\"message\\":\\"Rate limit exceeded\\"}"}\
            """;

    private static PusherWorld world(int attempts, int seconds, boolean terminates) {
        return new PusherWorld(
                PusherWorld.reverbApp()
                        .rateLimit(new App.RateLimit(attempts, seconds, terminates))
                        .build());
    }

    @Test // row 45
    void oneMessageTooManyIsNotCarriedOutAndTheSocketStays() {
        PusherWorld world = world(3, 60, false);
        Client client = world.connect();
        client.says(PING).joins("orders").says("rubbish").forgets();
        client.joins("news").hears(OVER).staysOpen();
        client.says(PING).hears(OVER).staysOpen();
        assertThat(world.get("/channels").body()).isEqualTo("{\"channels\":{\"orders\":{}}}");
    }

    @Test // row 46
    void anAppMayCloseInsteadAndTheErrorComesFirst() {
        PusherWorld world = world(1, 60, true);
        Client client = world.connect().says(PING).says(PING);
        client.hears(PONG, OVER);
        client.isClosedWith(4009); // never 4301: as a close code it keeps browsers away for good
    }

    @Tag("clock")
    @Test
    void theWindowOpensWithTheFirstMessageAndEnds() {
        PusherWorld world = world(2, 10, false);
        Client client = world.connect();
        world.passes(Duration.ofSeconds(7));
        client.says(PING);
        world.passes(Duration.ofSeconds(9));
        client.says(PING).says(PING).hears(PONG, PONG, OVER);
        world.passes(Duration.ofSeconds(1));
        client.says(PING).says(PING).says(PING).hears(PONG, PONG, OVER);
    }

    @Test
    void socketsAreCountedApart() {
        PusherWorld world = world(1, 60, false);
        Client one = world.connect().says(PING).says(PING);
        one.hears(PONG, OVER);
        world.connect().says(PING).hears(PONG);
    }

    @Test
    void binaryMessagesCountAsWell() {
        PusherWorld world = world(1, 60, false);
        Client client = world.connect().says(PING).forgets();
        client.connection.says(new byte[] {(byte) 0xff});
        client.hears(OVER);
        client.connection.says(new byte[] {'x'});
        client.hears(OVER);
    }

    @Test
    void withoutALimitThereIsNone() {
        Client client = PusherWorld.speaking(Dialect.REVERB).connect();
        for (int i = 0; i < 1_000; i++) {
            client.says(PING);
        }
        assertThat(client.connection.takeTexts()).hasSize(1_000).containsOnly(PONG);
    }
}
