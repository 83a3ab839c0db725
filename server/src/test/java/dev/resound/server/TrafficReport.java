package dev.resound.server;

import dev.resound.core.Hub;
import dev.resound.netty.Resound;
import dev.resound.pusher.AppEvent;
import dev.resound.pusher.AppSource;
import dev.resound.pusher.MessageSamples;
import dev.resound.pusher.PusherProtocol;
import java.io.IOException;
import java.util.function.Consumer;
import java.util.stream.Collectors;

// The example of docs/observation.md.
final class TrafficReport implements AutoCloseable {
    private final MessageSamples samples = new MessageSamples(100, 500);
    private final PusherProtocol pusher;
    final Resound server;

    TrafficReport(AppSource apps, Consumer<String> log) throws IOException {
        Hub hub = new Hub();
        pusher =
                PusherProtocol.builder(hub, apps)
                        .listen(
                                AppEvent.MemberAdded.class,
                                event ->
                                        log.accept(
                                                event.userIdJson() + " is in " + event.channel()))
                        .listen(
                                AppEvent.LimitReached.class,
                                event -> log.accept(event.app().id() + " met " + event.limit()))
                        .observe(samples)
                        .build();
        server = Resound.builder().hub(hub).port(0).protocol(pusher).start();
    }

    String sockets() {
        return pusher.statistics().stream()
                .map(app ->
                        app.appId()
                                + ": "
                                + app.connections()
                                + " open, "
                                + app.messagesSent()
                                + " sent")
                .collect(Collectors.joining("\n"));
    }

    /** One message in a hundred: which events are these, in which channels, and how large? */
    String messages() {
        return samples.latest().stream()
                .map(message -> message.direction() + " " + message.event() + " " + message.bytes())
                .collect(Collectors.joining("\n"));
    }

    @Override
    public void close() {
        server.close();
    }
}
