package dev.resound.pusher;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What clients say of themselves in the address they connect to. */
class ProtocolCheckTest {

    @ParameterizedTest
    @CsvSource(
            nullValues = "ok",
            value = {
                "protocol=7&client=js&version=8.6.0&flash=false, ok",
                "protocol=5, ok",
                "protocol=6&version=1.0, ok",
                "protocol=7&version=10.2-beta, ok",
                "'', NO_PROTOCOL",
                "client=js, NO_PROTOCOL",
                "protocol=, NO_PROTOCOL",
                "protocol=4, PROTOCOL",
                "protocol=8, PROTOCOL",
                "protocol=07, PROTOCOL",
                "protocol=seven, PROTOCOL",
                "protocol=7&version=, VERSION",
                "protocol=7&version=8, VERSION",
                "protocol=7&version=8., VERSION",
                "protocol=7&version=.6, VERSION",
                "protocol=7&version=v8.6, VERSION"
            })
    void strictAppsWantAProtocolThatThereIs(String query, @Nullable String error) {
        PusherError found = ClientVersion.check(Query.parse(query));
        assertThat(found == null ? null : found.name()).isEqualTo(error);
    }

    @Test
    void strictAppsRefuseInTheirOwnWords() {
        PusherWorld world = new PusherWorld(PusherWorld.app().strictProtocol(true).build());
        var client = world.knock(world.a, world.app.key(), List.of());
        client.hears(world.error(4008, "No protocol version supplied"));
        client.isClosedWith(4008);
    }

    @Test
    void othersTakeAnyAndNone() {
        PusherWorld.speaking(Dialect.PUSHER).connect().staysOpen();
    }

    @Test
    void appsForTlsOnlyRefusePlainConnections() {
        PusherWorld world = new PusherWorld(PusherWorld.app().tlsOnly(true).build());
        var client = world.knock(world.a, world.app.key(), List.of());
        client.isClosedWith(4000);
    }

    @Test
    void whoIsTurnedAwayMayBeToldByTheCodeAlone() {
        PusherWorld world =
                new PusherWorld(
                        PusherWorld.app()
                                .enabled(false)
                                .adapt(d -> d.with(d.errors().withBeforeClose(false)))
                                .build());
        var client = world.knock(world.a, world.app.key(), List.of());
        client.hearsNothing().isClosedWith(4003);
    }
}
