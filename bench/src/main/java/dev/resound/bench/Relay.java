package dev.resound.bench;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Messages of many devices, each to all apps of its session.
 *
 * <p>Without a rate every device has {@code inFlight} messages on their way and sends the next ones
 * when all its apps have them: the gateway's highest rate. With one, messages follow a clock,
 * spread evenly over the devices, and latency counts from when a message was due. Warming up is
 * always done at the highest rate.
 *
 * <p><b>Thread:</b> the client's loop.
 */
final class Relay implements Load<Relay.Result>, DeviceCrowd.Listener {

    private static final int MAX_STALLS = 3;
    private static final int MAX_PACED_PER_TURN = 64;
    private static final Duration CHECK_EVERY = Duration.ofMillis(20);

    /** Seconds of paced messages that may be missing; with more, the gateway does not keep up. */
    private static final double MAX_BACKLOG_SECONDS = 2;

    /**
     * @param name of the load, for the report
     * @param perSecond messages per second of each device; 0: as many as it takes
     * @param inFlight messages of a device on their way at a time, without a rate
     * @param mostPerSecond what a device never exceeds, for gateways limit it
     * @param settle how long to listen for duplicates at the end
     */
    record Plan(
            String name,
            Gateway gateway,
            InetSocketAddress webhooks,
            Traffic traffic,
            int devices,
            int apps,
            double perSecond,
            int inFlight,
            double mostPerSecond,
            Phases phases,
            Duration settle) {

        int sockets() {
            return devices * (1 + apps);
        }
    }

    /**
     * @param sent by devices in the measured phase, like {@code deliveries}, {@code receivedBytes},
     *     {@code latency}, {@code cost}
     * @param receivedBytes by apps, without frame headers
     * @param lost in the whole run, like the other counts of what went wrong
     */
    record Result(
            Plan plan,
            String transport,
            long sent,
            long deliveries,
            long receivedBytes,
            long lost,
            long duplicates,
            long outOfOrder,
            long webhooks,
            Latency latency,
            Cost cost,
            Complaints complaints) {

        boolean isClean() {
            return lost == 0 && duplicates == 0 && outOfOrder == 0 && complaints.total() == 0;
        }

        Report report() {
            var report =
                    new Report(plan.name)
                            .text("target", "server", plan.gateway.address().authority())
                            .count("devices", "devices", plan.devices)
                            .count("apps", "apps of each", plan.apps)
                            .count("payload_bytes", "bytes of a message", plan.traffic.bytes());
            if (plan.perSecond > 0) {
                report.number(
                        "paced_per_second",
                        "paced messages per second of a device",
                        plan.perSecond,
                        1);
            } else {
                report.count("in_flight", "messages in flight of a device", plan.inFlight);
            }
            return report.phase(transport, cost)
                    .measured("sent", "sent by devices", sent, cost)
                    .measured("deliveries", "deliveries", deliveries, cost)
                    .count("sent_bytes", "bytes sent by devices", sent * plan.traffic.bytes())
                    .count("received_bytes", "bytes received by apps", receivedBytes)
                    .latency(latency)
                    .cost(cost, deliveries, plan.traffic.noun())
                    .count("webhooks", "webhooks received", webhooks)
                    .count("lost", "lost", lost)
                    .count("duplicates", "duplicates", duplicates)
                    .count("out_of_order", "out of order", outOfOrder)
                    .complaints(complaints);
        }
    }

    /** What was counted when the measured phase ended. */
    private record Measured(long sent, long deliveries, long receivedBytes, Cost cost) {}

    private enum Stage {
        OPENING,
        WARMING,
        /** The last messages of the warm-up are on their way. */
        CALMING,
        FLOOD,
        PACED,
        DRAINING,
        OVER
    }

    private final ClientLoop loop;
    private final Plan plan;
    private final Optional<ProcessView> server;
    private final DeviceCrowd crowd;
    private final DeliveryTally tally;
    private final Latency latency = new Latency();
    private final Complaints complaints = new Complaints();

    /** By device: deliveries that are still out. */
    private final int[] undelivered;

    /** By device: when it sent last. */
    private final long[] sentNanos;

    private final long leastNanosBetween;

    private Stage stage = Stage.OPENING;
    private @Nullable CompletableFuture<Result> done;
    private Phases.@Nullable Progress progress;
    private Cost.@Nullable Meter meter;
    private @Nullable Pace pace;
    private @Nullable Future<?> check;
    private long stageNanos;
    private int stalls;
    private long sentBefore;
    private long deliveredBefore;
    private long receivedBytes;
    private @Nullable Measured measured;

    Relay(ClientLoop loop, Plan plan, Optional<ProcessView> server) {
        this.loop = loop;
        this.plan = plan;
        this.server = server;
        this.tally = new DeliveryTally(plan.devices, plan.apps, 1);
        this.undelivered = new int[plan.devices];
        this.sentNanos = new long[plan.devices];
        this.leastNanosBetween = (long) (plan.inFlight * 1e9 / plan.mostPerSecond);
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
                .plus(plan.settle)
                .plus(DeviceCrowd.longestGrowth(plan.sockets()));
    }

    @Override
    public String progress() {
        return switch (stage) {
            case OPENING -> "opening: " + crowd.ready() + " of " + plan.devices + " sessions";
            case WARMING, CALMING -> "warming up: " + tally.unique() + " deliveries";
            case FLOOD, PACED, DRAINING, OVER ->
                    "measuring: "
                            + (tally.unique() - deliveredBefore)
                            + " deliveries, "
                            + tally.duplicates()
                            + " duplicates, "
                            + complaints.total()
                            + " errors";
        };
    }

    @Override
    public void start(CompletableFuture<Result> result) {
        done = result;
        crowd.grow(plan.devices, this::warmUp, this::fail);
    }

    private void warmUp() {
        progress = plan.phases.start(server);
        check = loop.every(CHECK_EVERY, this::check);
        enter(Stage.WARMING);
        flood();
    }

    private void enter(Stage next) {
        stage = next;
        stageNanos = System.nanoTime();
    }

    private void flood() {
        Arrays.fill(undelivered, 0);
        for (int device = 0; device < plan.devices; device++) {
            sendNext(device);
        }
    }

    private void sendNext(int device) {
        if (stage != Stage.WARMING && stage != Stage.FLOOD) {
            return;
        }
        long now = System.nanoTime();
        undelivered[device] = plan.inFlight * plan.apps;
        sentNanos[device] = now;
        for (int each = 0; each < plan.inFlight; each++) {
            Stamp stamp = tally.publish(0, device, now);
            crowd.sendLater(device, stamp.sequence(), now);
        }
        crowd.flush(device);
    }

    @Override
    public void onArrival(GatewaySocket app, int device, long sequence, long nanos, int bytes) {
        if (device != app.session()) {
            complaints.add("a message of another device arrived");
            return;
        }
        if (!tally.accept(app.app() * plan.devices + device, device, sequence)) {
            return;
        }
        long now = System.nanoTime();
        latency.record(now - nanos);
        receivedBytes += bytes;
        // Not for what still comes of messages given up.
        if ((stage == Stage.WARMING || stage == Stage.FLOOD)
                && nanos - sentNanos[device] >= 0
                && --undelivered[device] == 0) {
            long early = leastNanosBetween - (now - sentNanos[device]);
            if (early > 0) {
                loop.later(Duration.ofNanos(early), () -> sendNext(device));
            } else {
                sendNext(device);
            }
        }
    }

    /** What no message wakes us for. */
    private void check() {
        Phases.Progress phase = progress;
        if (phase == null) {
            return;
        }
        long now = System.nanoTime();
        switch (stage) {
            case WARMING -> {
                if (phase.isWarm(now, tally.published())) {
                    enter(Stage.CALMING);
                } else {
                    goOnWithoutTheMissing(now);
                }
            }
            case CALMING -> {
                if (tally.missing() == 0 || isOutOfPatience(now, stageNanos)) {
                    measure(phase);
                }
            }
            case FLOOD -> {
                if (phase.isOver(now, tally.published())) {
                    drain();
                } else {
                    goOnWithoutTheMissing(now);
                }
            }
            case DRAINING -> {
                if (tally.missing() == 0 || isOutOfPatience(now, stageNanos)) {
                    finishSoon();
                }
            }
            case OPENING, PACED, OVER -> {}
        }
    }

    private boolean isOutOfPatience(long now, long sinceNanos) {
        return now - sinceNanos > plan.phases.patience().toNanos();
    }

    /** A lost message must not silence its device for the rest of the run. */
    private void goOnWithoutTheMissing(long now) {
        for (int device = 0; device < plan.devices; device++) {
            if (undelivered[device] > 0 && isOutOfPatience(now, sentNanos[device])) {
                stalls++;
                if (stalls >= MAX_STALLS * plan.devices) {
                    finishSoon();
                    return;
                }
                sendNext(device);
            }
        }
    }

    private void measure(Phases.Progress phase) {
        latency.reset();
        receivedBytes = 0;
        sentBefore = tally.published();
        deliveredBefore = tally.unique();
        meter = new Cost.Meter(server);
        long now = System.nanoTime();
        phase.startMeasuring(now, sentBefore);
        if (plan.perSecond > 0) {
            pace = new Pace(now, plan.perSecond * plan.devices);
            enter(Stage.PACED);
            pace();
        } else {
            enter(Stage.FLOOD);
            flood();
        }
    }

    private void pace() {
        Pace clock = pace;
        Phases.Progress phase = progress;
        if (stage != Stage.PACED || clock == null || phase == null) {
            return;
        }
        long now = System.nanoTime();
        for (int each = 0; each < MAX_PACED_PER_TURN && clock.dueNanos() - now <= 0; each++) {
            long due = clock.dueNanos();
            if (phase.isOver(due, tally.published())) {
                drain();
                return;
            }
            int device = clock.take(plan.devices);
            crowd.send(device, tally.publish(0, device, due).sequence(), due);
        }
        double perSecond = plan.perSecond * plan.devices * plan.apps;
        if (tally.missing() > Math.max(1_000, MAX_BACKLOG_SECONDS * perSecond)) {
            complaints.add(
                    "the gateway does not keep up with " + Math.round(perSecond) + " deliveries/s");
            drain();
            return;
        }
        loop.later(Duration.ofNanos(Math.max(0, clock.dueNanos() - System.nanoTime())), this::pace);
    }

    /** Measured is what has arrived by now; waiting for what is missing costs nothing. */
    private void drain() {
        takeMeasures();
        enter(Stage.DRAINING);
    }

    private void takeMeasures() {
        Cost.Meter running = meter;
        if (running != null && measured == null) {
            measured =
                    new Measured(
                            tally.published() - sentBefore,
                            tally.unique() - deliveredBefore,
                            receivedBytes,
                            running.sinceStart());
        }
    }

    private void finishSoon() {
        if (stage != Stage.OVER) {
            takeMeasures();
            stage = Stage.OVER;
            loop.later(plan.settle, this::finish);
        }
    }

    private void finish() {
        if (tally.unreadable() > 0) {
            complaints.add("messages arrived that nobody sent there", tally.unreadable());
        }
        Measured taken =
                measured == null
                        ? new Measured(0, 0, 0, new Cost.Meter(server).sinceStart())
                        : measured;
        var result =
                new Result(
                        plan,
                        loop.transport(),
                        taken.sent,
                        taken.deliveries,
                        taken.receivedBytes,
                        tally.missing(),
                        tally.duplicates(),
                        tally.late(),
                        crowd.webhooksReceived(),
                        latency,
                        taken.cost,
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
        crowd.close();
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
        if (stage != Stage.OVER) {
            complaints.add((socket.isDevice() ? "device" : "app") + " lost: " + why);
            finishSoon();
        }
    }
}
