package dev.resound.netty;

import dev.resound.core.Burst;
import dev.resound.core.Lane;
import dev.resound.core.Loop;
import dev.resound.core.Upgrade;
import io.netty.channel.EventLoop;
import io.netty.channel.SingleThreadEventLoop;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One event loop and everything that lives on it: the lane, the writers with their logs, the
 * deadlines, and what its decoders share. <b>Thread:</b> {@link #execute} and {@link #isCurrent} by
 * any, the rest by the loop.
 */
final class NettyLoop implements Loop {
    private static final Logger LOG = LoggerFactory.getLogger(NettyLoop.class);
    private static final long SWEEP_MILLIS = 1_000;

    private final SingleThreadEventLoop eventLoop;
    private final Lane lane;
    private final int logBytes;
    private final TurnWriter plainWriter;
    private final Map<Upgrade.Deflate, TurnWriter> deflatingWriters = new HashMap<>();
    final Deadlines deadlines;
    final Scratch scratch = new Scratch();
    final MessageInflater inflater = new MessageInflater();

    NettyLoop(EventLoop eventLoop, int logBytes) {
        this.eventLoop = (SingleThreadEventLoop) eventLoop;
        this.logBytes = logBytes;
        this.plainWriter = new TurnWriter(this, new Log(logBytes), null);
        this.lane = new Lane(this);
        this.deadlines = new Deadlines(nowMillis());
    }

    void start() {
        eventLoop.execute(() -> Loop.claimThread(this));
        eventLoop.scheduleWithFixedDelay(
                () -> deadlines.sweep(nowMillis()),
                SWEEP_MILLIS,
                SWEEP_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    EventLoop eventLoop() {
        return eventLoop;
    }

    @Override
    public boolean isCurrent() {
        return eventLoop.inEventLoop();
    }

    @Override
    public void execute(Runnable task) {
        Runnable guarded = () -> guarded(task);
        if (!isCurrent() && Burst.willWake(this)) {
            eventLoop.lazyExecute(guarded);
        } else {
            eventLoop.execute(guarded);
        }
    }

    @Override
    public void wake() {
        eventLoop.execute(NettyLoop::nothing);
    }

    private static void nothing() {}

    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | AssertionError bug) {
            LOG.error("A task of an event loop failed", bug);
        }
    }

    /**
     * Runs the task once the loop has handled its input and its tasks, before it waits for more.
     */
    void afterThisTurn(Runnable task) {
        eventLoop.executeAfterEventLoopIteration(task);
    }

    @Override
    public Lane lane() {
        return lane;
    }

    @Override
    public long nowMillis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    @Override
    public Timer schedule(long delayMillis, Runnable task) {
        var scheduled = new Scheduled(task);
        scheduled.future = eventLoop.schedule(scheduled, delayMillis, TimeUnit.MILLISECONDS);
        return scheduled;
    }

    /** One object for both sides: every connection may have one of these running. */
    private static final class Scheduled implements Runnable, Timer {
        private final Runnable task;
        private @Nullable Future<?> future;

        private Scheduled(Runnable task) {
            this.task = task;
        }

        @Override
        public void run() {
            guarded(task);
        }

        @Override
        public void cancel() {
            Future<?> scheduled = future;
            if (scheduled != null) {
                scheduled.cancel(false);
            }
        }
    }

    /** The writer of connections that agreed to this; null: to no compression. */
    TurnWriter writer(Upgrade.@Nullable Deflate agreed) {
        return agreed == null
                ? plainWriter
                : deflatingWriters.computeIfAbsent(
                        agreed,
                        deflate ->
                                new TurnWriter(
                                        this,
                                        new Log(logBytes),
                                        new MessageDeflater(deflate.thresholdBytes())));
    }

    /** The event loop has ended, and nothing runs on it any more. */
    void release() {
        plainWriter.release();
        deflatingWriters.values().forEach(TurnWriter::release);
        inflater.release();
    }
}
