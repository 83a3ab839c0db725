package dev.resound.testkit;

import dev.resound.core.Audience;
import dev.resound.core.Connection;
import dev.resound.core.Frame;
import dev.resound.core.Lane;
import dev.resound.core.LaneWriter;
import dev.resound.core.Loop;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An event loop without a thread: tasks wait until somebody calls {@link #turn} or {@link #step}.
 * Whoever does that, or calls {@link #run}, is on the loop meanwhile, and on no other: so one
 * thread can play many loops, and what is wrong about threads is found by the same assertions as in
 * the server.
 *
 * <p>What is published to its lane is sent to the connections at once.
 *
 * <p><b>Thread:</b> {@link #execute} may be called by any, the rest by the test.
 */
public final class FakeLoop implements Loop {
    private final ManualClock clock;
    private final Lane lane = new Lane(this);
    final LaneWriter writer = new DirectWriter();
    private final List<Scheduled> scheduled = new ArrayList<>();
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final List<FakeConnection> connections = new ArrayList<>();
    private volatile boolean ended;

    /** A loop with a clock of its own. */
    public FakeLoop() {
        this(new ManualClock());
    }

    public FakeLoop(ManualClock clock) {
        this.clock = clock;
    }

    @Override
    public boolean isCurrent() {
        return Loop.current() == this;
    }

    /**
     * @throws RejectedExecutionException once it has ended
     */
    @Override
    public void execute(Runnable task) {
        if (ended) {
            throw new RejectedExecutionException("the loop has ended");
        }
        tasks.add(task);
    }

    /** It never sleeps: the test says when it runs. */
    @Override
    public void wake() {}

    /**
     * As loops do when the server stops, one after the other: nothing is taken any more. What waits
     * is done all the same.
     */
    public void end() {
        ended = true;
    }

    @Override
    public Lane lane() {
        return lane;
    }

    @Override
    public long nowMillis() {
        return clock.millis();
    }

    @Override
    public Timer schedule(long delayMillis, Runnable task) {
        Scheduled entry = new Scheduled(clock.millis() + delayMillis, task);
        scheduled.add(entry);
        return () -> scheduled.remove(entry);
    }

    private boolean runScheduled() {
        List<Scheduled> due =
                scheduled.stream()
                        .filter(entry -> entry.atMillis() <= clock.millis())
                        .sorted(Comparator.comparingLong(Scheduled::atMillis))
                        .toList();
        for (Scheduled entry : due) {
            if (scheduled.remove(entry)) { // unless one before it has cancelled it
                run(entry.task());
            }
        }
        return !due.isEmpty();
    }

    private record Scheduled(long atMillis, Runnable task) {
        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    /** Does something on the loop, now: before all tasks that wait. */
    public void run(Runnable task) {
        Loop outer = Loop.current();
        Loop.claimThread(this);
        try {
            task.run();
        } finally {
            Loop.claimThread(outer);
        }
    }

    /** Does something on the loop, now, and hands back what came of it. */
    public <T> T call(Supplier<T> task) {
        List<T> result = new ArrayList<>(1);
        run(() -> result.add(task.get()));
        return result.getFirst();
    }

    /**
     * Runs the tasks that wait at this moment, in order, then what was scheduled and the deadlines
     * that are due ({@link Connection#wakeAt}). Tasks that come up meanwhile are for the next turn.
     *
     * @return whether anything was run
     */
    public boolean turn() {
        int waiting = tasks.size();
        for (int i = 0; i < waiting; i++) {
            step();
        }
        boolean anyDue = runScheduled();
        for (FakeConnection connection : List.copyOf(connections)) {
            anyDue |= connection.runDeadline();
        }
        return waiting > 0 || anyDue;
    }

    /**
     * Runs the task that has waited longest, and nothing else.
     *
     * @return whether there was one
     */
    public boolean step() {
        Runnable task = tasks.poll();
        if (task == null) {
            return false;
        }
        run(task);
        return true;
    }

    /** How many tasks wait. */
    public int waiting() {
        return tasks.size();
    }

    /** Turns all the loops, again and again, until none of them has anything to do. */
    public static void settle(FakeLoop... loops) {
        boolean busy = true;
        while (busy) {
            busy = false;
            for (FakeLoop loop : loops) {
                busy |= loop.turn();
            }
        }
    }

    void add(FakeConnection connection) {
        connections.add(connection);
    }

    void remove(FakeConnection connection) {
        connections.remove(connection);
    }

    void require(String what) {
        if (!isCurrent()) {
            throw new AssertionError(what + " off the loop");
        }
    }

    /** Puts nothing off: each connection gets its frame within the broadcast. */
    private final class DirectWriter implements LaneWriter {
        @Override
        public void broadcast(
                Audience audience, Frame frame, long sequence, @Nullable Connection except) {
            require("broadcast");
            boolean anyJoinedAfter = audience.anyJoinedAfter(sequence);
            for (int i = 0; i < audience.size(); i++) {
                boolean joinedAfter = audience.joinedAfter(i, sequence);
                if (joinedAfter && !anyJoinedAfter) {
                    throw new AssertionError("the audience denies a member that joined later");
                }
                Connection connection = audience.connection(i);
                if (connection != except && !joinedAfter) {
                    connection.send(frame);
                }
            }
        }

        @Override
        public void beforeLeave(Audience audience, int index) {
            require("leave");
        }
    }
}
