package dev.resound.server;

import dev.resound.core.Hub;
import dev.resound.netty.Resound;
import dev.resound.pusher.App;
import dev.resound.pusher.AppSource;
import dev.resound.pusher.PusherProtocol;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The program {@code resound}. */
@Command(name = "resound")
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Main()).execute(arguments));
    }

    @Command(name = "start")
    int start(
            @Option(names = "--host", defaultValue = "127.0.0.1") String host,
            @Option(names = "--port", defaultValue = "8080") int port,
            @Option(names = "--path", defaultValue = "") String path)
            throws IOException, InterruptedException {
        Map<String, String> environment = System.getenv();
        App app =
                App.builder(
                                environment.getOrDefault("REVERB_APP_ID", "resound-dev"),
                                environment.getOrDefault("REVERB_APP_KEY", "resound-dev-key"),
                                environment.getOrDefault("REVERB_APP_SECRET", "resound-dev-secret"))
                        .build();
        Hub hub = new Hub();
        Resound server =
                Resound.builder()
                        .hub(hub)
                        .host(host)
                        .port(port)
                        .path(path)
                        .protocol(new PusherProtocol(hub, AppSource.of(List.of(app))))
                        .start();
        CountDownLatch asked = new CountDownLatch(1);
        Signals.onTermination(signal -> asked.countDown());
        System.out.println("listening on http://" + host + ":" + server.port() + path);
        asked.await();
        server.stop(Duration.ofMillis(500));
        return 0;
    }
}
