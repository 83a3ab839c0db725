package dev.resound.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.testkit.FakeConnection;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What all companions together want of the device, told when it has changed for a while. */
@Timeout(60)
@SuppressWarnings("NullAway.Init")
class DemandTest {
    private static final String ON = "wanted true";
    private static final String OFF = "wanted false";

    private World world;
    private FakeConnection device;
    private FakeConnection notes;

    private void begin(boolean always) {
        var profile = new TestProfile();
        profile.demands =
                List.of(TestProfile.wanted(Duration.ofMillis(100), Duration.ofSeconds(3), always));
        world = new World(World.Where.ON_ANOTHER_LOOP, profile);
        world.knows("notes");
        device = world.device();
        notes = world.runs(device, "notes");
        world.advanceSeconds(9);
        device.takeTexts();
    }

    @AfterEach
    void close() {
        world.close();
    }

    private List<String> told() {
        return device.takeTexts().stream().filter(text -> text.startsWith("wanted")).toList();
    }

    private void wait(int millis) {
        world.advance(Duration.ofMillis(millis));
    }

    private void wants() {
        world.says(notes, "subscribe media");
        wait(100);
        assertThat(told()).containsExactly(ON);
    }

    @Test
    void aChangeIsToldOnceItHasStayedForAWhile() {
        begin(false);
        world.says(notes, "subscribe media");
        wait(99);
        assertThat(told()).isEmpty();
        wait(1);
        assertThat(told()).containsExactly(ON);
    }

    @Test
    void thatNobodyWantsAnythingWaitsLonger() {
        begin(false);
        wants();

        world.says(notes, "subscribe");
        wait(3_099);
        assertThat(told()).isEmpty();
        wait(1);

        assertThat(told()).containsExactly(OFF);
    }

    @Test
    void aChangeThatIsTakenBackIsNotTold() {
        begin(false);
        wants();

        world.says(notes, "subscribe");
        wait(3_000);
        world.says(notes, "subscribe media");
        wait(10_000);

        assertThat(told()).isEmpty();
    }

    @Test
    void aDeviceThatComesIsToldWhatIsWanted() {
        begin(false);
        wants();
        device.vanishes();

        device = world.device();
        wait(100);

        assertThat(told()).containsExactly(ON);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aDeviceThatComesIsToldThatNothingIsWantedIfThatIsSaidAlways(boolean always) {
        begin(always);
        device.vanishes();

        device = world.device();
        wait(100);

        assertThat(told()).hasSize(always ? 1 : 0);
    }

    @Test
    void whatChangesWhileTheDeviceIsAwayIsToldWhenItComes() {
        begin(false);
        wants();
        device.vanishes();
        world.says(notes, "subscribe");
        wait(4_000);

        device = world.device();
        wait(100);

        assertThat(told()).containsExactly(OFF);
    }

    @Test
    void aDeviceThatComesBetweenTwoChangesIsToldEvenIfTheSecondTakesTheFirstBack() {
        begin(false);
        wants();
        world.says(notes, "subscribe");
        device = world.device();
        wait(200);
        assertThat(told()).isEmpty();

        world.says(notes, "subscribe media");
        wait(5_000);

        assertThat(told()).containsExactly(ON);
    }

    @Test
    void aDeviceThatHasForgottenIsToldAgain() {
        begin(false);
        wants();

        world.says(device, "refresh");
        world.says(device, "refresh");
        wait(100);

        assertThat(told()).containsExactly(ON);
    }

    @Test
    void aDeviceThatDoesWhatNobodyWantsIsToldNotTooOften() {
        begin(true);
        for (int i = 0; i < 11; i++) {
            device.says(new byte[] {1, 2});
            world.advanceSeconds(1);
        }

        assertThat(told()).containsExactly(OFF, OFF, OFF);
    }

    @Test
    void aReminderIsNotSentBeforeTheChangeItIsAbout() {
        begin(true);
        wants();

        world.says(notes, "subscribe");
        device.says(new byte[] {1, 2});
        world.settle();
        assertThat(told()).isEmpty();
        wait(3_100);

        assertThat(told()).containsExactly(OFF);
    }

    @Test
    void oneThatIsAwayForAMomentStillWantsWhatItWanted() {
        begin(true);
        wants();
        notes.vanishes();
        world.settle();

        device.says(new byte[] {1, 2});
        wait(4_000);

        assertThat(told()).isEmpty();
    }
}
