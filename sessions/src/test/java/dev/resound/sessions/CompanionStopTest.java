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

/** A companion is stopped, in whatever state it is. */
@Timeout(60)
@ParameterizedClass
@EnumSource(World.Where.class)
@SuppressWarnings("NullAway.Init")
class CompanionStopTest {
    private static final Close STOPPED = new Close(1000, "App stopped");

    @Parameter World.Where where;

    private final TestProfile profile = new TestProfile();
    private World world;
    private FakeConnection device;

    @BeforeEach
    void begin() {
        world = new World(where, profile);
        world.knows("notes");
        device = world.device();
    }

    @AfterEach
    void close() {
        world.close();
    }

    private void isStopped() {
        assertThat(world.takeEvents()).endsWith("CompanionStopped");
        assertThat(world.running.of("ann")).isEmpty();
        assertThat(world.sessions.statistics().companions()).isZero();
        int asked = world.calls().size();
        world.advanceSeconds(50);
        assertThat(world.takeEvents()).isEmpty();
        assertThat(world.calls()).hasSize(asked);
        assertThat(world.joins("notes").takeTexts()).containsExactly("refused NOT_STARTED");
    }

    @Test
    void whileItRuns() {
        FakeConnection notes = world.runs(device, "notes");

        world.says(device, "stop notes");

        assertThat(notes.takeTexts()).containsExactly("stopped");
        assertThat(notes.closedWith()).isEqualTo(STOPPED);
        isStopped();
    }

    @Test
    void whileItIsAskedToCome() {
        world.says(device, "start notes");
        world.until(() -> world.sessions.statistics().invitations() == 1);

        world.says(device, "stop notes");

        isStopped();
        assertThat(device.takeTexts()).doesNotContain("gone notes");
    }

    @Test
    void whileItIsAwayForAMoment() {
        FakeConnection notes = world.runs(device, "notes");
        notes.vanishes();
        world.settle();

        world.says(device, "stop notes");

        isStopped();
    }

    @Test
    void whileItIsLeftAlone() {
        FakeConnection notes = world.runs(device, "notes");
        world.says(notes, "release");
        notes.vanishes();
        world.settle();

        world.says(device, "stop notes");

        isStopped();
    }

    @Test
    void whileItIsAskedAnew() {
        FakeConnection notes = world.runs(device, "notes");
        world.until(() -> world.sessions.statistics().invitations() == 1);
        notes.vanishes();
        world.settle();
        world.advanceSeconds(5);
        world.until(() -> world.sessions.statistics().invitations() == 2);

        world.says(device, "stop notes");

        isStopped();
    }

    @Test
    void whileItIsToldThatItsOldConversationIsOver() {
        FakeConnection notes = world.runs(device, "notes");
        world.until(() -> world.sessions.statistics().invitations() == 1);
        profile.dismisses = true;
        notes.vanishes();
        world.settle();
        world.clock.advance(Duration.ofSeconds(5));
        world.home.turn();

        world.says(device, "stop notes");
        world.until(world::isStopped);
        world.until(() -> world.calls().size() == 3);

        assertThat(world.calls())
                .containsExactlyInAnyOrder(
                        "notes invited ann",
                        "notes dismissed BY_SYSTEM",
                        "notes dismissed BY_OWNER");
        isStopped();
    }

    @Test
    void whatIsStoppedAlreadyIsNotStoppedAgain() {
        world.says(device, "stop notes");
        world.says(device, "stop nobody");

        assertThat(world.takeEvents()).containsExactly("Opened");
    }

    @Test
    void itIsToldFirstAndClosedWhenItHasAnswered() {
        profile.dismisses = true;
        FakeConnection notes = world.runs(device, "notes");
        world.says(notes, "subscribe button");

        device.says("stop notes");
        device.says("event button {}");
        world.joins("notes");
        assertThat(notes.takeTexts()).doesNotContain("button {}");
        world.until(() -> !notes.isOpen());

        assertThat(world.calls()).endsWith("notes dismissed BY_OWNER");
        assertThat(notes.closedWith()).isEqualTo(STOPPED);
        isStopped();
    }

    @Test
    void whoEndsItsSocketBecauseItWasToldIsNotLost() {
        profile.dismisses = true;
        FakeConnection notes = world.runs(device, "notes");

        device.says("stop notes");
        notes.vanishes();
        world.until(world::isStopped);

        isStopped();
    }

    @Test
    void whatIsStartedWhileItStopsStartsOnceItHasStopped() {
        profile.dismisses = true;
        FakeConnection notes = world.runs(device, "notes");
        world.takeEvents();

        device.says("stop notes");
        device.says("start notes");
        device.says("start notes");
        assertThat(world.invitations("notes")).isZero();
        world.until(() -> world.invitations("notes") == 1);

        assertThat(notes.closedWith()).isEqualTo(STOPPED);
        assertThat(world.joins("notes").takeTexts()).first().isEqualTo("welcome []");
    }

    @Test
    void theLastWordOfStartAndStopCounts() {
        profile.dismisses = true;
        world.runs(device, "notes");
        world.takeEvents();

        device.says("stop notes");
        device.says("start notes");
        device.says("stop notes");
        world.until(world::isStopped);

        isStopped();
    }

    @Test
    void oneThatCannotBeReachedIsStoppedAllTheSame() {
        profile.dismisses = true;
        world.knowsUnreachable("deaf");
        device.says("start deaf");
        FakeConnection deaf = world.joinsAtOnce("deaf");

        world.says(device, "stop deaf");
        world.until(() -> !deaf.isOpen());

        assertThat(deaf.closedWith()).isEqualTo(STOPPED);
        assertThat(world.sessions.statistics().companions()).isZero();
    }

    @Test
    void aFailureToBeReachedThatComesAfterTheStopDoesNotMatter() {
        profile.dismisses = true;
        world.knowsUnreachable("deaf");
        device.says("start deaf");
        device.says("stop deaf");
        world.until(world::isStopped);
        world.until(() -> world.sessions.statistics().invitationsFailed() == 1);
        world.settle();

        assertThat(device.takeTexts()).doesNotContain("gone deaf");
        assertThat(world.takeEvents())
                .containsExactly("Opened", "CompanionInvited", "CompanionStopped");
    }

    @Test
    void whatItWaitedForIsForgotten() {
        FakeConnection notes = world.runs(device, "notes");
        world.says(notes, "ask 1");
        world.says(notes, "show main old");
        world.says(notes, "show main waits");
        world.says(device, "stop notes");
        device.takeTexts();

        FakeConnection again = world.runs(device, "notes");
        world.says(again, "ask 1");
        world.advanceSeconds(1);

        assertThat(device.takeTexts())
                .contains("{\"asks\":\"1\"}")
                .doesNotContain("{\"shows\":\"waits\"}");
    }
}
