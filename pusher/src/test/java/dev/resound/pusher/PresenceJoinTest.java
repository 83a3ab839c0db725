package dev.resound.pusher;

import static dev.resound.pusher.Frames.memberAdded;
import static dev.resound.pusher.Frames.memberRemoved;
import static dev.resound.pusher.Frames.present;
import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.pusher.PusherWorld.Client;
import dev.resound.testkit.FakeLoop;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Who is there, and who is told so: on one loop and across several. */
class PresenceJoinTest {
    private static final String ROOM = "presence-room";
    private static final String ANN = "{\"user_id\":1,\"user_info\":{\"name\":\"Ann\"}}";
    private static final String BOB = "{\"user_id\":2,\"user_info\":{\"name\":\"Bob\"}}";
    private static final String CAT = "{\"user_id\":3,\"user_info\":{\"name\":\"Cat\"}}";
    private static final String ANN_SHOWN = "\"1\":{\"name\":\"Ann\"}";
    private static final String BOB_SHOWN = "\"2\":{\"name\":\"Bob\"}";
    private static final String CAT_SHOWN = "\"3\":{\"name\":\"Cat\"}";

    private final PusherWorld world = PusherWorld.inAnyDialect();
    private final FakeLoop a = world.a;
    private final FakeLoop b = world.b;
    private final FakeLoop c = world.c;

    @Test // row 14
    void theFirstMemberSeesItself() {
        world.connect()
                .joinsPresence(ROOM, ANN)
                .hears(
                        """
                        {"event":"pusher_internal:subscription_succeeded","data":"{\\"presence\\":{\\"count\\":1,\\"ids\\":[1],\\"hash\\":{\\"1\\":{\\"name\\":\\"Ann\\"}}}}","channel":"presence-room"}\
                        """);
    }

    @Test // rows 16, 17
    void membersHearOfJoinsAndLeavesButNotOfTheirOwn() {
        Client ann = world.connect(a).joinsPresence(ROOM, ANN).forgets();
        Client bob = world.connect(b).joinsPresence(ROOM, BOB);
        bob.hears(present(ROOM, 2, "1,2", ANN_SHOWN + "," + BOB_SHOWN));
        Client cat = world.connect(c).joinsPresence(ROOM, CAT);
        cat.hears(present(ROOM, 3, "1,2,3", ANN_SHOWN + "," + BOB_SHOWN + "," + CAT_SHOWN));
        ann.hears(
                """
                {"event":"pusher_internal:member_added","data":"{\\"user_id\\":2,\\"user_info\\":{\\"name\\":\\"Bob\\"}}","channel":"presence-room"}\
                """,
                memberAdded(ROOM, CAT));
        bob.hears(memberAdded(ROOM, CAT));
        cat.leaves(ROOM).hearsNothing();
        String catLeft =
                """
                {"event":"pusher_internal:member_removed","data":"{\\"user_id\\":3}","channel":"presence-room"}\
                """;
        ann.hears(catLeft);
        bob.hears(catLeft);
    }

    @Test
    void closingIsLeaving() {
        Client ann = world.connect(a).joinsPresence(ROOM, ANN).forgets();
        Client bob = world.connect(b).joinsPresence(ROOM, BOB);
        bob.closes();
        ann.hears(memberAdded(ROOM, BOB), memberRemoved(ROOM, "2"));
    }

    @Test // row 50
    void vanishingIsLeaving() {
        Client ann = world.connect(a).joinsPresence(ROOM, ANN).forgets();
        Client bob = world.connect(b).joinsPresence(ROOM, BOB);
        bob.vanishes();
        ann.hears(memberAdded(ROOM, BOB), memberRemoved(ROOM, "2"));
        assertThat(world.get("/channels/" + ROOM + "/users").body())
                .isEqualTo("{\"users\":[{\"id\":1}]}");
    }

    @Test // rows 15, 18, 19
    void severalSocketsOfAUserOnSeveralLoopsAreOneMember() {
        Client bob = world.connect(c).joinsPresence(ROOM, BOB).forgets();
        Client ann1 = world.connect(a).joinsPresence(ROOM, ANN);
        bob.hears(memberAdded(ROOM, ANN));
        Client ann2 = world.connect(b).joinsPresence(ROOM, ANN);
        Client ann3 = world.connect(c).joinsPresence(ROOM, ANN);
        String both = present(ROOM, 2, "2,1", BOB_SHOWN + "," + ANN_SHOWN);
        ann1.hears(both);
        ann2.hears(both);
        ann3.hears(both);
        ann1.leaves(ROOM);
        ann3.vanishes();
        bob.hearsNothing();
        ann2.hearsNothing().closes();
        bob.hears(memberRemoved(ROOM, "1"));
    }

    @Test
    void joiningAgainAsTheSameUserChangesNothingForTheOthers() {
        Client ann = world.connect(a).joinsPresence(ROOM, ANN).forgets();
        Client bob = world.connect(b).joinsPresence(ROOM, BOB).forgets();
        bob.joinsPresence(ROOM, BOB).hears(present(ROOM, 2, "1,2", ANN_SHOWN + "," + BOB_SHOWN));
        ann.hears(memberAdded(ROOM, BOB));
        bob.leaves(ROOM);
        ann.hears(memberRemoved(ROOM, "2"));
    }

    @Test
    void joiningAgainWithOtherInfoReplacesIt() {
        Client ann = world.connect(a).joinsPresence(ROOM, ANN).forgets();
        ann.joinsPresence(ROOM, "{\"user_id\":1,\"user_info\":{\"name\":\"Anna\"}}")
                .hears(present(ROOM, 1, "1", "\"1\":{\"name\":\"Anna\"}"));
    }

    @Test
    void joiningAgainAsSomebodyElseIsALeaveAndAJoin() {
        Client ann = world.connect(a).joinsPresence(ROOM, ANN).forgets();
        Client changing = world.connect(b).joinsPresence(ROOM, BOB).forgets();
        ann.forgets();
        changing.joinsPresence(ROOM, CAT)
                .hears(present(ROOM, 2, "1,3", ANN_SHOWN + "," + CAT_SHOWN));
        ann.hears(memberRemoved(ROOM, "2"), memberAdded(ROOM, CAT));
        changing.closes();
        ann.hears(memberRemoved(ROOM, "3"));
    }

    @Tag("loops")
    @Test
    void joiningAgainLosesNoEventThatIsOnItsWay() {
        Client bob = world.connect(b).joinsPresence(ROOM, BOB).forgets();
        world.pusher.trigger(world.app, ROOM, "paid", "1");
        bob.connection.says(bob.authorised(ROOM, BOB)); // before loop b has delivered
        world.settle();
        bob.hears(
                "{\"event\":\"paid\",\"data\":1,\"channel\":\"presence-room\"}",
                present(ROOM, 1, "2", BOB_SHOWN));
    }

    @Test
    void joiningAgainInAFullChannelIsNoNewMember() {
        PusherWorld world =
                new PusherWorld(
                        PusherWorld.app().presence(new Dialect.PresenceLimits(1, 0)).build());
        Client client = world.connect().joinsPresence(ROOM, ANN).forgets();
        client.joinsPresence(ROOM, BOB).hears(present(ROOM, 1, "2", BOB_SHOWN));
    }

    @Test // row 53
    void aUserIdThatLooksLikeANumberStaysAString() {
        world.connect()
                .joinsPresence(ROOM, "{\"user_id\":\"123.456\"}")
                .hears(present(ROOM, 1, "\"123.456\"", "\"123.456\":null"));
    }

    @Test
    void zeroIsAnIdLikeAnyOther() {
        Client one = world.connect(a).joinsPresence(ROOM, ANN).forgets();
        Client zero = world.connect(b).joinsPresence(ROOM, "{\"user_id\":0}");
        zero.hears(present(ROOM, 2, "1,0", ANN_SHOWN + ",\"0\":null"));
        zero.leaves(ROOM);
        one.hears(memberAdded(ROOM, "{\"user_id\":0}"), memberRemoved(ROOM, "0"));
    }

    @Test
    void usersAreEqualIfTheirIdsReadTheSameAndAreShownAsFirstSeen() {
        Client ann = world.connect(a).joinsPresence(ROOM, ANN).forgets();
        Client bob = world.connect(a).joinsPresence(ROOM, BOB).forgets();
        ann.forgets();
        world.connect(b)
                .joinsPresence(ROOM, "{\"user_id\":\"1\"}")
                .hears(present(ROOM, 2, "1,2", ANN_SHOWN + "," + BOB_SHOWN));
        bob.hearsNothing();
    }

    @Test
    void extraKeysOfAMemberReachTheOthers() {
        Client ann = world.connect(a).joinsPresence(ROOM, ANN).forgets();
        String data = "{\"user_id\":\"x\",\"user_info\":{\"n\":1.50},\"role\":[\"admin\"]}";
        world.connect(b).joinsPresence(ROOM, data);
        ann.hears(memberAdded(ROOM, data));
    }

    @Test // row 54
    void theCountFollowsJoinsAndLeaves() {
        Client ann = world.connect(a).joinsPresence(ROOM, ANN);
        assertThat(users()).isEqualTo(1);
        Client bob = world.connect(b).joinsPresence(ROOM, BOB);
        assertThat(users()).isEqualTo(2);
        bob.leaves(ROOM);
        assertThat(users()).isEqualTo(1);
        ann.closes();
        String zeros =
                world.app.dialect() == Dialect.SOKETI
                        ? ",\"user_count\":0,\"subscription_count\":0"
                        : "";
        assertThat(world.get("/channels/" + ROOM).body())
                .isEqualTo("{\"occupied\":false" + zeros + "}");
        assertThat(world.get("/channels").body()).isEqualTo("{\"channels\":{}}");
    }

    private int users() {
        String body = world.get("/channels/" + ROOM, Map.of("info", "user_count")).body();
        return JsonMapper.shared().readTree(body).get("user_count").asInt();
    }

    // ---- Reverb's members without data

    @Tag("reverb")
    @Test
    void aMemberWithoutDataMakesEverybodysListEmpty() {
        Client ann = world.connect(a).joinsPresence(ROOM, ANN).forgets();
        Client nobody = world.connect(b).joinsPrivate(ROOM);
        nobody.hears(
                """
                {"event":"pusher_internal:subscription_succeeded","data":"{\\"presence\\":{\\"count\\":0,\\"ids\\":[],\\"hash\\":[]}}","channel":"presence-room"}\
                """);
        ann.hears(memberAdded(ROOM, "{}"));
        world.connect(c)
                .joinsPresence(ROOM, BOB)
                .hears(
                        Frames.succeeded(
                                ROOM, "{\"presence\":{\"count\":0,\"ids\":[],\"hash\":[]}}"));
        ann.forgets();
        nobody.closes();
        ann.hearsNothing();
        world.connect(c)
                .joinsPresence(ROOM, CAT)
                .hears(present(ROOM, 3, "1,2,3", ANN_SHOWN + "," + BOB_SHOWN + "," + CAT_SHOWN));
    }

    @Tag("reverb")
    @Test
    void aMemberWhoseDataNamesNoUserIsAlwaysAnnouncedAndNeverMissed() {
        Client ann = world.connect(a).joinsPresence(ROOM, ANN).forgets();
        Client joe = world.connect(b).joinsPresence(ROOM, "{\"name\":\"Joe\"}");
        Client joeAgain = world.connect(c).joinsPresence(ROOM, "{\"name\":\"Joe\"}");
        ann.hears(memberAdded(ROOM, "{\"name\":\"Joe\"}"), memberAdded(ROOM, "{\"name\":\"Joe\"}"));
        joe.closes();
        joeAgain.closes();
        ann.hearsNothing();
    }

    // ---- races

    @Test
    void aJoinerHearsOfALaterJoinOnly() {
        Client ann = world.connect(a).joinsPresence(ROOM, ANN).forgets();
        Client bob = world.connect(b);
        Client cat = world.connect(b);
        bob.connection.says(bob.authorised(ROOM, BOB)); // announced to a and b, delivered to none
        cat.connection.says(cat.authorised(ROOM, CAT));
        cat.hears(present(ROOM, 3, "1,2,3", ANN_SHOWN + "," + BOB_SHOWN + "," + CAT_SHOWN));
        world.settle();
        cat.hearsNothing();
        bob.hears(present(ROOM, 2, "1,2", ANN_SHOWN + "," + BOB_SHOWN), memberAdded(ROOM, CAT));
        ann.hears(memberAdded(ROOM, BOB), memberAdded(ROOM, CAT));
    }

    @Test
    void aLeaveAndTheJoinBehindItComeInThatOrderFromTwoLoops() {
        Client ann = world.connect(c).joinsPresence(ROOM, ANN);
        Client bob1 = world.connect(a).joinsPresence(ROOM, BOB);
        Client bob2 = world.connect(b);
        ann.forgets();
        bob1.connection.says(Frames.unsubscribe(ROOM));
        bob2.connection.says(bob2.authorised(ROOM, BOB));
        c.turn();
        ann.hears(memberRemoved(ROOM, "2"), memberAdded(ROOM, BOB));
        world.settle();
        ann.hearsNothing();
    }

    @Test
    void theJoinOfASecondSocketBeforeTheFirstLeavesIsNoChange() {
        Client ann = world.connect(c).joinsPresence(ROOM, ANN);
        Client bob1 = world.connect(a).joinsPresence(ROOM, BOB);
        Client bob2 = world.connect(b);
        ann.forgets();
        bob2.connection.says(bob2.authorised(ROOM, BOB));
        bob1.connection.vanishes();
        world.settle();
        ann.hearsNothing();
    }

    @Test
    void whoComesAgainIsGreetedBehindWhatIsOnItsWay() {
        Client changing = world.connect(a).joinsPresence(ROOM, ANN).forgets();
        Client bob = world.connect(b).joinsPresence(ROOM, BOB);
        changing.forgets();
        bob.connection.vanishes(); // told to loop a, and not delivered yet
        changing.connection.says(changing.authorised(ROOM, BOB));
        world.settle();
        changing.hears(memberRemoved(ROOM, "2"), present(ROOM, 1, "2", BOB_SHOWN));
    }

    @Tag("loops")
    @Test
    void whoComesAgainAndLeavesAtOnceIsNotGreeted() {
        Client ann = world.connect(a).joinsPresence(ROOM, ANN).forgets();
        ann.connection.says(ann.authorised(ROOM, ANN));
        ann.connection.says(Frames.unsubscribe(ROOM));
        ann.connection.says(ann.authorised(ROOM, BOB));
        world.settle();
        ann.hears(present(ROOM, 1, "2", BOB_SHOWN));
    }

    /**
     * Members come, go, come again as others and vanish, while loops run in any order. Whoever is
     * there keeps the list a client keeps; in the end all lists must be the server's.
     */
    @Tag("loops")
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void everyMemberEndsUpWithTheSameListWhateverTheInterleaving(long seed) {
        Random random = new Random(seed);
        FakeLoop[] loops = {a, b, c};
        List<Client> open = new ArrayList<>();
        Set<Client> joined = new HashSet<>();
        for (int i = 0; i < 9; i++) {
            open.add(world.connect(loops[i % 3]));
        }
        for (int step = 0; step < 400; step++) {
            Client client = open.get(random.nextInt(open.size()));
            int user = random.nextInt(4);
            switch (random.nextInt(8)) {
                case 0, 1, 2 -> {
                    client.connection.says(
                            client.authorised(ROOM, "{\"user_id\":\"u" + user + "\"}"));
                    joined.add(client);
                }
                case 3 -> {
                    client.connection.says(Frames.unsubscribe(ROOM));
                    joined.remove(client);
                }
                case 4 -> {
                    if (open.size() > 4) {
                        open.remove(client);
                        joined.remove(client);
                        client.connection.vanishes();
                    }
                }
                default -> loops[random.nextInt(3)].step();
            }
        }
        world.settle();
        List<String> truth = usersNow();
        for (Client client : joined) {
            MemberList list = new MemberList();
            client.connection.fake().texts().forEach(list::hears);
            assertThat(list.sorted()).as("seed %s, %s", seed, client.socketId).isEqualTo(truth);
        }
    }

    private List<String> usersNow() {
        List<String> ids = new ArrayList<>();
        String body = world.get("/channels/" + ROOM + "/users").body();
        for (JsonNode user : JsonMapper.shared().readTree(body).get("users")) {
            ids.add(user.get("id").asString());
        }
        Collections.sort(ids);
        return ids;
    }

    /** What a client library makes of the frames. */
    private static final class MemberList {
        private final Map<String, Boolean> members = new TreeMap<>();

        void hears(String frame) {
            JsonNode json = JsonMapper.shared().readTree(frame);
            String event = json.get("event").asString();
            JsonNode data = JsonMapper.shared().readTree(json.get("data").asString());
            switch (event) {
                case "pusher_internal:subscription_succeeded" -> {
                    members.clear();
                    data.get("presence").get("ids").forEach(id -> members.put(id.asString(), true));
                }
                case "pusher_internal:member_added" ->
                        members.put(data.get("user_id").asString(), true);
                case "pusher_internal:member_removed" ->
                        members.remove(data.get("user_id").asString());
                default -> {}
            }
        }

        List<String> sorted() {
            return List.copyOf(members.keySet());
        }
    }
}
