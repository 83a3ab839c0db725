package dev.resound.bench;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Question and answer on many connections, one outstanding on each: {@code pusher:ping} and its
 * pong, a raw server's echo, or a Socket.IO event and its acknowledgement.
 *
 * <p><b>Thread:</b> the client's loop.
 */
final class Echo implements Load<Echo.Result>, Peer.Listener {

    private static final Duration CHECK_EVERY = Duration.ofMillis(20);

    /**
     * @param payloadBytes size of a raw message or of an event's argument; a Pusher ping has none
     */
    record Plan(Target target, int connections, int payloadBytes, Phases phases) {

        private String payload() {
            return new String(new Stamp(0, 0, 0).payload(payloadBytes), StandardCharsets.US_ASCII);
        }
    }

    /** All but {@code complaints} from the measured phase. */
    record Result(
            Plan plan,
            String transport,
            long roundTrips,
            Latency latency,
            Cost cost,
            Complaints complaints) {

        boolean isClean() {
            return complaints.total() == 0;
        }

        Report report() {
            return new Report("echo")
                    .text("target", "server", plan.target.address().authority())
                    .count("connections", "connections", plan.connections)
                    .count("payload_bytes", "payload bytes", plan.payloadBytes)
                    .phase(transport, cost)
                    .measured("round_trips", "round trips", roundTrips, cost)
                    .latency(latency)
                    .cost(cost, roundTrips, "round trip")
                    .complaints(complaints);
        }
    }

    /**
     * What is asked, and how an answer is known.
     *
     * @param answerBytes 0: any length
     */
    private record Exchange(Dialect dialect, String question, Marker answer, int answerBytes) {

        static Exchange of(Plan plan) {
            return switch (plan.target) {
                case Target.Pusher pusher ->
                        new Exchange(
                                Dialect.pusher(pusher, Dialect::none),
                                "{\"event\":\"pusher:ping\",\"data\":{}}",
                                new Marker("er:pong\""),
                                0);
                case Target.Raw raw ->
                        new Exchange(
                                Dialect.raw(raw),
                                plan.payload(),
                                Stamp.marker(),
                                plan.payloadBytes);
                case Target.SocketIo socketIo ->
                        new Exchange(
                                Dialect.socketIo(socketIo, Dialect::none),
                                "421[\"echo\",\"" + plan.payload() + "\"]",
                                Stamp.marker(),
                                "431[\"\"]".length() + plan.payloadBytes);
            };
        }
    }

    private enum Stage {
        OPENING,
        WARMING,
        MEASURING,
        DRAINING,
        OVER
    }

    private final ClientLoop loop;
    private final Plan plan;
    private final Optional<ProcessView> server;
    private final Crowd crowd;
    private final ByteBuf question;
    private final Marker answer;
    private final int answerBytes;
    private final long[] askedNanos;
    private final Latency latency = new Latency();
    private final Complaints complaints = new Complaints();

    private Stage stage = Stage.OPENING;
    private @Nullable CompletableFuture<Result> done;
    private Phases.@Nullable Progress progress;
    private Cost.@Nullable Meter meter;
    private @Nullable Cost cost;
    private @Nullable Future<?> check;
    private int outstanding;
    private long roundTrips;
    private long roundTripsBefore;
    private long measuredRoundTrips;
    private long lastAnswerNanos;

    Echo(ClientLoop loop, Plan plan, Optional<ProcessView> server) {
        this.loop = loop;
        this.plan = plan;
        this.server = server;
        this.askedNanos = new long[plan.connections];
        Exchange exchange = Exchange.of(plan);
        this.question = ClientFrame.sharedText(exchange.question);
        this.answer = exchange.answer;
        this.answerBytes = exchange.answerBytes;
        this.crowd = new Crowd(loop, plan.target.address(), exchange.dialect, this);
    }

    @Override
    public Duration atMost() {
        return plan.phases.atMost().plus(Crowd.longestGrowth(plan.connections));
    }

    @Override
    public String progress() {
        return switch (stage) {
            case OPENING -> "opening: " + crowd.ready() + " of " + plan.connections;
            case WARMING -> "warming up: " + roundTrips + " round trips";
            case MEASURING, DRAINING, OVER ->
                    "measuring: " + (roundTrips - roundTripsBefore) + " round trips";
        };
    }

    @Override
    public void start(CompletableFuture<Result> result) {
        done = result;
        crowd.grow(plan.connections, this::warmUp, this::fail);
    }

    private void warmUp() {
        stage = Stage.WARMING;
        progress = plan.phases.start(server);
        lastAnswerNanos = System.nanoTime();
        check = loop.every(CHECK_EVERY, this::check);
        outstanding = plan.connections;
        for (int each = 0; each < plan.connections; each++) {
            ask(crowd.peer(each));
        }
    }

    private void ask(Peer peer) {
        askedNanos[peer.index()] = System.nanoTime();
        peer.connection().send(question.duplicate());
    }

    @Override
    public boolean onMessage(Peer peer, ByteBuf buffer, int offset, int length) {
        if (answer.find(buffer, offset, length) < 0) {
            return false;
        }
        if (stage == Stage.OPENING || stage == Stage.OVER) {
            return true;
        }
        if (answerBytes > 0 && length != answerBytes) {
            complaints.add("an echo came back with another length");
        }
        long now = System.nanoTime();
        long asked = askedNanos[peer.index()];
        if (asked == 0) {
            complaints.add("an answer came twice");
            return true;
        }
        latency.record(now - asked);
        roundTrips++;
        lastAnswerNanos = now;
        if (stage == Stage.DRAINING) {
            askedNanos[peer.index()] = 0;
            outstanding--;
        } else {
            ask(peer);
        }
        return true;
    }

    private void check() {
        long now = System.nanoTime();
        Phases.Progress phase = progress;
        if (phase == null) {
            return;
        }
        boolean outOfPatience = now - lastAnswerNanos > plan.phases.patience().toNanos();
        switch (stage) {
            case WARMING -> {
                if (outOfPatience) {
                    drain();
                } else if (phase.isWarm(now, roundTrips)) {
                    stage = Stage.MEASURING;
                    roundTripsBefore = roundTrips;
                    latency.reset();
                    phase.startMeasuring(now, roundTrips);
                    meter = new Cost.Meter(server);
                }
            }
            case MEASURING -> {
                if (outOfPatience || phase.isOver(now, roundTrips)) {
                    drain();
                }
            }
            case DRAINING -> {
                if (outstanding == 0 || outOfPatience) {
                    finish();
                }
            }
            case OPENING, OVER -> {}
        }
    }

    /** Takes the cost; then only waits for the answers that are still out. */
    private void drain() {
        stage = Stage.DRAINING;
        Cost.Meter running = meter;
        cost = (running == null ? new Cost.Meter(server) : running).sinceStart();
        measuredRoundTrips = running == null ? 0 : roundTrips - roundTripsBefore;
    }

    private void finish() {
        if (outstanding > 0) {
            complaints.add(
                    "no answer for " + plan.phases.patience().toSeconds() + " s", outstanding);
        }
        Cost taken = cost;
        end();
        if (done != null && taken != null) {
            done.complete(
                    new Result(
                            plan,
                            loop.transport(),
                            measuredRoundTrips,
                            latency,
                            taken,
                            complaints));
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
    public void onReady(Peer peer) {
        // The crowd counts.
    }

    @Override
    public void onComplaint(Peer peer, String text) {
        complaints.add("the server complains: " + text);
    }

    @Override
    public void onLost(Peer peer, String why) {
        if (stage != Stage.OVER) {
            complaints.add("connection lost: " + why);
            outstanding--;
        }
    }
}
