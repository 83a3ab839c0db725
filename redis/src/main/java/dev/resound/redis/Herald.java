package dev.resound.redis;

import dev.resound.core.RateLimitedLog;
import dev.resound.core.Roster;
import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XTrimArgs;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.LoggerFactory;

/**
 * Tells the listener what has changed for all nodes together, while this node is the one to do it
 * for a shard. What was told stays in Redis for a while: if this node dies before the world knows,
 * the next herald tells it once more.
 *
 * <p><b>Thread:</b> that of the link's listeners, but for {@link #end}.
 */
final class Herald {
    /** How long the listener may take to do what it does with a turn. */
    private static final Duration KEPT = Duration.ofSeconds(15);

    private static final int MOST = 200; // at once
    private static final String BEGINNING = "0-0";
    private static final RateLimitedLog LOG =
            new RateLimitedLog(LoggerFactory.getLogger(Herald.class));

    private final RedisLink link;
    private final String stream;
    private final Roster.Listener listener;
    private final Deque<Told> told = new ArrayDeque<>(); // and still kept
    private String last = BEGINNING;
    private boolean active;
    private boolean looking;
    private boolean lookAgain;

    private record Told(String id, long nanos) {}

    Herald(RedisLink link, String shard, Roster.Listener listener) {
        this.link = link;
        this.stream = shard + ":turns";
        this.listener = listener;
    }

    /** Whether it is this node; said at each beat. */
    void is(boolean active) {
        if (!listener.wantsTurns()) {
            return;
        }
        if (active && !this.active) {
            last = BEGINNING;
            told.clear();
        }
        this.active = active;
        look();
        forget();
    }

    /** There may be something to tell. */
    void look() {
        if (!active) {
            return;
        }
        if (looking) {
            lookAgain = true;
            return;
        }
        looking = true;
        next().whenComplete((found, failure) ->
                link.hear(() -> {
                    looking = false;
                    if (found != null) {
                        found.forEach(this::tell);
                        if (lookAgain || found.size() == MOST) {
                            lookAgain = false;
                            look();
                        }
                    } // else the next beat looks again
                }));
    }

    private CompletionStage<List<StreamMessage<String, byte[]>>> next() {
        Range<String> range =
                Range.from(Range.Boundary.excluding(last), Range.Boundary.unbounded());
        return link.ask(stream, commands -> commands.xrange(stream, range, Limit.from(MOST)));
    }

    private void tell(StreamMessage<String, byte[]> message) {
        last = message.getId();
        told.add(new Told(last, System.nanoTime()));
        byte[] turns = message.getBody().get("turns");
        try {
            RosterMessage.turns(turns == null ? new byte[0] : turns).forEach(listener::onTurn);
        } catch (MalformedMessage malformed) {
            LOG.warn("What a roster keeps is none of ours: passed over");
        }
    }

    private void forget() {
        String until = null;
        while (!told.isEmpty() && System.nanoTime() - told.getFirst().nanos > KEPT.toNanos()) {
            until = told.removeFirst().id;
        }
        if (until != null) {
            trim(until);
        }
    }

    private CompletionStage<Long> trim(String until) {
        int dash = until.indexOf('-');
        String behind =
                until.substring(0, dash + 1) + (Long.parseLong(until.substring(dash + 1)) + 1);
        return link.ask(
                stream, commands -> commands.xtrim(stream, XTrimArgs.Builder.minId(behind)));
    }

    /** Tells the rest; it is not told again. <b>Thread:</b> any. */
    CompletionStage<Void> end() {
        var ended = new CompletableFuture<Void>();
        link.hear(() -> {
            if (active) {
                endStep(ended);
            } else {
                ended.complete(null);
            }
        });
        return ended;
    }

    private void endStep(CompletableFuture<Void> ended) {
        next().whenComplete((found, failure) ->
                link.hear(() -> {
                    if (found == null) {
                        ended.complete(null); // the next herald tells it
                        return;
                    }
                    found.forEach(this::tell);
                    if (found.size() == MOST) {
                        endStep(ended);
                    } else if (told.isEmpty()) {
                        ended.complete(null);
                    } else {
                        active = false;
                        trim(told.getLast().id)
                                .whenComplete((done, failed) -> ended.complete(null));
                    }
                }));
    }
}
