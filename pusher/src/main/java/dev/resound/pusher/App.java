package dev.resound.pusher;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One tenant: its credentials and its settings. Immutable. Sizes are bytes, times seconds, 0 is no
 * limit.
 *
 * @param id names the app in HTTP paths
 * @param key public; names the app in WebSocket paths
 * @param secret signs subscriptions and requests; never logged
 * @param allowedOrigins host patterns, {@code *} for any run of characters; a list with {@code "*"}
 *     allows everything
 * @param maxConnections open sockets of this app
 * @param maxMessageBytes the largest WebSocket message taken from a client
 * @param activityTimeout told to clients: after so much silence they ping
 * @param pingInterval after so much silence of a client the server pings
 * @param pongTimeout after so much further silence it is dropped
 * @param maxChannelsPerConnection channels one socket may be in
 * @param rateLimit for all messages of one socket
 */
public record App(
        String id,
        String key,
        String secret,
        boolean enabled,
        Dialect dialect,
        List<String> allowedOrigins,
        ClientEvents clientEvents,
        int maxConnections,
        int maxMessageBytes,
        int activityTimeout,
        int pingInterval,
        int pongTimeout,
        int maxChannelsPerConnection,
        Dialect.PublishLimits publish,
        Dialect.PresenceLimits presence,
        @Nullable RateLimit rateLimit,
        boolean checksTimestamp) {

    /**
     * At most {@code attempts} messages in a window of {@code seconds}, which opens with the first.
     *
     * @param terminates whether the socket is closed, or only told
     */
    public record RateLimit(int attempts, int seconds, boolean terminates) {}

    public App {
        allowedOrigins = List.copyOf(allowedOrigins);
    }

    public static Builder builder(String id, String key, String secret) {
        return new Builder(id, key, secret);
    }

    /**
     * What a back end that knows the secret would answer to the client's request to subscribe: the
     * {@code auth} of a {@code pusher:subscribe}.
     *
     * @param channelData who the client is in a presence channel, as JSON; null elsewhere
     */
    public String authorize(String socketId, String channel, @Nullable String channelData) {
        String signed = socketId + ":" + channel + (channelData == null ? "" : ":" + channelData);
        return key + ":" + new Signer(secret).sign(signed);
    }

    /** Whether a page of this origin may connect; null for a client that is no page. */
    public boolean allowsOrigin(@Nullable String origin) {
        return Origins.allows(allowedOrigins, origin);
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "App[id=" + id + ", key=" + key + ", dialect=" + dialect + "]";
    }

    /** Collects settings; what is not set is the dialect's. */
    public static final class Builder {
        private final String id;
        private final String key;
        private final String secret;
        private boolean enabled = true;
        private Dialect dialect = Dialect.REVERB;
        private List<String> allowedOrigins = List.of("*");
        private @Nullable ClientEvents clientEvents;
        private int maxConnections;
        private @Nullable Integer maxMessageBytes;
        private @Nullable Integer activityTimeout;
        private @Nullable Integer pingInterval;
        private int pongTimeout = 30;
        private int maxChannelsPerConnection = 1_000;
        private Dialect.@Nullable PublishLimits publish;
        private Dialect.@Nullable PresenceLimits presence;
        private @Nullable RateLimit rateLimit;
        private @Nullable Boolean checksTimestamp;

        private Builder(String id, String key, String secret) {
            this.id = Objects.requireNonNull(id, "id");
            this.key = Objects.requireNonNull(key, "key");
            this.secret = Objects.requireNonNull(secret, "secret");
        }

        public Builder enabled(boolean enabled) {
            this.enabled = enabled;
            return this;
        }

        public Builder dialect(Dialect dialect) {
            this.dialect = dialect;
            return this;
        }

        public Builder allowedOrigins(List<String> patterns) {
            this.allowedOrigins = patterns;
            return this;
        }

        public Builder clientEvents(ClientEvents from) {
            this.clientEvents = from;
            return this;
        }

        public Builder maxConnections(int connections) {
            this.maxConnections = connections;
            return this;
        }

        public Builder maxMessageBytes(int bytes) {
            this.maxMessageBytes = bytes;
            return this;
        }

        public Builder activityTimeout(int seconds) {
            this.activityTimeout = seconds;
            return this;
        }

        public Builder pingInterval(int seconds) {
            this.pingInterval = seconds;
            return this;
        }

        public Builder pongTimeout(int seconds) {
            this.pongTimeout = seconds;
            return this;
        }

        public Builder maxChannelsPerConnection(int channels) {
            this.maxChannelsPerConnection = channels;
            return this;
        }

        public Builder publish(Dialect.PublishLimits limits) {
            this.publish = limits;
            return this;
        }

        public Builder presence(Dialect.PresenceLimits limits) {
            this.presence = limits;
            return this;
        }

        public Builder rateLimit(@Nullable RateLimit limit) {
            this.rateLimit = limit;
            return this;
        }

        public Builder checksTimestamp(boolean checks) {
            this.checksTimestamp = checks;
            return this;
        }

        public App build() {
            Dialect.Defaults defaults = dialect.defaults();
            return new App(
                    id,
                    key,
                    secret,
                    enabled,
                    dialect,
                    allowedOrigins,
                    Objects.requireNonNullElse(clientEvents, defaults.clientEvents()),
                    maxConnections,
                    Objects.requireNonNullElse(maxMessageBytes, defaults.maxMessageBytes()),
                    Objects.requireNonNullElse(activityTimeout, defaults.activityTimeout()),
                    Objects.requireNonNullElse(pingInterval, defaults.pingInterval()),
                    pongTimeout,
                    maxChannelsPerConnection,
                    Objects.requireNonNullElse(publish, defaults.publish()),
                    Objects.requireNonNullElse(presence, defaults.presence()),
                    rateLimit,
                    Objects.requireNonNullElse(checksTimestamp, defaults.checksTimestamp()));
        }
    }
}
