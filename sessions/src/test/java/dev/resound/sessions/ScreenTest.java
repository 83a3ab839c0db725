package dev.resound.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.testkit.FakeConnection;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What companions show: one thing after the other, and the newest for a device that comes back. */
@Timeout(60)
@SuppressWarnings("NullAway.Init")
class ScreenTest {
    private World world;
    private FakeConnection device;
    private FakeConnection notes;
    private FakeConnection maps;

    @BeforeEach
    void begin() {
        world = new World(World.Where.ON_THE_SESSIONS_LOOP);
        world.knows("notes");
        world.knows("maps");
        device = world.device();
        notes = world.runs(device, "notes");
        maps = world.runs(device, "maps");
        world.advanceSeconds(1);
        device.takeTexts();
    }

    @AfterEach
    void close() {
        world.close();
    }

    private static String shows(String what) {
        return "{\"shows\":\"" + what + "\"}";
    }

    private void wait(int millis) {
        world.advance(Duration.ofMillis(millis));
    }

    @Test
    void theFirstIsShownAtOnceAndTheNewestOfEachInItsTurn() {
        world.says(notes, "show main n1");
        world.says(notes, "show main n2");
        world.says(maps, "show main m1");
        world.says(notes, "show main n3");
        assertThat(device.takeTexts()).containsExactly(shows("n1"));

        wait(299);
        assertThat(device.takeTexts()).isEmpty();
        wait(1);
        assertThat(device.takeTexts()).containsExactly(shows("m1"));
        wait(300);
        assertThat(device.takeTexts()).containsExactly(shows("n3"));
        wait(1_000);
        assertThat(device.takeTexts()).isEmpty();
    }

    @Test
    void whatIsForcedDoesNotWaitAndReplacesWhatDoes() {
        world.says(notes, "show main n1");
        world.says(notes, "show main n2");
        world.says(notes, "show main n3 forced");
        assertThat(device.takeTexts()).containsExactly(shows("n1"), shows("n3"));

        wait(1_000);
        assertThat(device.takeTexts()).isEmpty();
    }

    @Test
    void otherViewsDoNotWait() {
        world.says(notes, "show main n1");
        world.says(notes, "show corner n2");
        world.says(notes, "show corner n3");

        assertThat(device.takeTexts()).containsExactly(shows("n1"), shows("n2"), shows("n3"));
    }

    @Test
    void whatIsShownToADeviceThatIsAwayIsShownWhenItComesBack() {
        device.vanishes();
        world.says(notes, "show main n1");
        world.says(maps, "show main m1");
        world.says(notes, "show corner n2");

        device = world.device();

        assertThat(device.takeTexts()).containsExactly("hello ann", shows("m1"));
        device.vanishes();
        assertThat(world.device().takeTexts()).containsExactly("hello ann");
        assertThat(notes.takeTexts()).isEmpty();
    }

    @Test
    void whatWaitedWhenTheDeviceWentIsKept() {
        world.says(notes, "show main n1");
        world.says(notes, "show main n2");
        world.says(maps, "show main m1");
        device.vanishes();
        wait(1_000);

        device = world.device();
        wait(1_000);

        assertThat(device.takeTexts()).containsExactly("hello ann", shows("m1"));
    }

    @Test
    void whatAStoppedCompanionHasShownIsNotKept() {
        device.vanishes();
        world.says(notes, "show main n1");
        world.sessions.session("ann").orElseThrow().stop("notes");
        world.settle();

        assertThat(world.device().takeTexts()).doesNotContain(shows("n1"));
    }

    @Test
    void aDeviceThatComesBackIsNotFlooded() {
        device.vanishes();
        world.says(notes, "show main n1");
        device = world.device();

        world.says(notes, "show main n2");
        assertThat(device.takeTexts()).containsExactly("hello ann", shows("n1"));
        wait(300);

        assertThat(device.takeTexts()).containsExactly(shows("n2"));
    }

    @Test
    void withoutAPaceNothingWaits() {
        world.close();
        world =
                new World(
                        World.Where.ON_THE_SESSIONS_LOOP,
                        new TestProfile(),
                        options ->
                                options.with(
                                        new DeviceSessionOptions.Pace(
                                                Duration.ZERO, Duration.ZERO, Duration.ZERO)),
                        builder -> {});
        world.knows("notes");
        device = world.device();
        notes = world.runs(device, "notes");

        world.says(notes, "show main n1");
        world.says(notes, "show main n2");

        assertThat(device.takeTexts()).containsExactly(shows("n1"), shows("n2"));
    }
}
