package dev.resound.bench;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * One device with many apps, of which the first stops reading: what the others notice, and how much
 * memory the gateway takes for what one does not read.
 *
 * <p><b>Thread:</b> the client's loop.
 */
final class SlowApp implements Load<SlowApp.Result>, DeviceCrowd.Listener {

    private static final int SLOW = 0;
    private static final Duration CHECK_EVERY = Duration.ofMillis(20);

    /** What the slow one still gets once it reads again. */
    private static final Duration CATCHING_UP = Duration.ofSeconds(2);

    /**
     * @param perSecond messages of the device
     * @param phases the measured phase comes twice: without and with the slow app
     */
    record Plan(
            Gateway gateway,
            InetSocketAddress webhooks,
            Traffic traffic,
            int apps,
            double perSecond,
            Phases phases) {}

    /** What the apps that read got while one did or did not. */
    record Phase(Latency latency, long deliveries, Cost cost) {}

    /**
     * @param memoryBefore bytes when the slow one stopped reading; 0 with the following if unknown
     * @param memoryPeak the most while it did not read
     * @param slowGot messages it got of those sent while it did not read and after
     * @param slowEnd why its connection ended; empty: it did not
     * @param lost of the apps that read
     */
    record Result(
            Plan plan,
            String transport,
            Phase baseline,
            Phase slow,
            long sentToSlow,
            long slowGot,
            String slowEnd,
            long memoryBefore,
            long memoryPeak,
            long lost,
            long duplicates,
            long outOfOrder,
            Complaints complaints) {

        boolean isClean() {
            return lost == 0 && duplicates == 0 && outOfOrder == 0 && complaints.total() == 0;
        }

        Report report() {
            var report =
                    new Report("devices slow")
                            .text("target", "server", plan.gateway.address().authority())
                            .count("apps", "apps, one of them slow", plan.apps)
                            .count("payload_bytes", "bytes of a message", plan.traffic.bytes())
                            .number(
                                    "paced_per_second",
                                    "paced messages per second",
                                    plan.perSecond,
                                    1);
            phase(report, "baseline_", "all read: ", baseline);
            phase(report, "slow_", "one does not: ", slow);
            double ratio = slow.latency.micros(99) / Math.max(1, baseline.latency.micros(99));
            return report.number("p99_ratio", "p99 with the slow one ÷ without", ratio, 2)
                    .cost(slow.cost, slow.deliveries, plan.traffic.noun())
                    .count("memory_before", "memory before, bytes", memoryBefore)
                    .count("memory_growth", "  and grown by at most", memoryPeak - memoryBefore)
                    .count("sent_to_slow", "sent to the slow one", sentToSlow)
                    .count("slow_missed", "  of it never arrived", sentToSlow - slowGot)
                    .text(
                            "slow_end",
                            "  and its connection",
                            slowEnd.isEmpty() ? "is still open" + keptHint() : slowEnd)
                    .count("lost", "lost by the others", lost)
                    .count("duplicates", "duplicates", duplicates)
                    .count("out_of_order", "out of order", outOfOrder)
                    .complaints(complaints);
        }

        private String keptHint() {
            return slowGot == sentToSlow
                    ? "; buffers held everything: longer --seconds or a larger --payload"
                    : "";
        }

        private static void phase(Report report, String key, String label, Phase phase) {
            report.number(key + "p50_us", label + "p50, µs", phase.latency.micros(50), 0)
                    .number(key + "p99_us", label + "p99, µs", phase.latency.micros(99), 0)
                    .number(key + "max_us", label + "max, µs", phase.latency.micros(100), 0)
                    .measured(
                            key + "deliveries", label + "deliveries", phase.deliveries, phase.cost);
        }
    }

    private enum Stage {
        OPENING,
        WARMING,
        BASELINE,
        SLOW,
        /** All has been sent; the others get the rest. */
        DRAINING,
        /** The slow one reads again. */
        CATCHING_UP,
        OVER
    }

    private final ClientLoop loop;
    private final Plan plan;
    private final Optional<ProcessView> server;
    private final DeviceCrowd crowd;
    private final SequenceCheck[] checks;
    private final long[] got;
    private final Complaints complaints = new Complaints();
    private final Latency baselineLatency = new Latency();
    private final Latency slowLatency = new Latency();

    private Stage stage = Stage.OPENING;
    private @Nullable CompletableFuture<Result> done;
    private Phases.@Nullable Progress progress;
    private @Nullable Future<?> check;
    private @Nullable Future<?> sampling;
    private @Nullable Pace pace;
    private Cost.@Nullable Meter meter;
    private @Nullable Phase baseline;
    private @Nullable Phase slow;
    private long stageNanos;
    private long sent;
    private long deliveriesBefore;
    private long sentBeforeSlow;
    private long slowGotBefore;
    private long memoryBefore;
    private long memoryPeak;
    private long duplicates;
    private long late;
    private String slowEnd = "";
    private boolean answered;

    SlowApp(ClientLoop loop, Plan plan, Optional<ProcessView> server) {
        this.loop = loop;
        this.plan = plan;
        this.server = server;
        this.got = new long[plan.apps];
        this.checks = new SequenceCheck[plan.apps];
        for (int app = 0; app < plan.apps; app++) {
            checks[app] = new SequenceCheck();
        }
        this.crowd =
                new DeviceCrowd(
                        loop,
                        new DeviceCrowd.Plan(
                                plan.gateway,
                                plan.traffic,
                                device -> plan.apps,
                                true,
                                plan.webhooks),
                        this);
    }

    @Override
    public Duration atMost() {
        return plan.phases
                .atMost()
                .plus(plan.phases.measured())
                .plus(CATCHING_UP)
                .plus(DeviceCrowd.longestGrowth(plan.apps));
    }

    @Override
    public String progress() {
        return switch (stage) {
            case OPENING -> "opening";
            case WARMING -> "warming up";
            case BASELINE -> "all read";
            case SLOW, DRAINING -> "one does not read";
            case CATCHING_UP, OVER -> "it reads again";
        };
    }

    @Override
    public void start(CompletableFuture<Result> result) {
        done = result;
        crowd.grow(1, this::warmUp, this::fail);
    }

    private void warmUp() {
        progress = plan.phases.start(server);
        check = loop.every(CHECK_EVERY, this::check);
        enter(Stage.WARMING);
        pace = new Pace(stageNanos, plan.perSecond);
        pace();
    }

    private void enter(Stage next) {
        stage = next;
        stageNanos = System.nanoTime();
    }

    private void pace() {
        Pace clock = pace;
        if (clock == null
                || (stage != Stage.WARMING && stage != Stage.BASELINE && stage != Stage.SLOW)) {
            return;
        }
        long now = System.nanoTime();
        while (clock.dueNanos() - now <= 0) {
            long due = clock.dueNanos();
            clock.take(1);
            crowd.send(0, sent, due);
            sent++;
        }
        loop.later(Duration.ofNanos(Math.max(0, clock.dueNanos() - System.nanoTime())), this::pace);
    }

    private void check() {
        Phases.Progress phase = progress;
        if (phase == null) {
            return;
        }
        long now = System.nanoTime();
        boolean phaseIsOver = now - stageNanos >= plan.phases.measured().toNanos();
        switch (stage) {
            case WARMING -> {
                if (phase.isWarm(now, sent)) {
                    enter(Stage.BASELINE);
                    measure();
                }
            }
            case BASELINE -> {
                if (phaseIsOver) {
                    baseline = phase(baselineLatency);
                    stopReading();
                }
            }
            case SLOW -> {
                if (phaseIsOver) {
                    slow = phase(slowLatency);
                    enter(Stage.DRAINING);
                }
            }
            case DRAINING -> {
                if (missing() == 0 || now - stageNanos > plan.phases.patience().toNanos()) {
                    readAgain();
                }
            }
            case CATCHING_UP -> {
                if (now - stageNanos > CATCHING_UP.toNanos()) {
                    finish();
                }
            }
            case OPENING, OVER -> {}
        }
    }

    private void measure() {
        deliveriesBefore = deliveries();
        meter = new Cost.Meter(server);
    }

    private Phase phase(Latency latency) {
        Cost.Meter running = meter;
        Cost cost = (running == null ? new Cost.Meter(server) : running).sinceStart();
        return new Phase(latency, deliveries() - deliveriesBefore, cost);
    }

    private void stopReading() {
        memoryBefore = memory();
        memoryPeak = memoryBefore;
        sentBeforeSlow = sent;
        slowGotBefore = got[SLOW];
        crowd.stopReading(0, SLOW);
        sampling =
                loop.every(
                        MemoryWatch.SAMPLE_EVERY,
                        () -> memoryPeak = Math.max(memoryPeak, memory()));
        enter(Stage.SLOW);
        measure();
    }

    private void readAgain() {
        memoryPeak = Math.max(memoryPeak, memory());
        crowd.readAgain(0, SLOW);
        crowd.ping(0);
        enter(Stage.CATCHING_UP);
    }

    private long memory() {
        return server.map(process -> process.memory().bytes()).orElse(0L);
    }

    /** Of the apps that read. */
    private long deliveries() {
        long all = 0;
        for (int app = 1; app < plan.apps; app++) {
            all += got[app];
        }
        return all;
    }

    private long missing() {
        return sent * (plan.apps - 1) - deliveries();
    }

    @Override
    public void onArrival(GatewaySocket app, int device, long sequence, long nanos, int bytes) {
        switch (checks[app.app()].accept(sequence)) {
            case FRESH -> got[app.app()]++;
            case LATE -> {
                got[app.app()]++;
                late++;
            }
            case DUPLICATE -> {
                duplicates++;
                return;
            }
        }
        if (app.app() == SLOW) {
            return;
        }
        if (stage == Stage.BASELINE) {
            baselineLatency.record(System.nanoTime() - nanos);
        } else if (stage == Stage.SLOW || stage == Stage.DRAINING) {
            slowLatency.record(System.nanoTime() - nanos);
        }
    }

    private void finish() {
        if (!answered) {
            complaints.add("the gateway did not answer the device's ping afterwards");
        }
        Phase first = baseline == null ? phase(baselineLatency) : baseline;
        Phase second = slow == null ? phase(slowLatency) : slow;
        var result =
                new Result(
                        plan,
                        loop.transport(),
                        first,
                        second,
                        sent - sentBeforeSlow,
                        got[SLOW] - slowGotBefore,
                        slowEnd,
                        memoryBefore,
                        memoryPeak,
                        missing(),
                        duplicates,
                        late,
                        complaints);
        end();
        if (done != null) {
            done.complete(result);
        }
    }

    private void fail(CannotRunException failure) {
        end();
        if (done != null) {
            done.completeExceptionally(failure);
        }
    }

    private void end() {
        stage = Stage.OVER;
        if (check != null) {
            check.cancel(false);
        }
        if (sampling != null) {
            sampling.cancel(false);
        }
        crowd.close();
    }

    @Override
    public void onPong(GatewaySocket device) {
        answered = true;
    }

    @Override
    public void onReturned(GatewaySocket socket) {
        // Nobody comes back.
    }

    @Override
    public void onUnexpectedWebhook(String text) {
        if (slowEnd.isEmpty()) {
            complaints.add("unexpected webhook: " + text);
        }
    }

    @Override
    public void onComplaint(String text) {
        complaints.add(text);
    }

    @Override
    public void onLost(GatewaySocket socket, String why) {
        if (stage == Stage.OVER) {
            return;
        }
        boolean mayBe =
                stage == Stage.SLOW || stage == Stage.DRAINING || stage == Stage.CATCHING_UP;
        if (!socket.isDevice() && socket.app() == SLOW && mayBe) {
            slowEnd = why; // a gateway's right
        } else {
            complaints.add((socket.isDevice() ? "device" : "app") + " lost: " + why);
            finish();
        }
    }
}
