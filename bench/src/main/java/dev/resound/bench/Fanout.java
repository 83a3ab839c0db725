package dev.resound.bench;

import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One message to many subscribers, again and again; or one to each of many rooms in turn.
 *
 * <p>Unpaced, publishes go out in bursts of {@code inFlight}, all in one go; the next burst follows
 * when every subscriber has everything and every publish is answered. So the server gets the same
 * offer whatever its speed. Paced, publishes follow a clock, and latency counts from when a publish
 * was due: a server that stalls does not get fewer of them.
 *
 * <p><b>Thread:</b> the client's loop.
 */
final class Fanout implements Load<Fanout.Result>, Peer.Listener, HttpConnection.Listener {

    private static final int MAX_STALLS = 3;

    /** Paced publishes that not everybody has yet; with more, the server does not keep up. */
    private static final int MAX_BACKLOG = 2_000;

    private static final int MAX_PACED_PER_TURN = 64;
    private static final Duration CHECK_EVERY = Duration.ofMillis(20);

    /** How we publish. */
    enum Via {
        HTTP("http"),
        CLIENT_EVENT("client-event"),
        RAW("raw"),
        SOCKET_IO("socketio");

        private final String text;

        Via(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /**
     * @param target where is published
     * @param listening where subscribers connect: the same, or another node of its cluster
     * @param rooms channels or rooms, published to in turn; more than 1 with HTTP and Socket.IO
     *     only
     * @param perRoom subscribers of each
     * @param publishers connections to publish over
     * @param channel name of the Pusher channel or Socket.IO room, {@code %d} in it is its number
     * @param perSecond publishes per second; 0: unpaced
     * @param settle how long to listen for stragglers and duplicates at the end
     */
    record Plan(
            Target target,
            Target listening,
            int rooms,
            int perRoom,
            int payloadBytes,
            int inFlight,
            int publishers,
            Via via,
            String channel,
            double perSecond,
            Phases phases,
            Duration settle) {

        int subscribers() {
            return rooms * perRoom;
        }

        /** Connections of the crowd that publish. */
        int senders() {
            return via == Via.HTTP ? 0 : publishers;
        }

        String channelOf(int room) {
            return Dialect.numbered(channel, room);
        }

        List<String> channels() {
            return IntStream.range(0, rooms).mapToObj(this::channelOf).toList();
        }
    }

    /**
     * @param published in the measured phase, like {@code deliveries}, {@code latency}, {@code
     *     cost}
     * @param lost in the whole run, like the other counts of what went wrong
     */
    record Result(
            Plan plan,
            String transport,
            long published,
            long deliveries,
            long lost,
            long duplicates,
            long outOfOrder,
            Latency latency,
            Cost cost,
            Complaints complaints) {

        boolean isClean() {
            return lost == 0 && duplicates == 0 && complaints.total() == 0;
        }

        Report report() {
            var report =
                    new Report("fanout")
                            .text("target", "server", plan.target.address().authority())
                            .text(
                                    "listening",
                                    "subscribers at",
                                    plan.listening.address().authority())
                            .text("via", "published via", plan.via.toString())
                            .count("rooms", "channels or rooms", plan.rooms)
                            .count("subscribers", "subscribers of each", plan.perRoom)
                            .count("payload_bytes", "payload bytes", plan.payloadBytes)
                            .count("in_flight", "publishes per burst", plan.inFlight)
                            .count("publishers", "publishing connections", plan.publishers);
            if (plan.perSecond > 0) {
                report.number("paced_per_second", "paced publishes per second", plan.perSecond, 1);
            }
            return report.phase(transport, cost)
                    .measured("publishes", "publishes", published, cost)
                    .measured("deliveries", "deliveries", deliveries, cost)
                    .latency(latency)
                    .cost(cost, deliveries, "delivery")
                    .count("lost", "lost", lost)
                    .count("duplicates", "duplicates", duplicates)
                    .count("out_of_order", "out of order", outOfOrder)
                    .complaints(complaints);
        }
    }

    private enum Stage {
        OPENING,
        WARMING,
        BURSTS,
        PACED,
        DRAINING,
        OVER
    }

    private final ClientLoop loop;
    private final Plan plan;
    private final Optional<ProcessView> server;
    private final Crowd crowd;
    private final DeliveryTally tally;
    private final Marker marker = Stamp.marker();
    private final Latency latency = new Latency();
    private final Complaints complaints = new Complaints();

    private Stage stage = Stage.OPENING;
    private @Nullable CompletableFuture<Result> done;
    private @Nullable Publisher publisher;
    private Phases.@Nullable Progress progress;
    private Cost.@Nullable Meter meter;
    private @Nullable Future<?> check;

    private int nextRoom;
    private long burstNanos;
    private long undelivered;
    private int unanswered;
    private int stalls;

    private long nextDueNanos;
    private int nextPublisher;

    private long publishedBefore;
    private long uniqueBefore;

    Fanout(ClientLoop loop, Plan plan, Optional<ProcessView> server) {
        this.loop = loop;
        this.plan = plan;
        this.server = server;
        this.tally = new DeliveryTally(plan.rooms, plan.perRoom, plan.publishers);
        this.crowd = new Crowd(loop, this::addressOf, dialect(), this);
    }

    /** Senders come after the subscribers. Those of client events have to be members, too. */
    private Dialect dialect() {
        IntFunction<String> channelOf = index -> plan.channelOf(index % plan.rooms);
        Dialect sending =
                switch (plan.target) {
                    case Target.Pusher pusher -> Dialect.pusher(pusher, channelOf);
                    case Target.Raw raw -> Dialect.raw(raw.publishing());
                    case Target.SocketIo socketIo -> Dialect.socketIo(socketIo, Dialect::none);
                };
        Dialect listening =
                switch (plan.listening) {
                    case Target.Pusher pusher -> Dialect.pusher(pusher, channelOf);
                    case Target.Raw raw -> Dialect.raw(raw);
                    case Target.SocketIo socketIo -> Dialect.socketIo(socketIo, channelOf);
                };
        return listening.butFrom(plan.subscribers(), sending);
    }

    private Target.Address addressOf(int index) {
        return (index < plan.subscribers() ? plan.listening : plan.target).address();
    }

    @Override
    public Duration atMost() {
        return plan.phases.atMost().plus(plan.settle).plus(Crowd.longestGrowth(plan.subscribers()));
    }

    @Override
    public String progress() {
        return switch (stage) {
            case OPENING -> "opening: " + crowd.ready() + " of " + plan.subscribers();
            case WARMING -> "warming up: " + tally.unique() + " deliveries";
            case BURSTS, PACED, DRAINING, OVER ->
                    "measuring: "
                            + (tally.unique() - uniqueBefore)
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
        if (plan.target instanceof Target.Pusher pusher && plan.via == Via.HTTP) {
            new PublishProbe(loop, pusher).run(this::openCrowd, this::fail);
        } else {
            openCrowd();
        }
    }

    private void openCrowd() {
        crowd.grow(plan.subscribers() + plan.senders(), this::warmUp, this::fail);
    }

    private void warmUp() {
        publisher =
                switch (plan.via) {
                    case HTTP ->
                            new HttpPublisher(
                                    loop,
                                    (Target.Pusher) plan.target,
                                    plan.channels(),
                                    plan.publishers,
                                    this);
                    case CLIENT_EVENT -> SocketPublisher.clientEvent(senders(), plan.channelOf(0));
                    case RAW -> SocketPublisher.raw(senders());
                    case SOCKET_IO -> SocketPublisher.socketIo(senders(), plan.channels());
                };
        if (plan.payloadBytes < publisher.smallestPayloadBytes()) {
            fail(
                    new CannotRunException(
                            "The payload must have "
                                    + publisher.smallestPayloadBytes()
                                    + " bytes at least, for its stamp."));
            return;
        }
        progress = plan.phases.start(server);
        stage = Stage.WARMING;
        check = loop.every(CHECK_EVERY, this::check);
        burst();
    }

    private List<Peer> senders() {
        int first = plan.subscribers();
        return IntStream.range(first, first + plan.senders()).mapToObj(crowd::peer).toList();
    }

    private void burst() {
        Publisher via = publisher;
        if (via == null) {
            return;
        }
        undelivered = (long) plan.inFlight * plan.perRoom;
        unanswered = via.isAnswered() ? plan.inFlight : 0;
        burstNanos = System.nanoTime();
        for (int each = 0; each < plan.inFlight; each++) {
            publish(via, nextPublisher(), System.nanoTime());
        }
        via.flush();
    }

    /** They take turns, so that none of them meets a server's limit of messages per second. */
    private int nextPublisher() {
        int next = nextPublisher;
        nextPublisher = next + 1 == plan.publishers ? 0 : next + 1;
        return next;
    }

    private void publish(Publisher via, int connection, long nanos) {
        int room = nextRoom;
        nextRoom = room + 1 == plan.rooms ? 0 : room + 1;
        via.publish(connection, room, tally.publish(connection, room, nanos), plan.payloadBytes);
    }

    @Override
    public boolean onMessage(Peer peer, ByteBuf buffer, int offset, int length) {
        int at = marker.find(buffer, offset, length);
        if (at < 0) {
            return false;
        }
        int stampAt = offset + at;
        if (at + Stamp.BYTES > length) {
            complaints.add("a payload arrived cut off");
            return true;
        }
        if (peer.index() >= plan.subscribers()) {
            return true; // a sender's own message, which raw servers may echo
        }
        if (tally.accept(peer.index(), buffer, stampAt)) {
            long published = Stamp.nanosAt(buffer, stampAt);
            latency.record(System.nanoTime() - published);
            // Not for what still comes of a burst given up.
            if (stage != Stage.PACED && published - burstNanos >= 0) {
                undelivered--;
                burstOver();
            }
        }
        return true;
    }

    @Override
    public void onAnswer(HttpConnection connection, int status, String excerpt, long nanos) {
        if (status != 200) {
            complaints.add("publish answered " + status + " " + excerpt);
            finishSoon();
            return;
        }
        if (stage == Stage.WARMING || stage == Stage.BURSTS) {
            unanswered--;
            burstOver();
        }
    }

    @Override
    public void onFailure(HttpConnection connection, int requests, String why) {
        complaints.add("publish failed: " + why, requests);
        finishSoon();
    }

    private void burstOver() {
        if (undelivered == 0 && unanswered <= 0) { // below 0: late answers to a burst given up
            nextBurst();
        }
    }

    private void nextBurst() {
        long now = System.nanoTime();
        Phases.Progress phase = progress;
        if (phase == null) {
            return;
        }
        if (stage == Stage.WARMING) {
            if (phase.isWarm(now, tally.published())) {
                measure(phase);
            } else {
                burst();
            }
        } else if (stage == Stage.BURSTS) {
            if (phase.isOver(now, tally.published())) {
                finishSoon();
            } else {
                burst();
            }
        }
    }

    private void measure(Phases.Progress phase) {
        latency.reset();
        publishedBefore = tally.published();
        uniqueBefore = tally.unique();
        meter = new Cost.Meter(server);
        nextDueNanos = System.nanoTime();
        phase.startMeasuring(nextDueNanos, publishedBefore);
        if (plan.perSecond > 0) {
            stage = Stage.PACED;
            pace();
        } else {
            stage = Stage.BURSTS;
            burst();
        }
    }

    private void pace() {
        Publisher via = publisher;
        Phases.Progress phase = progress;
        if (stage != Stage.PACED || via == null || phase == null) {
            return;
        }
        long now = System.nanoTime();
        for (int each = 0;
                each < MAX_PACED_PER_TURN && nextDueNanos - now <= 0;
                each++, nextDueNanos += (long) (1e9 / plan.perSecond)) {
            if (phase.isOver(nextDueNanos, tally.published())) {
                drain();
                break;
            }
            publish(via, nextPublisher(), nextDueNanos);
        }
        via.flush();
        if (tally.missing() > (long) MAX_BACKLOG * plan.perRoom) {
            complaints.add("the server does not keep up with " + plan.perSecond + " publishes/s");
            drain();
        }
        if (stage == Stage.PACED) {
            loop.later(Duration.ofNanos(Math.max(0, nextDueNanos - System.nanoTime())), this::pace);
        }
    }

    private void drain() {
        stage = Stage.DRAINING;
        burstNanos = System.nanoTime();
    }

    /** What no message wakes us for: everything has arrived, or it never will. */
    private void check() {
        boolean outOfPatience = System.nanoTime() - burstNanos > plan.phases.patience().toNanos();
        switch (stage) {
            case WARMING, BURSTS -> {
                if (outOfPatience && ++stalls >= MAX_STALLS) {
                    finishSoon();
                } else if (outOfPatience) {
                    nextBurst();
                }
            }
            case DRAINING -> {
                if (tally.missing() == 0 || outOfPatience) {
                    finishSoon();
                }
            }
            case OPENING, PACED, OVER -> {}
        }
    }

    /** Takes the cost now, the counts after the last stragglers. */
    private void finishSoon() {
        if (stage == Stage.OVER) {
            return;
        }
        stage = Stage.OVER;
        Cost.Meter running = meter;
        Cost cost = (running == null ? new Cost.Meter(server) : running).sinceStart();
        boolean measured = running != null;
        long published = measured ? tally.published() - publishedBefore : 0;
        long deliveries = measured ? tally.unique() - uniqueBefore : 0;
        loop.later(plan.settle, () -> finish(published, deliveries, cost));
    }

    private void finish(long published, long deliveries, Cost cost) {
        if (tally.unreadable() > 0) {
            complaints.add("messages arrived that nobody published there", tally.unreadable());
        }
        var result =
                new Result(
                        plan,
                        loop.transport(),
                        published,
                        deliveries,
                        tally.missing(),
                        tally.duplicates(),
                        tally.late(),
                        latency,
                        cost,
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
        if (publisher != null) {
            publisher.close();
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
            complaints.add("subscriber lost: " + why);
            finishSoon();
        }
    }
}
