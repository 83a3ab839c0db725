package dev.resound.server;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Redis, or what speaks its protocol.
 *
 * @param url may hold a user and a password
 * @param user null if the URL names one, or none is needed
 */
record RedisStore(URI url, @Nullable String user, @Nullable String password)
        implements SignalStore {

    @Override
    public String toString() {
        String port = url.getPort() < 0 ? "" : ":" + url.getPort();
        return url.getScheme() + "://" + url.getHost() + port + url.getPath();
    }
}
