package dev.resound.redis;

import dev.resound.core.Loop;
import dev.resound.core.RateLimitedLog;
import io.lettuce.core.XAddArgs;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.cluster.SlotHash;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * What waits to be published. Many messages go with one flush; so many at most are under way that
 * what is not yet answered is known and bounded.
 *
 * <p><b>Order.</b> What is published to one channel is published in its order, also when Redis says
 * "not now" or the connection breaks: then nothing more is sent until all that was under way has
 * its answer, what failed goes back to the front, and one message is tried alone until it gets
 * through. Redis may have had what broke with its connection, so receivers may hear it twice. What
 * a later one of its channel has overtaken by then is not sent any more: it is counted as failed.
 *
 * <p><b>Lanes.</b> In a cluster, what is sharded may belong to a server that is away while others
 * work. So there are some queues, each for a range of slots, and one for what is not sharded. They
 * share the bound. A single server is told everything in one order, whatever the channel.
 *
 * <p><b>Thread:</b> any; messages are handed to the connection by the clerk.
 */
final class PublishQueue {
    private static final int MOST_UNDER_WAY = 4_096;
    private static final int FLUSH_EVERY = 64;
    private static final int SLOT_RANGES = 16;
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final RateLimitedLog LOG =
            new RateLimitedLog(LoggerFactory.getLogger(PublishQueue.class));

    /** What a message costs besides its bytes. */
    private static final int OVERHEAD_BYTES = 128;

    private final AtomicLong bytes = new AtomicLong(); // waiting, and under way
    private final long maxBytes;
    private final Wire wire;
    private final Clerk clerk;
    private final Lane[] lanes;
    final LongAdder published = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder failed = new LongAdder();

    /** What publishes. <b>Thread:</b> the clerk's. */
    interface Wire {
        /** To be flushed. Whatever was sent before on the connection is answered before. */
        CompletionStage<?> publish(Outgoing message, boolean again);

        void flush();

        /** Redis, or one of its servers, is not what it was. */
        void troubled();
    }

    /** How a message is handed to Redis. <b>Thread:</b> the clerk's. */
    @FunctionalInterface
    interface Command {
        /**
         * Hands it over; nothing is flushed.
         *
         * @param again whether it was tried before
         */
        CompletionStage<?> send(RedisAsyncCommands<String, byte[]> commands, boolean again);
    }

    /**
     * One message.
     *
     * @param key its channel, or what it is written to: those of one are sent in their order
     * @param bytes how many it has
     * @param byKey to the server that has the key, for whoever hears there; otherwise to everybody
     */
    record Outgoing(String key, int bytes, boolean byKey, Command command) {

        static Outgoing publish(String channel, byte[] payload) {
            return new Outgoing(
                    channel,
                    payload.length,
                    false,
                    (commands, again) -> commands.publish(channel, payload));
        }

        static Outgoing publishSharded(String channel, byte[] payload) {
            return new Outgoing(
                    channel,
                    payload.length,
                    true,
                    (commands, again) -> commands.spublish(channel, payload));
        }

        /** To the end of a stream, which keeps about so many entries. */
        static Outgoing append(String stream, Map<String, byte[]> fields, long maxLength) {
            int bytes = 0;
            for (Map.Entry<String, byte[]> field : fields.entrySet()) {
                bytes += field.getKey().length() + field.getValue().length;
            }
            XAddArgs args = XAddArgs.Builder.maxlen(maxLength).approximateTrimming();
            return new Outgoing(
                    stream, bytes, true, (commands, again) -> commands.xadd(stream, args, fields));
        }

        /** The same, and says when Redis has it. */
        Outgoing andThen(Runnable taken) {
            return new Outgoing(
                    key,
                    bytes,
                    byKey,
                    (commands, again) ->
                            command.send(commands, again)
                                    .whenComplete((answer, failure) -> {
                                        if (failure == null) {
                                            taken.run();
                                        }
                                    }));
        }

        int weight() {
            return bytes + key.length() + OVERHEAD_BYTES;
        }
    }

    /** One that was handed over. */
    private static final class UnderWay {
        private final String key;
        private @Nullable Outgoing message; // not any more once it is published
        private volatile @Nullable Outcome outcome;

        UnderWay(Outgoing message) {
            this.key = message.key();
            this.message = message;
        }
    }

    private enum Outcome {
        PUBLISHED,
        FAILED,
        NOT_NOW
    }

    /**
     * @param cluster whether there are several servers, each with slots of its own
     */
    PublishQueue(long maxBytes, boolean cluster, Wire wire, Clerk clerk) {
        this.lanes =
                IntStream.rangeClosed(0, cluster ? SLOT_RANGES : 0)
                        .mapToObj(i -> new Lane())
                        .toArray(Lane[]::new);
        this.maxBytes = maxBytes;
        this.wire = wire;
        this.clerk = clerk;
    }

    /** Whether it was taken; false: too much waits. */
    boolean offer(Outgoing message) {
        if (bytes.addAndGet(message.weight()) > maxBytes) {
            bytes.addAndGet(-message.weight());
            refused.increment();
            return false;
        }
        Lane lane = laneOf(message);
        lane.waiting.add(message);
        lane.schedule();
        return true;
    }

    boolean hasRoom() {
        return bytes.get() < maxBytes;
    }

    private Lane laneOf(Outgoing message) {
        if (!message.byKey() || lanes.length == 1) {
            return lanes[0];
        }
        int slot = SlotHash.getSlot(message.key());
        return lanes[1 + slot * SLOT_RANGES / SlotHash.SLOT_COUNT];
    }

    /** It is worth another try at once. <b>Thread:</b> the clerk's. */
    void retry() {
        for (Lane lane : lanes) {
            lane.notBeforeNanos = System.nanoTime();
            lane.schedule();
        }
    }

    long bytes() {
        return bytes.get();
    }

    /** Messages in one order. Fields without a word are the clerk's. */
    private final class Lane {
        private final Queue<Outgoing> waiting = new ConcurrentLinkedQueue<>(); // any thread's
        private final Deque<UnderWay> underWay = new ArrayDeque<>(); // as they were handed over
        private final Deque<Outgoing> broken = new ArrayDeque<>(); // before those under way
        private final Deque<Outgoing> again = new ArrayDeque<>(); // after those, before the rest
        private final AtomicBoolean scheduled = new AtomicBoolean();
        private long notBeforeNanos = System.nanoTime();

        /** Set by whoever hears of a failure, reset by the clerk when nothing is under way. */
        private volatile boolean doubtful;

        /** Whether more waits than may be under way: then whoever hears of an answer says so. */
        private volatile boolean full;

        /** What a turn of an event loop publishes goes out together, when it is over. */
        void schedule() {
            if (scheduled.compareAndSet(false, true)) {
                Loop loop = Loop.current();
                try {
                    if (loop == null) {
                        wake();
                    } else {
                        loop.execute(this::wake);
                    }
                } catch (RejectedExecutionException ended) {
                    wake(); // the loop's turn was its last one
                }
            }
        }

        private void wake() {
            try {
                clerk.execute(this::turn);
            } catch (RejectedExecutionException closed) {
                // the link is closed: nothing is published any more
            }
        }

        private void turn() {
            scheduled.set(false);
            full = false;
            settle();
            if (!doubtful) {
                handOver(MOST_UNDER_WAY);
                if (underWay.size() == MOST_UNDER_WAY) {
                    full = true;
                    if (underWay.getFirst().outcome != null) {
                        schedule(); // it was answered before anybody knew of that
                    }
                }
            } else if (underWay.isEmpty()) {
                long pause = notBeforeNanos - System.nanoTime();
                if (pause <= 0) {
                    notBeforeNanos = System.nanoTime() + PAUSE.toNanos();
                    handOver(1);
                } else if (!again.isEmpty() || !waiting.isEmpty()) {
                    later(pause);
                }
            }
        }

        private void later(long pauseNanos) {
            clerk.offer(
                    Duration.ofMillis(TimeUnit.NANOSECONDS.toMillis(pauseNanos) + 1),
                    this::schedule);
        }

        /** Takes what has its answer, in the order in which it was handed over. */
        private void settle() {
            for (UnderWay first = underWay.peek(); first != null; first = underWay.peek()) {
                Outcome outcome = first.outcome;
                if (outcome == null) {
                    return;
                }
                underWay.poll();
                if (outcome == Outcome.PUBLISHED) {
                    overtake(first.key);
                } else if (outcome == Outcome.NOT_NOW) {
                    broken.add(Objects.requireNonNull(first.message));
                }
                if (underWay.isEmpty()) {
                    doubtful = outcome == Outcome.NOT_NOW;
                    while (!broken.isEmpty()) {
                        again.addFirst(broken.removeLast());
                    }
                }
            }
        }

        private void done(Outgoing message) {
            bytes.addAndGet(-message.weight());
        }

        /** Those before it in its channel come too late. */
        private void overtake(String key) {
            Iterator<Outgoing> each = broken.iterator();
            while (each.hasNext()) {
                Outgoing earlier = each.next();
                if (earlier.key().equals(key)) {
                    each.remove();
                    failed.increment();
                    done(earlier);
                }
            }
        }

        private void handOver(int most) {
            int unflushed = 0;
            while (underWay.size() < most) {
                boolean tried = !again.isEmpty();
                Outgoing next = tried ? again.poll() : waiting.poll();
                if (next == null) {
                    break;
                }
                UnderWay sent = new UnderWay(next);
                underWay.add(sent);
                wire.publish(next, tried)
                        .whenComplete((receivers, failure) -> answered(sent, next, failure));
                if (++unflushed == FLUSH_EVERY) {
                    wire.flush();
                    unflushed = 0;
                }
            }
            if (unflushed > 0) {
                wire.flush();
            }
        }

        /**
         * The clerk takes note when it has something to do next; to wake it for each answer would
         * cost more than the answer does.
         */
        private void answered(UnderWay sent, Outgoing message, @Nullable Throwable failure) {
            if (failure == null) {
                published.increment();
                done(message);
                sent.message = null;
                sent.outcome = Outcome.PUBLISHED;
            } else if (NotNow.is(failure)) {
                doubtful = true; // before anything else can be handed over
                sent.outcome = Outcome.NOT_NOW;
                clerk.offer(wire::troubled);
            } else {
                LOG.warn("Redis does not publish: " + Lines.reason(failure));
                failed.increment();
                done(message);
                sent.outcome = Outcome.FAILED;
            }
            if (doubtful || full) {
                schedule();
            }
        }
    }
}
