package dev.resound.examples.conformance;

import dev.resound.netty.Resound;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/**
 * {@code conformance --profile NAME [--port N] …}: starts one of the profiles, prints {@code
 * listening on N}, stops on SIGTERM.
 */
public final class Conformance {
    private static final String PROFILES =
            "echo, eio4, eio3, sio5, sio4, msgpack, eio-client, sio-client, java-client, all, cluster";
    private static final String USAGE =
            """
            usage: conformance --profile NAME [--port N] [--patience MS]
              echo         [--deflate]
              all          [--app id:key:secret[:allowed-origin]]...
                           [--jwt-secret SECRET [--device-app package:key:url]...]
              cluster      --redis URL... [--redis-cluster] [--redis-user NAME] [--redis-password PASSWORD]
                           [--redis-trust FILE] [--redis-prefix PREFIX]
                           [--adapter classic|sharded|sharded-static|sharded-dynamic-private|streams|streams-recovery]
              java-client  [--cert FILE --key FILE] [NAMESPACE], with TLS if SSL=true
            profiles:
            """;

    private Conformance() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Resound server;
        try {
            server = start(Options.parse(arguments, System.getenv()));
        } catch (IllegalArgumentException wrong) {
            System.err.println(wrong.getMessage());
            System.err.println(USAGE + "  " + PROFILES);
            System.exit(2);
            return;
        }
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
        return switch (options.profile()) {
            case "echo" -> MixedProfiles.echo(options);
            case "eio4" -> EngineProfiles.echo(options, false);
            case "eio3" -> EngineProfiles.echo(options, true);
            case "eio-client" -> EngineProfiles.client(options);
            case "sio5" -> SocketIoProfiles.json(options, false);
            case "sio4" -> SocketIoProfiles.json(options, true);
            case "msgpack" -> SocketIoProfiles.messagePack(options);
            case "sio-client" -> JavaScriptClientProfile.start(options);
            case "java-client" -> JavaClientProfile.start(options);
            case "all" -> MixedProfiles.all(options);
            case "cluster" -> ClusterProfile.start(options);
            default ->
                    throw new IllegalArgumentException(
                            "no profile " + options.profile() + "; there are: " + PROFILES);
        };
    }
}
