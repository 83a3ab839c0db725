package dev.resound.pusher;

import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One tenant: its credentials and its settings. Immutable. Sizes are bytes, times seconds, 0 is no
 * limit.
 *
 * @param id names the app in HTTP paths
 * @param key public; names the app in WebSocket paths
 * @param secret signs subscriptions and requests; never logged
 * @param dialect how the app's sockets and HTTP API answer
 * @param tlsOnly whether sockets without TLS are refused
 * @param allowedOrigins host patterns, {@code *} for any run of characters; a list with {@code "*"}
 *     allows everything
 * @param strictProtocol whether a socket must name a protocol number and version that there are
 * @param maxConnections open sockets of this app
 * @param maxMessageBytes the largest WebSocket message taken from a client
 * @param activityTimeout told to clients: after so much silence they ping
 * @param pingInterval after so much silence of a client the server pings
 * @param pongTimeout after so much further silence it is dropped
 * @param maxChannelsPerConnection channels one socket may be in
 * @param rateLimit for all messages of one socket
 * @param cacheSeconds for how long cache channels keep their last event
 * @param subscriptionCounts whether subscribers are told how many they are
 * @param webhooks who is told over HTTP what happens
 */
public record App(
        String id,
        String key,
        String secret,
        boolean enabled,
        Dialect dialect,
        boolean tlsOnly,
        List<String> allowedOrigins,
        boolean strictProtocol,
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
        Rates rates,
        boolean checksTimestamp,
        int cacheSeconds,
        boolean subscriptionCounts,
        Users users,
        Extensions extensions,
        List<Webhook> webhooks) {

    /**
     * At most {@code attempts} messages in a window of {@code seconds}, which opens with the first.
     *
     * @param terminates whether the socket is closed, or only told
     */
    public record RateLimit(int attempts, int seconds, boolean terminates) {}

    /**
     * What may happen in a second. Two seconds' worth may come at once, but for the HTTP API: there
     * it is one.
     *
     * @param clientEventsPerConnection client events of one socket
     * @param clientEvents client events of all sockets of the app on this node
     * @param backEndEvents events published over HTTP, one for each channel
     * @param reads other calls of the HTTP API
     */
    public record Rates(
            int clientEventsPerConnection, int clientEvents, int backEndEvents, int reads) {
        /** Ten client events for each socket, and no other rates. */
        public static final Rates DEFAULT = new Rates(10, 0, 0, 0);
    }

    /**
     * Users.
     *
     * @param signIn whether they may sign in
     * @param watchlist ids one user may watch; 0 is none at all
     * @param authenticationSeconds after which a socket is closed that has neither signed in nor
     *     joined a private or presence channel
     */
    public record Users(boolean signIn, int watchlist, int authenticationSeconds) {
        /** Ids one user may watch. */
        public static final int MAX_WATCHLIST = 100;
    }

    /**
     * What the Pusher protocol does not know.
     *
     * @param idempotencySeconds for how long a publish with an id that was there before is answered
     *     as before and not done again; 0: ids are not looked at
     * @param history what is kept of each channel for clients that come back; null: nothing
     */
    public record Extensions(int idempotencySeconds, @Nullable History history) {
        /** None. */
        public static final Extensions NONE = new Extensions(0, null);
    }

    /** What is kept of one channel: so many events, of so many bytes, for so many seconds. */
    public record History(int events, int bytes, int seconds) {
        /** A thousand events, a mebibyte, five minutes. */
        public static final History DEFAULT = new History(1_000, 1 << 20, 300);
    }

    public App {
        allowedOrigins = List.copyOf(allowedOrigins);
        webhooks = List.copyOf(webhooks);
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

    /**
     * What a back end that knows the secret would answer to a client that signs in: the {@code
     * auth} of a {@code pusher:signin}.
     *
     * @param userData who the user is, as JSON with an {@code id}
     */
    public String authenticate(String socketId, String userData) {
        return key + ":" + new Signer(secret).sign(socketId + "::user::" + userData);
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
        private UnaryOperator<Dialect> adaptation = UnaryOperator.identity();
        private boolean tlsOnly;
        private boolean strictProtocol;
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
        private Rates rates = Rates.DEFAULT;
        private @Nullable Boolean checksTimestamp;
        private @Nullable Integer cacheSeconds;
        private boolean subscriptionCounts;
        private @Nullable Boolean signIn;
        private int watchlist = Users.MAX_WATCHLIST;
        private int authenticationSeconds;
        private Extensions extensions = Extensions.NONE;
        private List<Webhook> webhooks = List.of();

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

        /** Changes single rows of the dialect, after any other such change. */
        public Builder adapt(UnaryOperator<Dialect> change) {
            UnaryOperator<Dialect> before = adaptation;
            this.adaptation = dialect -> change.apply(before.apply(dialect));
            return this;
        }

        public Builder tlsOnly(boolean only) {
            this.tlsOnly = only;
            return this;
        }

        public Builder strictProtocol(boolean strict) {
            this.strictProtocol = strict;
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

        public Builder rates(Rates perSecond) {
            this.rates = perSecond;
            return this;
        }

        public Builder cacheSeconds(int seconds) {
            this.cacheSeconds = seconds;
            return this;
        }

        public Builder subscriptionCounts(boolean told) {
            this.subscriptionCounts = told;
            return this;
        }

        public Builder signIn(boolean allowed) {
            this.signIn = allowed;
            return this;
        }

        public Builder watchlist(int ids) {
            this.watchlist = ids;
            return this;
        }

        public Builder authenticationSeconds(int seconds) {
            this.authenticationSeconds = seconds;
            return this;
        }

        public Builder extensions(Extensions wanted) {
            this.extensions = wanted;
            return this;
        }

        public Builder webhooks(List<Webhook> targets) {
            this.webhooks = targets;
            return this;
        }

        public App build() {
            Dialect.Defaults defaults = dialect.defaults();
            return new App(
                    id,
                    key,
                    secret,
                    enabled,
                    adaptation.apply(dialect),
                    tlsOnly,
                    allowedOrigins,
                    strictProtocol,
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
                    rates,
                    Objects.requireNonNullElse(checksTimestamp, defaults.checksTimestamp()),
                    Objects.requireNonNullElse(cacheSeconds, defaults.cacheSeconds()),
                    subscriptionCounts,
                    new Users(
                            Objects.requireNonNullElse(signIn, defaults.signIn()),
                            watchlist,
                            authenticationSeconds),
                    extensions,
                    webhooks);
        }
    }
}
