package dev.resound.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.core.Close;
import dev.resound.testkit.FakeConnection;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A companion that is lost: it comes back by itself, or is asked anew, or waits for the device. */
@Timeout(60)
@ParameterizedClass
@EnumSource(World.Where.class)
@SuppressWarnings("NullAway.Init")
class CompanionLossTest {
    @Parameter World.Where where;

    private final TestProfile profile = new TestProfile();
    private World world;
    private FakeConnection device;

    @BeforeEach
    void begin() {
        profile.resumesFrom = "3";
        world = new World(where, profile);
        world.knows("notes");
        device = world.device();
    }

    @AfterEach
    void close() {
        world.close();
    }

    private FakeConnection runs() {
        FakeConnection notes = world.runs(device, "notes");
        world.says(notes, "subscribe button");
        world.advanceSeconds(1);
        world.takeEvents();
        device.takeTexts();
        return notes;
    }

    private void loses(FakeConnection peer) {
        peer.vanishes();
        world.settle();
    }

    @Test
    void whoComesBackWithinItsGraceIsAskedNothing() {
        FakeConnection notes = runs();

        loses(notes);
        assertThat(world.sessions.statistics().companions()).isZero();
        world.advance(Duration.ofMillis(4_999));
        FakeConnection back = world.joins("notes");
        world.advanceSeconds(30);
        world.says(device, "event button {}");

        assertThat(back.takeTexts()).containsExactly("welcome [button]", "state {}", "button {}");
        assertThat(device.takeTexts()).isEmpty();
        assertThat(world.takeEvents()).containsExactly("CompanionLost", "CompanionJoined");
        assertThat(world.sessions.statistics().companions()).isEqualTo(1);
    }

    @Test
    void aCleanCloseIsALossLikeAnyOther() {
        FakeConnection notes = runs();

        notes.closes(Close.NORMAL);
        world.settle();
        world.advanceSeconds(5);

        assertThat(world.takeEvents()).containsExactly("CompanionLost", "CompanionInvited");
    }

    @Test
    void nothingWaitsForOneThatIsAway() {
        FakeConnection notes = runs();
        loses(notes);

        world.says(device, "event button {}");
        FakeConnection back = world.joins("notes");

        assertThat(back.takeTexts()).containsExactly("welcome [button]", "state {}");
        assertThat(world.sessions.statistics().events()).isZero();
    }

    @Test
    void whoDoesNotComeBackIsAskedAnewAndHasForgottenEverything() {
        FakeConnection notes = runs();
        loses(notes);

        world.advanceSeconds(5);
        assertThat(world.takeEvents()).containsExactly("CompanionLost", "CompanionInvited");
        FakeConnection back = world.joins("notes");
        world.says(device, "event button {}");

        assertThat(back.takeTexts()).containsExactly("welcome []", "state {}");
        assertThat(world.sessions.statistics().revivals()).isEqualTo(1);
    }

    @Test
    void whoCanGoOnKeepsItsSubscriptions() {
        world.says(device, "start notes");
        FakeConnection notes = world.companion();
        world.says(notes, "join ann notes key 3");
        world.says(notes, "subscribe button");
        loses(notes);

        world.advanceSeconds(5);
        FakeConnection back = world.joins("notes");
        world.says(device, "event button {}");

        assertThat(back.takeTexts()).containsExactly("welcome [button]", "state {}", "button {}");
    }

    @Test
    void whoHasForgottenEverythingIsToldFirstThatItIsOver() {
        profile.dismisses = true;
        FakeConnection notes = runs();
        loses(notes);

        world.advanceSeconds(5);
        world.until(() -> world.calls().size() == 3);

        assertThat(world.calls())
                .containsExactly(
                        "notes invited ann", "notes dismissed BY_SYSTEM", "notes invited ann");
    }

    @Test
    void whoCanGoOnIsNotToldThatItIsOver() {
        profile.dismisses = true;
        world.says(device, "start notes");
        FakeConnection notes = world.companion();
        world.says(notes, "join ann notes key 3");
        world.until(() -> world.calls().size() == 1);
        loses(notes);

        world.advanceSeconds(5);
        world.until(() -> world.calls().size() == 2);

        assertThat(world.calls()).containsExactly("notes invited ann", "notes invited ann");
    }

    @Test
    void whoJoinsWhileItIsToldThatItIsOverIsNotAskedAnyMore() {
        profile.dismisses = true;
        FakeConnection notes = runs();
        loses(notes);

        world.clock.advance(Duration.ofSeconds(5));
        world.home.turn(); // the dismissal is under way, and its answer not seen yet
        FakeConnection back = world.companion();
        back.says("join ann notes key");
        world.home.turn();
        world.settle();
        world.until(() -> world.calls().size() >= 2);
        world.advanceSeconds(30);

        assertThat(back.isOpen()).isTrue();
        assertThat(device.takeTexts()).doesNotContain("gone notes");
    }

    @Test
    void whoIsAskedAnewInVainIsGone() {
        FakeConnection notes = runs();
        loses(notes);
        world.advanceSeconds(5);
        device.takeTexts();

        world.advanceSeconds(6);

        assertThat(device.takeTexts()).contains("gone notes");
        assertThat(world.running.of("ann")).isEmpty();
        assertThat(world.takeEvents()).endsWith("CompanionStopped");
    }

    @Test
    void afterThreeRevivalsInARowItIsStopped() {
        FakeConnection notes = runs();
        for (int i = 0; i < 3; i++) {
            loses(notes);
            world.advanceSeconds(5);
            notes = world.joins("notes");
            assertThat(notes.isOpen()).isTrue();
        }
        device.takeTexts();

        loses(notes);
        world.advanceSeconds(5);

        assertThat(device.takeTexts()).contains("gone notes");
        assertThat(world.sessions.statistics().revivals()).isEqualTo(3);
        assertThat(world.joins("notes").takeTexts()).containsExactly("refused NOT_STARTED");
    }

    @Test
    void oneThatHasRunForAWhileIsAskedAsOftenAsEver() {
        FakeConnection notes = runs();
        for (int i = 0; i < 6; i++) {
            world.advanceSeconds(10);
            loses(notes);
            world.advanceSeconds(5);
            notes = world.joins("notes");
        }

        assertThat(notes.isOpen()).isTrue();
        assertThat(world.sessions.statistics().revivals()).isEqualTo(6);
    }

    @Test
    void withoutADeviceItIsLeftAloneUntilTheDeviceComes() {
        FakeConnection notes = runs();
        loses(device);
        loses(notes);

        world.advanceSeconds(20);
        assertThat(world.invitations("notes")).isZero();
        device = world.device();

        assertThat(world.invitations("notes")).isEqualTo(1);
        assertThat(world.joins("notes").takeTexts()).first().isEqualTo("welcome []");
    }

    @Test
    void oneThatIsLeftAloneMayComeAnyTime() {
        FakeConnection notes = runs();
        loses(device);
        loses(notes);
        world.advanceSeconds(40);

        FakeConnection back = world.joins("notes");
        device = world.device();

        assertThat(back.takeTexts()).first().isEqualTo("welcome [button]");
        assertThat(world.invitations("notes")).isZero();
    }

    @Test
    void oneThatLostItsDeviceFirstIsNotDismissedWhenTheDeviceComes() {
        profile.dismisses = true;
        FakeConnection notes = runs();
        loses(device);
        loses(notes);
        world.advanceSeconds(20);

        device = world.device();
        world.until(() -> world.calls().size() == 2);

        assertThat(world.calls()).containsExactly("notes invited ann", "notes invited ann");
    }

    @Test
    void aStartWakesOneThatIsLeftAlone() {
        FakeConnection notes = runs();
        world.says(notes, "release");
        loses(notes);

        world.says(device, "start notes");

        assertThat(world.invitations("notes")).isEqualTo(1);
    }

    @Test
    void oneThatHasReleasedItselfIsNotAskedAnew() {
        FakeConnection notes = runs();
        world.says(notes, "release");
        loses(notes);

        world.advanceSeconds(50);

        assertThat(world.invitations("notes")).isZero();
        assertThat(world.joins("notes").takeTexts()).containsExactly("welcome []", "state {}");
    }

    @Test
    void aReleaseIsOfOneSocketOnly() {
        FakeConnection notes = runs();
        world.says(notes, "release");
        FakeConnection newer = world.joins("notes");
        assertThat(notes.isOpen()).isFalse();

        loses(newer);
        world.advanceSeconds(5);

        assertThat(world.invitations("notes")).isEqualTo(1);
    }

    @Test
    void oneThatCameUnaskedAndIsLostIsGoneInSilence() {
        profile.joinUnasked = true;
        world.knows(World.companion("shy", null, false));
        FakeConnection shy = world.joins("shy");
        device.takeTexts();
        world.advanceSeconds(1);
        device.takeTexts();

        loses(shy);
        world.advanceSeconds(5);

        assertThat(device.takeTexts()).doesNotContain("gone shy");
        assertThat(world.running.of("ann")).isEmpty();
        assertThat(world.takeEvents()).endsWith("CompanionLost", "CompanionStopped");
    }

    @Test
    void anAnswerItWaitedForDoesNotBlockItOnceItIsAskedAnew() {
        FakeConnection notes = runs();
        world.says(notes, "ask 1");
        loses(notes);
        world.advanceSeconds(5);
        FakeConnection back = world.joins("notes");
        back.takeTexts();

        world.says(back, "ask 1");
        world.says(device, "answer 1 {}");

        assertThat(back.takeTexts()).containsExactly("{}");
    }

    @Test
    void anEmptyListThatWaitedIsForgottenWithTheSocket() {
        world.says(device, "start notes");
        FakeConnection notes = world.joins("notes");
        world.says(notes, "subscribe button");
        world.says(notes, "subscribe");
        loses(notes);
        FakeConnection back = world.joins("notes");

        world.advanceSeconds(10);
        world.says(device, "event button {}");

        assertThat(back.takeTexts()).endsWith("button {}");
    }
}
