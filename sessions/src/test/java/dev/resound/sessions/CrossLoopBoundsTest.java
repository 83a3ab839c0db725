package dev.resound.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.core.Close;
import dev.resound.testkit.FakeConnection;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is on its way between a session's loop and a companion's has bounds, both ways. */
@Timeout(60)
@SuppressWarnings("NullAway.Init")
class CrossLoopBoundsTest {
    private static final Close SLOW = new Close(1013, "Slow consumer");

    private World world;
    private FakeConnection device;
    private FakeConnection notes;

    @BeforeEach
    void begin() {
        world = new World(World.Where.ON_ANOTHER_LOOP);
        world.knows("notes");
        device = world.device();
        notes = world.runs(device, "notes");
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void whoSaysMoreThanTheSessionTakesIsNotReadFrom() {
        IntStream.range(0, 1_023).forEach(i -> notes.says("do " + i));
        assertThat(notes.isReading()).isTrue();
        notes.says("do 1023");
        assertThat(notes.isReading()).isFalse();

        world.settle();

        assertThat(notes.isReading()).isTrue();
        assertThat(device.takeTexts()).hasSize(1_024);
    }

    @Test
    void itIsReadFromAgainWhenHalfOfItIsTaken() {
        IntStream.range(0, 1_024).forEach(i -> notes.says("do " + i));
        IntStream.range(0, 512).forEach(i -> world.home.step());
        world.other.turn();
        assertThat(notes.isReading()).isFalse();

        world.home.step();
        world.other.turn();

        assertThat(notes.isReading()).isTrue();
    }

    @Test
    void aWordToReadAgainThatComesTooLateIsNotHeeded() {
        IntStream.range(0, 1_024).forEach(i -> notes.says("do " + i));
        IntStream.range(0, 513).forEach(i -> world.home.step());
        IntStream.range(0, 600).forEach(i -> notes.says("do " + i)); // in the same turn

        world.other.turn();
        assertThat(notes.isReading()).isFalse();
        world.settle();

        assertThat(notes.isReading()).isTrue();
    }

    @Test
    void whoIsToldMoreThanItsLoopTakesIsClosedOnce() {
        world.says(notes, "subscribe *");
        String big = "x".repeat(1 << 20);

        for (int i = 0; i < 20; i++) {
            device.says("event a " + big);
        }
        int waiting = world.other.waiting();
        world.settle();

        assertThat(waiting).isLessThan(10);
        assertThat(notes.closedWith()).isEqualTo(SLOW);
        assertThat(notes.takeTexts()).hasSizeBetween(7, 8);
        assertThat(world.sessions.statistics().slow()).isEqualTo(1);
    }

    @Test
    void oneThatIsBiggerThanTheBoundGoesAlone() {
        world.says(notes, "subscribe *");

        world.says(device, "event a " + "x".repeat(9 << 20));

        assertThat(notes.takeTexts()).hasSize(1);
        assertThat(notes.isOpen()).isTrue();
    }

    @Test
    void evenSmallWordsAreNotForNothing() {
        for (int i = 0; i < 40_000; i++) {
            device.says("state level " + i);
        }

        assertThat(world.other.waiting()).isLessThan(33_000);
        world.settle();
        assertThat(notes.closedWith()).isEqualTo(SLOW);
    }

    @Test
    void mediaItsLoopDoesNotTakeIsDroppedAndCounted() {
        world.says(notes, "subscribe media");
        int before = notes.frames().size();

        for (int i = 0; i < 20; i++) {
            device.says(new byte[100 << 10]);
        }
        world.settle();

        assertThat(notes.isOpen()).isTrue();
        int got = notes.frames().size() - before;
        assertThat(got).isEqualTo(11);
        assertThat(world.sessions.statistics().media()).isEqualTo(11);
        assertThat(world.sessions.statistics().mediaDropped()).isEqualTo(9);
        device.says(new byte[100]);
        world.settle();
        assertThat(notes.frames()).hasSize(before + 12);
    }

    @Test
    void oneWhoseLoopIsStuckDelaysNobodyElse() {
        world.knows("maps");
        world.says(device, "start maps");
        FakeConnection maps = world.companion("owner=ann&companion=maps&key=key&proven");
        world.says(notes, "subscribe *");
        world.says(maps, "subscribe *");
        maps.takeTexts();
        device.takeTexts();

        device.says("event a {}");
        device.says("ping");

        assertThat(maps.takeTexts()).containsExactly("a {}");
        assertThat(device.takeTexts()).containsExactly("pong");
        assertThat(notes.takeTexts()).isEmpty();
        world.settle();
        assertThat(notes.takeTexts()).containsExactly("a {}");
    }
}
