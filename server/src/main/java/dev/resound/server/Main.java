package dev.resound.server;

import dev.resound.core.Hub;
import dev.resound.netty.Resound;
import dev.resound.pusher.App;
import dev.resound.pusher.AppSource;
import dev.resound.pusher.PusherProtocol;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** Starts a server with one app from the environment. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        String host = "127.0.0.1";
        int port = 8080;
        for (int i = 0; i + 1 < arguments.length; i++) {
            if (arguments[i].equals("--host")) {
                host = arguments[i + 1];
            } else if (arguments[i].equals("--port")) {
                port = Integer.parseInt(arguments[i + 1]);
            }
        }
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
                        .protocol(new PusherProtocol(hub, AppSource.of(List.of(app))))
                        .start();
        System.out.println("listening on http://" + host + ":" + server.port());
        new CountDownLatch(1).await();
    }
}
