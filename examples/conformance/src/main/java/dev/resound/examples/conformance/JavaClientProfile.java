package dev.resound.examples.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.resound.core.http.Header;
import dev.resound.core.http.HttpRequest;
import dev.resound.netty.Limits;
import dev.resound.netty.Resound;
import dev.resound.socketio.ConnectRefusedException;
import dev.resound.socketio.Namespace;
import dev.resound.socketio.Socket;
import dev.resound.socketio.SocketIo;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** What the test suite of socket.io-client-java talks to: {@code java-client}. */
final class JavaClientProfile {
    private static final byte[] HUEHUE = "huehue".getBytes(UTF_8);

    private JavaClientProfile() {}

    static Resound start(Options options) throws IOException {
        SocketIo<Map<String, Object>> io =
                SocketIo.builder()
                        .engine(engine ->
                                engine.pingInterval(Duration.ofSeconds(2))
                                        .pingTimeout(options.patienceOr(Duration.ofSeconds(20)))
                                        .headers(JavaClientProfile::echoedHeader))
                        .build();
        Namespace<Map<String, Object>> namespace = io.of(options.namespace());
        namespace.onConnection(JavaClientProfile::answer);
        namespace.onConnection(socket ->
                socket.on(
                        "room",
                        event -> namespace.to(socket.id()).emit("roomBack", event.toArray())));
        Namespace<Map<String, Object>> foo = io.of("/foo");
        if (foo != namespace) {
            foo.onConnection(socket ->
                    socket.on(
                            "room",
                            event -> foo.to(socket.id()).emit("roomBack", event.toArray())));
        }
        io.of("/timeout_socket");
        io.of("/valid");
        io.of("/asd");
        io.of("/abc").onConnection(socket -> socket.emit("handshake", socket.handshake()));
        io.of("/no")
                .use(socket -> {
                    throw new ConnectRefusedException("auth failed", Map.of("a", "b", "c", 3));
                });
        return options.server(3000)
                .limits(Limits.defaults().withMessagesPerSecond(0))
                .protocol(io)
                .start();
    }

    private static List<Header> echoedHeader(HttpRequest request) {
        String value = request.header("x-socketio");
        return value == null ? List.of() : List.of(new Header("X-SocketIO", value));
    }

    private static void answer(Socket<?> socket) {
        socket.send("hello client");
        socket.on("message", event -> socket.send(event.toArray()));
        socket.on("echo", event -> socket.emit("echoBack", event.toArray()));
        socket.on("broadcast", event -> socket.broadcast().emit("broadcastBack", event.toArray()));
        socket.on("requestDisconnect", event -> socket.disconnect());

        socket.on("ack", event -> event.ack().send(event.toArray()));
        socket.on("getAckDate", event -> event.ack().send(Instant.now()));
        socket.on("getAckBinary", event -> event.ack().send(HUEHUE));
        socket.on("getHandshake", event -> event.ack().send(socket.handshake()));
        socket.on("callAck", event -> callAck(socket));
        socket.on("callAckBinary", event -> callAck(socket));
    }

    /** Whatever is answered goes back, bytes as well. */
    private static void callAck(Socket<?> socket) {
        socket.emitWithAck("ack").thenAccept(answer -> socket.emit("ackBack", answer.toArray()));
    }
}
