package dev.resound.pusher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.pusher.PusherWorld.Client;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Users that sign in: who they are, what is sent to them, and who may listen. */
class SignInTest {
    private static final String ANN = "{\"id\":\"ann\",\"user_info\":{\"name\":\"Ann\"}}";

    private static PusherWorld world(Dialect dialect) {
        return new PusherWorld(PusherWorld.app().dialect(dialect).signIn(true).build());
    }

    private static String signIn(PusherWorld world, Client client, String userData) {
        String auth = BackEnd.of(world.app).authorise(client.socketId, ":user:", userData);
        return signInWith(auth, userData);
    }

    private static String signInWith(String auth, String userData) {
        return "{\"event\":\"pusher:signin\",\"data\":{\"auth\":"
                + Frames.string(auth)
                + ",\"user_data\":"
                + Frames.string(userData)
                + "}}";
    }

    @Test // row 56
    void aSignedUserIsToldSo() {
        for (Dialect dialect : List.of(Dialect.REVERB, Dialect.PUSHER)) {
            PusherWorld world = world(dialect);
            Client client = world.connect();
            client.says(signIn(world, client, ANN))
                    .hears(
                            "{\"event\":\"pusher:signin_success\",\"data\":"
                                    + Frames.string("{\"user_data\":" + Frames.string(ANN) + "}")
                                    + "}");
        }
    }

    @Test // row 56
    void soketiAnswersWithAnObjectThatHoldsTheSignature() {
        PusherWorld world = world(Dialect.SOKETI);
        Client client = world.connect();
        String auth = BackEnd.of(world.app).authorise(client.socketId, ":user:", ANN);
        client.says(signInWith(auth, ANN))
                .hears(
                        "{\"event\":\"pusher:signin_success\",\"data\":{\"auth\":"
                                + Frames.string(auth)
                                + ",\"user_data\":"
                                + Frames.string(ANN)
                                + "}}");
    }

    @Test // row 56
    void aBadSignatureEndsTheConnection() {
        for (Dialect dialect : List.of(Dialect.REVERB, Dialect.PUSHER, Dialect.SOKETI)) {
            PusherWorld world = world(dialect);
            Client client = world.connect();
            client.says(signInWith(world.app.key() + ":" + "0".repeat(64), ANN));
            client.isClosedWith(4009);
            assertThat(world.pusher.statistics().getFirst().connections()).isZero();
        }
    }

    @Test
    void theSignatureOfAnotherSocketOrOfAChannelIsWorthNothing() {
        PusherWorld world = world(Dialect.PUSHER);
        Client other = world.connect();
        Client client = world.connect();
        client.says(signIn(world, other, ANN)).isClosedWith(4009);
        Client second = world.connect();
        String ofChannel = BackEnd.of(world.app).authorise(second.socketId, "presence-a", ANN);
        second.says(signInWith(ofChannel, ANN)).isClosedWith(4009);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "7",
                "{\"id\":7}",
                "{\"id\":\"\"}",
                "{\"id\":null}",
                "{\"id\":\"a\",\"id\":\"b\"}",
                "{\"id\":\"a\",\"watchlist\":\"b\"}",
                "{\"id\":\"a\",\"watchlist\":[1]}"
            })
    void userDataThatNamesNobodyEndsTheConnection(String userData) {
        PusherWorld world = world(Dialect.PUSHER);
        Client client = world.connect();
        client.says(signIn(world, client, userData)).isClosedWith(4009);
    }

    @Test
    void anIdHas128CharactersAtMost() {
        PusherWorld world = world(Dialect.PUSHER);
        Client client = world.connect();
        client.says(signIn(world, client, "{\"id\":\"" + "x".repeat(128) + "\"}")).staysOpen();
        Client longer = world.connect();
        longer.says(signIn(world, longer, "{\"id\":\"" + "x".repeat(129) + "\"}"))
                .isClosedWith(4009);
    }

    @Test
    void whereNobodySignsInItIsAnUnknownCommand() {
        PusherWorld reverb =
                new PusherWorld(PusherWorld.app().dialect(Dialect.REVERB).signIn(false).build());
        Client client = reverb.connect();
        client.says(signIn(reverb, client, ANN))
                .hears(Frames.error(4200, "Invalid message format"))
                .staysOpen();
        PusherWorld soketi = PusherWorld.speaking(Dialect.SOKETI);
        Client silent = soketi.connect();
        silent.says(signIn(soketi, silent, ANN)).hearsNothing().staysOpen();
    }

    @Test
    void theSameUserMaySignInAgainAndAnotherMayNot() {
        PusherWorld world = world(Dialect.PUSHER);
        Client client = world.connect();
        client.says(signIn(world, client, ANN)).forgets();
        client.says(signIn(world, client, "{\"id\":\"ann\"}")).staysOpen();
        client.says(signIn(world, client, "{\"id\":\"bob\"}")).isClosedWith(4009);
    }

    @Test // row 58
    void whatIsSentToAUserReachesAllOfTheirSocketsAndNobodyElse() {
        PusherWorld world = world(Dialect.PUSHER);
        Client one = world.connect(world.a);
        Client two = world.connect(world.b);
        Client bob = world.connect(world.b);
        one.says(signIn(world, one, ANN)).joins("#server-to-user-ann").forgets();
        two.says(signIn(world, two, ANN)).joins("#server-to-user-ann").forgets();
        bob.says(signIn(world, bob, "{\"id\":\"bob\"}")).forgets();
        world.publishes("#server-to-user-ann", "hello", "1");
        one.hears(Frames.published("hello", "1", "#server-to-user-ann"));
        two.hears(Frames.published("hello", "1", "#server-to-user-ann"));
        bob.hearsNothing();
    }

    @Test
    void nobodyElseMayListenInAnyDialect() {
        for (Dialect dialect : List.of(Dialect.REVERB, Dialect.PUSHER, Dialect.SOKETI)) {
            PusherWorld world = world(dialect);
            Client stranger = world.connect();
            stranger.joins("#server-to-user-ann").forgets();
            stranger.says(signIn(world, stranger, "{\"id\":\"an\"}")).forgets();
            stranger.joins("#server-to-user-ann").forgets();
            stranger.joinsPrivate("#server-to-user-ann").forgets(); // signed, and yet
            world.publishes("#server-to-user-ann", "hello", "1");
            stranger.hearsNothing().staysOpen();
        }
    }

    @Test
    void aUsersChannelIsNotListed() {
        PusherWorld world = world(Dialect.PUSHER);
        Client client = world.connect();
        client.says(signIn(world, client, ANN)).joins("#server-to-user-ann").joins("open");
        assertThat(world.get("/channels").body()).isEqualTo("{\"channels\":{\"open\":{}}}");
    }

    @Test // row 57
    void terminatedUsersAreToldToStayAway() {
        for (Dialect dialect : List.of(Dialect.PUSHER, Dialect.SOKETI)) {
            PusherWorld world = world(dialect);
            Client ann = world.connect(world.b);
            Client bob = world.connect(world.b);
            ann.says(signIn(world, ann, ANN)).forgets();
            bob.says(signIn(world, bob, "{\"id\":\"bob\"}")).forgets();
            assertThat(world.post("/users/ann/terminate_connections", "{}").status())
                    .isEqualTo(200);
            ann.isClosedWith(4009);
            bob.hearsNothing().staysOpen();
        }
    }

    @Test
    void aSignedInUserIsAMemberWithoutFurtherDataInDialectPusher() {
        PusherWorld world = world(Dialect.PUSHER);
        Client ann = world.connect();
        ann.says(signIn(world, ann, ANN)).forgets();
        ann.joinsPrivate("presence-a")
                .hears(Frames.present("presence-a", 1, "\"ann\"", "\"ann\":{\"name\":\"Ann\"}"));
    }

    @Test
    void channelDataWinsOverTheSignedInUser() {
        PusherWorld world = world(Dialect.PUSHER);
        Client ann = world.connect();
        ann.says(signIn(world, ann, ANN)).forgets();
        ann.joinsPresence("presence-a", "{\"user_id\":\"else\"}")
                .hears(Frames.present("presence-a", 1, "\"else\"", "\"else\":null"));
    }

    @Test
    void elsewhereAPresenceChannelNeedsItsOwnData() {
        PusherWorld world = world(Dialect.SOKETI);
        Client ann = world.connect();
        ann.says(signIn(world, ann, ANN)).forgets();
        ann.joinsPrivate("presence-a");
        assertThat(world.get("/channels/presence-a").body()).contains("\"occupied\":false");
    }

    @Test
    void nothingIsLeftOfAUserWhoseSocketsAreGone() {
        PusherWorld world = world(Dialect.PUSHER);
        for (int i = 0; i < 50; i++) {
            Client client = world.connect(i % 2 == 0 ? world.a : world.b);
            String watching = "{\"id\":\"u" + i % 5 + "\",\"watchlist\":[\"u1\",\"u" + i + "\"]}";
            client.says(signIn(world, client, watching));
            if (i % 3 == 0) {
                client.closes();
            } else {
                client.vanishes();
            }
        }
        assertThat(world.pusher.signedInUsers(world.app)).isZero();
    }
}
