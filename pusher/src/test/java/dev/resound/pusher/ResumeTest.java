package dev.resound.pusher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.pusher.PusherWorld.Client;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that come back get what they missed, where the app keeps it and they ask for it. */
class ResumeTest {
    private static final Pattern POSITION =
            Pattern.compile("\\{\"event\":\"resound:position\",\"data\":\"([^\"]+)\".*");
    private static final String WANTS_POSITIONS = "{\"event\":\"resound:resume\",\"data\":{}}";

    private final PusherWorld world = world(new App.History(5, 4_096, 60));

    private static PusherWorld world(App.History history) {
        return new PusherWorld(
                PusherWorld.reverbApp().extensions(new App.Extensions(0, history)).build());
    }

    private static String resume(String channel, String position) {
        return "{\"event\":\"resound:resume\",\"data\":{\"positions\":{"
                + Frames.string(channel)
                + ":"
                + Frames.string(position)
                + "}}}";
    }

    private static String resumed(String channel, boolean recovered, int missed, String position) {
        return "{\"event\":\"resound:resumed\",\"data\":"
                + Frames.string(
                        "{\"recovered\":"
                                + recovered
                                + ",\"missed\":"
                                + missed
                                + ",\"position\":\""
                                + position
                                + "\"}")
                + ",\"channel\":"
                + Frames.string(channel)
                + "}";
    }

    private static String position(String channel, String position) {
        return "{\"event\":\"resound:position\",\"data\":\""
                + position
                + "\",\"channel\":"
                + Frames.string(channel)
                + "}";
    }

    /** The last position the client was told; it has forgotten the rest. */
    private static String lastPosition(Client client) {
        String found = "";
        for (String frame : client.connection.takeTexts()) {
            Matcher matcher = POSITION.matcher(frame);
            found = matcher.matches() ? matcher.group(1) : found;
        }
        assertThat(found).isNotEmpty();
        return found;
    }

    private static String plus(String position, int events) {
        int dash = position.indexOf('-');
        long number = Long.parseLong(position.substring(dash + 1)) + events;
        return position.substring(0, dash + 1) + number;
    }

    @Test
    void whoAsksIsToldThePositionOfEachEvent() {
        Client client = world.connect().says(WANTS_POSITIONS).joins("c");
        String start = lastPosition(client);
        world.publishes("c", "e", "1");
        client.hears(Frames.published("e", "1", "c"), position("c", plus(start, 1)));
    }

    @Test
    void plainClientsNoticeNothing() {
        Client plain = world.connect(world.b).joins("c").forgets();
        world.connect(world.a).says(WANTS_POSITIONS).joins("c");
        world.publishes("c", "e", "1");
        plain.hears(Frames.published("e", "1", "c"));
    }

    @Test
    void whatWasMissedComesInOrderBehindTheAnswerAndBeforeWhatIsNew() {
        Client before = world.connect().says(WANTS_POSITIONS).joins("c");
        String seen = lastPosition(before);
        before.vanishes();
        world.publishes("c", "e", "1");
        world.publishes("c", "e", "2");
        Client after = world.connect(world.b).says(resume("c", seen)).joins("c");
        world.publishes("c", "e", "3");
        after.hears(
                Frames.succeeded("c"),
                resumed("c", true, 2, plus(seen, 2)),
                Frames.published("e", "1", "c"),
                position("c", plus(seen, 1)),
                Frames.published("e", "2", "c"),
                position("c", plus(seen, 2)),
                Frames.published("e", "3", "c"),
                position("c", plus(seen, 3)));
    }

    @Test
    void whoHasMissedNothingIsToldSo() {
        Client before = world.connect().says(WANTS_POSITIONS).joins("c");
        String seen = lastPosition(before);
        before.vanishes();
        world.connect()
                .says(resume("c", seen))
                .joins("c")
                .hears(Frames.succeeded("c"), resumed("c", true, 0, seen));
    }

    @Test
    void moreThanIsKeptIsNotRecovered() {
        Client before = world.connect().says(WANTS_POSITIONS).joins("c");
        String seen = lastPosition(before);
        before.vanishes();
        for (int i = 0; i < 6; i++) {
            world.publishes("c", "e", "" + i);
        }
        world.connect()
                .says(resume("c", seen))
                .joins("c")
                .hears(Frames.succeeded("c"), resumed("c", false, 0, plus(seen, 6)));
        world.connect()
                .says(resume("c", plus(seen, 1)))
                .joins("c")
                .forgets()
                .joins("c")
                .hears(Frames.succeeded("c"));
    }

    @Test
    void largeEventsAreKeptByTheirBytes() {
        Client before = world.connect().says(WANTS_POSITIONS).joins("c");
        String seen = lastPosition(before);
        before.vanishes();
        world.publishes("c", "e", "x".repeat(3_000));
        world.publishes("c", "e", "x".repeat(3_000));
        Client after = world.connect().says(resume("c", seen)).joins("c");
        after.hears(Frames.succeeded("c"), resumed("c", false, 0, plus(seen, 2)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-", "x-1", "1", "x-99999999999999999999", "-1--1"})
    void aPositionOfAnotherHistoryIsNotRecovered(String forged) {
        Client before = world.connect().says(WANTS_POSITIONS).joins("c");
        String start = lastPosition(before);
        world.publishes("c", "e", "1");
        world.connect()
                .says(resume("c", forged))
                .joins("c")
                .hears(Frames.succeeded("c"), resumed("c", false, 0, plus(start, 1)));
    }

    @Test
    void aPositionAheadOfTheHistoryIsNotRecovered() {
        Client before = world.connect().says(WANTS_POSITIONS).joins("c");
        String start = lastPosition(before);
        world.connect()
                .says(resume("c", plus(start, 1)))
                .joins("c")
                .hears(Frames.succeeded("c"), resumed("c", false, 0, start));
    }

    @Test
    void whatOneSentOneselfDoesNotComeBack() {
        Client sender = world.connect().says(WANTS_POSITIONS).joins("c");
        String seen = lastPosition(sender);
        String former = sender.socketId;
        assertThat(
                        world.post(
                                        "/events",
                                        "{\"name\":\"e\",\"channel\":\"c\",\"data\":\"own\","
                                                + "\"socket_id\":\""
                                                + former
                                                + "\"}")
                                .status())
                .isEqualTo(200);
        sender.hearsNothing().vanishes();
        world.publishes("c", "e", "foreign");
        Client after =
                world.connect()
                        .says(
                                "{\"event\":\"resound:resume\",\"data\":{\"socket_id\":\""
                                        + former
                                        + "\",\"positions\":{\"c\":\""
                                        + seen
                                        + "\"}}}")
                        .joins("c");
        after.hears(
                Frames.succeeded("c"),
                resumed("c", true, 1, plus(seen, 2)),
                Frames.published("e", "foreign", "c"),
                position("c", plus(seen, 2)));
    }

    @Test
    void aPrivateChannelIsResumedOnlyByWhoMayJoinIt() {
        Client before = world.connect().says(WANTS_POSITIONS).joinsPrivate("private-c");
        String seen = lastPosition(before);
        before.vanishes();
        world.publishes("private-c", "e", "secret");
        world.connect()
                .says(resume("private-c", seen))
                .joins("private-c")
                .hears(Frames.error(4009, "Connection is unauthorized"));
        world.connect()
                .says(resume("private-c", seen))
                .joinsPrivate("private-c")
                .hears(
                        Frames.succeeded("private-c"),
                        resumed("private-c", true, 1, plus(seen, 1)),
                        Frames.published("e", "secret", "private-c"),
                        position("private-c", plus(seen, 1)));
    }

    @Test
    void presenceChannelsAreResumedBehindTheirMembers() {
        Client before =
                world.connect()
                        .says(WANTS_POSITIONS)
                        .joinsPresence("presence-c", "{\"user_id\":1}");
        String seen = lastPosition(before);
        before.vanishes();
        world.publishes("presence-c", "e", "1");
        world.connect()
                .says(resume("presence-c", seen))
                .joinsPresence("presence-c", "{\"user_id\":1}")
                .hears(
                        Frames.present("presence-c", 1, "1", "\"1\":null"),
                        resumed("presence-c", true, 1, plus(seen, 1)),
                        Frames.published("e", "1", "presence-c"),
                        position("presence-c", plus(seen, 1)));
    }

    @Test
    void inACacheChannelTheCachedEventDoesNotComeTwice() {
        Client before = world.connect().says(WANTS_POSITIONS).joins("cache-c");
        String seen = lastPosition(before);
        before.vanishes();
        world.publishes("cache-c", "e", "1");
        world.connect()
                .says(resume("cache-c", seen))
                .joins("cache-c")
                .hears(
                        Frames.succeeded("cache-c"),
                        resumed("cache-c", true, 1, plus(seen, 1)),
                        Frames.published("e", "1", "cache-c"),
                        position("cache-c", plus(seen, 1)));
    }

    @Test
    void clientEventsAreNotKept() {
        Client before = world.connect().says(WANTS_POSITIONS).joinsPrivate("private-c");
        String seen = lastPosition(before);
        before.vanishes();
        Client other = world.connect().joinsPrivate("private-c");
        other.says(Frames.clientEvent("client-e", "private-c", "{}"));
        world.connect()
                .says(resume("private-c", seen))
                .joinsPrivate("private-c")
                .hears(Frames.succeeded("private-c"), resumed("private-c", true, 0, seen));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"event\":\"resound:resume\",\"data\":7}",
                "{\"event\":\"resound:resume\"}",
                "{\"event\":\"resound:resume\",\"data\":{\"positions\":[]}}",
                "{\"event\":\"resound:resume\",\"data\":{\"positions\":{\"c\":1}}}",
                "{\"event\":\"resound:resume\",\"data\":{\"socket_id\":1}}"
            })
    void malformedWishesAreAnsweredAsSuch(String wish) {
        world.connect().says(wish).hears(Frames.error(4200, "Invalid message format")).staysOpen();
    }

    @Test
    void withoutHistoryTheWishIsPassedOver() {
        PusherWorld plain = PusherWorld.speaking(Dialect.REVERB);
        plain.connect()
                .says(resume("c", "x-1"))
                .hearsNothing()
                .joins("c")
                .hears(Frames.succeeded("c"));
    }

    @Test
    void manyLoopsSeeOneOrder() {
        Client a = world.connect(world.a).says(WANTS_POSITIONS).joins("c").forgets();
        Client b = world.connect(world.b).says(WANTS_POSITIONS).joins("c").forgets();
        for (int i = 0; i < 20; i++) {
            world.publishes("c", "e", "" + i);
        }
        List<String> heard = a.connection.takeTexts();
        assertThat(heard).hasSize(40);
        assertThat(b.connection.takeTexts()).isEqualTo(heard);
    }
}
