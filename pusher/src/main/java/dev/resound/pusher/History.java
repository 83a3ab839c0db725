package dev.resound.pusher;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.resound.core.Envelope;
import dev.resound.core.Journal;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    private final boolean shared;

    /**
     * Nothing, so far.
     *
     * @param shared whether it is kept for all nodes, and here is what this one has heard of it
     */
    History(Ticker ticker, boolean shared) {
        this.ticker = ticker;
        this.shared = shared;
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
        ChannelHistory history = channel(channel);
        PositionedEvent event = history.add(envelope, exceptSocket, limits, ticker.read());
        channels.put(channel, history); // weighed anew
        return event;
    }

    private ChannelHistory channel(String channel) {
        ChannelHistory history = channels.getIfPresent(channel);
        if (history != null) {
            return history;
        }
        return shared ? ChannelHistory.shared() : ChannelHistory.own();
    }

    /** The newest of the channel that this node has heard of. */
    Journal.Position heardOf(String channel) {
        return channel(channel).heardOf();
    }

    /** Whether {@link #since} tells what there is to tell, without asking the others. */
    boolean covers(String channel, @Nullable String position) {
        return channel(channel).covers(position);
    }

    /**
     * An entry was heard.
     *
     * @param ask is called if others are to be asked for what is missing before it
     * @return what is to be delivered now
     */
    List<ChannelHistory.Due> heard(
            String epoch, Journal.Entry entry, App.History limits, Runnable ask) {
        String name = entry.envelope().topic().name();
        ChannelHistory history = channel(name);
        List<ChannelHistory.Due> deliver = history.heard(epoch, entry, limits, ticker.read());
        channels.put(name, history);
        if (history.mustAsk(ticker.read())) {
            ask.run();
        }
        return deliver;
    }

    /** What is kept of a channel was looked up; returns what is to be delivered now. */
    List<ChannelHistory.Due> filled(String channel, Journal.Past past, App.History limits) {
        ChannelHistory history = channel(channel);
        List<ChannelHistory.Due> deliver = history.filled(past, limits, ticker.read());
        channels.put(channel, history);
        return deliver;
    }

    /** Something may have been missed of each channel; returns what is the newest that was not. */
    Map<String, Long> doubt() {
        Map<String, Long> newest = new HashMap<>();
        channels.asMap()
                .forEach((channel, history) -> {
                    history.doubt();
                    newest.put(channel, history.heardOf().number());
                });
        return newest;
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
            history = channel(channel);
            history.limit(limits);
            channels.put(channel, history);
        }
        return history.since(position, formerSocket, ticker.read());
    }

    static Duration seconds(App.History limits) {
        return Duration.ofSeconds(limits.seconds());
    }
}
