package dev.resound.pusher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.pusher.PusherWorld.Client;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Silence, pings and pongs, by the clock of the test. */
@Tag("clock")
class KeepAliveTest {
    private static final String PING = "{\"event\":\"pusher:ping\"}";

    private final PusherWorld world =
            new PusherWorld(
                    PusherWorld.app().pingInterval(60).pongTimeout(30).activityTimeout(30).build());
    private final String pong =
            "{\"event\":\"pusher:pong\""
                    + (world.app.dialect() == Dialect.REVERB ? "}" : ",\"data\":{}}");
    private final String noPong = world.error(4201, "Pong reply not received in time");
    private final Client client = world.connect();

    private void passes(int seconds) {
        world.passes(Duration.ofSeconds(seconds));
    }

    @Test // row 29
    void aPingIsAnswered() {
        client.says("{\"event\":\"pusher:ping\"}")
                .says("{\"event\":\"pusher:ping\",\"data\":{}}")
                .says("{\"event\": \"pusher:ping\", \"data\": \"x\"}")
                .hears(pong, pong, pong);
    }

    @Test
    void thePongOfOtherDialectsHasData() {
        for (Dialect dialect : new Dialect[] {Dialect.PUSHER, Dialect.SOKETI}) {
            PusherWorld.speaking(dialect)
                    .connect()
                    .says("{\"event\":\"pusher:ping\",\"data\":{}}")
                    .hears("{\"event\":\"pusher:pong\",\"data\":{}}");
        }
    }

    @Test
    void aPongIsNotAnswered() {
        client.says("{\"event\":\"pusher:pong\",\"data\":{}}").hearsNothing().staysOpen();
    }

    @Test // row 30
    void aSilentSocketIsPinged() {
        passes(59);
        client.hearsNothing();
        passes(1);
        client.hears(PING);
        assertThat(client.connection.pings()).isZero();
    }

    @Test // row 32
    void whoDoesNotAnswerIsDroppedEverywhere() {
        client.joins("orders").forgets();
        passes(60);
        client.hears(PING);
        passes(15);
        client.hearsNothing();
        assertThat(client.connection.pings()).isEqualTo(1); // mobile clients answer this one only
        passes(14);
        client.hearsNothing().staysOpen();
        passes(1);
        client.hears(noPong);
        client.isClosedWith(4201);
        assertThat(world.get("/channels").body()).isEqualTo("{\"channels\":{}}");
        assertThat(world.get("/connections").body()).isEqualTo("{\"connections\":0}");
    }

    @Test
    void aSocketWithoutChannelsIsDroppedToo() {
        passes(60);
        passes(15);
        passes(15);
        client.isClosedWith(4201);
    }

    @Test
    void anyFrameIsASignOfLife() {
        passes(60);
        client.hears(PING);
        client.says("{\"event\":\"pusher:pong\",\"data\":{}}");
        passes(59);
        client.hearsNothing();
        passes(1);
        client.hears(PING).says("rubbish").forgets();
        passes(59);
        client.hearsNothing().staysOpen();
        passes(1);
        client.hears(PING);
    }

    @Test
    void anAnswerInTheLastMomentCounts() {
        passes(60);
        passes(15);
        passes(14);
        client.says("{\"event\":\"pusher:pong\"}");
        passes(1);
        client.hears(PING).staysOpen();
        passes(58);
        client.hearsNothing();
        passes(1);
        client.hears(PING);
    }

    @Test
    void whoPingsByItselfIsNeverPinged() {
        for (int i = 0; i < 20; i++) {
            passes(30);
            client.says("{\"event\":\"pusher:ping\"}").hears(pong);
        }
        assertThat(client.connection.pings()).isZero();
    }

    @Test // rows 31, 33
    void whoUsesControlFramesIsPingedWithOne() {
        client.connection.saysControl();
        client.hearsNothing();
        passes(59);
        assertThat(client.connection.pings()).isZero();
        passes(1);
        client.hearsNothing();
        assertThat(client.connection.pings()).isEqualTo(1);
        client.connection.saysControl();
        passes(30);
        client.hearsNothing().staysOpen();
        passes(30);
        assertThat(client.connection.pings()).isEqualTo(2);
        passes(30);
        client.hears(noPong);
        client.isClosedWith(4201);
    }

    @Test
    void mobileClientsAnswerTheControlPingAndLive() {
        passes(60);
        client.hears(PING);
        passes(15);
        assertThat(client.connection.pings()).isEqualTo(1);
        client.connection.saysControl();
        passes(15);
        client.hearsNothing().staysOpen();
    }

    @Test
    void theTimesAreTheApps() {
        PusherWorld world =
                new PusherWorld(
                        PusherWorld.app()
                                .pingInterval(10)
                                .pongTimeout(4)
                                .activityTimeout(7)
                                .build());
        Client client = world.knock(world.a, "app-key", List.of());
        assertThat(client.connection.takeTexts().getFirst())
                .endsWith("\\\"activity_timeout\\\":7}\"}");
        world.passes(Duration.ofSeconds(10));
        client.hears(PING);
        world.passes(Duration.ofSeconds(2));
        assertThat(client.connection.pings()).isEqualTo(1);
        world.passes(Duration.ofSeconds(2));
        client.isClosedWith(4201);
    }

    @Test
    void theTimesAreTheDialectsUnlessTheAppHasItsOwn() {
        assertThat(PusherWorld.reverbApp().build().activityTimeout()).isEqualTo(30);
        assertThat(PusherWorld.reverbApp().dialect(Dialect.PUSHER).build().activityTimeout())
                .isEqualTo(120);
        assertThat(PusherWorld.reverbApp().dialect(Dialect.SOKETI).build().activityTimeout())
                .isEqualTo(30);
    }
}
