package dev.resound.examples.conformance;

import dev.resound.core.Hub;
import dev.resound.core.socket.SocketEndpoint;
import dev.resound.netty.Limits;
import dev.resound.netty.Resound;
import dev.resound.pusher.App;
import dev.resound.pusher.AppSource;
import dev.resound.pusher.ClientEvents;
import dev.resound.pusher.PusherProtocol;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * {@code conformance --profile NAME [--port N] [--app id:key:secret[:allowed-origin]]…}: starts one
 * of the profiles, prints {@code listening on N}, stops on SIGTERM.
 */
public final class Conformance {
    private static final int ECHO_BYTES = 64 << 20;
    private static final int MIXED_ECHO_BYTES = 16 << 20;

    private Conformance() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Options options;
        try {
            options = Options.parse(arguments);
        } catch (IllegalArgumentException wrong) {
            System.err.println(wrong.getMessage());
            System.err.println(
                    "usage: conformance --profile echo|all [--port N] [--app id:key:secret[:origin]]...");
            System.exit(2);
            return;
        }
        Resound server = start(options);
        System.out.println("listening on " + server.port());
        var stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(() -> {
                            server.stop(Duration.ZERO);
                            stopped.countDown();
                        }));
        stopped.await();
    }

    static Resound start(Options options) throws IOException {
        return switch (options.profile) {
            case "echo" -> echo(options);
            case "eio4" -> EngineProfiles.echo(options.portOr(3000), false);
            case "eio3" -> EngineProfiles.echo(options.portOr(3000), true);
            case "eio-client" -> EngineProfiles.client(options.portOr(3000));
            case "all" -> all(options);
            default ->
                    throw new IllegalArgumentException(
                            "no profile "
                                    + options.profile
                                    + "; there are: echo, eio4, eio3, eio-client, all");
        };
    }

    /** Echo of text and binary on every path. Suites send as fast as they can: no rate limit. */
    private static Resound echo(Options options) throws IOException {
        return Resound.builder()
                .port(options.portOr(9001))
                .limits(Limits.defaults().withMessagesPerSecond(0))
                .webSocket("/{path*}", echoEndpoint(ECHO_BYTES))
                .start();
    }

    /** Everything at once, as production would run it. */
    private static Resound all(Options options) throws IOException {
        Hub hub = new Hub();
        return Resound.builder()
                .hub(hub)
                .port(options.portOr(3000))
                .protocol(new PusherProtocol(hub, AppSource.of(options.apps)))
                .webSocket("/__echo", echoEndpoint(MIXED_ECHO_BYTES))
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
                                .binary((socket, bytes) -> socket.publish(socket.data(), bytes))
                                .build())
                .start();
    }

    private static SocketEndpoint<String> echoEndpoint(int maxMessageBytes) {
        return SocketEndpoint.accepting(request -> "echo")
                .onLoop()
                .maxMessageBytes(maxMessageBytes)
                .text((socket, text) -> socket.send(text))
                .binary((socket, bytes) -> socket.send(bytes))
                .build();
    }

    /** What the command line said. */
    record Options(String profile, int port, List<App> apps) {

        int portOr(int usual) {
            return port < 0 ? usual : port;
        }

        static Options parse(String[] arguments) {
            String profile = "";
            int port = -1;
            List<App> apps = new ArrayList<>();
            for (int i = 0; i < arguments.length; i += 2) {
                if (i + 1 == arguments.length) {
                    throw new IllegalArgumentException(arguments[i] + " needs a value");
                }
                String value = arguments[i + 1];
                switch (arguments[i]) {
                    case "--profile" -> profile = value;
                    case "--port" -> port = Integer.parseInt(value);
                    case "--app" -> apps.add(app(value));
                    default -> throw new IllegalArgumentException("unknown option " + arguments[i]);
                }
            }
            if (profile.isEmpty()) {
                throw new IllegalArgumentException("--profile is missing");
            }
            return new Options(profile, port, apps);
        }

        private static App app(String text) {
            String[] parts = text.split(":", 4);
            if (parts.length < 3) {
                throw new IllegalArgumentException("--app wants id:key:secret[:allowed-origin]");
            }
            App.Builder app =
                    App.builder(parts[0], parts[1], parts[2])
                            .clientEvents(ClientEvents.MEMBERS)
                            .checksTimestamp(true);
            return (parts.length == 4 ? app.allowedOrigins(List.of(parts[3])) : app).build();
        }
    }
}
