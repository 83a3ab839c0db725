package dev.resound.server;

import dev.resound.pusher.App;
import org.jspecify.annotations.Nullable;

/**
 * What one has to know of an app to talk to a server about it. Printing it shows no secret.
 *
 * @param id null if nobody said: then only WebSockets can be opened
 * @param secret null if nobody said: then nothing can be signed
 */
record Credentials(@Nullable String id, String key, @Nullable String secret) {

    static Credentials of(App app) {
        return new Credentials(app.id(), app.key(), app.secret());
    }

    boolean canSign() {
        return id != null && secret != null;
    }

    /**
     * Proves that the socket may join a channel; see {@link App#authorize}.
     *
     * @throws WrongUsage without a secret
     */
    String authorize(String socketId, String channel, @Nullable String channelData)
            throws WrongUsage {
        if (secret == null) {
            throw new WrongUsage(channel + " needs a signature: give --secret");
        }
        return App.builder("-", key, secret).build().authorize(socketId, channel, channelData);
    }

    @Override
    public String toString() {
        return "Credentials[id=" + id + ", key=" + key + "]";
    }
}
