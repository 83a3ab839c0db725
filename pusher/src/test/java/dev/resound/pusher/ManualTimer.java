package dev.resound.pusher;

import dev.resound.testkit.ManualClock;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** Time that passes when the test says so; what falls due runs on the test's thread. */
final class ManualTimer implements WebhookTimer {
    private final ManualClock clock = new ManualClock();
    private final PriorityQueue<Task> tasks =
            new PriorityQueue<>(Comparator.comparingLong(Task::due).thenComparingLong(Task::place));
    private long places;

    private record Task(long due, long place, Runnable task) {}

    @Override
    public long wallMillis() {
        return clock.millis();
    }

    @Override
    public long millis() {
        return clock.millis();
    }

    @Override
    public synchronized void after(long millis, Runnable task) {
        tasks.add(new Task(clock.millis() + millis, places++, task));
    }

    void advance(Duration by) {
        long end = clock.millis() + by.toMillis();
        for (Task next = poll(end); next != null; next = poll(end)) {
            clock.advance(Duration.ofMillis(Math.max(0, next.due - clock.millis())));
            next.task.run();
        }
        clock.advance(Duration.ofMillis(end - clock.millis()));
    }

    private synchronized @Nullable Task poll(long end) {
        Task next = tasks.peek();
        return next == null || next.due > end ? null : tasks.poll();
    }
}
