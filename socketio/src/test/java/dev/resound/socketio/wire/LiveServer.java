package dev.resound.socketio.wire;

import dev.resound.core.Loop;
import dev.resound.core.Protocol;
import dev.resound.core.http.HttpHandler;
import dev.resound.core.http.HttpResponse;
import dev.resound.core.http.Route;
import dev.resound.netty.Resound;
import dev.resound.socketio.Arguments;
import dev.resound.socketio.ConnectionListener;
import dev.resound.socketio.Namespace;
import dev.resound.socketio.Observer;
import dev.resound.socketio.Socket;
import dev.resound.socketio.SocketIo;
import dev.resound.socketio.SocketIoBuilder;
import dev.resound.testkit.WireClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/**
 * A real server on the loopback with two event loops, its clients, and notes of what its
 * application was told. <b>Thread:</b> the test; {@link #note} any.
 */
final class LiveServer implements AutoCloseable {
    final SocketIo<Map<String, Object>> io;
    private final Resound server;
    private final List<String> notes = new CopyOnWriteArrayList<>();
    private final Queue<Peer> peers = new ConcurrentLinkedQueue<>();

    private LiveServer(SocketIo<Map<String, Object>> io, UnaryOperator<Protocol> around)
            throws IOException {
        this.io = io;
        this.server =
                Resound.builder()
                        .port(0)
                        .loops(2)
                        .protocol(around.apply(io))
                        .route(
                                Route.get(
                                        "/loop",
                                        HttpHandler.onLoop(request ->
                                                HttpResponse.text(
                                                        200,
                                                        nameOf(
                                                                Objects.requireNonNull(
                                                                        Loop.current()))))))
                        .start();
    }

    static LiveServer start() throws IOException {
        return start(builder -> builder);
    }

    static LiveServer start(UnaryOperator<SocketIoBuilder<Map<String, Object>>> settings)
            throws IOException {
        return start(settings, protocol -> protocol);
    }

    /**
     * @param around puts something between the port and Socket.IO
     */
    static LiveServer start(
            UnaryOperator<SocketIoBuilder<Map<String, Object>>> settings,
            UnaryOperator<Protocol> around)
            throws IOException {
        return new LiveServer(settings.apply(SocketIo.builder()).build(), around);
    }

    static String nameOf(Loop loop) {
        return "loop " + System.identityHashCode(loop);
    }

    int port() {
        return server.port();
    }

    // ---- the application

    /**
     * Says every {@code message} back, answers with what came, and tells every socket with what it
     * was let in. Notes errors, and the end of each socket.
     */
    LiveServer echoes(String... namespaces) {
        echo(io.root());
        for (String namespace : namespaces) {
            echo(io.of(namespace));
        }
        return this;
    }

    private void echo(Namespace<Map<String, Object>> namespace) {
        namespace.onConnection(this::echo);
    }

    void echo(Socket<Map<String, Object>> socket) {
        socket.emit("auth", socket.handshake().auth());
        socket.on("message", arguments -> socket.emit("message-back", arguments.toArray()));
        socket.on("message-with-ack", arguments -> arguments.ack().send(arguments.toArray()));
        answers(socket);
        socket.onError(error -> note("error"));
        socket.onDisconnect((reason, description) -> note(reason.wireName()));
    }

    /** Answers {@code mark}, so that clients can tell that nothing came before. */
    void answers(Socket<Map<String, Object>> socket) {
        socket.on("mark", arguments -> arguments.ack().send());
    }

    /** Does nothing but {@link #answers} and this. */
    LiveServer onConnection(ConnectionListener<Map<String, Object>> listener) {
        io.onConnection(socket -> {
            answers(socket);
            listener.onConnection(socket);
        });
        return this;
    }

    /** Counts the events of this name that are read from here on, whoever sends them. */
    AtomicInteger counting(String name) {
        var read = new AtomicInteger();
        io.addObserver(
                new Observer() {
                    @Override
                    public void onReceived(Socket<?> socket, String event, Arguments arguments) {
                        if (event.equals(name)) {
                            read.incrementAndGet();
                        }
                    }
                });
        return read;
    }

    void note(String fact) {
        notes.add(fact);
    }

    List<String> notes() {
        return List.copyOf(notes);
    }

    /** Waits until it has been told so much. */
    List<String> notes(int count) {
        Until.holds(count + " notes", () -> notes.size() >= count);
        return notes();
    }

    /** The connected socket of this id in {@code /}. */
    Socket<Map<String, Object>> socket(String id) {
        return socket("/", id);
    }

    Socket<Map<String, Object>> socket(String namespace, String id) {
        Socket<Map<String, Object>> socket = io.of(namespace).sockets().get(id);
        if (socket == null) {
            throw new AssertionError("nobody is connected as " + id);
        }
        return socket;
    }

    void awaitNoSessions() {
        Until.holds("the end of all sessions", () -> io.engine().sessions() == 0);
    }

    // ---- clients

    Peer connect(Carrier carrier) throws IOException {
        return connect(carrier, 4, "");
    }

    /**
     * @param query added to that of every request, beginning with {@code &}
     */
    Peer connect(Carrier carrier, int revision, String query) throws IOException {
        var peer = new Peer(this, carrier, revision, query);
        peers.add(peer);
        return peer;
    }

    /** A client that is in {@code /}, and has heard all that {@link #echoes} says to it. */
    Peer joined(Carrier carrier) throws IOException {
        Peer peer = connect(carrier);
        peer.join("40");
        peer.hears("42[\"auth\",{}]");
        return peer;
    }

    /** As many clients in {@code /}, of every kind in turn. */
    List<Peer> crowd(int size) throws IOException {
        List<Peer> crowd = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            Peer peer = connect(Carrier.inTurn(i));
            peer.join("40");
            crowd.add(peer);
        }
        return crowd;
    }

    WireClient wire() throws IOException {
        return WireClient.connect(port());
    }

    /** A connection that does not live on this loop. */
    WireClient wireOff(String loop) throws IOException {
        for (int i = 0; i < 16; i++) {
            WireClient client = wire();
            client.get("/loop");
            if (!client.readResponse().body().equals(loop)) {
                return client;
            }
            client.close();
        }
        throw new AssertionError("no connection landed on another loop");
    }

    @Override
    public void close() throws IOException {
        for (Peer peer : peers) {
            peer.close();
        }
        server.stop(Duration.ZERO);
    }
}
