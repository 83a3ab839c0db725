package dev.resound.netty;

import dev.resound.core.Lane;
import dev.resound.core.Loop;
import io.netty.channel.EventLoop;
import io.netty.channel.SingleThreadEventLoop;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One event loop and everything that lives on it: the lane, the log, the writer, the deadlines and
 * the scratch memory of its decoders. <b>Thread:</b> {@link #execute} and {@link #isCurrent} by
 * any, the rest by the loop.
 */
final class NettyLoop implements Loop {
    private static final Logger LOG = LoggerFactory.getLogger(NettyLoop.class);
    private static final long SWEEP_MILLIS = 1_000;

    private final SingleThreadEventLoop eventLoop;
    private final Lane lane;
    private final ArrayList<ChannelConnection> laggards = new ArrayList<>();
    final Log log;
    final TurnWriter writer;
    final Deadlines deadlines;
    final Scratch scratch = new Scratch();

    NettyLoop(EventLoop eventLoop, int logBytes) {
        this.eventLoop = (SingleThreadEventLoop) eventLoop;
        this.log = new Log(logBytes);
        this.writer = new TurnWriter(this, log);
        this.lane = new Lane(this);
        this.deadlines = new Deadlines(nowMillis());
    }

    void start() {
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
        eventLoop.execute(() -> guarded(task));
    }

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
        var scheduled = eventLoop.schedule(() -> guarded(task), delayMillis, TimeUnit.MILLISECONDS);
        return () -> scheduled.cancel(false);
    }

    @Override
    public long turnNumber() {
        return writer.turn();
    }

    void lags(ChannelConnection connection) {
        laggards.add(connection);
    }

    void caughtUp(ChannelConnection connection) {
        laggards.remove(connection);
        writer.endTurnLater(); // nothing else may come that would trim the log
    }

    void trimLog() {
        log.trim(laggards.isEmpty());
        for (int i = laggards.size() - 1; i >= 0; i--) {
            laggards.get(i).checkOvertaken();
        }
    }
}
