package dev.resound.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When paced messages are due, and whose they are. */
class PaceTest {

    @Test
    void theFirstIsDueAtOnceAndTheOthersEvenlyAfterIt() {
        var pace = new Pace(1_000, 4);
        var due = new ArrayList<Long>();
        for (int each = 0; each < 4; each++) {
            due.add(pace.dueNanos());
            pace.take(1);
        }

        assertThat(due).containsExactly(1_000L, 250_001_000L, 500_001_000L, 750_001_000L);
    }

    @Test
    void sendersTakeTurnsSoThatEachHasItsOwnInterval() {
        var pace = new Pace(0, 150); // three senders, 50 a second each
        var turns = new ArrayList<Integer>();
        var ofTheSecond = new ArrayList<Long>();
        for (int each = 0; each < 9; each++) {
            long due = pace.dueNanos();
            int sender = pace.take(3);
            turns.add(sender);
            if (sender == 1) {
                ofTheSecond.add(due / 1_000_000);
            }
        }

        assertThat(turns).isEqualTo(List.of(0, 1, 2, 0, 1, 2, 0, 1, 2));
        assertThat(ofTheSecond).containsExactly(6L, 26L, 46L);
    }

    @Test
    void roundingDoesNotAddUp() {
        var pace = new Pace(0, 3);
        for (int each = 0; each < 3_000_000; each++) {
            pace.take(7);
        }

        assertThat(pace.dueNanos()).isEqualTo(1_000_000 * 1_000_000_000L);
    }

    @Test
    void aClockThatIsNegativeIsNoProblem() {
        var pace = new Pace(Long.MIN_VALUE + 5, 1);
        pace.take(1);

        assertThat(pace.dueNanos()).isEqualTo(Long.MIN_VALUE + 1_000_000_005L);
    }
}
