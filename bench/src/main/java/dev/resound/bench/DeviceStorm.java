package dev.resound.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All sockets of many sessions are cut at once and come back, devices and apps, each as who it was.
 * Meanwhile bystanders ping, and somebody asks how the server is.
 *
 * <p>The first rounds warm up. After the last one every device sends one event, which all its apps
 * must get; and for a while nobody may be asked to come who is there.
 *
 * <p><b>Thread:</b> the client's loop.
 */
final class DeviceStorm implements Load<DeviceStorm.Result>, DeviceCrowd.Listener {

    private static final Duration RETRY_AFTER = Duration.ofMillis(200);
    private static final Duration BETWEEN_ROUNDS = Duration.ofSeconds(1);
    private static final Duration CHECK_EVERY = Duration.ofMillis(20);

    /** After the last acknowledgement subscriptions are still on their way. */
    private static final Duration BEFORE_THE_EVENT = Duration.ofMillis(500);

    /**
     * @param sessions that are cut; bystanders come after them
     * @param within how long it takes until everybody has tried to come back
     * @param healthPath asked for all the time; empty: not asked
     * @param askEvery of each bystander and of the health
     * @param calm how long bystanders are measured before
     * @param rounds including the measured one
     * @param watch how long we look out for webhooks afterwards
     * @param patience of a round
     */
    record Plan(
            Gateway gateway,
            InetSocketAddress webhooks,
            int sessions,
            int apps,
            int bystanders,
            Duration within,
            String healthPath,
            Duration askEvery,
            Duration calm,
            int rounds,
            Duration watch,
            Duration patience) {

        int all() {
            return sessions + bystanders;
        }

        int comingBack() {
            return sessions * (1 + apps);
        }

        int sockets() {
            return comingBack() + bystanders;
        }

        /** When a device (-1) or one of its apps comes back, evenly spread. */
        Duration returnAfter(int session, int app) {
            return within.multipliedBy((long) session * (1 + apps) + 1 + app)
                    .dividedBy(comingBack());
        }
    }

    /** How long questions were open, before and during the storm. */
    record Answers(Latency calm, Latency storm) {
        Answers() {
            this(new Latency(), new Latency());
        }
    }

    /**
     * @param lastAckNanos from the cut until everybody was back; negative: not everybody came
     * @param back from dialling to acknowledgement, of each socket
     * @param turnedAway tries that failed
     * @param extraWebhooks since the first cut
     * @param lost events of the devices that an app did not get afterwards
     */
    record Result(
            Plan plan,
            long lastAckNanos,
            Latency back,
            long turnedAway,
            Answers pings,
            Answers health,
            long unanswered,
            long extraWebhooks,
            long lost,
            long duplicates,
            Cost cost,
            Complaints complaints) {

        boolean isClean() {
            return lastAckNanos >= 0
                    && turnedAway == 0
                    && unanswered == 0
                    && extraWebhooks == 0
                    && lost == 0
                    && duplicates == 0
                    && complaints.total() == 0;
        }

        Report report() {
            var report =
                    new Report("devices storm")
                            .text("target", "server", plan.gateway.address().authority())
                            .count("sessions", "sessions cut", plan.sessions)
                            .count("apps", "apps of each", plan.apps)
                            .count("bystanders", "bystanders", plan.bystanders)
                            .number(
                                    "last_ack_ms",
                                    "from the cut to the last ack, ms",
                                    lastAckNanos / 1e6,
                                    1)
                            .number("back_p50_ms", "dial to ack p50, ms", millis(back, 50), 1)
                            .number("back_p99_ms", "dial to ack p99, ms", millis(back, 99), 1)
                            .number("back_max_ms", "dial to ack max, ms", millis(back, 100), 1)
                            .count("turned_away", "tries that failed", turnedAway);
            answers(report, "ping", "bystanders' ping", pings);
            if (!plan.healthPath.isEmpty()) {
                answers(report, "health", "GET " + plan.healthPath, health);
            }
            return report.count("unanswered", "pings without an answer", unanswered)
                    .count("extra_webhooks", "webhooks for who was there", extraWebhooks)
                    .cost(cost, plan.comingBack(), "socket that came back")
                    .count("lost", "lost afterwards", lost)
                    .count("duplicates", "duplicates afterwards", duplicates)
                    .complaints(complaints);
        }

        private static void answers(Report report, String key, String label, Answers answers) {
            report.number(
                            key + "_calm_p99_ms",
                            label + " before, p99, ms",
                            millis(answers.calm, 99),
                            2)
                    .number(
                            key + "_calm_max_ms",
                            label + " before, max, ms",
                            millis(answers.calm, 100),
                            2)
                    .number(
                            key + "_p50_ms",
                            label + " in the storm, p50, ms",
                            millis(answers.storm, 50),
                            2)
                    .number(
                            key + "_p99_ms",
                            label + " in the storm, p99, ms",
                            millis(answers.storm, 99),
                            2)
                    .number(
                            key + "_max_ms",
                            label + " in the storm, max, ms",
                            millis(answers.storm, 100),
                            2);
        }

        private static double millis(Latency latency, double percent) {
            return latency.micros(percent) / 1e3;
        }
    }

    private enum Stage {
        OPENING,
        WARMING,
        CALM,
        STORM,
        AFTERWARDS,
        OVER
    }

    private final ClientLoop loop;
    private final Plan plan;
    private final Optional<ProcessView> server;
    private final DeviceCrowd crowd;
    private final HttpConnection health;
    private final ByteBuf healthRequest;
    private final ArrayDeque<Long>[] asked;
    private final DeliveryTally tally;
    private final Latency back = new Latency();
    private final Answers pings = new Answers();
    private final Answers healthAnswers = new Answers();
    private final Complaints complaints = new Complaints();

    /** When each socket dialled last, devices and apps in one row. */
    private final long[] diallingNanos;

    private Stage stage = Stage.OPENING;
    private @Nullable CompletableFuture<Result> done;
    private @Nullable Future<?> check;
    private @Nullable Pace pingPace;
    private @Nullable Pace healthPace;
    private Cost.@Nullable Meter meter;
    private @Nullable Cost cost;
    private int round;
    private int away;
    private long cutNanos;
    private long lastAckNanos = -1;
    private long turnedAway;
    private long extraWebhooks;

    DeviceStorm(ClientLoop loop, Plan plan, Optional<ProcessView> server) {
        this.loop = loop;
        this.plan = plan;
        this.server = server;
        this.diallingNanos = new long[plan.comingBack()];
        this.asked = newQueues(plan.bystanders);
        this.tally = new DeliveryTally(plan.sessions, plan.apps, 1);
        this.health =
                new HttpConnection(loop, plan.gateway.address().resolve(), new HealthListener());
        String request =
                "GET "
                        + plan.healthPath
                        + " HTTP/1.1\r\nHost: "
                        + plan.gateway.address().authority()
                        + "\r\n\r\n";
        this.healthRequest =
                Unpooled.unreleasableBuffer(
                        Unpooled.copiedBuffer(request, StandardCharsets.US_ASCII));
        this.crowd =
                new DeviceCrowd(
                        loop,
                        new DeviceCrowd.Plan(
                                plan.gateway,
                                new EventTraffic(),
                                session -> session < plan.sessions ? plan.apps : 0,
                                true,
                                plan.webhooks),
                        this);
    }

    @SuppressWarnings("unchecked")
    private static ArrayDeque<Long>[] newQueues(int count) {
        return Stream.generate(ArrayDeque<Long>::new).limit(count).toArray(ArrayDeque[]::new);
    }

    @Override
    public Duration atMost() {
        return DeviceCrowd.longestGrowth(plan.sockets())
                .plus(plan.patience.plus(BETWEEN_ROUNDS).multipliedBy(plan.rounds))
                .plus(plan.calm)
                .plus(plan.watch)
                .plusSeconds(10);
    }

    @Override
    public String progress() {
        return switch (stage) {
            case OPENING -> "opening: " + crowd.ready() + " of " + plan.all() + " sessions";
            case WARMING -> "warming up, round " + round + ": " + away + " sockets away";
            case CALM -> "the calm before the storm";
            case STORM -> away + " sockets away";
            case AFTERWARDS, OVER -> "looking out for webhooks: " + extraWebhooks;
        };
    }

    @Override
    public void start(CompletableFuture<Result> result) {
        done = result;
        crowd.grow(plan.all(), this::begin, this::fail);
    }

    private void begin() {
        long now = System.nanoTime();
        double perSecond = 1e9 / plan.askEvery.toNanos();
        pingPace = new Pace(now, perSecond * Math.max(1, plan.bystanders));
        healthPace = new Pace(now, perSecond);
        check = loop.every(CHECK_EVERY, this::check);
        stage = Stage.WARMING;
        pingSome();
        askForHealth();
        nextRound();
    }

    private void nextRound() {
        round++;
        if (round < plan.rounds) {
            cut();
        } else {
            stage = Stage.CALM;
            loop.later(plan.calm, this::storm);
        }
    }

    private void storm() {
        if (stage == Stage.CALM) {
            stage = Stage.STORM;
            back.reset();
            turnedAway = 0;
            meter = new Cost.Meter(server);
            cut();
        }
    }

    private void cut() {
        cutNanos = System.nanoTime();
        away = plan.comingBack();
        for (int session = 0; session < plan.sessions; session++) {
            crowd.cut(session);
        }
        for (int session = 0; session < plan.sessions; session++) {
            for (int app = GatewaySocket.DEVICE; app < plan.apps; app++) {
                int returning = session;
                int as = app;
                loop.later(plan.returnAfter(session, app), () -> dial(returning, as));
            }
        }
    }

    private void dial(int session, int app) {
        if (stage != Stage.OVER) {
            diallingNanos[place(session, app)] = System.nanoTime();
            crowd.reopen(session, app);
        }
    }

    private int place(int session, int app) {
        return session * (1 + plan.apps) + 1 + app;
    }

    @Override
    public void onReturned(GatewaySocket socket) {
        long now = System.nanoTime();
        back.record(now - diallingNanos[place(socket.session(), socket.app())]);
        away--;
        if (away > 0) {
            return;
        }
        if (stage == Stage.STORM) {
            lastAckNanos = now - cutNanos;
            afterwards();
        } else if (stage == Stage.WARMING) {
            loop.later(BETWEEN_ROUNDS, this::nextRound);
        }
    }

    private void afterwards() {
        stage = Stage.AFTERWARDS;
        Cost.Meter running = meter;
        cost = running == null ? null : running.sinceStart();
        loop.later(BEFORE_THE_EVENT, this::sendEvents);
        loop.later(plan.watch, this::finish);
    }

    private void sendEvents() {
        for (int session = 0; session < plan.sessions && stage != Stage.OVER; session++) {
            long now = System.nanoTime();
            crowd.send(session, tally.publish(0, session, now).sequence(), now);
        }
    }

    private void pingSome() {
        Pace clock = pingPace;
        if (clock == null || plan.bystanders == 0 || !isAsking()) {
            return;
        }
        long now = System.nanoTime();
        while (clock.dueNanos() - now <= 0) {
            int bystander = clock.take(plan.bystanders);
            // Not from when it was due: pings wait for nobody but us, who are busy ourselves.
            asked[bystander].add(System.nanoTime());
            crowd.ping(plan.sessions + bystander);
        }
        loop.later(until(clock), this::pingSome);
    }

    private void askForHealth() {
        Pace clock = healthPace;
        if (clock == null || plan.healthPath.isEmpty() || !isAsking()) {
            return;
        }
        long now = System.nanoTime();
        while (clock.dueNanos() - now <= 0) {
            clock.take(1);
            health.send(healthRequest.duplicate());
        }
        health.flush();
        loop.later(until(clock), this::askForHealth);
    }

    private boolean isAsking() {
        return stage == Stage.WARMING || stage == Stage.CALM || stage == Stage.STORM;
    }

    private static Duration until(Pace clock) {
        return Duration.ofNanos(Math.max(0, clock.dueNanos() - System.nanoTime()));
    }

    @Override
    public void onPong(GatewaySocket device) {
        int bystander = device.session() - plan.sessions;
        Long since = bystander < 0 ? null : asked[bystander].poll();
        if (since == null) {
            complaints.add("a pong nobody asked for");
        } else {
            record(pings, since);
        }
    }

    private void record(Answers answers, long since) {
        long nanos = System.nanoTime() - since;
        if (stage == Stage.CALM) {
            answers.calm.record(nanos);
        } else if (stage == Stage.STORM || stage == Stage.AFTERWARDS) {
            (since - cutNanos < 0 ? answers.calm : answers.storm).record(nanos);
        }
    }

    private void check() {
        boolean outOfPatience = System.nanoTime() - cutNanos > plan.patience.toNanos();
        if (outOfPatience && away > 0 && (stage == Stage.WARMING || stage == Stage.STORM)) {
            complaints.add("sockets did not come back in time", away);
            afterwards();
        }
    }

    @Override
    public void onArrival(GatewaySocket app, int device, long sequence, long nanos, int bytes) {
        tally.accept(app.app() * plan.sessions + app.session(), device, sequence);
    }

    @Override
    public void onUnexpectedWebhook(String text) {
        extraWebhooks++;
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
        if (socket.session() >= plan.sessions || socket.isAcknowledged()) {
            complaints.add((socket.isDevice() ? "device" : "app") + " lost: " + why);
        } else {
            turnedAway++;
            complaints.add("turned away: " + why);
            loop.later(RETRY_AFTER, () -> dial(socket.session(), socket.app()));
        }
    }

    private void finish() {
        long unanswered = Stream.of(asked).mapToLong(ArrayDeque::size).sum();
        Cost taken = cost == null ? new Cost.Meter(server).sinceStart() : cost;
        var result =
                new Result(
                        plan,
                        lastAckNanos,
                        back,
                        turnedAway,
                        pings,
                        healthAnswers,
                        unanswered,
                        extraWebhooks,
                        tally.missing(),
                        tally.duplicates(),
                        taken,
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
        health.close();
        crowd.close();
    }

    private final class HealthListener implements HttpConnection.Listener {
        @Override
        public void onAnswer(HttpConnection connection, int status, String excerpt, long nanos) {
            if (status == 200) {
                record(healthAnswers, System.nanoTime() - nanos);
            } else {
                complaints.add("GET " + plan.healthPath + " answered " + status);
            }
        }

        @Override
        public void onFailure(HttpConnection connection, int requests, String why) {
            complaints.add("GET " + plan.healthPath + " failed: " + why, requests);
        }
    }
}
