package dev.resound.pusher;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.resound.core.Envelope;
import java.time.Duration;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The last event of each cache channel of one app. Bounded in number and bytes; an event that had
 * to go is a cache miss. <b>Thread:</b> any; inside {@link dev.resound.core.Hub#inTopic} where it
 * must be in step with the channel's members.
 */
final class CachedEvents {
    static final int MAX_EVENTS = 10_000;
    static final long MAX_BYTES = 64L << 20;
    private static final int BYTES_PER_ENTRY = 512;

    private final Cache<String, Entry> events;
    private final Ticker ticker;
    private final IntSupplier seconds;

    private record Entry(Envelope envelope, long storedNanos, Duration timeToLive) {}

    /** A cached event and how many seconds it will still be there. */
    record Cached(Envelope envelope, long secondsLeft) {}

    /**
     * Keeps events.
     *
     * @param seconds for how long; asked at each event
     */
    CachedEvents(IntSupplier seconds, Ticker ticker) {
        this.ticker = ticker;
        this.seconds = seconds;
        // The weight of an entry is at least a ten-thousandth of the whole: that bounds the number,
        // too.
        long leastWeight = (MAX_BYTES + MAX_EVENTS - 1) / MAX_EVENTS;
        this.events =
                Caffeine.newBuilder()
                        .ticker(ticker)
                        .expireAfter(
                                Expiry.writing((String channel, Entry entry) -> entry.timeToLive))
                        .maximumWeight(MAX_BYTES)
                        .weigher((String channel, Entry entry) ->
                                (int)
                                        Math.max(
                                                leastWeight,
                                                BYTES_PER_ENTRY
                                                        + channel.length()
                                                        + entry.envelope.data().length))
                        .build();
    }

    void put(Envelope envelope) {
        events.put(
                envelope.topic().name(),
                new Entry(envelope, ticker.read(), Duration.ofSeconds(seconds.getAsInt())));
    }

    /** Drops now what is to go anyway: eviction is otherwise done a little later, elsewhere. */
    void cleanUp() {
        events.cleanUp();
    }

    @Nullable Cached get(String channel) {
        Entry entry = events.getIfPresent(channel);
        if (entry == null) {
            return null;
        }
        Duration age = Duration.ofNanos(ticker.read() - entry.storedNanos);
        return new Cached(entry.envelope, Math.max(0, entry.timeToLive.minus(age).toSeconds()));
    }
}
