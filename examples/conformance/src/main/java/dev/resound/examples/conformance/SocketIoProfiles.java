package dev.resound.examples.conformance;

import dev.resound.netty.Limits;
import dev.resound.netty.Resound;
import dev.resound.socketio.Codec;
import dev.resound.socketio.ConnectionListener;
import dev.resound.socketio.Handshake;
import dev.resound.socketio.Socket;
import dev.resound.socketio.SocketIo;
import dev.resound.socketio.SocketIoBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What the suites of the Socket.IO protocol talk to: {@code sio5}, {@code sio4}, {@code msgpack}.
 */
final class SocketIoProfiles {
    private SocketIoProfiles() {}

    static Resound json(Options options, boolean revision3) throws IOException {
        return serve(options, Codec.JSON, revision3, Handshake::auth);
    }

    /** Where JSON clients that send no auth have an empty one, those of MessagePack have none. */
    static Resound messagePack(Options options) throws IOException {
        return serve(
                options,
                Codec.MSGPACK,
                false,
                handshake -> handshake.authPresent() ? handshake.auth() : null);
    }

    private static Resound serve(
            Options options,
            Codec codec,
            boolean revision3,
            Function<Handshake, @Nullable JsonNode> auth)
            throws IOException {
        SocketIoBuilder<Map<String, Object>> builder =
                SocketIo.builder()
                        .codec(codec)
                        .connectTimeout(options.patienceOr(Duration.ofSeconds(1)))
                        .ackTimeout(options.patienceOr(Duration.ofMillis(200)))
                        .engine(engine ->
                                engine.pingInterval(Duration.ofMillis(300))
                                        .pingTimeout(options.patienceOr(Duration.ofMillis(200)))
                                        .maxMessageBytes(1_000_000)
                                        .allowRevision3(revision3));
        SocketIo<Map<String, Object>> io = builder.build();
        ConnectionListener<Map<String, Object>> greeting =
                socket -> socket.emit("auth", auth.apply(socket.handshake()));
        io.of("/custom").onConnection(greeting);
        io.onConnection(greeting);
        io.onConnection(SocketIoProfiles::answer);
        return options.server(3000)
                .limits(Limits.defaults().withMessagesPerSecond(0))
                .protocol(io)
                .start();
    }

    private static void answer(Socket<?> socket) {
        socket.on("message", event -> socket.emit("message-back", event.toArray()));
        socket.on("message-with-ack", event -> event.ack().send(event.toArray()));
        socket.on(
                "emit-with-ack",
                event ->
                        socket.emitWithAck("emit-with-ack", event.toArray())
                                .thenAccept(
                                        answer -> socket.emit("emit-with-ack", answer.toArray())));
    }
}
