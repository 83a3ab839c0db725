package dev.resound.pusher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.pusher.PusherWorld.Client;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Subscriptions that are refused for what they ask, not for who asks. */
class RefusalTest {
    private static final String NAME =
            "The channel name is not allowed: up to 200 of a-zA-Z0-9_-=@,.;";
    private static final String MEMBERS = "The channel has as many members as it may have.";
    private static final String SIZE = "The member's data is too large.";

    static List<Dialect> strict() {
        return List.of(Dialect.PUSHER, Dialect.SOKETI);
    }

    @ParameterizedTest
    @MethodSource("strict")
    void namesOutsideTheAlphabetAreRefused(Dialect dialect) {
        Client client = PusherWorld.speaking(dialect).connect();
        for (String name : List.of("a b", "a:b", "a/b", "", "#", "a#", "ż", "a+b", "a\\b")) {
            client.joins(name).hears(Frames.subscriptionError(name, "LimitReached", NAME, 4009));
        }
        client.joins("aZ09_-=@,.;").hears(Frames.succeeded("aZ09_-=@,.;"));
        client.joins("#a").hears(Frames.succeeded("#a"));
    }

    @ParameterizedTest // row 47
    @MethodSource("strict")
    void namesHaveAtMostTwoHundredCharacters(Dialect dialect) {
        Client client = PusherWorld.speaking(dialect).connect();
        client.joins("x".repeat(199)).hears(Frames.succeeded("x".repeat(199)));
        client.joins("x".repeat(200)).hears(Frames.succeeded("x".repeat(200)));
        client.joins("x".repeat(201))
                .hears(Frames.subscriptionError("x".repeat(201), "LimitReached", NAME, 4009));
    }

    @Test
    void reverbHasAnEndToNamesToo() {
        Client client = PusherWorld.speaking(Dialect.REVERB).connect();
        client.joins("ż".repeat(200)).hears(Frames.succeeded("ż".repeat(200)));
        client.joins("ż".repeat(201)).hears(Frames.error(4200, "Invalid message format"));
        client.staysOpen();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\u0000", "\\n", "a\\tb", "\\u001b[31m", "\\u007f", "\\u0085"})
    void controlCharactersInNamesAreRefused(String escaped) {
        PusherWorld world = PusherWorld.speaking(Dialect.REVERB);
        world.connect()
                .says("{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":\"" + escaped + "\"}}")
                .hears(Frames.error(4200, "Invalid message format"))
                .staysOpen();
        assertThat(world.get("/channels").body()).isEqualTo("{\"channels\":{}}");
    }

    @ParameterizedTest
    @MethodSource("strict")
    void presenceNeedsAMember(Dialect dialect) {
        Client client = PusherWorld.speaking(dialect).connect();
        String refused =
                Frames.subscriptionError(
                        "presence-x",
                        "AuthError",
                        "A presence channel needs channel_data with a user_id.",
                        401);
        client.joinsPrivate("presence-x").hears(refused);
        for (String data :
                List.of(
                        "{}",
                        "{\"user_id\":\"\"}",
                        "{\"user_id\":null}",
                        "{\"user_id\":true}",
                        "{\"user_id\":{}}",
                        "[]")) {
            client.joinsPresence("presence-x", data).hears(refused);
        }
    }

    @ParameterizedTest // row 48
    @MethodSource("strict")
    void membersAreCountedByUser(Dialect dialect) {
        PusherWorld world =
                new PusherWorld(
                        PusherWorld.app()
                                .dialect(dialect)
                                .presence(new Dialect.PresenceLimits(2, 0))
                                .build());
        Client first = world.connect().joinsPresence("presence-x", "{\"user_id\":1}");
        world.connect(world.b).joinsPresence("presence-x", "{\"user_id\":2}");
        first.forgets();
        Client third = world.connect(world.c).joinsPresence("presence-x", "{\"user_id\":3}");
        third.hears(Frames.subscriptionError("presence-x", "LimitReached", MEMBERS, 4100));
        first.hearsNothing();
        third.joinsPresence("presence-x", "{\"user_id\":2}")
                .hears(Frames.present("presence-x", 2, "1,2", "\"1\":null,\"2\":null"));
        first.closes();
        third.leaves("presence-x").forgets();
        third.joinsPresence("presence-x", "{\"user_id\":3}")
                .hears(Frames.present("presence-x", 2, "2,3", "\"2\":null,\"3\":null"));
    }

    @Test
    void theDialectsOwnMemberLimitsHold() {
        assertThat(Dialect.PUSHER.defaults().presence())
                .isEqualTo(new Dialect.PresenceLimits(100, 1_024));
        assertThat(Dialect.SOKETI.defaults().presence())
                .isEqualTo(new Dialect.PresenceLimits(100, 2_048));
    }

    @ParameterizedTest // row 48
    @MethodSource("strict")
    void aMembersDataHasAnEnd(Dialect dialect) {
        int limit = dialect.defaults().presence().memberBytes();
        Client client = PusherWorld.speaking(dialect).connect();
        client.joinsPresence("presence-x", member(limit)).staysOpen();
        assertThat(client.connection.takeTexts().getFirst()).contains("subscription_succeeded");
        client.joinsPresence("presence-y", member(limit + 1))
                .hears(Frames.subscriptionError("presence-y", "LimitReached", SIZE, 4301));
    }

    private static String member(int bytes) {
        String empty = "{\"user_id\":1,\"user_info\":\"\"}";
        return "{\"user_id\":1,\"user_info\":\"" + "x".repeat(bytes - empty.length()) + "\"}";
    }

    @Test
    void whoIsNotAuthorisedLearnsNothingOfLimits() {
        PusherWorld world =
                new PusherWorld(
                        PusherWorld.app()
                                .dialect(Dialect.SOKETI)
                                .presence(new Dialect.PresenceLimits(1, 0))
                                .build());
        world.connect().joinsPresence("presence-x", "{\"user_id\":1}");
        world.connect()
                .says(Frames.subscribe("presence-x", "app-key:bad", "{\"user_id\":2}"))
                .hears(
                        Frames.subscriptionError(
                                "presence-x", "AuthError", "The connection is unauthorized.", 401));
    }
}
