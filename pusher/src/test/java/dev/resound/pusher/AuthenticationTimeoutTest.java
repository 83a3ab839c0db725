package dev.resound.pusher;

import dev.resound.pusher.PusherWorld.Client;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Sockets that never show that a back end knows them, where the app wants that. */
@Tag("clock")
class AuthenticationTimeoutTest {
    private final PusherWorld world =
            new PusherWorld(
                    PusherWorld.app()
                            .dialect(Dialect.PUSHER)
                            .authenticationSeconds(30)
                            .pingInterval(600)
                            .build());

    @Test
    void whoShowsNothingIsClosedInTime() {
        Client client = world.connect().joins("public").forgets();
        world.passes(Duration.ofSeconds(29));
        client.staysOpen();
        world.passes(Duration.ofSeconds(2));
        client.hears(Frames.errorObject(4009, "Connection not authorized within timeout."));
        client.isClosedWith(4009);
    }

    @Test
    void aPrivateChannelIsProofEnough() {
        Client client = world.connect().joinsPrivate("private-c");
        world.passes(Duration.ofMinutes(1));
        client.staysOpen();
    }

    @Test
    void aPresenceChannelIsProofEnough() {
        Client client = world.connect().joinsPresence("presence-c", "{\"user_id\":\"1\"}");
        world.passes(Duration.ofMinutes(1));
        client.staysOpen();
    }

    @Test
    void aRefusedSubscriptionIsNone() {
        Client client = world.connect().joins("private-c");
        world.passes(Duration.ofSeconds(31));
        client.isClosedWith(4009);
    }

    @Test
    void signingInIsProofEnough() {
        Client client = world.connect();
        String auth = BackEnd.of(world.app).authorise(client.socketId, ":user:", "{\"id\":\"a\"}");
        client.says(
                "{\"event\":\"pusher:signin\",\"data\":{\"auth\":\""
                        + auth
                        + "\",\"user_data\":\"{\\\"id\\\":\\\"a\\\"}\"}}");
        world.passes(Duration.ofMinutes(1));
        client.staysOpen();
    }

    @Test
    void withoutTheSettingNobodyIsAsked() {
        PusherWorld plain = new PusherWorld(PusherWorld.app().pingInterval(600).build());
        Client client = plain.connect();
        plain.passes(Duration.ofMinutes(5));
        client.staysOpen();
    }
}
