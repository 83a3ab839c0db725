package dev.resound.redis;

import dev.resound.core.Burst;
import dev.resound.core.Bus;
import dev.resound.core.Envelope;
import dev.resound.core.RateLimitedLog;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The bus over Redis: one channel, one message per envelope, heard by every node. Each node counts
 * its messages, so that the others know what they have missed, and what they hear twice.
 *
 * <p><b>Thread:</b> any.
 */
public final class RedisBus implements Bus {
    private static final RateLimitedLog LOG =
            new RateLimitedLog(LoggerFactory.getLogger(RedisBus.class));

    private static final long PATIENCE_NANOS = 2_000_000_000;
    private static final long PAUSE_NANOS = 1_000_000;

    private final RedisLink link;
    private final String channel;
    private final String node = Ids.random(12);
    private final LongAdder received = new LongAdder();
    private final LongAdder malformed = new LongAdder();
    private final HeardSequences heard = new HeardSequences();
    private final Inbox.Listener ears = Inbox.allBut(BusMessage.head(node), this::onMessage);
    private @Nullable Receiver receiver;
    private long sent; // guarded by this

    /**
     * What the bus has heard so far.
     *
     * @param received from other nodes, and passed on
     * @param missed said by other nodes, and never heard or never delivered here
     * @param repeated heard twice, and passed on once
     * @param malformed no message of ours
     */
    public record Statistics(long received, long missed, long repeated, long malformed) {}

    private RedisBus(RedisLink link, String prefix) {
        this.link = link;
        this.channel = prefix + ":bus";
    }

    /**
     * A bus for all nodes that share this Redis and this prefix.
     *
     * @param prefix of the names in Redis; letters, digits and the like
     */
    public static RedisBus over(RedisLink link, String prefix) {
        return new RedisBus(link, prefix);
    }

    @Override
    public void connect(Receiver receiver) {
        this.receiver = receiver;
        link.subscribe(channel, ears);
    }

    @Override
    public boolean hasRoom() {
        return link.hasRoom();
    }

    /** Counted and queued in one step: the others take what comes out of turn for a repetition. */
    @Override
    public synchronized boolean offer(Envelope envelope, @Nullable String except) {
        return counted(link.publish(channel, next(envelope, except)));
    }

    @Override
    public CompletionStage<Boolean> tell(Envelope envelope, @Nullable String except) {
        var told = new CompletableFuture<Boolean>();
        synchronized (this) {
            byte[] message = next(envelope, except);
            if (!counted(link.publish(channel, message, () -> told.complete(true)))) {
                told.complete(false);
            }
        }
        return told;
    }

    private byte[] next(Envelope envelope, @Nullable String except) {
        return BusMessage.encode(node, sent + 1, envelope, except);
    }

    private boolean counted(boolean taken) {
        sent += taken ? 1 : 0;
        return taken;
    }

    @Override
    public boolean isConnected() {
        return link.state() == RedisLink.State.CONNECTED;
    }

    public Statistics statistics() {
        return new Statistics(
                received.sum(), heard.missed.sum(), heard.repeated.sum(), malformed.sum());
    }

    private void onMessage(String from, byte[] bytes) {
        BusMessage message = BusMessage.decode(bytes);
        if (message == null) {
            malformed.increment();
            LOG.warn("A message on the bus was none of ours: dropped");
            return;
        }
        if (heard.isRepeated(message.node(), message.sequence())) {
            return;
        }
        Receiver ears = Objects.requireNonNull(receiver);
        if (handIn(() -> ears.onEnvelope(message.envelope(), message.except()))) {
            received.increment();
        } else {
            heard.missed.increment();
            LOG.warn("Event loops are too far behind: a message of another node was dropped");
        }
    }

    /** What a lane has no room for waits here a while, and behind it all the others say. */
    static boolean handIn(BooleanSupplier delivery) {
        long patience = System.nanoTime() + PATIENCE_NANOS;
        while (!delivery.getAsBoolean()) {
            if (System.nanoTime() - patience > 0 || Thread.currentThread().isInterrupted()) {
                return false;
            }
            Burst.wake();
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return true;
    }

    /** The link stays open: it may serve others, too. */
    @Override
    public void close() {
        link.unsubscribe(channel, ears);
    }
}
