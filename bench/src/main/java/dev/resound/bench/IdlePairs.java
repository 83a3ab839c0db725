package dev.resound.bench;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Devices with one app each that do nothing but answer pings, and what they cost the gateway in
 * memory.
 *
 * <p><b>Thread:</b> the client's loop.
 */
final class IdlePairs implements Load<IdlePairs.Result>, DeviceCrowd.Listener {

    /**
     * @param steps numbers of pairs to measure at, rising
     * @param still how long memory must stand still before it counts
     * @param settleAtMost then memory counts as it is
     */
    record Plan(
            Gateway gateway,
            InetSocketAddress webhooks,
            List<Integer> steps,
            Duration still,
            Duration settleAtMost) {
        Plan {
            steps = List.copyOf(steps);
        }

        int sockets() {
            return 2 * steps.getLast();
        }
    }

    record Step(int pairs, MemoryWatch.Reading reading) {}

    /**
     * @param steps the first one is before any pair
     */
    record Result(Plan plan, List<Step> steps, long webhooks, Complaints complaints) {

        Result {
            steps = List.copyOf(steps);
        }

        boolean isClean() {
            return complaints.total() == 0;
        }

        private static double bytesEach(Step from, Step to) {
            return (double) (to.reading.memory().bytes() - from.reading.memory().bytes())
                    / (to.pairs - from.pairs);
        }

        Report report() {
            var report =
                    new Report("devices idle")
                            .text("target", "server", plan.gateway.address().authority());
            boolean settled = true;
            for (Step step : steps) {
                report.count(
                        "memory_bytes_at_" + step.pairs,
                        "memory at "
                                + step.pairs
                                + " pairs"
                                + (step.reading.settled() ? "" : " (still moving)"),
                        step.reading.memory().bytes());
                settled &= step.reading.settled();
            }
            return report.text("settled", "memory had settled", settled ? "yes" : "no")
                    .number(
                            "bytes_per_pair_marginal",
                            "bytes per pair, marginal",
                            bytesEach(steps.get(steps.size() - 2), steps.getLast()),
                            0)
                    .number(
                            "bytes_per_pair_from_zero",
                            "bytes per pair, from zero",
                            bytesEach(steps.getFirst(), steps.getLast()),
                            0)
                    .count("webhooks", "webhooks received", webhooks)
                    .complaints(complaints);
        }
    }

    private final Plan plan;
    private final ProcessView server;
    private final MemoryWatch memory;
    private final DeviceCrowd crowd;
    private final List<Step> steps = new ArrayList<>();
    private final Complaints complaints = new Complaints();

    private @Nullable CompletableFuture<Result> done;
    private boolean over;

    IdlePairs(ClientLoop loop, Plan plan, ProcessView server) {
        this.plan = plan;
        this.server = server;
        this.memory = new MemoryWatch(loop, server, plan.still, plan.settleAtMost);
        this.crowd =
                new DeviceCrowd(
                        loop,
                        new DeviceCrowd.Plan(
                                plan.gateway,
                                new AudioTraffic(AudioTraffic.STAMP_BYTES),
                                device -> 1,
                                false,
                                plan.webhooks),
                        this);
    }

    @Override
    public Duration atMost() {
        return DeviceCrowd.longestGrowth(plan.sockets())
                .plus(plan.settleAtMost.multipliedBy(plan.steps.size() + 1L))
                .plusSeconds(10);
    }

    @Override
    public String progress() {
        return crowd.ready() + " pairs, " + server.memory().bytes() / 1024 + " KiB";
    }

    @Override
    public void start(CompletableFuture<Result> result) {
        done = result;
        memory.settle(this::nextStep);
    }

    private void nextStep(MemoryWatch.Reading reading) {
        steps.add(new Step(crowd.ready(), reading));
        if (steps.size() > plan.steps.size()) {
            finish();
        } else {
            crowd.grow(
                    plan.steps.get(steps.size() - 1),
                    () -> memory.settle(this::nextStep),
                    this::fail);
        }
    }

    private void finish() {
        end();
        if (done != null) {
            done.complete(new Result(plan, steps, crowd.webhooksReceived(), complaints));
        }
    }

    private void fail(CannotRunException failure) {
        end();
        if (done != null) {
            done.completeExceptionally(failure);
        }
    }

    private void end() {
        over = true;
        memory.stop();
        crowd.close();
    }

    @Override
    public void onArrival(GatewaySocket app, int device, long sequence, long nanos, int bytes) {
        complaints.add("a message arrived that nobody sent");
    }

    @Override
    public void onPong(GatewaySocket device) {
        // Nobody asked.
    }

    @Override
    public void onReturned(GatewaySocket socket) {
        // Nobody left.
    }

    @Override
    public void onUnexpectedWebhook(String text) {
        complaints.add("unexpected webhook: " + text);
    }

    @Override
    public void onComplaint(String text) {
        complaints.add(text);
    }

    @Override
    public void onLost(GatewaySocket socket, String why) {
        if (!over) {
            complaints.add((socket.isDevice() ? "device" : "app") + " lost: " + why);
        }
    }
}
