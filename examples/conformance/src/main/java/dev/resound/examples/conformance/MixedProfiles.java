package dev.resound.examples.conformance;

import dev.resound.core.Hub;
import dev.resound.core.socket.SocketEndpoint;
import dev.resound.netty.Limits;
import dev.resound.netty.Resound;
import dev.resound.pusher.AppSource;
import dev.resound.pusher.PusherProtocol;
import dev.resound.sessions.CompanionDirectory;
import dev.resound.sessions.DeviceSessions;
import dev.resound.sessions.Tokens;
import dev.resound.sessions.mentraos.MentraOs;
import dev.resound.socketio.SocketIo;
import java.io.IOException;
import java.net.URI;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Plain WebSockets, alone in {@code echo} and beside everything else in {@code all}. */
final class MixedProfiles {
    private static final int ECHO_BYTES = 64 << 20;
    private static final int MIXED_ECHO_BYTES = 16 << 20;

    private MixedProfiles() {}

    /** Echo of text and binary on every path. Suites send as fast as they can: no rate limit. */
    static Resound echo(Options options) throws IOException {
        SocketEndpoint.Builder<String> endpoint = echoEndpoint(ECHO_BYTES);
        return options.server(9001)
                .limits(Limits.defaults().withMessagesPerSecond(0))
                .webSocket("/{path*}", (options.deflate() ? endpoint.deflate() : endpoint).build())
                .start();
    }

    /** Everything at once, as production would run it. */
    static Resound all(Options options) throws IOException {
        Hub hub = new Hub();
        AtomicInteger port = new AtomicInteger();
        Resound.Builder builder = options.server(3000);
        if (options.devices() != null) {
            String scheme = options.tls() == null ? "ws" : "wss";
            builder.protocol(
                    devices(
                            options.devices(),
                            () -> URI.create(scheme + "://127.0.0.1:" + port.get())));
        }
        Resound server =
                builder.hub(hub)
                        .protocol(new PusherProtocol(hub, AppSource.of(options.apps())))
                        .protocol(socketIo(hub, options))
                        .webSocket("/__echo", echoEndpoint(MIXED_ECHO_BYTES).deflate().build())
                        .webSocket(
                                "/sub/{topic}",
                                SocketEndpoint.accepting(request -> request.parameter("topic"))
                                        .onLoop()
                                        .open(socket -> socket.subscribe(socket.data()))
                                        .build())
                        .webSocket(
                                "/pub/{topic}",
                                SocketEndpoint.accepting(request -> request.parameter("topic"))
                                        .onLoop()
                                        .text((socket, text) -> socket.publish(socket.data(), text))
                                        .binary((socket, bytes) ->
                                                socket.publish(socket.data(), bytes))
                                        .build())
                        .start();
        port.set(server.port());
        return server;
    }

    /** What they remember is in memory: they end with this process, and need not be closed. */
    private static DeviceSessions devices(Options.Devices devices, Supplier<URI> here) {
        InstantSource clock = InstantSource.system();
        Tokens tokens = Tokens.hs256(devices.secretBytes(), clock);
        var installation = new MentraOs.Installation(here, Map.of(), true);
        return DeviceSessions.builder(new MentraOs(tokens, installation, clock))
                .companions(CompanionDirectory.of(devices.apps()))
                .build();
    }

    private static SocketIo<?> socketIo(Hub hub, Options options) {
        var io = SocketIo.builder().hub(hub).handlers(options.handlers()).build();
        io.onConnection(socket -> {
            socket.on("echo", event -> event.ack().send(event.get(0)));
            socket.on(
                    "join",
                    event -> {
                        socket.join(event.string(0));
                        event.ack().send();
                    });
            socket.on("pub", event -> io.to(event.string(0)).emit("msg", event.get(1)));
        });
        return io;
    }

    private static SocketEndpoint.Builder<String> echoEndpoint(int maxMessageBytes) {
        return SocketEndpoint.accepting(request -> "echo")
                .onLoop()
                .maxMessageBytes(maxMessageBytes)
                .text((socket, text) -> socket.send(text))
                .binary((socket, bytes) -> socket.send(bytes));
    }
}
