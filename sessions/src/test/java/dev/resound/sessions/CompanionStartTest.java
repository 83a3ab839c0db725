package dev.resound.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.core.Close;
import dev.resound.testkit.FakeConnection;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** How a companion comes to run: it is started, invited, and joins. */
@Timeout(60)
@ParameterizedClass
@EnumSource(World.Where.class)
@SuppressWarnings("NullAway.Init")
class CompanionStartTest {
    @Parameter World.Where where;

    private final TestProfile profile = new TestProfile();
    private World world;
    private FakeConnection device;

    @BeforeEach
    void begin() {
        begin(10);
    }

    private void begin(int companions) {
        if (world != null) {
            world.close();
        }
        world =
                new World(
                        where,
                        profile,
                        options -> {
                            DeviceSessionOptions.Bounds most = options.bounds();
                            return options.with(
                                    new DeviceSessionOptions.Bounds(
                                            most.messageBytes(),
                                            most.textBytes(),
                                            most.mediaFrames(),
                                            most.mediaBytes(),
                                            companions,
                                            4,
                                            most.pending(),
                                            0));
                        },
                        builder -> {});
        device = world.device();
        device.takeTexts();
        world.takeEvents();
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void oneThatIsStartedIsInvitedAndJoins() {
        world.knows("notes");

        world.says(device, "start notes");
        assertThat(world.takeEvents()).containsExactly("CompanionInvited");
        FakeConnection notes = world.joins("notes");

        assertThat(notes.takeTexts()).containsExactly("welcome []", "state {}");
        assertThat(world.takeEvents()).containsExactly("CompanionJoined");
        assertThat(world.running.of("ann")).containsExactly("notes");
        assertThat(world.sessions.statistics().companions()).isEqualTo(1);
        world.until(() -> world.calls().equals(List.of("notes invited ann")));
        world.until(() -> world.sessions.statistics().invitations() == 1);
    }

    @Test
    void theDeviceIsToldThatItsCompanionsHaveChangedButNotTooOften() {
        world.knows("notes");

        world.says(device, "start notes");
        world.joins("notes");
        assertThat(device.takeTexts()).containsExactly("changed");
        world.advance(Duration.ofMillis(150));

        assertThat(device.takeTexts()).containsExactly("changed");
        world.advanceSeconds(1);
        assertThat(device.takeTexts()).isEmpty();
    }

    @Test
    void oneThatIsNotKnownIsGone() {
        world.says(device, "start nobody");

        assertThat(device.takeTexts()).containsExactly("gone nobody");
        assertThat(world.takeEvents()).isEmpty();
    }

    @Test
    void oneThatCannotBeInvitedIsGone() {
        world.knows(World.companion("shy", null, false));

        world.says(device, "start shy");

        assertThat(device.takeTexts()).contains("gone shy");
        assertThat(world.joins("shy").takeTexts()).containsExactly("refused NOT_STARTED");
    }

    @Test
    void twoStartsShareOneInvitation() {
        world.knows("notes");

        world.says(device, "start notes");
        world.says(device, "start notes");
        world.joins("notes");
        world.says(device, "start notes");

        assertThat(world.invitations("notes")).isEqualTo(1);
    }

    @Test
    void oneThatDoesNotComeInTimeIsGone() {
        world.knows("notes");
        world.says(device, "start notes");
        device.takeTexts();

        world.advance(Duration.ofMillis(5_999));
        assertThat(device.takeTexts()).doesNotContain("gone notes");
        world.advance(Duration.ofMillis(1));

        assertThat(device.takeTexts()).contains("gone notes");
        assertThat(world.running.of("ann")).isEmpty();
        assertThat(world.joins("notes").takeTexts()).containsExactly("refused NOT_STARTED");
    }

    @Test
    void oneThatCannotBeReachedIsGoneAtOnce() {
        world.knowsUnreachable("notes");

        world.says(device, "start notes");
        world.until(() -> device.texts().contains("gone notes"));

        assertThat(world.sessions.statistics().invitationsFailed()).isEqualTo(1);
        assertThat(world.takeEvents()).containsExactly("CompanionInvited", "CompanionStopped");
    }

    @Test
    void anAnswerThatSaysItFailedIsNoFailure() {
        world.knows("notes");
        world.answers(500);

        world.says(device, "start notes");
        world.until(() -> world.sessions.statistics().invitations() == 1);
        FakeConnection notes = world.joins("notes");

        assertThat(notes.takeTexts()).first().isEqualTo("welcome []");
        assertThat(device.takeTexts()).doesNotContain("gone notes");
    }

    @Test
    void aFailureThatComesAfterItHasJoinedDoesNotMatter() {
        world.knowsUnreachable("notes");

        device.says("start notes");
        FakeConnection notes = world.joinsAtOnce("notes");
        world.until(() -> world.sessions.statistics().invitationsFailed() == 1);
        world.settle();

        assertThat(notes.isOpen()).isTrue();
        assertThat(device.takeTexts()).doesNotContain("gone notes");
    }

    @Test
    void oneTooManyIsGone() {
        begin(1);
        world.knows("notes");
        world.knows("maps");
        world.says(device, "start notes");

        world.says(device, "start maps");

        assertThat(device.takeTexts()).contains("gone maps");
        assertThat(world.invitations("maps")).isZero();
    }

    @Test
    void ofTheExclusiveOnesOneRuns() {
        world.knowsExclusive("notes");
        world.knowsExclusive("maps");
        world.knows("clock");
        FakeConnection clock = world.runs(device, "clock");
        FakeConnection notes = world.runs(device, "notes");

        world.says(device, "start maps");

        assertThat(notes.closedWith()).isEqualTo(new Close(1000, "App stopped"));
        assertThat(world.joins("maps").isOpen()).isTrue();
        assertThat(clock.isOpen()).isTrue();
        assertThat(world.running.of("ann")).containsExactlyInAnyOrder("clock", "maps");
    }

    @Test
    void anExclusiveOneThatComesUnaskedMakesRoomToo() {
        profile.joinUnasked = true;
        world.knowsExclusive("notes");
        world.knowsExclusive("maps");
        FakeConnection notes = world.joins("notes");

        FakeConnection maps = world.joins("maps");

        assertThat(maps.isOpen()).isTrue();
        assertThat(notes.closedWith()).isEqualTo(new Close(1000, "App stopped"));
        assertThat(world.sessions.statistics().companions()).isEqualTo(1);
    }

    // ---- who may join

    @Test
    void withoutASessionNobodyJoins() {
        world.knows("notes");
        FakeConnection notes = world.companion();
        world.says(notes, "join bob notes key");

        assertThat(notes.takeTexts()).containsExactly("refused SESSION_NOT_FOUND");
        assertThat(notes.closedWith()).isEqualTo(new Close(1008, "no"));
    }

    @Test
    void withoutTheNameOfAnOwnerNobodyJoins() {
        FakeConnection notes = world.companion();
        world.says(notes, "join - notes key");

        assertThat(notes.takeTexts()).containsExactly("refused SESSION_ID_MALFORMED");
    }

    @Test
    void withAWrongKeyNobodyJoins() {
        world.knows("notes");
        world.says(device, "start notes");
        FakeConnection notes = world.companion();
        world.says(notes, "join ann notes wrong");

        assertThat(notes.takeTexts()).containsExactly("refused KEY_INVALID");
        assertThat(world.sessions.statistics().refusals()).isEqualTo(1);
        assertThat(world.joins("notes").isOpen()).isTrue();
    }

    @Test
    void theRightKeyIsNotEnough() {
        world.knows("notes");

        assertThat(world.joins("notes").takeTexts()).containsExactly("refused NOT_STARTED");
    }

    @Test
    void whoMayComeUnaskedDoes() {
        profile.joinUnasked = true;
        world.knows(World.companion("shy", null, false));

        assertThat(world.joins("shy").takeTexts()).containsExactly("welcome []", "state {}");
        assertThat(world.takeEvents()).containsExactly("CompanionJoined");
    }

    @Test
    void ofThoseWhoMayComeUnaskedOneTooManyIsRefused() {
        begin(1);
        profile.joinUnasked = true;
        world.knows(World.companion("shy", null, false));
        world.knows(World.companion("shyer", null, false));
        world.joins("shy");

        assertThat(world.joins("shyer").takeTexts()).containsExactly("refused TOO_MANY");
    }

    @Test
    void whoComesAgainAndIsRefusedKeepsItsSocketForAnotherTry() {
        world.knows("notes");
        FakeConnection notes = world.companion();
        world.says(notes, "rejoin ann notes key");
        assertThat(notes.takeTexts()).containsExactly("refused NOT_STARTED");
        assertThat(notes.isOpen()).isTrue();

        world.says(device, "start notes");
        world.says(notes, "rejoin ann notes key");

        assertThat(notes.takeTexts()).containsExactly("welcome back []", "state {}");
    }

    @Test
    void whatWasProvenByTheUpgradeNeedsNoMessage() {
        world.knows("notes");
        world.says(device, "start notes");

        FakeConnection notes = world.companion("owner=ann&companion=notes&key=key&proven");

        assertThat(notes.takeTexts()).containsExactly("welcome []", "state {}");
        assertThat(notes.loop()).isSameAs(world.home);
    }

    @Test
    void whatTheUpgradeSaidGoesBeforeWhatTheMessageSays() {
        world.knows("notes");
        world.knows("maps");
        world.says(device, "start notes");
        world.says(device, "start maps");
        FakeConnection notes = world.companion("companion=notes&key=key");

        world.says(notes, "join ann maps wrong");

        assertThat(notes.takeTexts()).first().isEqualTo("welcome []");
        assertThat(world.takeEvents()).contains("CompanionJoined");
        assertThat(world.running.of("ann")).containsExactly("notes");
    }

    @Test
    void whoDoesNotSayWhoItIsIsRefusedInTime() {
        FakeConnection silent = world.companion();

        world.advance(Duration.ofMillis(9_999));
        assertThat(silent.isOpen()).isTrue();
        world.advance(Duration.ofMillis(1));

        assertThat(silent.takeTexts()).containsExactly("refused TOO_LATE");
        assertThat(silent.isOpen()).isFalse();
    }

    @Test
    void whoHasJoinedIsNotAskedAnyMore() {
        world.knows("notes");
        FakeConnection notes = world.runs(device, "notes");

        world.advanceSeconds(11);

        assertThat(notes.isOpen()).isTrue();
        assertThat(notes.takeTexts()).isEmpty();
    }

    @Test
    void aStrangerThatWantsSomethingIsRefused() {
        FakeConnection stranger = world.companion();
        world.says(stranger, "subscribe button");
        FakeConnection another = world.companion();
        world.says(another, "anything");
        FakeConnection third = world.companion();
        world.says(third, "junk");

        assertThat(stranger.takeTexts()).containsExactly("refused SESSION_NOT_FOUND");
        assertThat(another.takeTexts()).containsExactly("refused SESSION_NOT_FOUND");
        assertThat(third.closedWith()).isEqualTo(new Close(1011, "Internal server error"));
    }

    @Test
    void aStrangersPingIsAnswered() {
        FakeConnection stranger = world.companion();
        world.says(stranger, "ping");
        world.says(stranger, "pong");

        assertThat(stranger.takeTexts()).containsExactly("pong");
    }

    @Test
    void aSocketIsOneCompanions() {
        world.knows("notes");
        world.knows("maps");
        world.says(device, "start maps");
        FakeConnection notes = world.runs(device, "notes");

        world.says(notes, "join ann maps key");

        assertThat(notes.takeTexts()).containsExactly("refused NOT_STARTED");
        assertThat(world.sessions.statistics().companions()).isZero();
    }

    @Test
    void aSocketIsOneSessionsEvenIfItNamesTwoInOneBreath() {
        world.knows("notes");
        FakeConnection bob = world.device(world.other, "owner=bob");
        world.says(device, "start notes");
        world.says(bob, "start notes");
        FakeConnection notes = world.companion();

        notes.says("join ann notes key");
        notes.says("join bob notes key");
        world.settle();
        assertThat(world.sessions.statistics().companions()).isEqualTo(1);
        notes.vanishes();
        world.settle();

        assertThat(world.sessions.statistics().companions()).isZero();
        assertThat(world.running.of("bob")).isEmpty();
    }

    @Test
    void aSecondJoinOfTheSameSocketIsGreetedAgain() {
        world.knows("notes");
        FakeConnection notes = world.runs(device, "notes");
        world.takeEvents();

        world.says(notes, "join ann notes key");

        assertThat(notes.takeTexts()).containsExactly("welcome []", "state {}");
        assertThat(world.takeEvents()).isEmpty();
        assertThat(world.sessions.statistics().companions()).isEqualTo(1);
    }

    @Test
    void thoseWhoJoinTooFastAreRefusedForAWhile() {
        world.knows("notes");
        world.says(device, "start notes");
        for (int i = 0; i < 64; i++) {
            world.joins("notes");
        }

        assertThat(world.joins("notes").takeTexts()).containsExactly("refused TOO_MANY");
        world.advanceSeconds(1);
        assertThat(world.joins("notes").takeTexts()).first().isEqualTo("welcome []");
        assertThat(world.sessions.statistics().companions()).isEqualTo(1);
    }

    // ---- a newer socket

    @Test
    void aNewerSocketReplacesTheOlder() {
        world.knows("notes");
        FakeConnection older = world.runs(device, "notes");
        world.says(older, "subscribe button");

        FakeConnection newer = world.joins("notes");
        world.says(device, "event button {}");

        assertThat(older.closedWith()).isEqualTo(new Close(1000, "Replaced"));
        assertThat(older.takeTexts()).isEmpty();
        assertThat(newer.takeTexts()).containsExactly("welcome [button]", "state {}", "button {}");
        assertThat(world.sessions.statistics().companions()).isEqualTo(1);
    }

    @Test
    void theLateEndOfAReplacedSocketChangesNothing() {
        world.knows("notes");
        FakeConnection older = world.runs(device, "notes");
        FakeConnection newer = world.joins("notes");
        older.vanishes();

        world.advanceSeconds(20);

        assertThat(older.isEnded()).isTrue();
        assertThat(newer.isOpen()).isTrue();
        assertThat(world.invitations("notes")).isEqualTo(1);
        assertThat(world.sessions.statistics().companions()).isEqualTo(1);
    }

    @Test
    void whatAReplacedSocketHasSaidLastDoesNotCount() {
        world.knows("notes");
        FakeConnection older = world.runs(device, "notes");
        FakeConnection newer = world.companion();

        newer.says("join ann notes key");
        older.says("release");
        older.says("subscribe button");
        older.says("do it");
        world.settle();
        world.says(device, "event button {}");

        assertThat(newer.takeTexts()).doesNotContain("button {}");
    }

    // ---- limits

    @Test
    void aListOfSubscriptionsThatIsTooLongIsRefusedAsAWhole() {
        world.knows("notes");
        FakeConnection notes = world.runs(device, "notes");
        world.says(notes, "subscribe a");

        world.says(notes, "subscribe a b c d e");
        world.says(device, "event e {}");
        world.says(device, "event a {}");

        assertThat(notes.takeTexts()).containsExactly("failed subscribe TOO_MANY", "a {}");
    }

    @Test
    void whatItMayNotHearIsLeftOutAndTold() {
        world.knows("notes");
        FakeConnection notes = world.runs(device, "notes");

        world.says(notes, "subscribe a private");
        world.says(device, "event private {}");
        world.says(device, "event a {}");

        assertThat(notes.takeTexts()).containsExactly("denied [private=secret]", "a {}");
    }
}
