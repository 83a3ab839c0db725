package dev.resound.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resound.core.Close;
import dev.resound.core.Connection;
import dev.resound.core.Connection.Sent;
import dev.resound.core.Frame;
import dev.resound.core.ProtocolSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The fakes keep the promises that the transport makes to protocols. */
class FakeConnectionTest {
    private final ManualClock clock = new ManualClock();
    private final FakeLoop loop = new FakeLoop(clock);
    private final FakeConnection connection = new FakeConnection(loop);
    private final Diary diary = new Diary(connection);

    @Test
    void whatIsSentIsRemembered() {
        assertThat(send("1")).isEqualTo(Sent.OK);
        assertThat(send("2")).isEqualTo(Sent.OK);

        assertThat(connection.takeTexts()).containsExactly("1", "2");
        assertThat(connection.takeTexts()).isEmpty();
        assertThat(connection.texts()).containsExactly("1", "2");
    }

    @Test
    void whatThePeerSaysReachesTheSessionOnTheLoop() {
        open();
        connection.says("héllo");
        connection.says(new byte[] {1, 2});
        connection.saysControl();

        assertThat(diary.entries).containsExactly("open", "text héllo", "binary 2", "control");
    }

    @Test
    void payloadsAreGoneAfterTheCall() {
        open();
        connection.says("hello");
        assertThat(new String(diary.lastBuffer, UTF_8)).containsPattern("^!+$");
    }

    @Test
    void hearingFromThePeerIsASignOfLife() {
        open();
        clock.advance(Duration.ofSeconds(5));
        connection.says("x");
        assertThat(connection.lastHeardMillis()).isEqualTo(clock.millis());
        connection.lastHeardMillis(7);
        assertThat(connection.lastHeardMillis()).isEqualTo(7);
    }

    @Test
    void aCloseEndsTheSessionOnceAndOnTheNextTurn() {
        open();
        loop.run(() -> {
            connection.close(new Close(4001, "first"));
            connection.close(new Close(4002, "second"));
        });
        assertThat(connection.isOpen()).isFalse();
        assertThat(connection.isEnded()).isFalse();
        assertThat(send("late")).isEqualTo(Sent.CLOSED);

        loop.turn();
        connection.vanishes();

        assertThat(connection.closedWith()).isEqualTo(new Close(4001, "first"));
        assertThat(diary.entries).containsExactly("open", "closed 4001");
        assertThat(connection.texts()).isEmpty();
    }

    @Test
    void aDisconnectShowsNoCloseFrame() {
        open();
        loop.run(connection::disconnect);
        loop.turn();

        assertThat(connection.isDisconnected()).isTrue();
        assertThat(connection.closedWith()).isNull();
        assertThat(diary.entries).containsExactly("open", "closed 1006");
    }

    @Test
    void aPeerThatClosesEndsTheSession() {
        open();
        connection.closes(Close.GOING_AWAY);
        connection.says("late");

        assertThat(diary.entries).containsExactly("open", "closed 1001");
        assertThat(connection.closedWith()).isNull();
    }

    @Test
    void aLaggingPeerIsReportedUntilItHasDrained() {
        open();
        connection.lags();
        assertThat(send("12345")).isEqualTo(Sent.LAGGING);
        assertThat(connection.backlogBytes()).isEqualTo(5);

        connection.drains();
        assertThat(connection.backlogBytes()).isZero();
        assertThat(send("x")).isEqualTo(Sent.OK);
        assertThat(diary.entries).containsExactly("open", "drained");
    }

    @Test
    void aDeadlineComesOnceWhenTheLoopTurnsAfterIt() {
        open();
        long due = clock.millis() + 1_000;
        loop.run(() -> connection.wakeAt(due));
        assertThat(connection.wakeAtMillis()).hasValue(due);

        clock.advance(Duration.ofMillis(999));
        FakeLoop.settle(loop);
        assertThat(diary.entries).containsExactly("open");

        clock.advance(Duration.ofMillis(1));
        FakeLoop.settle(loop);
        FakeLoop.settle(loop);
        assertThat(diary.entries).containsExactly("open", "deadline");
        assertThat(connection.wakeAtMillis()).isEmpty();
    }

    @Test
    void aClosedConnectionHasNoDeadlines() {
        open();
        loop.run(() -> {
            connection.wakeAt(0);
            connection.close(Close.NORMAL);
        });
        FakeLoop.settle(loop);
        assertThat(diary.entries).containsExactly("open", "closed 1000");
    }

    @Test
    void pingsAndReadingAreRemembered() {
        assertThat(connection.isReading()).isTrue();
        loop.run(() -> {
            connection.ping();
            connection.reading(false);
        });
        assertThat(connection.pings()).isEqualTo(1);
        assertThat(connection.isReading()).isFalse();
    }

    @Test
    void touchingAConnectionOffItsLoopIsCaught() {
        assertThatThrownBy(() -> connection.send(Frame.text("x")))
                .isInstanceOf(AssertionError.class);
        FakeLoop other = new FakeLoop();
        assertThatThrownBy(() -> other.run(connection::ping)).isInstanceOf(AssertionError.class);
    }

    @Test
    void onlyOneLoopIsCurrentAtATime() {
        FakeLoop other = new FakeLoop();
        assertThat(loop.isCurrent()).isFalse();
        loop.run(() -> {
            assertThat(loop.isCurrent()).isTrue();
            other.run(() -> {
                assertThat(other.isCurrent()).isTrue();
                assertThat(loop.isCurrent()).isFalse();
            });
            assertThat(loop.isCurrent()).isTrue();
        });
        assertThat(loop.isCurrent()).isFalse();
    }

    @Test
    void aLoopIsLeftWhenItsTaskFails() {
        loop.execute(() -> {
            throw new IllegalStateException("ours");
        });
        assertThatThrownBy(loop::turn).hasMessage("ours");
        assertThat(loop.isCurrent()).isFalse();
    }

    @Test
    void tasksRunInOrderAndNewOnesInTheNextTurn() {
        var order = new ArrayList<String>();
        loop.execute(() -> {
            order.add("first");
            loop.execute(() -> order.add("third"));
        });
        loop.execute(() -> order.add("second"));

        assertThat(loop.turn()).isTrue();
        assertThat(order).containsExactly("first", "second");
        assertThat(loop.waiting()).isEqualTo(1);
        assertThat(loop.step()).isTrue();
        assertThat(loop.step()).isFalse();
        assertThat(loop.turn()).isFalse();
        assertThat(order).containsExactly("first", "second", "third");
    }

    @Test
    void theClockMovesOnlyWhenTold() {
        long before = clock.millis();
        assertThat(loop.nowMillis()).isEqualTo(before);
        clock.advance(Duration.ofMinutes(1));
        assertThat(clock.instant().toEpochMilli()).isEqualTo(before + 60_000);
        assertThatThrownBy(() -> clock.advance(Duration.ofMillis(-1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private void open() {
        connection.open(unused -> diary);
    }

    private Sent send(String text) {
        return loop.call(() -> connection.send(Frame.text(text)));
    }

    /** Writes down what it is told. */
    private static final class Diary implements ProtocolSession {
        private final Connection connection;
        final List<String> entries = new ArrayList<>();
        byte[] lastBuffer = {};

        Diary(Connection connection) {
            this.connection = connection;
        }

        @Override
        public void onOpen() {
            note("open");
        }

        @Override
        public void onText(byte[] buffer, int offset, int length) {
            lastBuffer = buffer;
            note("text " + new String(buffer, offset, length, UTF_8));
        }

        @Override
        public void onBinary(byte[] buffer, int offset, int length) {
            note("binary " + length);
        }

        @Override
        public void onControl() {
            note("control");
        }

        @Override
        public void onDrained() {
            note("drained");
        }

        @Override
        public void onDeadline(long nowMillis) {
            note("deadline");
        }

        @Override
        public Close closeFor(Close.Cause cause) {
            return Close.NORMAL;
        }

        @Override
        public void onClosed(Close close) {
            note("closed " + close.code());
        }

        private void note(String entry) {
            assertThat(connection.loop().isCurrent()).isTrue();
            entries.add(entry);
        }
    }
}
