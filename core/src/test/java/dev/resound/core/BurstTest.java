package dev.resound.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** Who is handed something in a burst is woken when it is over. */
class BurstTest {
    private final List<String> seen = new ArrayList<>();
    private final Sleeper one = new Sleeper("one");
    private final Sleeper two = new Sleeper("two");

    /** A loop that says when it is woken. */
    private final class Sleeper implements Loop {
        private final String name;
        private boolean ended;

        Sleeper(String name) {
            this.name = name;
        }

        @Override
        public void execute(Runnable task) {
            seen.add(name + (Burst.willWake(this) ? " is handed" : " is woken for"));
        }

        @Override
        public void wake() {
            if (ended) {
                throw new RejectedExecutionException("ended");
            }
            seen.add(name + " is woken");
        }

        @Override
        public boolean isCurrent() {
            return false;
        }

        @Override
        public Lane lane() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Timer schedule(long delayMillis, Runnable task) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long nowMillis() {
            return 0;
        }

        void hand() {
            execute(() -> {});
        }
    }

    @Test
    void outsideOfABurstNobodyIsWokenLater() {
        one.hand();
        Burst.wake();
        assertThat(seen).containsExactly("one is woken for");
    }

    @Test
    void eachLoopIsWokenOnceAtTheEnd() {
        Burst.run(() -> {
            one.hand();
            two.hand();
            one.hand();
            assertThat(seen).containsExactly("one is handed", "two is handed", "one is handed");
        });
        assertThat(seen.subList(3, seen.size()))
                .containsExactlyInAnyOrder("one is woken", "two is woken");
    }

    @Test
    void whoWaitsInABurstWakesThemBefore() {
        Burst.run(() -> {
            one.hand();
            Burst.wake();
            Burst.wake();
            one.hand();
        });
        assertThat(seen)
                .containsExactly("one is handed", "one is woken", "one is handed", "one is woken");
    }

    @Test
    void aBurstInsideOfAnotherIsPartOfIt() {
        Burst.run(() -> {
            Burst.run(one::hand);
            one.hand();
        });
        assertThat(seen).containsExactly("one is handed", "one is handed", "one is woken");
        one.hand();
        assertThat(seen).last().isEqualTo("one is woken for");
    }

    @Test
    void whatFailsIsOverToo() {
        assertThatThrownBy(() ->
                        Burst.run(() -> {
                            one.hand();
                            throw new IllegalStateException("half way");
                        }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(seen).containsExactly("one is handed", "one is woken");
        one.hand();
        assertThat(seen).last().isEqualTo("one is woken for");
    }

    @Test
    void aLoopThatHasEndedKeepsNoOtherAsleep() {
        one.ended = true;
        Burst.run(() -> {
            one.hand();
            two.hand();
        });
        assertThat(seen).containsExactly("one is handed", "two is handed", "two is woken");
    }
}
