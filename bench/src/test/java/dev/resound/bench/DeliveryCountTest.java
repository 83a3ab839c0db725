package dev.resound.bench;

import static dev.resound.bench.SequenceCheck.Verdict.DUPLICATE;
import static dev.resound.bench.SequenceCheck.Verdict.FRESH;
import static dev.resound.bench.SequenceCheck.Verdict.LATE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.bench.SequenceCheck.Verdict;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Lost, doubled, late: who counts as what. */
class DeliveryCountTest {

    @Test
    void inOrderEverythingIsFresh() {
        assertThat(verdicts(0, 1, 2, 3)).containsOnly(FRESH);
    }

    @Test
    void aSecondCopyIsADuplicateHoweverLate() {
        assertThat(verdicts(0, 0, 1, 2, 0, 2))
                .containsExactly(FRESH, DUPLICATE, FRESH, FRESH, DUPLICATE, DUPLICATE);
    }

    @Test
    void whatFillsAHoleIsLateOnceAndThenADuplicate() {
        assertThat(verdicts(0, 4, 2, 1, 3, 2, 5))
                .containsExactly(FRESH, FRESH, LATE, LATE, LATE, DUPLICATE, FRESH);
    }

    @Test
    void holesAreBoundedAndTheOldestAreForgotten() {
        var check = new SequenceCheck();
        for (long odd = 1; odd < 2L * (SequenceCheck.MAX_HOLES + 2); odd += 2) {
            assertThat(check.accept(odd)).isEqualTo(FRESH);
        }

        assertThat(check.accept(0)).isEqualTo(DUPLICATE);
        assertThat(check.accept(2)).isEqualTo(DUPLICATE);
        assertThat(check.accept(4)).isEqualTo(LATE);
    }

    @Test
    void everySubscriberMissesWhatItDidNotGetOfEveryPublisher() {
        var tally = new DeliveryTally(1, 2, 2);
        Stamp first = tally.publish(0, 0, 0);
        Stamp second = tally.publish(0, 0, 0);
        Stamp other = tally.publish(1, 0, 0);
        arrive(tally, 0, first);
        arrive(tally, 0, second);
        arrive(tally, 0, other);
        arrive(tally, 1, second);
        arrive(tally, 1, first);
        arrive(tally, 1, first);

        assertThat(tally.published()).isEqualTo(3);
        assertThat(tally.expected()).isEqualTo(6);
        assertThat(tally.unique()).isEqualTo(5);
        assertThat(tally.missing()).isEqualTo(1);
        assertThat(tally.late()).isEqualTo(1);
        assertThat(tally.duplicates()).isEqualTo(1);
        assertThat(tally.unreadable()).isZero();
    }

    @Test
    void publishersAreNotComparedWithEachOther() {
        var tally = new DeliveryTally(1, 1, 2);
        Stamp slow = tally.publish(0, 0, 0);
        Stamp fast = tally.publish(1, 0, 0);
        arrive(tally, 0, fast);
        arrive(tally, 0, slow);

        assertThat(tally.late()).isZero();
    }

    @Test
    void aStampNobodyMadeIsUnreadable() {
        var tally = new DeliveryTally(1, 1, 1);

        assertThat(arrive(tally, 0, new Stamp(0, 0, 0))).isFalse();
        assertThat(arrive(tally, 0, new Stamp(9, 0, 0))).isFalse();
        assertThat(tally.unreadable()).isEqualTo(2);
        assertThat(tally.unique()).isZero();
    }

    @Test
    void everyRoomExpectsOnlyItsOwnMessages() {
        var tally = new DeliveryTally(3, 2, 2);
        Stamp toFirst = tally.publish(0, 0, 0);
        Stamp toLast = tally.publish(1, 2, 0);
        assertThat(tally.expected()).isEqualTo(4);

        assertThat(arrive(tally, 0, toFirst)).isTrue();
        assertThat(arrive(tally, 3, toFirst)).isTrue();
        assertThat(arrive(tally, 2, toLast)).isTrue();
        assertThat(arrive(tally, 5, toLast)).isTrue();

        assertThat(tally.missing()).isZero();
        assertThat(tally.unreadable()).isZero();
    }

    @Test
    void aMessageOfAnotherRoomDoesNotCount() {
        var tally = new DeliveryTally(2, 1, 1);
        Stamp toFirst = tally.publish(0, 0, 0);
        tally.publish(0, 1, 0);

        assertThat(arrive(tally, 1, toFirst)).isFalse();
        assertThat(tally.unreadable()).isEqualTo(1);
        assertThat(tally.missing()).isEqualTo(2);
    }

    @Test
    void aStampReadElsewhereCountsTheSame() {
        var tally = new DeliveryTally(2, 2, 1);
        tally.publish(0, 1, 0);

        assertThat(tally.accept(1, 1, 0)).isTrue();
        assertThat(tally.accept(1, 1, 0)).isFalse();
        assertThat(tally.accept(2, 1, 0)).isFalse();
        assertThat(tally.accept(3, 1, 0)).isTrue();
        assertThat(tally.missing()).isZero();
        assertThat(tally.duplicates()).isEqualTo(1);
        assertThat(tally.unreadable()).isEqualTo(1);
    }

    private static boolean arrive(DeliveryTally tally, int subscriber, Stamp stamp) {
        byte[] payload = stamp.payload(Stamp.BYTES);
        return tally.accept(subscriber, Unpooled.wrappedBuffer(payload), 0);
    }

    private static List<Verdict> verdicts(long... sequences) {
        var check = new SequenceCheck();
        return Arrays.stream(sequences).mapToObj(check::accept).toList();
    }
}
