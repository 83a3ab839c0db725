package dev.resound.server;

import dev.resound.netty.Limits;
import dev.resound.netty.Tls;
import dev.resound.pusher.App;
import dev.resound.pusher.Dialect;
import dev.resound.pusher.FallbackOptions;
import dev.resound.pusher.WebhookOptions;
import dev.resound.redis.RedisOptions;
import dev.resound.redis.ReverbVersion;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything the server is told before it starts, checked. Printing it shows no secret.
 *
 * @param fallback how clients come over plain HTTP; null: they do not
 * @param devices how device sessions are served; null: they are not
 * @param cluster how other nodes are reached; null: there are none
 * @param acceptTrafficPercent of the heap in use at most, for {@code /accept-traffic} to be 200
 * @param metrics whether {@code /metrics} is served
 * @param restart where a restart of all servers is announced; null: nowhere
 * @param debug whether every message is printed
 * @param notes about the configuration itself
 */
record Configuration(
        Listen listen,
        Limits limits,
        @Nullable FallbackOptions fallback,
        Shutdown shutdown,
        SocketIoSettings socketIo,
        @Nullable DeviceConfiguration devices,
        @Nullable Cluster cluster,
        WebhookOptions webhooks,
        Apps apps,
        int acceptTrafficPercent,
        boolean metrics,
        @Nullable RestartSettings restart,
        boolean debug,
        Notes notes) {

    /**
     * Where to listen.
     *
     * @param path a prefix of all paths; may be empty
     * @param hostname what clients call us; null if nobody said
     * @param loops how many event loops
     */
    record Listen(
            String host,
            int port,
            String path,
            @Nullable String hostname,
            int loops,
            @Nullable Tls tls) {}

    /**
     * The other nodes.
     *
     * @param prefix of all names in Redis
     * @param readyWithout how long this node is ready although it does not reach them; zero: always
     * @param reverb servers of Reverb that are nodes, too; null: there are none
     */
    record Cluster(
            RedisOptions redis,
            String prefix,
            Duration readyWithout,
            @Nullable ReverbCluster reverb) {}

    /**
     * Servers of Reverb.
     *
     * @param channel in Redis, over which they scale
     */
    record ReverbCluster(String channel, ReverbVersion version) {}

    /**
     * How to end.
     *
     * @param drainDelay for load balancers to notice
     * @param grace over which connections are closed
     * @param timeout for all of it
     */
    record Shutdown(Duration drainDelay, Duration grace, Duration timeout) {}

    /**
     * The apps' channels for Socket.IO clients.
     *
     * @param jwtSecret signs tokens; null: the app's secret does
     * @param authEndpoint asked about subscriptions that bring no proof; null: they are refused
     */
    record SocketIoSettings(
            boolean enabled,
            String path,
            boolean revision3,
            Duration pingInterval,
            Duration pingTimeout,
            int maxMessageBytes,
            @Nullable String jwtSecret,
            @Nullable URI authEndpoint,
            Duration authTimeout) {

        /** Without the secret. */
        @Override
        public String toString() {
            return "SocketIoSettings[path=" + path + "]";
        }

        SocketIoSettings onStandardPath() {
            return new SocketIoSettings(
                    enabled,
                    Settings.SOCKETIO_PATH.defaultValue(),
                    revision3,
                    pingInterval,
                    pingTimeout,
                    maxMessageBytes,
                    null,
                    null,
                    authTimeout);
        }
    }

    /**
     * The apps.
     *
     * @param dialect spoken to who names none of them
     * @param development whether the only one is ours, because nobody configured any
     * @param table has more of them; null: there is none
     */
    record Apps(List<App> list, Dialect dialect, boolean development, @Nullable AppTable table) {
        Apps {
            list = List.copyOf(list);
        }
    }

    /**
     * Where a restart of all servers is announced.
     *
     * @param key whole, with what an application puts before its keys
     * @param interval between one look and the next
     */
    record RestartSettings(SignalStore store, String key, Duration interval) {

        RestartSignal signal(InstantSource clock) {
            return RestartSignal.in(store, key, clock);
        }

        /** For people, without what may be secret. */
        @Override
        public String toString() {
            return Printable.of(key) + " in " + store;
        }
    }

    /**
     * About the configuration.
     *
     * @param sources where it came from, in rising precedence
     * @param warnings what somebody should look at
     * @param settings what is set, but for the apps, by the name of the setting
     */
    record Notes(List<String> sources, List<String> warnings, Map<String, Given> settings) {
        Notes {
            sources = List.copyOf(sources);
            warnings = List.copyOf(warnings);
            settings = Map.copyOf(settings);
        }
    }
}
