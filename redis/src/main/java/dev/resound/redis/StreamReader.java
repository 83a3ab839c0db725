package dev.resound.redis;

import dev.resound.core.RateLimitedLog;
import dev.resound.redis.Lines.Owner;
import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.RedisURI;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.SlotHash;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Reads one stream, over a connection that waits for the next entry. It begins behind the last
 * entry there is; when the connection was lost, it goes on where it was. If the stream is shorter
 * by then, Redis has lost data, and it goes on at the end that is left.
 *
 * <p><b>Thread:</b> the clerk's, except where a method says otherwise.
 */
final class StreamReader implements Owner<StatefulRedisConnection<String, byte[]>> {
    /** Below what a connection may be silent: it cannot give a sign of life while it waits. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final Duration LONG_PAUSE = Duration.ofSeconds(2);
    private static final RateLimitedLog LOG =
            new RateLimitedLog(LoggerFactory.getLogger(StreamReader.class));

    private final RedisLink link;
    private final Backend backend;
    private final Clerk clerk;
    private final Inbox inbox;
    private final Subject subject;
    private final Lines<StatefulRedisConnection<String, byte[]>> lines;
    private @Nullable Line<StatefulRedisConnection<String, byte[]>> line;

    /** Held while entries are handed on, so that their order is that of the stream. */
    private final Object handing = new Object();

    private @Nullable StreamId last; // guarded by handing
    private volatile boolean following;

    /** Hears of entries in their order. <b>Thread:</b> that of the inbox. */
    @FunctionalInterface
    interface Listener {
        void onEntry(StreamId id, Map<String, byte[]> fields);
    }

    /**
     * What is read.
     *
     * @param stream its key
     * @param mostAtOnce how many entries come with one answer
     * @param patience how long Redis waits for an entry
     */
    record Subject(String stream, int mostAtOnce, Duration patience, Listener listener) {
        Subject {
            patience = patience.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : patience;
        }
    }

    StreamReader(
            RedisLink link,
            Backend backend,
            Clerk clerk,
            Inbox inbox,
            Function<RedisURI, CompletionStage<StatefulRedisConnection<String, byte[]>>> dial,
            Subject subject) {
        this.link = link;
        this.backend = backend;
        this.clerk = clerk;
        this.inbox = inbox;
        this.subject = subject;
        this.lines = new Lines<>(clerk, dial, this);
    }

    /** Whether it reads, as far as is known: what is appended now is heard. <b>Thread:</b> any. */
    boolean isFollowing() {
        return following;
    }

    /** Sees to it that the server is asked that has the stream. */
    void settle() {
        Server owner = backend.ownerOf(SlotHash.getSlot(subject.stream()));
        Line<?> reading = line;
        if (reading != null && !reading.server().equals(owner)) {
            reading.close();
        }
        if (owner != null) {
            lines.dial(owner);
        }
    }

    /**
     * One that cannot be read from, since too much is unheard here, is no worse for its silence.
     */
    void check() {
        if (!inbox.isFull()) {
            lines.check(backend.hasSentinels());
        }
    }

    void keepOnly(Set<Server> wanted) {
        lines.keepOnly(wanted);
    }

    @Override
    public void opened(Line<StatefulRedisConnection<String, byte[]>> opened) {
        line = opened;
        begin(opened);
    }

    @Override
    public void lost(Line<StatefulRedisConnection<String, byte[]>> gone) {
        if (line == gone) {
            line = null;
            following = false;
        }
    }

    @Override
    public void refused(Server server, Throwable failure, long pauseMillis) {
        link.refused(failure, Duration.ofMillis(pauseMillis));
    }

    /** Finds the end. */
    private void begin(Line<StatefulRedisConnection<String, byte[]>> from) {
        if (from != line) {
            return;
        }
        from.commands()
                .xrevrange(subject.stream(), Range.unbounded(), Limit.from(1))
                .whenComplete((entries, failure) ->
                        clerk.offer(() -> {
                            if (entries == null) {
                                failed(from, failure, () -> begin(from));
                            } else {
                                begin(from, entries);
                            }
                        }));
        from.flush();
    }

    private void begin(
            Line<StatefulRedisConnection<String, byte[]>> from,
            List<StreamMessage<String, byte[]>> lastEntry) {
        StreamId end = lastEntry.isEmpty() ? null : StreamId.of(lastEntry.getFirst().getId());
        StreamId latest = end == null ? StreamId.FIRST : end;
        synchronized (handing) {
            last = last == null || latest.compareTo(last) < 0 ? latest : last;
        }
        if (from == line) {
            following = true;
            read(from);
        }
    }

    @SuppressWarnings("unchecked") // one stream
    private void read(Line<StatefulRedisConnection<String, byte[]>> from) {
        if (from != line) {
            return;
        }
        StreamId position;
        synchronized (handing) {
            position = last == null ? StreamId.FIRST : last;
        }
        XReadArgs how =
                XReadArgs.Builder.block(subject.patience().toMillis()).count(subject.mostAtOnce());
        from.commands()
                .xread(how, XReadArgs.StreamOffset.from(subject.stream(), position.toString()))
                .whenComplete((entries, failure) -> {
                    if (failure == null) {
                        handOn(entries == null ? List.of() : entries);
                    }
                    clerk.offer(() -> {
                        if (failure == null) {
                            read(from);
                        } else {
                            failed(from, failure, () -> read(from));
                        }
                    });
                });
        from.flush();
    }

    /** <b>Thread:</b> the library's that reads; waits while there is no room. */
    private void handOn(List<StreamMessage<String, byte[]>> entries) {
        synchronized (handing) {
            for (StreamMessage<String, byte[]> entry : entries) {
                StreamId id = StreamId.of(entry.getId());
                Map<String, byte[]> fields = entry.getBody();
                if (id == null || (last != null && id.compareTo(last) <= 0)) {
                    continue; // a connection that was lost has told it
                }
                last = id;
                if (fields != null && !link.isClosed()) {
                    inbox.put(() -> subject.listener().onEntry(id, fields), weight(fields));
                }
            }
        }
    }

    private static int weight(Map<String, byte[]> fields) {
        long weight = 0;
        for (Map.Entry<String, byte[]> field : fields.entrySet()) {
            weight += field.getKey().length();
            weight += field.getValue() == null ? 0 : field.getValue().length;
        }
        return (int) Math.min(weight, Integer.MAX_VALUE / 2);
    }

    private void failed(Line<?> from, @Nullable Throwable failure, Runnable again) {
        if (from != line) {
            return; // it is lost, and another goes on
        }
        Throwable reason = failure == null ? new NotNow("no answer") : failure;
        boolean later = NotNow.is(reason);
        if (later) {
            link.troubled();
        } else {
            LOG.warn("Redis does not let a stream be read: " + Lines.reason(reason));
        }
        clerk.offer(later ? PAUSE : LONG_PAUSE, again);
    }
}
