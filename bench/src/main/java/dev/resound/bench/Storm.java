package dev.resound.bench;

import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Everybody at once: all clients connect in the same moment, and, if wanted, once more after the
 * server was restarted, the way browsers do: at once when they lose their connection, and a second
 * after a try that failed.
 *
 * <p><b>Thread:</b> the client's loop.
 */
final class Storm implements Load<Storm.Result>, Peer.Listener {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    /**
     * @param channel each client's channel, {@code %d} in it is its number; empty: none
     * @param restart whether to wait until the server has gone and come back
     * @param patience for all of it
     */
    record Plan(
            Target.Pusher target,
            int connections,
            String channel,
            boolean restart,
            Duration patience) {}

    /**
     * @param connect from the beginning of the try that succeeded until subscribed
     * @param away from the loss of the connection, or the start, until subscribed
     * @param turnedAway tries that failed although the server was there
     */
    record Result(
            Plan plan, Latency connect, Latency away, long turnedAway, Complaints complaints) {

        boolean isClean() {
            return turnedAway == 0 && complaints.total() == 0;
        }

        Report report() {
            return new Report("storm")
                    .text("target", "server", plan.target.address().authority())
                    .text("restart", "after a restart", plan.restart ? "yes" : "no")
                    .count("connections", "connections", plan.connections)
                    .count("turned_away", "tries the server turned away", turnedAway)
                    .number("connect_p50_ms", "connect p50, ms", connect.micros(50) / 1e3, 1)
                    .number("connect_p99_ms", "connect p99, ms", connect.micros(99) / 1e3, 1)
                    .number("connect_max_ms", "connect max, ms", connect.micros(100) / 1e3, 1)
                    .number("away_p50_ms", "away p50, ms", away.micros(50) / 1e3, 1)
                    .number("away_p99_ms", "away p99, ms", away.micros(99) / 1e3, 1)
                    .number("away_max_ms", "away max, ms", away.micros(100) / 1e3, 1)
                    .complaints(complaints);
        }
    }

    private final ClientLoop loop;
    private final Plan plan;
    private final InetSocketAddress remote;
    private final Dialect dialect;
    private final SourceAddresses sources = SourceAddresses.ofThisMachine();
    private final long[] awaySinceNanos;
    private final long[] tryingSinceNanos;
    private final Peer[] peers;
    private final Latency connect = new Latency();
    private final Latency away = new Latency();
    private final Complaints complaints = new Complaints();
    private final Runnable whenAllAreThere;

    private @Nullable CompletableFuture<Result> done;
    private int ready;
    private boolean serverIsBack = true;
    private boolean restarting;
    private long turnedAway;
    private boolean over;

    /**
     * @param whenAllAreThere called before the wait for a restart
     */
    Storm(ClientLoop loop, Plan plan, Runnable whenAllAreThere) {
        this.loop = loop;
        this.plan = plan;
        this.whenAllAreThere = whenAllAreThere;
        this.remote = plan.target.address().resolve();
        this.dialect = Dialect.pusher(plan.target, index -> Dialect.numbered(plan.channel, index));
        this.awaySinceNanos = new long[plan.connections];
        this.tryingSinceNanos = new long[plan.connections];
        this.peers = new Peer[plan.connections];
    }

    @Override
    public Duration atMost() {
        return plan.patience;
    }

    @Override
    public String progress() {
        return ready + " connections" + (restarting ? ", waiting for the restart" : "");
    }

    @Override
    public void start(CompletableFuture<Result> result) {
        done = result;
        long now = System.nanoTime();
        for (int index = 0; index < plan.connections; index++) {
            awaySinceNanos[index] = now;
            open(index);
        }
    }

    private void open(int index) {
        if (over) {
            return;
        }
        Peer peer = dialect.peer(index, this);
        peers[index] = peer;
        tryingSinceNanos[index] = System.nanoTime();
        loop.connect(remote, sources.of(index, plan.target.address()), peer.connection())
                .addListener(result -> {
                    if (!result.isSuccess()) {
                        failed(peer, String.valueOf(result.cause().getMessage()));
                    }
                });
    }

    /** A server that is away turns nobody away; once it has taken one, it should take all. */
    private void failed(Peer peer, String why) {
        if (over || peers[peer.index()] != peer) {
            return;
        }
        if (serverIsBack) {
            turnedAway++;
            complaints.add("turned away: " + why);
        }
        loop.later(RETRY_AFTER, () -> open(peer.index()));
    }

    @Override
    public void onReady(Peer peer) {
        long now = System.nanoTime();
        serverIsBack = true;
        connect.record(now - tryingSinceNanos[peer.index()]);
        away.record(now - awaySinceNanos[peer.index()]);
        ready++;
        if (ready < plan.connections) {
            return;
        }
        if (plan.restart && !restarting) {
            restarting = true;
            connect.reset();
            away.reset();
            whenAllAreThere.run();
        } else {
            finish();
        }
    }

    @Override
    public boolean onMessage(Peer peer, ByteBuf buffer, int offset, int length) {
        return false;
    }

    @Override
    public void onComplaint(Peer peer, String text) {
        if (!restarting) {
            complaints.add("the server complains: " + text);
        }
    }

    @Override
    public void onLost(Peer peer, String why) {
        if (over || peers[peer.index()] != peer) {
            return;
        }
        if (!peer.isReady()) {
            failed(peer, why);
            return;
        }
        ready--;
        if (restarting) {
            serverIsBack = false;
            awaySinceNanos[peer.index()] = System.nanoTime();
            open(peer.index());
        } else {
            complaints.add("connection lost: " + why);
            loop.later(RETRY_AFTER, () -> open(peer.index()));
        }
    }

    private void finish() {
        over = true;
        for (Peer peer : peers) {
            peer.connection().close();
        }
        if (done != null) {
            done.complete(new Result(plan, connect, away, turnedAway, complaints));
        }
    }
}
