package dev.resound.redis;

import io.lettuce.core.RedisURI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One Redis, or the one that Sentinels say is the primary: they are asked at each connection. */
final class SingleBackend implements Backend {
    private final Server server;
    private final boolean sentinels;

    SingleBackend(RedisURI uri) {
        sentinels = !uri.getSentinels().isEmpty();
        server =
                sentinels
                        ? new Server("The primary " + uri.getSentinelMasterId(), uri)
                        : Server.of(uri);
    }

    @Override
    public List<Server> servers() {
        return List.of(server);
    }

    @Override
    public List<Server> all() {
        return List.of(server);
    }

    @Override
    public Server ownerOf(int slot) {
        return server;
    }

    @Override
    public boolean hasSentinels() {
        return sentinels;
    }

    @Override
    public void refresh(@Nullable Line<?> whom) {
        // it is the same until a connection is made, and then it is looked for
    }

    @Override
    public boolean isStale() {
        return false;
    }
}
