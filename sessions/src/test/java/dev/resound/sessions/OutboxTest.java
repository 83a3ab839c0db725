package dev.resound.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.core.Frame;
import dev.resound.testkit.FakeConnection;
import dev.resound.testkit.FakeLoop;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is kept for a peer that is slow, and what is not. */
class OutboxTest {
    private static final DeviceSessionOptions.Bounds BOUNDS =
            DeviceSessionOptions.defaults().bounds();

    private final FakeLoop loop = new FakeLoop();
    private final FakeConnection peer = new FakeConnection(loop);
    private final Tally tally = new Tally();
    private final Outbox outbox = new Outbox(peer, BOUNDS, tally);

    private void lags() {
        peer.lags();
        control("last");
        peer.takeTexts();
    }

    private void control(String text) {
        loop.run(() -> outbox.control(Frame.text(text)));
    }

    private void newest(Object key, String text) {
        loop.run(() -> outbox.newest(key, Frame.text(text)));
    }

    private void merged(String key, String value) {
        loop.run(() -> outbox.<String>merged(key, value, (a, b) -> a + b, Frame::text));
    }

    private void media(String piece) {
        byte[] bytes = piece.getBytes(StandardCharsets.UTF_8);
        loop.run(() -> outbox.media(Frame.binary(bytes)));
    }

    private long drained() {
        peer.drains();
        return loop.call(outbox::drained);
    }

    private List<String> all() {
        List<String> all = new ArrayList<>();
        peer.frames()
                .forEach(frame -> all.add(new String(frame.payload(), StandardCharsets.UTF_8)));
        return all;
    }

    @Test
    void whoKeepsUpGetsEverythingAtOnce() {
        control("a");
        newest("k", "b");
        newest("k", "c");
        merged("m", "d");
        media("e");

        assertThat(all()).containsExactly("a", "b", "c", "d", "e");
        assertThat(loop.call(outbox::drained)).isZero();
    }

    @Test
    void controlIsHandedOverAtOnceHoweverSlowThePeerIs() {
        lags();

        control("a");
        control("b");

        assertThat(peer.takeTexts()).containsExactly("a", "b");
    }

    @Test
    void ofConflatedOnesTheNewestOfEachKeyWaitsWhereItCame() {
        lags();
        newest("x", "x1");
        newest("y", "y1");
        newest("x", "x2");
        assertThat(peer.takeTexts()).isEmpty();

        assertThat(drained()).isZero();

        assertThat(peer.takeTexts()).containsExactly("y1", "x2");
    }

    @Test
    void theOneThatFillsThePeerUpIsNotLost() {
        peer.lags();
        newest("x", "x1");
        newest("x", "x2");
        drained();

        assertThat(peer.takeTexts()).containsExactly("x1", "x2");
    }

    @Test
    void mergedOnesAreToldTogether() {
        lags();
        merged("m", "a");
        newest("x", "x1");
        merged("m", "b");
        merged("m", "c");
        drained();

        assertThat(peer.takeTexts()).containsExactly("x1", "abc");
    }

    @Test
    void ofMediaTheNewestPiecesWait() {
        lags();
        IntStream.range(0, 70).forEach(i -> media("m" + i));

        assertThat(drained()).isEqualTo(6);

        assertThat(all()).hasSize(65).contains("m6", "m69").doesNotContain("m5");
        assertThat(all().subList(1, 65))
                .containsExactlyElementsOf(IntStream.range(6, 70).mapToObj(i -> "m" + i).toList());
        assertThat(tally.mediaDropped.sum()).isEqualTo(6);
        assertThat(tally.media.sum()).isEqualTo(70);
    }

    @Test
    void mediaThatWaitsWeighsSoMuchAtMost() {
        lags();
        String piece = "m".repeat(100 << 10);
        media("a" + piece);
        media("b" + piece);
        media("c" + piece);

        assertThat(drained()).isEqualTo(1);

        assertThat(all()).extracting(text -> text.charAt(0)).containsExactly('l', 'b', 'c');
    }

    @Test
    void aPieceThatIsTooBigWaitsAlone() {
        lags();
        media("a");
        media("b".repeat(300 << 10));

        assertThat(drained()).isEqualTo(1);

        assertThat(peer.frames()).hasSize(2);
        assertThat(peer.frames().getLast().payload()).hasSize(300 << 10);
    }

    @Test
    void conflatedOnesGoBeforeMedia() {
        lags();
        media("m");
        newest("x", "x1");
        drained();

        assertThat(all()).containsExactly("last", "x1", "m");
    }

    @Test
    void whoIsSlowAgainGetsTheRestNextTime() {
        lags();
        newest("x", "x1");
        newest("y", "y1");
        media("m1");
        assertThat(drainedButStillSlow()).isEqualTo(-1);
        assertThat(all()).containsExactly("last", "x1");
        newest("y", "y2");
        IntStream.range(0, 65).forEach(i -> media("n" + i));

        assertThat(drained()).isEqualTo(2);

        assertThat(all()).hasSize(2 + 1 + 64).startsWith("last", "x1", "y2", "n1");
        media("z");
        newest("x", "x2");
        assertThat(all()).endsWith("z", "x2");
    }

    private long drainedButStillSlow() {
        return loop.call(outbox::drained);
    }

    @Test
    void aPeerThatIsGoneIsNoReasonForAnything() {
        lags();
        newest("x", "x1");
        media("m");
        peer.vanishes();

        assertThat(loop.call(outbox::drained)).isEqualTo(-1);
        media("n");
        control("c");

        assertThat(peer.frames()).hasSize(1);
    }

    @Test
    void keysThatAreTooManyAreNotKept() {
        lags();
        IntStream.range(0, 1_024).forEach(i -> newest("k" + i, "v"));
        assertThat(peer.takeTexts()).isEmpty();

        newest("another", "a");
        merged("third", "b");
        newest("k7", "w");

        assertThat(peer.takeTexts()).containsExactly("a", "b");
        drained();
        assertThat(peer.takeTexts()).hasSize(1_024).endsWith("w");
    }
}
