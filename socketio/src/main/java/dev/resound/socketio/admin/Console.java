package dev.resound.socketio.admin;

import dev.resound.socketio.Namespace;
import dev.resound.socketio.RemoteSocket;
import dev.resound.socketio.Socket;
import dev.resound.socketio.SocketIo;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The admin namespace: who is there, and what they are told. The server is watched from the first
 * page's arrival to the last one's departure, on whatever node of the cluster; nodes with pages
 * tell the others so again and again.
 *
 * <p><b>Thread:</b> any.
 */
final class Console<D> {
    private static final Logger LOG = LoggerFactory.getLogger(Console.class);
    static final long REPORT_MILLIS = 2_000;

    /** How many reports a node with pages sends until it tells the others again that it has any. */
    private static final int REPORTS_PER_WORD = 5;

    /** How long a node believes that: two words may be lost. */
    static final long WORD_MILLIS = 3 * REPORTS_PER_WORD * REPORT_MILLIS;

    private static final String WORD = "resound:admin_ui_watched";

    private final SocketIo<D> io;
    private final Namespace<D> namespace;
    private final AdminUi.Options options;
    private final @Nullable Login<D> login;
    private final Surroundings surroundings;
    private final Feed feed;
    private final ServerReport report;

    private final Set<String> here = new HashSet<>(); // this and the rest guarded by this
    private long elsewhereUntilMillis;
    private @Nullable Turn turn;

    /** From when watching begins to when it ends. */
    private final class Turn {
        final Traffic traffic = new Traffic(surroundings.clock());
        final Watch watch =
                new Watch(namespace, options.mode(), feed, traffic, surroundings.clock());
        private int reports;

        /** Every two seconds. */
        void report() {
            if (endsNow(this)) {
                return;
            }
            if (reports++ % REPORTS_PER_WORD == 0 && isAnybodyHere()) {
                namespace.serverSideEmit(WORD);
            }
            List<Map<String, Object>> counts = traffic.take();
            feed.tell(0, () -> namespace.emit("server_stats", report.with(counts)));
            surroundings.delay().after(REPORT_MILLIS, this::report);
        }
    }

    Console(
            SocketIo<D> io,
            Namespace<D> namespace,
            AdminUi.Options options,
            @Nullable Login<D> login,
            Surroundings surroundings) {
        this.io = io;
        this.namespace = namespace;
        this.options = options;
        this.login = login;
        this.surroundings = surroundings;
        this.feed = new Feed(surroundings.worker());
        this.report = new ServerReport(io, options.serverId(), surroundings);
    }

    void open() {
        namespace.onConnection(this::welcome);
        namespace.onServerSideEmit(WORD, arguments -> onWord());
    }

    private void welcome(Socket<D> admin) {
        admin.onDisconnect((reason, description) -> depart(admin.id()));
        if (!options.readonly()) {
            new Commands(io, admin, surroundings.clock()).register();
        }
        String session = login == null ? null : login.takeSession(admin);
        if (session != null) {
            // told before the connection as well; but the page of 0.5.1 hears nothing before it
            admin.emit("session", session);
        }
        admin.emit("config", Map.of("supportedFeatures", features()));
        Turn begun = arrive(admin.id());
        if (options.mode() == AdminUi.Mode.DEVELOPMENT) {
            feed.tell(0, () -> tellOfAllSockets(admin));
        }
        if (begun == null) {
            feed.tell(0, () -> admin.emit("server_stats", report.with(List.of())));
        } else {
            begun.report();
        }
    }

    private List<String> features() {
        List<String> features = new ArrayList<>(options.readonly() ? List.of() : Commands.FEATURES);
        features.add("AGGREGATED_EVENTS");
        if (options.mode() == AdminUi.Mode.DEVELOPMENT) {
            features.add("ALL_EVENTS");
        }
        return features;
    }

    // ---- who is there

    /**
     * @return the turn that begins with this one, if one does
     */
    private synchronized @Nullable Turn arrive(String id) {
        here.add(id);
        return begin();
    }

    private synchronized void depart(String id) {
        here.remove(id);
        endIfNobodyIsThere();
    }

    /** A page is connected to another node. */
    private void onWord() {
        Turn begun;
        synchronized (this) {
            elsewhereUntilMillis = surroundings.clock().millis() + WORD_MILLIS;
            begun = begin();
        }
        if (begun != null) {
            begun.report();
        }
    }

    private synchronized boolean isAnybodyHere() {
        return !here.isEmpty();
    }

    /** Whether it is over with this turn, now or since a while. */
    private synchronized boolean endsNow(Turn asking) {
        endIfNobodyIsThere();
        return turn != asking;
    }

    private synchronized @Nullable Turn begin() {
        if (turn != null) {
            return null;
        }
        Turn begun = new Turn();
        turn = begun;
        feed.open();
        io.addObserver(begun.watch);
        return begun;
    }

    private synchronized void endIfNobodyIsThere() {
        Turn present = turn;
        if (present != null
                && here.isEmpty()
                && surroundings.clock().millis() >= elsewhereUntilMillis) {
            io.removeObserver(present.watch);
            feed.close();
            turn = null;
        }
    }

    // ---- all sockets

    private void tellOfAllSockets(Socket<D> admin) {
        List<Map<String, Object>> all = new ArrayList<>(); // guarded by itself
        List<CompletableFuture<?>> answers = new ArrayList<>();
        for (Namespace<D> each : io.namespaces()) {
            answers.add(
                    fetch(each)
                            .thenAccept(sockets -> {
                                synchronized (all) {
                                    sockets.forEach(
                                            socket -> all.add(Portrait.of(each.name(), socket)));
                                }
                            }));
        }
        CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        LOG.warn("The admin UI is not told of all sockets", failure);
                    }
                    synchronized (all) {
                        admin.emit("all_sockets", all);
                    }
                });
    }

    /** The sockets of all nodes; if one of them does not answer, those of this node. */
    private CompletableFuture<List<RemoteSocket>> fetch(Namespace<D> from) {
        try {
            return from.fetchSockets().exceptionallyCompose(silence -> from.local().fetchSockets());
        } catch (RuntimeException | StackOverflowError unwritable) { // such is data in circles
            LOG.warn("What is kept with a socket in {} cannot be written", from.name(), unwritable);
            return CompletableFuture.completedFuture(List.of());
        }
    }
}
