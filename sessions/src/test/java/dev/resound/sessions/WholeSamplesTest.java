package dev.resound.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** However a device cuts its media, companions get whole samples of two bytes. */
class WholeSamplesTest {

    @RepeatedTest(100)
    void howeverItIsCutTheSamplesAreTheSame(RepetitionInfo which) {
        var random = new Random(which.getCurrentRepetition());
        byte[] all = new byte[random.nextInt(200)];
        random.nextBytes(all);
        MediaTransform transform = MediaTransform.wholeSamples();
        var heard = new ByteArrayOutputStream();

        for (int at = 0; at < all.length; ) {
            int end = Math.min(all.length, at + random.nextInt(6));
            byte[] piece = transform.apply(Arrays.copyOfRange(all, at, end));
            if (piece != null) {
                assertThat(piece.length % 2).isZero();
                heard.writeBytes(piece);
            }
            at = end;
        }

        assertThat(heard.toByteArray()).isEqualTo(Arrays.copyOf(all, all.length & ~1));
    }

    @Test
    void everyCutOfSixBytesIntoPieces() {
        byte[] all = {1, 2, 3, 4, 5, 6};
        for (int cuts = 0; cuts < 32; cuts++) {
            MediaTransform transform = MediaTransform.wholeSamples();
            var heard = new ByteArrayOutputStream();
            int from = 0;
            for (int at = 1; at <= all.length; at++) {
                if (at == all.length || (cuts & (1 << (at - 1))) != 0) {
                    byte[] piece = transform.apply(Arrays.copyOfRange(all, from, at));
                    heard.writeBytes(piece == null ? new byte[0] : piece);
                    from = at;
                }
            }
            assertThat(heard.toByteArray()).as("cuts %d", cuts).isEqualTo(all);
        }
    }

    @Test
    void eachTransformBeginsAnew() {
        byte[] odd = {1, 2, 3};
        MediaTransform first = MediaTransform.wholeSamples();

        assertThat(first.apply(odd)).containsExactly(1, 2);
        assertThat(MediaTransform.wholeSamples().apply(odd)).containsExactly(1, 2);
        assertThat(first.apply(new byte[] {4})).containsExactly(3, 4);
    }
}
