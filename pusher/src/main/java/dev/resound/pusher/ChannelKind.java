package dev.resound.pusher;

/**
 * What a channel's name says about it.
 *
 * @see <a href="https://pusher.com/docs/channels/using_channels/channels">Pusher Channels, channel
 *     types</a>
 */
enum ChannelKind {
    PUBLIC(false, false, false),
    CACHE(false, false, true),
    PRIVATE(true, false, false),
    PRIVATE_CACHE(true, false, true),
    ENCRYPTED(true, false, false),
    ENCRYPTED_CACHE(true, false, true),
    PRESENCE(true, true, false),
    PRESENCE_CACHE(true, true, true),
    /** Server to user: belongs to one signed-in user. */
    USER(true, false, false);

    static final String USER_PREFIX = "#server-to-user-";

    final boolean needsAuth;
    final boolean presence;
    final boolean cached;

    ChannelKind(boolean needsAuth, boolean presence, boolean cached) {
        this.needsAuth = needsAuth;
        this.presence = presence;
        this.cached = cached;
    }

    static ChannelKind of(String channel) {
        if (channel.startsWith("private-")) {
            if (channel.startsWith("encrypted-", 8)) {
                return channel.startsWith("cache-", 18) ? ENCRYPTED_CACHE : ENCRYPTED;
            }
            return channel.startsWith("cache-", 8) ? PRIVATE_CACHE : PRIVATE;
        }
        if (channel.startsWith("presence-")) {
            return channel.startsWith("cache-", 9) ? PRESENCE_CACHE : PRESENCE;
        }
        if (channel.startsWith(USER_PREFIX)) {
            return USER;
        }
        return channel.startsWith("cache-") ? CACHE : PUBLIC;
    }

    boolean encrypted() {
        return this == ENCRYPTED || this == ENCRYPTED_CACHE;
    }
}
