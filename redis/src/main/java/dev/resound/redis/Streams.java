package dev.resound.redis;

import dev.resound.core.RateLimitedLog;
import dev.resound.socketio.Adapter;
import dev.resound.socketio.LocalNamespace;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.LoggerFactory;

/**
 * The streams of a server, each read once, for the namespaces that speak there. <b>Thread:</b> any;
 * entries are heard on that of the link's inbox.
 */
final class Streams {
    private static final RateLimitedLog LOG =
            new RateLimitedLog(LoggerFactory.getLogger(Streams.class));

    private final RedisLink link;
    private final StreamsOptions options;
    private final Map<String, StreamReader> readers = new ConcurrentHashMap<>();
    private final Map<String, StreamsAdapter> adapters = new ConcurrentHashMap<>();

    Streams(RedisLink link, StreamsOptions options) {
        this.link = link;
        this.options = options;
    }

    /**
     * @param dropped counts messages that are none
     * @throws IllegalArgumentException if Node's servers would not read what is said there
     */
    Adapter create(LocalNamespace namespace, LongAdder dropped) {
        String stream;
        try {
            stream = options.streamOf(namespace.name());
        } catch (IllegalArgumentException unread) {
            LOG.error("A namespace is refused: " + unread.getMessage(), null);
            throw unread;
        }
        StreamReader reader =
                readers.computeIfAbsent(
                        stream,
                        key ->
                                link.follow(
                                        key,
                                        options.readCount(),
                                        options.blockTime(),
                                        this::onEntry));
        var adapter = new StreamsAdapter(link, options, namespace, reader, dropped, adapters);
        adapters.put(namespace.name(), adapter);
        adapter.listen();
        return adapter;
    }

    /** Whatever says nothing of a namespace is nobody's. */
    private void onEntry(StreamId id, Map<String, byte[]> fields) {
        String namespace = StreamEntry.namespaceOf(fields);
        StreamsAdapter adapter = namespace == null ? null : adapters.get(namespace);
        if (adapter != null) {
            adapter.onEntry(id, fields);
        }
    }
}
