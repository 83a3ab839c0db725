package dev.resound.examples.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.resound.engineio.Admission;
import dev.resound.netty.Limits;
import dev.resound.netty.Resound;
import dev.resound.socketio.Arguments;
import dev.resound.socketio.ConnectRefusedException;
import dev.resound.socketio.Recovery;
import dev.resound.socketio.Socket;
import dev.resound.socketio.SocketIo;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.JsonNode;

/** What the test suite of socket.io-client for JavaScript talks to: {@code sio-client}. */
final class JavaScriptClientProfile {
    private static final byte[] DOGE = "asdfasdf".getBytes(UTF_8);

    private JavaScriptClientProfile() {}

    static Resound start(Options options) throws IOException {
        SocketIo<Progress> io =
                SocketIo.builder(handshake -> new Progress())
                        .recovery(Recovery.defaults())
                        .engine(engine ->
                                engine.pingInterval(Duration.ofSeconds(2))
                                        .pingTimeout(options.patienceOr(Duration.ofSeconds(20)))
                                        .admission(request ->
                                                CompletableFuture.supplyAsync(
                                                        Admission::accept,
                                                        CompletableFuture.delayedExecutor(
                                                                10, MILLISECONDS))))
                        .build();
        io.use(socket -> {
            if (socket.handshake().query().containsKey("fail")) {
                throw new ConnectRefusedException("Auth failed (main namespace)");
            }
        });
        io.of("/no")
                .use(socket -> {
                    throw new ConnectRefusedException("Auth failed (custom namespace)");
                });
        io.of("/foo")
                .onConnection(socket -> socket.on("getId", event -> event.ack().send(socket.id())));
        io.of("/timeout_socket");
        io.of("/valid");
        io.of("/asd");
        io.of("/abc").onConnection(socket -> socket.emit("handshake", socket.handshake()));
        io.onConnection(JavaScriptClientProfile::texts);
        io.onConnection(JavaScriptClientProfile::acks);
        io.onConnection(JavaScriptClientProfile::binaries);
        io.onConnection(JavaScriptClientProfile::blobs);
        return options.server(3210)
                .limits(Limits.defaults().withMessagesPerSecond(0))
                .protocol(io)
                .start();
    }

    private static void texts(Socket<Progress> socket) {
        socket.on("hi", event -> socket.emit("hi"));
        socket.on("getDate", event -> socket.emit("takeDate", Instant.now()));
        socket.on("getDateObj", event -> socket.emit("takeDateObj", Map.of("date", Instant.now())));
        socket.on(
                "getUtf8",
                event -> {
                    socket.emit("takeUtf8", "てすと");
                    socket.emit("takeUtf8", "Я Б Г Д Ж Й");
                    socket.emit("takeUtf8", "Ä ä Ü ü ß");
                    socket.emit("takeUtf8", "utf8 — string");
                    socket.emit("takeUtf8", "utf8 — string");
                });
        socket.on("false", event -> socket.emit("false", false));
    }

    private static void acks(Socket<Progress> socket) {
        socket.on("echo", event -> event.ack().send(event.get(0)));
        socket.on(
                "ack",
                event ->
                        socket.emitWithAck("ack")
                                .thenAccept(answer -> {
                                    if (answer.get(0).asInt(0) == 5
                                            && answer.get(1).path("test").asBoolean(false)) {
                                        socket.emit("got it");
                                    }
                                }));
        socket.on("getAckDate", event -> event.ack().send(Instant.now()));
        socket.on("getHandshake", event -> event.ack().send(socket.handshake()));
        socket.on("getId", event -> event.ack().send(socket.id()));
    }

    private static void binaries(Socket<Progress> socket) {
        socket.on("doge", event -> socket.emit("doge", DOGE));
        socket.on("getbin", event -> socket.emit("takebin", DOGE));
        socket.on("buffa", event -> emitIf(event.isBinary(0), socket, "buffack"));
        socket.on(
                "jsonbuff",
                event -> {
                    JsonNode wrapped = event.get(0);
                    boolean asSent =
                            isGreeting(wrapped)
                                    && wrapped.path("hello").asString("").equals("lol")
                                    && wrapped.path("goodbye").asString("").equals("gotcha");
                    emitIf(asSent, socket, "jsonbuff-ack");
                });
        socket.on("abuff1", event -> socket.data().hasBuffer = event.isBinary(0));
        socket.on(
                "abuff2",
                event ->
                        emitIf(socket.data().hasBuffer && event.isString(0), socket, "abuff2-ack"));
    }

    private static void blobs(Socket<Progress> socket) {
        socket.on("blob", event -> emitIf(event.isBinary(0), socket, "back"));
        socket.on("jsonblob", event -> emitIf(isGreeting(event.get(0)), socket, "jsonblob-ack"));
        socket.on("blob1", event -> socket.data().blobs = event.isBinary(0) ? 1 : 0);
        socket.on("blob2", event -> advance(socket.data(), 1, isSecond(event)));
        socket.on(
                "blob3",
                event -> {
                    advance(socket.data(), 2, event.isBinary(0));
                    emitIf(socket.data().blobs == 3, socket, "blob3-ack");
                });
    }

    private static boolean isSecond(Arguments event) {
        return event.isString(0) && event.string(0).equals("second");
    }

    private static boolean isGreeting(JsonNode node) {
        return node.path("hello").isString()
                && node.path("message").isBinary()
                && node.path("goodbye").isString();
    }

    private static void advance(Progress progress, int from, boolean ok) {
        progress.blobs = ok && progress.blobs == from ? from + 1 : 0;
    }

    private static void emitIf(boolean asExpected, Socket<Progress> socket, String event) {
        if (asExpected) {
            socket.emit(event);
        }
    }

    /** How far a client has come in what goes over several events. Listeners come one by one. */
    private static final class Progress {
        private boolean hasBuffer;
        private int blobs;
    }
}
