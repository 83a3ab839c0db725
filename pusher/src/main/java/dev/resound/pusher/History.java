package dev.resound.pusher;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.resound.core.Envelope;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What was published to the channels of one app lately, for clients that come back. Channels are
 * kept while something is published to them or asked for; beyond {@value #MAX_BYTES} bytes the
 * longest unused are forgotten. <b>Thread:</b> any; what concerns one channel only inside {@link
 * dev.resound.core.Hub#inTopic}.
 */
final class History {
    static final long MAX_BYTES = 256L << 20;

    private final Cache<String, ChannelHistory> channels;
    private final Ticker ticker;

    History(Ticker ticker) {
        this.ticker = ticker;
        this.channels =
                Caffeine.newBuilder()
                        .ticker(ticker)
                        .maximumWeight(MAX_BYTES)
                        .weigher((String name, ChannelHistory history) -> history.weight())
                        .expireAfter(
                                Expiry.accessing((String name, ChannelHistory history) ->
                                        history.timeToLive()))
                        .build();
    }

    /** Keeps an event; returns it with its place in the channel's history. */
    PositionedEvent add(
            String channel, Envelope envelope, @Nullable String exceptSocket, App.History limits) {
        ChannelHistory history = channels.getIfPresent(channel);
        if (history == null) {
            history = new ChannelHistory();
        }
        PositionedEvent event = history.add(envelope, exceptSocket, limits, ticker.read());
        channels.put(channel, history); // weighed anew
        return event;
    }

    /**
     * What came after this position.
     *
     * @param position as the client has seen it; null if it has seen none
     * @param formerSocket who the client was before; what was not for it then is not for it now
     */
    ChannelHistory.Missed since(
            String channel,
            @Nullable String position,
            @Nullable String formerSocket,
            App.History limits) {
        ChannelHistory history = channels.getIfPresent(channel);
        if (history == null) {
            // From here on there is one, or nothing could be resumed before the first event.
            history = new ChannelHistory();
            history.limit(limits);
            channels.put(channel, history);
        }
        return history.since(position, formerSocket, ticker.read());
    }

    static Duration seconds(App.History limits) {
        return Duration.ofSeconds(limits.seconds());
    }
}
