package dev.resound.server;

import dev.resound.core.Hub;
import dev.resound.netty.Resound;
import dev.resound.pusher.AppSource;
import dev.resound.pusher.PusherObserver;
import dev.resound.pusher.PusherProtocol;
import dev.resound.pusher.Webhooks;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Wires a server together, runs it and ends it. <b>Thread:</b> any. */
final class Server {
    private static final Logger LOG = LoggerFactory.getLogger(Server.class);

    private final Configuration.Shutdown plan;
    private final AtomicBoolean draining;
    private final Resound resound;
    private final Webhooks webhooks;

    private Server(
            Configuration.Shutdown plan,
            AtomicBoolean draining,
            Resound resound,
            Webhooks webhooks) {
        this.plan = plan;
        this.draining = draining;
        this.resound = resound;
        this.webhooks = webhooks;
    }

    /**
     * Opens the port.
     *
     * @throws IOException if the address cannot be bound, or certificate and key cannot be used
     */
    static Server start(Configuration configuration, PusherObserver observer) throws IOException {
        Hub hub = new Hub();
        AtomicBoolean draining = new AtomicBoolean();
        Configuration.Apps apps = configuration.apps();
        Configuration.Listen listen = configuration.listen();
        Webhooks webhooks = new Webhooks(configuration.webhooks());
        boolean anyWebhooks = apps.list().stream().anyMatch(app -> !app.webhooks().isEmpty());
        var pusher =
                PusherProtocol.builder(hub, AppSource.of(apps.list()))
                        .dialect(apps.dialect())
                        .observe(observer)
                        // Events that nobody observes are not even made.
                        .observe(anyWebhooks ? webhooks : PusherObserver.NONE)
                        .draining(draining::get)
                        .build();
        Resound.Builder builder =
                Resound.builder()
                        .hub(hub)
                        .host(listen.host())
                        .port(listen.port())
                        .path(listen.path())
                        .loops(listen.loops())
                        .limits(configuration.limits())
                        .protocol(pusher);
        if (configuration.socketIo().enabled()) {
            builder.protocol(
                    ChannelsOverSocketIo.serve(
                            hub,
                            pusher,
                            apps.list(),
                            configuration.socketIo(),
                            configuration.limits().messagesPerSecond()));
        }
        if (listen.tls() != null) {
            builder.tls(listen.tls());
        }
        return new Server(configuration.shutdown(), draining, builder.start(), webhooks);
    }

    int port() {
        return resound.port();
    }

    /**
     * Ends as planned: tells health checks, waits for load balancers to notice, closes the
     * connections over a while, makes the last calls of webhooks. Blocks.
     *
     * @return whether all that was done in time
     */
    boolean drain() {
        draining.set(true);
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
        webhooks.close(); // now that nothing happens any more; five seconds at most
    }
}
