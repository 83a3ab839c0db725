package dev.resound.socketio.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FeedTest {
    private final List<Runnable> work = new ArrayList<>();
    private final List<Integer> told = new ArrayList<>();
    private final Feed feed = new Feed(work::add);

    private void works() {
        while (!work.isEmpty()) {
            work.removeFirst().run();
        }
    }

    @Test
    void whatIsToldIsToldInOrderByOneThread() {
        feed.open();
        for (int i = 0; i < 3; i++) {
            int number = i;
            feed.tell(1, () -> told.add(number));
        }
        assertThat(work).hasSize(1);
        works();
        assertThat(told).containsExactly(0, 1, 2);
    }

    @Test
    void eventsLeaveRoomForSockets() {
        feed.open();
        for (int i = 0; i < Feed.MAX_WAITING; i++) {
            feed.tellIfQuiet(1, () -> told.add(1));
        }
        for (int i = 0; i < Feed.MAX_WAITING; i++) {
            feed.tell(1, () -> told.add(2));
        }
        works();
        assertThat(told).hasSize(Feed.MAX_WAITING);
        assertThat(told.stream().filter(number -> number == 1)).hasSize(Feed.MAX_WAITING / 2);
    }

    @Test
    void bytesAreBoundedToo() {
        feed.open();
        feed.tell(Feed.MAX_BYTES, () -> told.add(1));
        feed.tell(1, () -> told.add(2));
        works();
        feed.tell(1, () -> told.add(3));
        works();
        assertThat(told).containsExactly(1, 3);
    }

    @Test
    void whenNobodyIsThereNothingWaits() {
        feed.tell(1, () -> told.add(1));
        feed.open();
        feed.tell(1, () -> told.add(2));
        feed.close();
        works();
        assertThat(told).isEmpty();
    }

    @Test
    void whatCannotBeToldKeepsNothingElseBack() {
        feed.open();
        feed.tell(
                1,
                () -> {
                    throw new IllegalStateException("unwritable");
                });
        feed.tell(1, () -> told.add(1));
        works();
        assertThat(told).containsExactly(1);
    }
}
