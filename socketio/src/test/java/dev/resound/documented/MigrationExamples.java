package dev.resound.documented;

import dev.resound.engineio.Admission;
import dev.resound.engineio.Cors;
import dev.resound.engineio.Transport;
import dev.resound.netty.HttpLimits;
import dev.resound.netty.Limits;
import dev.resound.netty.Resound;
import dev.resound.netty.Tls;
import dev.resound.socketio.Ack;
import dev.resound.socketio.Adapter;
import dev.resound.socketio.Arguments;
import dev.resound.socketio.ConnectRefusedException;
import dev.resound.socketio.Event;
import dev.resound.socketio.OnEvent;
import dev.resound.socketio.Socket;
import dev.resound.socketio.SocketIo;
import dev.resound.socketio.SocketIoBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** The right column of docs/migrating-from-netty-socketio.md, in its order. */
final class MigrationExamples {
    record User(String name) {}

    record Message(String text) {}

    private final List<@Nullable Object> seen;

    MigrationExamples(List<@Nullable Object> seen) {
        this.seen = seen;
    }

    private void use(@Nullable Object... values) {
        Collections.addAll(seen, values);
    }

    // ---- server

    void server(SocketIo<Map<String, Object>> io, Path certificate, Path key) throws IOException {
        var builder = Resound.builder();
        builder.host("0.0.0.0").port(9092).protocol(io);
        builder.tls(Tls.of(certificate, key));
        builder.loops(4);
        builder.limits(Limits.defaults().withHttp(HttpLimits.defaults()));
        Resound server = builder.start();
        server.stop(Duration.ofSeconds(10));
        SocketIo.builder();
    }

    void engine(SocketIoBuilder<?> builder) {
        builder.engine(engine -> engine.path("/socket.io/"));
        builder.engine(engine ->
                engine.pingInterval(Duration.ofSeconds(25)).pingTimeout(Duration.ofSeconds(60)));
        builder.engine(engine -> engine.upgradeTimeout(Duration.ofSeconds(10)));
        builder.connectTimeout(Duration.ofSeconds(5));
        builder.engine(engine -> engine.maxMessageBytes(65_536));
        builder.engine(engine -> engine.transports(Set.of(Transport.WEBSOCKET)));
        builder.engine(engine -> engine.allowRevision3(true));
        builder.engine(engine ->
                engine.cors(Cors.origin("https://example.com").allowedHeaders("x-token")));
        builder.engine(engine -> engine.httpCompression(1_024));
        builder.mapper(JsonMapper.builder().build());
        builder.engine(engine ->
                engine.admission(request ->
                        CompletableFuture.completedFuture(
                                request.query().containsKey("token")
                                        ? Admission.accept()
                                        : Admission.reject("no token"))));
    }

    void adapter(SocketIoBuilder<?> builder, Adapter mine) {
        builder.adapter(namespace -> mine);
    }

    // ---- listeners

    void listeners(SocketIo<Map<String, Object>> io) {
        io.onConnection(socket -> use(socket.id()));
        io.onConnection(socket -> socket.onDisconnect((reason, detail) -> use(reason)));
        io.use(socket -> {
            if (socket.handshake().auth().isEmpty()) {
                throw new ConnectRefusedException("no token");
            }
        });
    }

    void onSocket(Socket<?> socket) {
        socket.on("say", event -> use(event.as(0, Message.class)));
        socket.on(Event.of("say", Message.class), (message, ack) -> ack.send("ok"));
        socket.on("pair", event -> use(event.string(0), event.get(1).asInt()));
        socket.use((event, arguments) -> arguments);
        socket.onAny((event, arguments) -> use(event, arguments));
        socket.off("say");
        socket.onError(failure -> use(failure));
        socket.serve(new Handler());
    }

    public static final class Handler {
        @OnEvent("say")
        public String say(Socket<?> socket, Message message) {
            return "ok";
        }
    }

    // ---- acknowledgements

    void answering(Arguments event) {
        Ack ack = event.ack();
        if (ack.isExpected()) {
            ack.send("ok", 1);
        }
    }

    void asking(SocketIo<?> io, Socket<?> socket) {
        socket.timeout(Duration.ofSeconds(5))
                .emitWithAck("ask", 1)
                .thenAccept(answer -> use(answer.string(0)));
        socket.emitWithAck("ask").thenRun(() -> use("answered"));
        socket.emitWithAck("ask")
                .thenAccept(answer -> use(answer.string(0), answer.as(1, Message.class)));
        io.to("room")
                .timeout(Duration.ofSeconds(5))
                .emitWithAck("ask", 1)
                .thenAccept(answers -> use(answers.size()));
    }

    // ---- one client

    void client(Socket<Map<String, Object>> socket) {
        socket.emit("said", "hi", 1);
        socket.disconnect();
        socket.disconnect(true);
        use(socket.id());
        use(socket.namespace());
        use(socket.transport(), socket.protocolRevision());
        use(socket.isConnected());
        use(socket.isWritable());
        use(socket.handshake().address());
        socket.join("a");
        socket.join("a", "b");
        socket.leave("a");
        use(socket.rooms());
        socket.data().put("user", new User("ann"));
        use((User) socket.data().get("user"));
        use(socket.data().containsKey("user"));
        socket.data().remove("user");
    }

    void handshake(Socket<?> socket) {
        use(socket.handshake().query().get("room"));
        use(socket.handshake().headers().get("user-agent"));
        use(socket.handshake().url(), socket.handshake().xdomain(), socket.handshake().issued());
        use(socket.handshake().auth());
    }

    // ---- many

    void broadcasts(SocketIo<Map<String, Object>> io, Socket<Map<String, Object>> socket) {
        io.emit("said", "hi");
        io.to("a", "b").emit("said", "hi");
        socket.to("a").emit("said", "hi");
        io.in("a").fetchSockets();
        io.in("a").disconnectSockets(false);
        use(io.root().sockets().values());
        use(io.root().sockets().get("id"));
        io.of("/chat");
        use(io.namespaces());
        use(io.of("/chat").name());
    }
}
