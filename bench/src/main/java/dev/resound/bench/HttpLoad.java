package dev.resound.bench;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Signed publishes as fast as the server answers: every connection keeps a fixed number of requests
 * in flight. The requests are signed beforehand, so that the client is no bottleneck.
 *
 * <p><b>Thread:</b> the client's loop.
 */
final class HttpLoad implements Load<HttpLoad.Result>, HttpConnection.Listener, Peer.Listener {

    /** Different requests, used in turn: a server must not win by remembering one signature. */
    private static final int DIFFERENT_REQUESTS = 512;

    private static final int MAX_FAILURES = 20;
    private static final Duration CHECK_EVERY = Duration.ofMillis(20);

    /**
     * @param inFlight requests per connection
     * @param subscribers of the channel
     */
    record Plan(
            Target.Pusher target,
            String channel,
            int payloadBytes,
            int connections,
            int inFlight,
            int subscribers,
            Phases phases) {}

    /** All but {@code complaints} from the measured phase. */
    record Result(
            Plan plan,
            String transport,
            long answered,
            Map<Integer, Long> statuses,
            Latency latency,
            Cost cost,
            Complaints complaints) {

        boolean isClean() {
            return complaints.total() == 0;
        }

        Report report() {
            var report =
                    new Report("http")
                            .text("target", "server", plan.target.address().authority())
                            .count("connections", "connections", plan.connections)
                            .count("in_flight", "requests in flight on each", plan.inFlight)
                            .count("subscribers", "subscribers", plan.subscribers)
                            .count("payload_bytes", "payload bytes", plan.payloadBytes)
                            .phase(transport, cost)
                            .measured("requests", "requests", answered, cost);
            statuses.forEach((status, count) ->
                    report.count("status_" + status, "answered " + status, count));
            return report.latency(latency).cost(cost, answered, "request").complaints(complaints);
        }
    }

    private enum Stage {
        OPENING,
        WARMING,
        MEASURING,
        OVER
    }

    private final ClientLoop loop;
    private final Plan plan;
    private final Optional<ProcessView> server;
    private final Crowd crowd;
    private final List<HttpConnection> connections = new ArrayList<>();
    private final List<ByteBuf> requests = new ArrayList<>();
    private final Map<Integer, Long> statuses = new TreeMap<>();
    private final Latency latency = new Latency();
    private final Complaints complaints = new Complaints();

    private Stage stage = Stage.OPENING;
    private @Nullable CompletableFuture<Result> done;
    private Phases.@Nullable Progress progress;
    private Cost.@Nullable Meter meter;
    private @Nullable Future<?> check;
    private int nextRequest;
    private long answered;
    private long answeredBefore;
    private long lastAnswerNanos;
    private int failures;

    HttpLoad(ClientLoop loop, Plan plan, Optional<ProcessView> server) {
        this.loop = loop;
        this.plan = plan;
        this.server = server;
        this.crowd =
                new Crowd(
                        loop,
                        plan.target.address(),
                        Dialect.pusher(plan.target, each -> plan.channel),
                        this);
    }

    @Override
    public Duration atMost() {
        return plan.phases.atMost().plus(Crowd.longestGrowth(plan.subscribers));
    }

    @Override
    public String progress() {
        return (stage == Stage.MEASURING ? "measuring: " : "warming up: ")
                + answered
                + " answers, "
                + complaints.total()
                + " errors";
    }

    @Override
    public void start(CompletableFuture<Result> result) {
        done = result;
        new PublishProbe(loop, plan.target)
                .run(() -> crowd.grow(plan.subscribers, this::warmUp, this::fail), this::fail);
    }

    private void warmUp() {
        sign();
        stage = Stage.WARMING;
        progress = plan.phases.start(server);
        lastAnswerNanos = System.nanoTime();
        check = loop.every(CHECK_EVERY, this::check);
        var remote = plan.target.address().resolve();
        for (int each = 0; each < plan.connections; each++) {
            var connection = new HttpConnection(loop, remote, this);
            connections.add(connection);
            for (int request = 0; request < plan.inFlight; request++) {
                request(connection);
            }
            connection.flush();
        }
    }

    private void sign() {
        var signer = new RequestSigner(plan.target);
        String before = HttpPublisher.bodyUpToData(plan.channel);
        long unixSeconds = System.currentTimeMillis() / 1000;
        for (int each = 0; each < DIFFERENT_REQUESTS; each++) {
            String payload =
                    new String(
                            new Stamp(0, each, 0).payload(plan.payloadBytes),
                            StandardCharsets.US_ASCII);
            byte[] request =
                    signer.publish(
                            (before + payload + "\"}").getBytes(StandardCharsets.UTF_8),
                            unixSeconds);
            requests.add(SharedBytes.of(request));
        }
    }

    private void request(HttpConnection connection) {
        ByteBuf request = requests.get(nextRequest);
        nextRequest = (nextRequest + 1) % DIFFERENT_REQUESTS;
        connection.send(request.duplicate());
    }

    @Override
    public void onAnswer(HttpConnection connection, int status, String excerpt, long nanos) {
        if (stage == Stage.OVER) {
            return;
        }
        answered++;
        lastAnswerNanos = System.nanoTime();
        latency.record(nanos);
        statuses.merge(status, 1L, Long::sum);
        if (status != 200) {
            complaints.add("answered " + status + " " + excerpt);
        }
        request(connection);
    }

    @Override
    public void onFailure(HttpConnection connection, int lost, String why) {
        if (stage == Stage.OVER) {
            return;
        }
        complaints.add(Refusals.explain(plan.target.address(), why), lost);
        failures++;
        if (failures >= MAX_FAILURES) {
            finish();
            return;
        }
        for (int each = 0; each < lost; each++) {
            request(connection);
        }
        connection.flush();
    }

    private void check() {
        long now = System.nanoTime();
        Phases.Progress phase = progress;
        if (phase == null) {
            return;
        }
        if (now - lastAnswerNanos > plan.phases.patience().toNanos()) {
            complaints.add("no answer for " + plan.phases.patience().toSeconds() + " s");
            finish();
        } else if (stage == Stage.WARMING && phase.isWarm(now, answered)) {
            stage = Stage.MEASURING;
            answeredBefore = answered;
            statuses.clear();
            latency.reset();
            phase.startMeasuring(now, answered);
            meter = new Cost.Meter(server);
        } else if (stage == Stage.MEASURING && phase.isOver(now, answered)) {
            finish();
        }
    }

    private void finish() {
        Cost.Meter running = meter;
        Cost cost = (running == null ? new Cost.Meter(server) : running).sinceStart();
        long measured = running == null ? 0 : answered - answeredBefore;
        end();
        if (done != null) {
            done.complete(
                    new Result(
                            plan, loop.transport(), measured, statuses, latency, cost, complaints));
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
        connections.forEach(HttpConnection::close);
        crowd.close();
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
        if (stage != Stage.OVER) {
            complaints.add("subscriber lost: " + why);
        }
    }
}
