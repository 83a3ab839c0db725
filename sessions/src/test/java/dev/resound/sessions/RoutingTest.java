package dev.resound.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.testkit.FakeConnection;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Which events reach whom, and under which name. */
@Timeout(60)
@ParameterizedClass
@EnumSource(World.Where.class)
@SuppressWarnings("NullAway.Init")
class RoutingTest {
    @Parameter World.Where where;

    private World world;
    private FakeConnection device;
    private FakeConnection notes;

    @BeforeEach
    void begin() {
        world = new World(where);
        world.knows("notes");
        world.knows("maps", "secret");
        device = world.device();
        notes = world.runs(device, "notes");
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void withoutASubscriptionNothingIsHeard() {
        world.says(device, "event a {}");
        device.says(new byte[] {1});
        world.settle();

        assertThat(notes.frames()).hasSize(2);
        assertThat(world.sessions.statistics().events()).isZero();
        assertThat(world.sessions.statistics().deviceMedia()).isEqualTo(1);
    }

    @Test
    void eachChangeOfSubscriptionsCounts() {
        world.says(notes, "subscribe a");
        world.says(device, "event a 1");
        world.says(device, "event b 1");
        world.says(notes, "subscribe b");
        world.says(device, "event a 2");
        world.says(device, "event b 2");

        assertThat(notes.takeTexts()).containsExactly("a 1", "b 2");
    }

    @Test
    void eachComingAndGoingCounts() {
        world.says(notes, "subscribe a");
        world.says(device, "event a 1");
        FakeConnection maps = world.runs(device, "maps");
        world.says(maps, "subscribe a");
        world.says(device, "event a 2");
        notes.vanishes();
        world.settle();
        world.says(device, "event a 3");
        FakeConnection back = world.joins("notes");
        world.says(device, "event a 4");
        world.says(device, "stop maps");
        world.says(device, "event a 5");

        assertThat(notes.takeTexts()).containsExactly("a 1", "a 2");
        assertThat(maps.takeTexts()).containsExactly("a 2", "a 3", "a 4", "stopped");
        assertThat(back.takeTexts()).containsExactly("welcome [a]", "state {}", "a 4", "a 5");
    }

    @Test
    void theNameToTheLetterGoesBeforeTheFirstThatMeansIt() {
        world.says(notes, "subscribe * a a:x");

        world.says(device, "event a:x 1");
        world.says(device, "event a:y 2");
        world.says(device, "event a 3");

        assertThat(notes.takeTexts()).containsExactly("a:x 1", "a:y 2", "a 3");
        world.says(notes, "subscribe a *");
        world.says(device, "event a:y 4");
        assertThat(notes.takeTexts()).containsExactly("a 4");
    }

    @Test
    void anEventReachesACompanionOnce() {
        world.says(notes, "subscribe a * a:x");

        world.says(device, "event a:x {}");

        assertThat(notes.takeTexts()).containsExactly("a:x {}");
        assertThat(world.sessions.statistics().events()).isEqualTo(1);
    }

    @Test
    void whoHearsEverythingHearsWhatItMay() {
        FakeConnection maps = world.runs(device, "maps");
        world.says(notes, "subscribe *");
        world.says(maps, "subscribe *");

        world.says(device, "event private 1");
        world.says(device, "event a 2");

        assertThat(notes.takeTexts()).containsExactly("a 2");
        assertThat(maps.takeTexts()).containsExactly("private 1", "a 2");
    }

    @Test
    void whatACompanionMayHearChangesWithIt() {
        world.says(notes, "subscribe *");
        world.says(device, "event private 1");

        Companion changed =
                World.companion("notes", null, false, Set.of("secret").toArray(String[]::new));
        world.sessions.settingsChanged(changed);
        world.settle();
        world.says(device, "event private 2");

        assertThat(notes.takeTexts()).containsExactly("settings []", "private 2");
    }

    @Test
    void aDeviceMayThinkOfAnyNumberOfNames() {
        world.says(notes, "subscribe *");

        IntStream.range(0, 1_000).forEach(i -> device.says("event n:" + i + " {}"));
        IntStream.range(0, 1_000).forEach(i -> device.says("event n:" + i + " {}"));
        world.settle();

        assertThat(notes.takeTexts()).hasSize(2_000);
    }

    @Test
    void mediaIsHeardByThoseWhoWantIt() {
        FakeConnection maps = world.runs(device, "maps");
        world.says(maps, "subscribe media");
        int before = maps.frames().size();

        device.says(new byte[] {1, 2, 3});
        world.settle();

        assertThat(maps.frames()).hasSize(before + 1);
        assertThat(maps.frames().getLast().binary()).isTrue();
        assertThat(maps.frames().getLast().payload()).containsExactly(1, 2, 3);
        assertThat(world.sessions.statistics().media()).isEqualTo(1);
    }

    @Test
    void aStateThatIsTheSameIsNoNews() {
        world.says(device, "state model x");
        world.says(device, "state model x");

        assertThat(notes.takeTexts()).containsExactly("state+ {\"model\":\"x\"}", "can x");
        FakeConnection maps = world.companion("owner=ann&companion=maps&key=key&proven");
        assertThat(maps.takeTexts()).containsExactly("refused NOT_STARTED");
        world.says(device, "start maps");
        assertThat(world.joins("maps").takeTexts())
                .containsExactly("welcome []", "state {\"model\":\"x\"}");
    }
}
