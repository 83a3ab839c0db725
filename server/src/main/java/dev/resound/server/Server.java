package dev.resound.server;

import com.github.benmanes.caffeine.cache.Ticker;
import com.zaxxer.hikari.HikariDataSource;
import dev.resound.core.Bus;
import dev.resound.core.Hub;
import dev.resound.core.Journal;
import dev.resound.core.Roster;
import dev.resound.netty.Resound;
import dev.resound.pusher.App;
import dev.resound.pusher.Dialect;
import dev.resound.pusher.Health;
import dev.resound.pusher.PusherObserver;
import dev.resound.pusher.PusherProtocol;
import dev.resound.pusher.Webhooks;
import dev.resound.redis.RedisBus;
import dev.resound.redis.RedisJournal;
import dev.resound.redis.RedisLink;
import dev.resound.redis.RedisRoster;
import dev.resound.redis.ReverbBus;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Wires a server together, runs it and ends it. <b>Thread:</b> any. */
final class Server {
    private static final Logger LOG = LoggerFactory.getLogger(Server.class);

    private final Configuration.Shutdown plan;
    private final State state;
    private final Resound resound;
    private final PusherProtocol pusher;
    private final Webhooks webhooks;

    /** What outlives the start, and is known before the port opens. */
    private static final class State {
        private final ServedApps apps;
        private final @Nullable HikariDataSource database;
        private final ScheduledExecutorService timer;
        private DeviceConfiguration.@Nullable Served devices; // by the thread that starts us
        private final @Nullable RedisLink link;
        private final Duration readyWithout;
        private final @Nullable ReverbBus reverb;
        private final @Nullable RedisBus own;
        private final Bus bus;
        private final Roster roster;
        private final Journal journal;
        private volatile boolean draining;
        private volatile boolean outdated;

        State(
                Configuration.Apps configured,
                Configuration.@Nullable Cluster cluster,
                boolean open) {
            timer = timer();
            readyWithout = cluster == null ? Duration.ZERO : cluster.readyWithout();
            link = cluster == null ? null : RedisLink.open(cluster.redis());
            own = link == null || cluster == null ? null : RedisBus.over(link, cluster.prefix());
            Configuration.ReverbCluster reverbs = cluster == null ? null : cluster.reverb();
            reverb =
                    link == null || own == null || reverbs == null
                            ? null
                            : ReverbBus.over(link, own, reverbs.channel(), reverbs.version());
            bus = reverb != null ? reverb : own != null ? own : Bus.NONE;
            Roster nodes =
                    link == null || cluster == null
                            ? Roster.alone()
                            : RedisRoster.over(link, cluster.prefix());
            roster = reverb == null ? nodes : reverb.roster(nodes);
            // What goes through the journal PHP would not hear.
            journal =
                    link == null || cluster == null || reverb != null
                            ? Journal.NONE
                            : RedisJournal.over(link, cluster.prefix());
            AppTable table = configured.table();
            if (table == null) {
                database = null;
                apps = new ServedApps(configured.list(), null);
                return;
            }
            database = SqlAppSource.connectionsTo(table);
            CachedAppSource cached =
                    new CachedAppSource(
                            new SqlAppSource(database, table, open),
                            new CachedAppSource.Times(
                                    table.cacheTime(), table.unknownTime(), table.staleTime()),
                            Ticker.systemTicker(),
                            (delay, task) ->
                                    timer.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS));
            apps = new ServedApps(configured.list(), cached);
            timer.execute(cached::probe);
        }

        /** Its thread exists from the first task on. */
        private static ScheduledExecutorService timer() {
            return new ScheduledThreadPoolExecutor(
                    1,
                    task -> Thread.ofPlatform().name("resound-timer").daemon().unstarted(task),
                    new ThreadPoolExecutor.DiscardPolicy()); // at the end
        }

        Health health() {
            if (draining) {
                return Health.DRAINING;
            }
            if (isCutOff()) {
                return Health.CUT_OFF;
            }
            return outdated || apps.isDegraded() || !bus.isConnected()
                    ? Health.DEGRADED
                    : Health.OK;
        }

        private boolean isCutOff() {
            return link != null
                    && !readyWithout.isZero()
                    && link.awayFor().compareTo(readyWithout) >= 0;
        }

        void showLink(Metrics metrics) {
            if (link != null && own != null) {
                metrics.link(link);
                metrics.bus(own);
            }
        }

        void close() {
            timer.shutdownNow();
            roster.close();
            journal.close();
            bus.close();
            if (link != null) {
                link.close();
            }
            if (devices != null) {
                devices.close();
            }
            if (database != null) {
                database.close();
            }
        }
    }

    private Server(
            Configuration.Shutdown plan,
            State state,
            Resound resound,
            PusherProtocol pusher,
            Webhooks webhooks) {
        this.plan = plan;
        this.state = state;
        this.resound = resound;
        this.pusher = pusher;
        this.webhooks = webhooks;
    }

    /**
     * Opens the port.
     *
     * @throws IOException if the address cannot be bound, or certificate and key cannot be used
     */
    static Server start(Configuration configuration, PusherObserver observer) throws IOException {
        State state =
                new State(
                        configuration.apps(),
                        configuration.cluster(),
                        !ConfigurationReader.isLoopback(configuration.listen().host()));
        boolean started = false;
        try {
            Server server = start(configuration, observer, state);
            started = true;
            return server;
        } finally {
            if (!started) {
                state.close();
            }
        }
    }

    private static Server start(Configuration configuration, PusherObserver observer, State state)
            throws IOException {
        Hub hub = new Hub(state.bus);
        Configuration.Listen listen = configuration.listen();
        Webhooks webhooks = new Webhooks(configuration.webhooks());
        PusherProtocol pusher =
                PusherProtocol.builder(hub, state.apps)
                        .dialect(configuration.apps().dialect())
                        .observe(observer)
                        // Whether or not an app has any: tomorrow one may.
                        .observe(webhooks)
                        .health(state::health)
                        .roster(state.roster)
                        .journal(state.journal)
                        .fallback(configuration.fallback())
                        .build();
        if (state.reverb != null) {
            state.reverb.serve(pusher);
        }
        Resound.Builder builder =
                Resound.builder()
                        .hub(hub)
                        .host(listen.host())
                        .port(listen.port())
                        .path(listen.path())
                        .loops(listen.loops())
                        .limits(configuration.limits())
                        .protocol(pusher);
        if (configuration.apps().dialect().equals(Dialect.SOKETI)) {
            SoketiRoutes.of(state::health, configuration.acceptTrafficPercent())
                    .forEach(builder::route);
        }
        Metrics metrics = configuration.metrics() ? new Metrics() : null;
        if (metrics != null) {
            builder.route(metrics.route());
        }
        if (configuration.socketIo().enabled()) {
            builder.protocol(
                    ChannelsOverSocketIo.serve(
                            hub,
                            pusher,
                            state.apps,
                            configuration.socketIo(),
                            configuration.limits().messagesPerSecond()));
        }
        if (listen.tls() != null) {
            builder.tls(listen.tls());
        }
        AtomicInteger port = new AtomicInteger(listen.port());
        if (configuration.devices() != null) {
            state.devices = configuration.devices().serve(() -> address(listen, port.get()));
            builder.protocol(state.devices.sessions());
        }
        Resound resound = builder.start();
        port.set(resound.port());
        if (metrics != null) {
            metrics.node(state::health, resound::connections);
            state.showLink(metrics);
        }
        Server server = new Server(configuration.shutdown(), state, resound, pusher, webhooks);
        AppTable table = configuration.apps().table();
        if (table != null) {
            // So that also the sockets of apps nobody asks for any more see what became of them.
            server.every(table.cacheTime(), server::refresh);
        }
        return server;
    }

    /** What apps on this machine, or those who know our name, can dial. */
    private static URI address(Configuration.Listen listen, int port) {
        String host = listen.hostname() == null ? listen.host() : listen.hostname();
        String reachable = host.equals("0.0.0.0") || host.equals("::") ? "127.0.0.1" : host;
        String bracketed = reachable.contains(":") ? "[" + reachable + "]" : reachable;
        String scheme = listen.tls() == null ? "ws" : "wss";
        return URI.create(scheme + "://" + bracketed + ":" + port + listen.path());
    }

    int port() {
        return resound.port();
    }

    Health health() {
        return state.health();
    }

    /** Does something again and again until the server ends; the first time after one period. */
    void every(Duration period, Runnable task) {
        state.timer.scheduleWithFixedDelay(
                () -> {
                    try {
                        task.run();
                    } catch (RuntimeException failure) {
                        LOG.error("Something that is done every {} failed", period, failure);
                    }
                },
                period.toNanos(),
                period.toNanos(),
                TimeUnit.NANOSECONDS);
    }

    /** Serves these apps of the configuration from here on; sockets of those not among them go. */
    void serve(List<App> apps) {
        state.apps.replace(apps);
        refresh();
    }

    /** What fails is told by the source, and what was known goes on. */
    private void refresh() {
        pusher.refresh();
    }

    /** Whether the configuration is another one by now, which cannot be used. */
    void outdated(boolean is) {
        state.outdated = is;
    }

    /**
     * Ends as planned: tells health checks, waits for load balancers to notice, closes the
     * connections over a while, makes the last calls of webhooks. Blocks.
     *
     * @return whether all that was done in time
     */
    boolean drain() {
        state.draining = true;
        LOG.info(
                "Draining, connections: {}; /up answers 503, after {} they are closed over {}",
                resound.connections(),
                Units.time(plan.drainDelay()),
                Units.time(plan.grace()));
        Thread ending = Thread.ofPlatform().name("resound-drain").daemon().start(this::end);
        try {
            if (ending.join(plan.timeout())) {
                return true;
            }
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
        LOG.error(
                "Not done after {} (shutdown.timeout); connections left: {}",
                Units.time(plan.timeout()),
                resound.connections());
        return false;
    }

    private void end() {
        try {
            Thread.sleep(plan.drainDelay());
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
        int cut = resound.stop(plan.grace());
        LOG.info("Stopped; connections that had to be cut off: {}", cut);
        state.close();
        webhooks.close(); // now that nothing happens any more; five seconds at most
    }
}
