package dev.resound.pusher;

import static dev.resound.pusher.Frames.clientEvent;

import dev.resound.pusher.PusherWorld.Client;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients say to each other. */
class ClientEventTest {

    private static PusherWorld world(Dialect dialect, ClientEvents from) {
        return new PusherWorld(PusherWorld.app().dialect(dialect).clientEvents(from).build());
    }

    @Nested
    class InReverbsDialect {
        private final PusherWorld world = PusherWorld.speaking(Dialect.REVERB);
        private final Client sender = world.connect(world.a).joins("room").forgets();
        private final Client near = world.connect(world.a).joins("room").forgets();
        private final Client far = world.connect(world.b).joins("room").forgets();

        private void othersHear(String frame) {
            near.hears(frame);
            far.hears(frame);
            sender.hearsNothing();
        }

        @Test // rows 37, 52
        void theOthersHearItTheSenderDoesNot() {
            sender.says(
                    """
                    {"event":"client-start-typing","channel":"room","data":{"id":123,"name":"Joe Dixon"}}\
                    """);
            othersHear(
                    """
                    {"event":"client-start-typing","channel":"room","data":{"id":123,"name":"Joe Dixon"}}\
                    """);
        }

        @Test
        void dataWrittenIntoAStringIsForwardedDecoded() {
            sender.says(clientEvent("client-e", "room", "\"{\\\"n\\\":1.50}\""));
            othersHear(clientEvent("client-e", "room", "{\"n\":1.50}"));
        }

        @Test // row 43
        void anEventWithoutDataIsForwardedWithNull() {
            sender.says("{\"event\":\"client-e\",\"channel\":\"room\"}");
            othersHear(clientEvent("client-e", "room", "null"));
            sender.says(clientEvent("client-e", "room", "null"));
            othersHear(clientEvent("client-e", "room", "null"));
            sender.says(clientEvent("client-e", "room", "[]"));
            othersHear(clientEvent("client-e", "room", "[]"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"\"not json\"", "7", "true", "\"7\"", "\"\""})
        void dataThatIsNeitherObjectNorArrayIsMalformed(String data) {
            sender.says(clientEvent("client-e", "room", data))
                    .hears(Frames.error(4200, "Invalid message format"))
                    .staysOpen();
            near.hearsNothing();
        }

        @Test
        void whatAClientSaysAboutItselfIsNotForwarded() {
            sender.says(
                    """
                    {"event":"client-e","channel":"room","data":{},"user_id":"admin","socket_id":"1.1","x":1}\
                    """);
            othersHear(clientEvent("client-e", "room", "{}"));
        }

        @Test // row 38
        void onAPresenceChannelTheSendersIdIsAddedInItsOwnType() {
            sender.joinsPresence("presence-p", "{\"user_id\":7}").forgets();
            far.joinsPresence("presence-p", "{\"user_id\":\"ann\"}").forgets();
            sender.forgets();
            sender.says(clientEvent("client-e", "presence-p", "{\"foo\":\"bar\"}"));
            far.hears(
                    """
                    {"event":"client-e","channel":"presence-p","data":{"foo":"bar"},"user_id":7}\
                    """);
            far.says(clientEvent("client-e", "presence-p", "{}"));
            sender.hears(
                    """
                    {"event":"client-e","channel":"presence-p","data":{},"user_id":"ann"}\
                    """);
        }

        @Test // row 39
        void whoIsNotInTheChannelIsRefused() {
            world.connect()
                    .says(clientEvent("client-e", "room", "{}"))
                    .hears(
                            """
                            {"event":"pusher:error","data":"{\\"code\\":4009,\\"message\\":\\"The client is not a member of the specified channel.\\"}"}\
                            """)
                    .staysOpen();
            near.hearsNothing();
            far.hearsNothing();
        }

        @Test // row 42
        void otherNamesAreSilentlyDropped() {
            sender.says(clientEvent("typing", "room", "{}"))
                    .says(clientEvent("pusher_internal:member_added", "room", "{}"))
                    .says(clientEvent("Client-e", "room", "{}"))
                    .hearsNothing()
                    .staysOpen();
            near.hearsNothing();
        }

        @Test
        void namesHaveAnEnd() {
            String longest = "client-" + "x".repeat(193);
            sender.says(clientEvent(longest, "room", "{}"));
            othersHear(clientEvent(longest, "room", "{}"));
            sender.says(clientEvent(longest + "x", "room", "{}"))
                    .hears(Frames.error(4301, "Event name is too long or has control characters."));
            sender.says("{\"event\":\"client-a\\u0007\",\"channel\":\"room\",\"data\":{}}")
                    .hears(Frames.error(4301, "Event name is too long or has control characters."));
            near.hearsNothing();
        }

        @Test
        void aUsersOwnChannelTakesNone() {
            PusherWorld open = world(Dialect.REVERB, ClientEvents.ALL);
            open.connect()
                    .says(clientEvent("client-e", "#server-to-user-1", "{}"))
                    .hears(
                            Frames.error(
                                    4301, "Client events are for private and presence channels."));
        }
    }

    @Test // row 40
    void anAppThatWantsNoneSaysSo() {
        world(Dialect.REVERB, ClientEvents.NONE)
                .connect()
                .joins("room")
                .forgets()
                .says(clientEvent("client-e", "room", "{}"))
                .hears(
                        """
                        {"event":"pusher:error","data":"{\\"code\\":4301,\\"message\\":\\"The app does not have client messaging enabled.\\"}"}\
                        """)
                .staysOpen();
    }

    @Test // row 41
    void inModeAllNobodyNeedsToBeAMemberAndNobodyMayForge() {
        PusherWorld world = world(Dialect.REVERB, ClientEvents.ALL);
        Client member = world.connect(world.b).joins("room").forgets();
        world.connect()
                .says(
                        """
                        {"event":"client-e","channel":"room","data":{},"user_id":"admin"}\
                        """)
                .hearsNothing();
        member.hears(clientEvent("client-e", "room", "{}"));
    }

    @Test // row 44
    void pusherAndSoketiNameTheChannelInTheirErrors() {
        for (Dialect dialect : new Dialect[] {Dialect.PUSHER, Dialect.SOKETI}) {
            PusherWorld world = PusherWorld.speaking(dialect);
            world.connect()
                    .joinsPrivate("private-room")
                    .forgets()
                    .says(clientEvent("client-e", "private-room", "{}"))
                    .hears(
                            """
                            {"event":"pusher:error","data":{"code":4301,"message":"The app does not have client messaging enabled."},"channel":"private-room"}\
                            """);
        }
    }

    @Test
    void pusherTakesThemOnPrivateAndPresenceChannelsOnly() {
        PusherWorld world = world(Dialect.PUSHER, ClientEvents.MEMBERS);
        Client sender = world.connect().joins("room").joinsPrivate("private-encrypted-room");
        sender.joinsPrivate("private-room").forgets();
        Client other = world.connect(world.b).joinsPrivate("private-room").forgets();
        for (String channel : new String[] {"room", "private-encrypted-room"}) {
            sender.says(clientEvent("client-e", channel, "{}"))
                    .hears(
                            "{\"event\":\"pusher:error\",\"data\":{\"code\":4301,\"message\":\"Client events are for private and presence channels.\"},\"channel\":\""
                                    + channel
                                    + "\"}");
        }
        sender.says(clientEvent("client-e", "private-room", "{}")).hearsNothing();
        other.hears(clientEvent("client-e", "private-room", "{}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"text\"", "\"{\\\"n\\\":1}\"", "7", "{\"n\":1}"})
    void pusherAndSoketiForwardDataAsGiven(String data) {
        for (Dialect dialect : new Dialect[] {Dialect.PUSHER, Dialect.SOKETI}) {
            PusherWorld world = world(dialect, ClientEvents.MEMBERS);
            Client sender = world.connect().joinsPrivate("private-room").forgets();
            Client other = world.connect(world.b).joinsPrivate("private-room").forgets();
            sender.says(clientEvent("client-e", "private-room", data)).hearsNothing();
            other.hears(clientEvent("client-e", "private-room", data));
        }
    }
}
