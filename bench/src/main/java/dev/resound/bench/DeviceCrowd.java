package dev.resound.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Devices and their apps at one gateway, opened some at a time. A device connects and starts its
 * apps; the gateway asks them to come by webhook; they connect and subscribe. A session is ready
 * when all its apps are, which a probe proves if wanted: a message of the device that arrived.
 *
 * <p><b>Thread:</b> the client's loop.
 */
final class DeviceCrowd implements GatewaySocket.Owner {

    private static final int OPENING_AT_ONCE = 50;
    private static final int STALL_SECONDS = 15;
    private static final int SLOWEST_PER_SECOND = 50;

    /** More apps of one session start one by one: gateways limit how often apps join. */
    private static final int STARTED_AT_ONCE = 5;

    private static final Duration NEXT_START_AFTER = Duration.ofMillis(125);
    private static final Duration NEXT_PROBE_AFTER = Duration.ofMillis(100);
    private static final int MAX_QUOTED_CHARS = 200;
    private static final ByteBuf PING = ClientFrame.sharedText("{\"type\":\"ping\"}");

    /** What a load hears from its devices and apps. */
    interface Listener {

        /** A stamped message arrived at an app of a ready session. */
        void onArrival(GatewaySocket app, int device, long sequence, long nanos, int bytes);

        /** The answer to {@link #ping} of a ready session's device. */
        void onPong(GatewaySocket device);

        /** A socket that {@link #reopen} opened is taken in; apps subscribe as before. */
        void onReturned(GatewaySocket socket);

        /** The gateway asks an app to come that nobody started. */
        void onUnexpectedWebhook(String text);

        /** The gateway refuses or complains, but the connection goes on. */
        void onComplaint(String text);

        /** A socket of a ready session failed or ended, and not by us. */
        void onLost(GatewaySocket socket, String why);
    }

    /**
     * @param appsOf how many apps the device with that number has
     * @param probed whether subscriptions are proved by a message
     * @param webhooks where we listen for webhooks
     */
    record Plan(
            Gateway gateway,
            Traffic traffic,
            IntUnaryOperator appsOf,
            boolean probed,
            InetSocketAddress webhooks) {

        int socketsOf(int sessions) {
            int sockets = 0;
            for (int session = 0; session < sessions; session++) {
                sockets += 1 + appsOf.applyAsInt(session);
            }
            return sockets;
        }
    }

    private record Growth(
            int target, Runnable whenReady, Consumer<CannotRunException> whenFailed) {}

    /** A device and its apps, as far as they are there. */
    private static final class Session {
        final @Nullable GatewaySocket[] apps;
        final boolean[] awaited;
        final boolean[] probed;
        @Nullable GatewaySocket device;
        int subscribed;
        int proved;
        boolean ready;

        Session(int apps) {
            this.apps = new GatewaySocket[apps];
            this.awaited = new boolean[apps];
            this.probed = new boolean[apps];
        }
    }

    private final ClientLoop loop;
    private final Plan plan;
    private final Gateway gateway;
    private final Traffic traffic;
    private final InetSocketAddress remote;
    private final Listener load;
    private final WebhookReceiver webhooks;
    private final ByteBuf subscription;
    private final SourceAddresses sources = SourceAddresses.ofThisMachine();
    private final List<Session> sessions = new ArrayList<>();

    private int ready;
    private int socketsOpened;
    private long webhooksReceived;
    private boolean listening;
    private boolean closed;
    private @Nullable Growth growth;

    DeviceCrowd(ClientLoop loop, Plan plan, Listener load) {
        this.loop = loop;
        this.plan = plan;
        this.gateway = plan.gateway;
        this.traffic = plan.traffic;
        this.remote = plan.gateway.address().resolve();
        this.load = load;
        this.webhooks = new WebhookReceiver(loop, plan.webhooks, this::onWebhook);
        this.subscription =
                ClientFrame.sharedText(
                        "{\"type\":\"subscription_update\",\"subscriptions\":["
                                + JsonText.quoted(traffic.stream())
                                + "]}");
    }

    /** Opening so many takes less, or is given up. */
    static Duration longestGrowth(int sockets) {
        return Duration.ofSeconds(3 * STALL_SECONDS + sockets / SLOWEST_PER_SECOND);
    }

    /**
     * Opens sessions until there are {@code target}. One call at a time.
     *
     * @param whenFailed one of them could not be opened; the crowd is of no more use
     */
    void grow(int target, Runnable whenReady, Consumer<CannotRunException> whenFailed) {
        growth = new Growth(target, whenReady, whenFailed);
        if (listening) {
            openMore();
        } else {
            webhooks.start(
                    address -> {
                        listening = true;
                        openMore();
                    },
                    failure -> fail(failure.getMessage()));
        }
        watch(progressMade());
    }

    /** Sessions that are ready. */
    int ready() {
        return ready;
    }

    long webhooksReceived() {
        return webhooksReceived;
    }

    /** A message of the load, by a device; leaves at once. */
    void send(int session, long sequence, long nanos) {
        device(session).send(traffic.frame(session, sequence, nanos));
    }

    /** Leaves with the next {@link #send} of that device. */
    void sendLater(int session, long sequence, long nanos) {
        device(session).sendLater(traffic.frame(session, sequence, nanos));
    }

    void flush(int session) {
        device(session).flush();
    }

    void ping(int session) {
        device(session).send(PING.duplicate());
    }

    /** The app leaves unread what the gateway sends. */
    void stopReading(int session, int app) {
        GatewaySocket socket = sessions.get(session).apps[app];
        if (socket != null) {
            socket.connection().stopReading();
        }
    }

    void readAgain(int session, int app) {
        GatewaySocket socket = sessions.get(session).apps[app];
        if (socket != null) {
            socket.connection().readAgain();
        }
    }

    /** Resets all TCP connections of a session. */
    void cut(int session) {
        Session cut = sessions.get(session);
        GatewaySocket device = cut.device;
        if (device != null) {
            device.connection().reset();
        }
        for (GatewaySocket app : cut.apps) {
            if (app != null) {
                app.connection().reset();
            }
        }
    }

    /** Connects again as the device or one of its apps, without having been asked. */
    void reopen(int session, int app) {
        if (!closed) {
            open(session, app);
        }
    }

    void close() {
        closed = true;
        growth = null;
        webhooks.close();
        // Devices first: a gateway misses no app of a device that is away.
        for (Session session : sessions) {
            closeNow(session.device);
        }
        for (Session session : sessions) {
            for (GatewaySocket app : session.apps) {
                closeNow(app);
            }
        }
    }

    private static void closeNow(@Nullable GatewaySocket socket) {
        if (socket != null) {
            socket.connection().close();
        }
    }

    private WebSocketConnection device(int session) {
        GatewaySocket device = sessions.get(session).device;
        if (device == null) {
            throw new IllegalStateException("device " + session + " has no socket");
        }
        return device.connection();
    }

    private void openMore() {
        Growth current = growth;
        if (current == null) {
            return;
        }
        if (ready >= current.target) {
            growth = null;
            current.whenReady.run();
            return;
        }
        while (current == growth
                && sessions.size() < current.target
                && sessions.size() - ready < OPENING_AT_ONCE) {
            sessions.add(new Session(plan.appsOf.applyAsInt(sessions.size())));
            open(sessions.size() - 1, GatewaySocket.DEVICE);
        }
    }

    private void open(int index, int app) {
        Session session = sessions.get(index);
        GatewaySocket before = app == GatewaySocket.DEVICE ? session.device : session.apps[app];
        var socket = new GatewaySocket(index, app, handshake(index, app, before), this);
        if (socket.isDevice()) {
            session.device = socket;
        } else {
            session.apps[app] = socket;
        }
        try {
            loop.connect(
                            remote,
                            sources.of(socketsOpened++, gateway.address()),
                            socket.connection())
                    .addListener(result -> {
                        if (!result.isSuccess()) {
                            String cause = String.valueOf(result.cause().getMessage());
                            socket.connection().fail(Refusals.explain(gateway.address(), cause));
                        }
                    });
        } catch (CannotRunException noPorts) {
            fail(noPorts.getMessage());
        }
    }

    private Handshake handshake(int session, int app, @Nullable GatewaySocket before) {
        if (before != null) {
            return before.handshake();
        }
        return app == GatewaySocket.DEVICE ? gateway.device(session) : gateway.app(session, app);
    }

    /** Grows with everything that happens while sessions open. */
    private long progressMade() {
        return ready + webhooksReceived + socketsOpened;
    }

    private void watch(long before) {
        loop.later(
                Duration.ofSeconds(STALL_SECONDS),
                () -> {
                    long now = progressMade();
                    if (growth != null && now == before) {
                        fail(
                                ready
                                        + " sessions are ready, and for "
                                        + STALL_SECONDS
                                        + " s there was no more progress, with "
                                        + webhooksReceived
                                        + " webhooks received at "
                                        + plan.webhooks
                                        + ". Does the gateway know the apps "
                                        + gateway.packageName(0)
                                        + ", …, and that they are there?");
                    } else if (growth != null) {
                        watch(now);
                    }
                });
    }

    private void fail(@Nullable String why) {
        Growth current = growth;
        if (current != null) {
            growth = null;
            current.whenFailed.accept(new CannotRunException(String.valueOf(why)));
        } else if (!closed) {
            load.onComplaint(String.valueOf(why));
        }
    }

    private boolean isCurrent(GatewaySocket socket) {
        Session session = sessions.get(socket.session());
        return socket == (socket.isDevice() ? session.device : session.apps[socket.app()]);
    }

    @Override
    public void onOpen(GatewaySocket socket) {
        // The gateway speaks first, to devices and to apps whose token it has seen.
    }

    @Override
    public void onMessage(
            GatewaySocket socket, ByteBuf buffer, int offset, int length, boolean binary) {
        if (!socket.isDevice()) {
            int at = traffic.find(buffer, offset, length, binary);
            if (at >= 0) {
                arrived(socket, buffer, at, length);
                return;
            }
        }
        if (binary) {
            load.onComplaint("bytes arrived that nobody sent");
            return;
        }
        String text = buffer.toString(offset, length, StandardCharsets.UTF_8);
        String type = JsonText.string(text, "type").orElse("");
        if (socket.isDevice()) {
            toDevice(socket, type, text);
        } else {
            toApp(socket, type, text);
        }
    }

    private void arrived(GatewaySocket socket, ByteBuf buffer, int at, int length) {
        long sequence = traffic.sequenceAt(buffer, at);
        if (sequence != Traffic.PROBE) {
            load.onArrival(
                    socket,
                    traffic.deviceAt(buffer, at),
                    sequence,
                    traffic.nanosAt(buffer, at),
                    length);
            return;
        }
        Session session = sessions.get(socket.session());
        if (!session.probed[socket.app()]) {
            session.probed[socket.app()] = true;
            session.proved++;
            if (session.proved == session.apps.length) {
                ready(session);
            }
        }
    }

    private void toDevice(GatewaySocket socket, String type, String text) {
        switch (type) {
            case "pong" -> load.onPong(socket);
            case "connection_ack" -> {
                if (socket.acknowledge()) {
                    deviceIsIn(socket);
                }
            }
            case "connection_error", "app_stopped" -> refused(socket, text);
            default -> {
                // State of apps and microphone: the gateway's own business.
            }
        }
    }

    private void deviceIsIn(GatewaySocket socket) {
        Session session = sessions.get(socket.session());
        if (session.ready) {
            load.onReturned(socket);
        } else if (session.apps.length == 0) {
            ready(session);
        } else {
            startApps(socket.session(), 0);
        }
    }

    private void startApps(int index, int from) {
        if (closed) {
            return;
        }
        Session session = sessions.get(index);
        int to = from == 0 ? Math.min(STARTED_AT_ONCE, session.apps.length) : from + 1;
        for (int app = from; app < to; app++) {
            session.awaited[app] = true;
            String start =
                    "{\"type\":\"start_app\",\"packageName\":"
                            + JsonText.quoted(gateway.packageName(app))
                            + "}";
            device(index).send(text(start));
        }
        if (to < session.apps.length) {
            loop.later(NEXT_START_AFTER, () -> startApps(index, to));
        }
    }

    private static ByteBuf text(String json) {
        return ClientFrame.text(
                PooledByteBufAllocator.DEFAULT, json.getBytes(StandardCharsets.UTF_8));
    }

    private void onWebhook(String body) {
        if (closed) {
            return;
        }
        webhooksReceived++;
        String user = JsonText.string(body, "userId").orElse("");
        var index = gateway.sessionOf(user);
        if (index.isEmpty() || index.getAsInt() >= sessions.size()) {
            return; // of an earlier run
        }
        var app = gateway.appOf(user, JsonText.string(body, "sessionId").orElse(""));
        Session session = sessions.get(index.getAsInt());
        boolean awaited =
                app.isPresent()
                        && app.getAsInt() < session.awaited.length
                        && session.awaited[app.getAsInt()]
                        && JsonText.string(body, "type").orElse("").equals("session_request");
        if (awaited) {
            session.awaited[app.getAsInt()] = false;
            open(index.getAsInt(), app.getAsInt());
        } else {
            load.onUnexpectedWebhook(shortened(body));
        }
    }

    private void toApp(GatewaySocket socket, String type, String text) {
        switch (type) {
            case "tpa_connection_ack" -> {
                if (socket.acknowledge()) {
                    socket.connection().sendLater(subscription.duplicate());
                    socket.connection().send(PING.duplicate());
                    if (sessions.get(socket.session()).ready) {
                        load.onReturned(socket);
                    }
                }
            }
            case "pong" -> {
                if (socket.subscribe()) {
                    subscribed(socket);
                }
            }
            case "tpa_connection_error", "permission_error", "app_stopped" -> refused(socket, text);
            default -> {
                // State of the device: the gateway's own business.
            }
        }
    }

    private void subscribed(GatewaySocket socket) {
        Session session = sessions.get(socket.session());
        session.subscribed++;
        if (session.ready || session.subscribed < session.apps.length) {
            return;
        }
        if (plan.probed) {
            probe(socket.session());
        } else {
            ready(session);
        }
    }

    private void probe(int index) {
        Session session = sessions.get(index);
        if (!session.ready && !closed) {
            send(index, Traffic.PROBE, System.nanoTime());
            loop.later(NEXT_PROBE_AFTER, () -> probe(index));
        }
    }

    private void ready(Session session) {
        if (!session.ready) {
            session.ready = true;
            ready++;
            openMore();
        }
    }

    private void refused(GatewaySocket socket, String text) {
        String told = "the gateway says to " + socket.name() + ": " + shortened(text);
        if (sessions.get(socket.session()).ready) {
            load.onComplaint("the gateway says " + type(text));
        } else {
            fail(told);
        }
    }

    private static String type(String text) {
        return JsonText.string(text, "type").orElse("")
                + JsonText.string(text, "code").map(code -> " " + code).orElse("");
    }

    private static String shortened(String text) {
        return text.length() > MAX_QUOTED_CHARS ? text.substring(0, MAX_QUOTED_CHARS) + "…" : text;
    }

    @Override
    public void onClosed(GatewaySocket socket, String why) {
        if (closed || !isCurrent(socket)) {
            return;
        }
        if (sessions.get(socket.session()).ready) {
            load.onLost(socket, why);
        } else {
            fail(socket.name() + ": " + why);
        }
    }
}
