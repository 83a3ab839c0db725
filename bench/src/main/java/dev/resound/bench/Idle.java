package dev.resound.bench;

import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Connections that do nothing, and what they cost the server in memory.
 *
 * <p><b>Thread:</b> the client's loop.
 */
final class Idle implements Load<Idle.Result>, Peer.Listener {

    /**
     * @param steps numbers of connections to measure at, rising
     * @param channel each connection's channel or room, {@code %d} in it is its index; empty: none
     * @param still how long memory must stand still before it counts
     * @param settleAtMost then memory counts as it is
     */
    record Plan(
            Target target,
            List<Integer> steps,
            String channel,
            Duration still,
            Duration settleAtMost) {
        Plan {
            steps = List.copyOf(steps);
        }
    }

    /**
     * @param settled false: memory was still moving
     */
    record Step(int connections, ProcessView.Memory memory, boolean settled) {}

    /**
     * @param steps the first one is before any connection
     */
    record Result(Plan plan, List<Step> steps, Complaints complaints) {

        Result {
            steps = List.copyOf(steps);
        }

        boolean isClean() {
            return complaints.total() == 0;
        }

        double bytesEachFromZero() {
            return bytesEach(steps.getFirst(), steps.getLast());
        }

        /** Between the last two steps; with one step this is {@link #bytesEachFromZero}. */
        double bytesEachMarginal() {
            return bytesEach(steps.get(steps.size() - 2), steps.getLast());
        }

        private static double bytesEach(Step from, Step to) {
            return (double) (to.memory.bytes() - from.memory.bytes())
                    / (to.connections - from.connections);
        }

        Report report() {
            var report =
                    new Report("idle")
                            .text("target", "server", plan.target.address().authority())
                            .text(
                                    "channel",
                                    "channel of each",
                                    plan.channel.isEmpty() ? "none" : plan.channel)
                            .text(
                                    "memory_source",
                                    "memory counted as",
                                    switch (steps.getLast().memory.source()) {
                                        case PSS -> "Pss of smaps_rollup";
                                        case RSS -> "VmRSS of status";
                                    });
            boolean settled = true;
            for (Step step : steps) {
                report.count(
                        "memory_bytes_at_" + step.connections,
                        "memory at "
                                + step.connections
                                + " connections"
                                + (step.settled ? "" : " (still moving)"),
                        step.memory.bytes());
                settled &= step.settled;
            }
            return report.text("settled", "memory had settled", settled ? "yes" : "no")
                    .number(
                            "bytes_per_connection_marginal",
                            "bytes per connection, marginal",
                            bytesEachMarginal(),
                            0)
                    .number(
                            "bytes_per_connection_from_zero",
                            "bytes per connection, from zero",
                            bytesEachFromZero(),
                            0)
                    .complaints(complaints);
        }
    }

    private final Plan plan;
    private final ProcessView server;
    private final MemoryWatch memory;
    private final Crowd crowd;
    private final List<Step> steps = new ArrayList<>();
    private final Complaints complaints = new Complaints();

    private @Nullable CompletableFuture<Result> done;
    private boolean over;

    Idle(ClientLoop loop, Plan plan, ProcessView server) {
        this.plan = plan;
        this.server = server;
        this.memory = new MemoryWatch(loop, server, plan.still, plan.settleAtMost);
        IntFunction<String> channelOf = index -> Dialect.numbered(plan.channel, index);
        Dialect dialect =
                switch (plan.target) {
                    case Target.Pusher pusher -> Dialect.pusher(pusher, channelOf);
                    case Target.Raw raw -> Dialect.raw(raw);
                    case Target.SocketIo socketIo -> Dialect.socketIo(socketIo, channelOf);
                };
        this.crowd = new Crowd(loop, plan.target.address(), dialect, this);
    }

    @Override
    public Duration atMost() {
        return Crowd.longestGrowth(plan.steps.getLast())
                .multipliedBy(plan.steps.size())
                .plus(plan.settleAtMost.multipliedBy(plan.steps.size() + 1L))
                .plusSeconds(10);
    }

    @Override
    public String progress() {
        return crowd.ready() + " connections, " + server.memory().bytes() / 1024 + " KiB";
    }

    @Override
    public void start(CompletableFuture<Result> result) {
        done = result;
        settle();
    }

    private void settle() {
        memory.settle(this::nextStep);
    }

    private void nextStep(MemoryWatch.Reading reading) {
        steps.add(new Step(crowd.ready(), reading.memory(), reading.settled()));
        if (steps.size() > plan.steps.size()) {
            finish();
        } else {
            crowd.grow(plan.steps.get(steps.size() - 1), this::settle, this::fail);
        }
    }

    private void finish() {
        over = true;
        memory.stop();
        crowd.close();
        if (done != null) {
            done.complete(new Result(plan, steps, complaints));
        }
    }

    private void fail(CannotRunException failure) {
        over = true;
        memory.stop();
        crowd.close();
        if (done != null) {
            done.completeExceptionally(failure);
        }
    }

    @Override
    public void onReady(Peer peer) {
        // The crowd counts.
    }

    @Override
    public boolean onMessage(Peer peer, ByteBuf buffer, int offset, int length) {
        return false;
    }

    @Override
    public void onComplaint(Peer peer, String text) {
        complaints.add("the server complains: " + text);
    }

    @Override
    public void onLost(Peer peer, String why) {
        if (!over) {
            complaints.add("connection lost: " + why);
        }
    }
}
