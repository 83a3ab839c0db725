package dev.resound.server;

import dev.resound.server.PusherConnection.Closed;
import dev.resound.server.PusherConnection.Event;
import dev.resound.server.PusherConnection.Interrupted;
import dev.resound.server.PusherConnection.Silence;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code resound subscribe}: shows what is published. */
@Command(name = "subscribe", description = "Prints the events of channels, one on each line.")
final class Subscribe implements Callable<Integer> {
    private static final Duration FOREVER = Duration.ofDays(36_500);

    private final Surroundings surroundings;
    private final Consumer<IntConsumer> signals;

    @Mixin private final TargetOptions target = new TargetOptions();
    @Mixin private final OutputOptions output = new OutputOptions();
    private List<String> channels = List.of();
    private long count;
    private @Nullable String timeout;

    Subscribe(Surroundings surroundings, Consumer<IntConsumer> signals) {
        this.surroundings = surroundings;
        this.signals = signals;
    }

    @Parameters(
            arity = "1..*",
            paramLabel = "CHANNEL",
            description = "Private and presence channels are signed for.")
    void channels(List<String> values) {
        channels = List.copyOf(values);
    }

    @Option(names = "--count", paramLabel = "N", description = "End after so many events.")
    void count(long value) {
        count = value;
    }

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            description = "End then (30s, 2m); with --count that is a failure.")
    void timeout(String value) {
        timeout = value;
    }

    @Override
    public Integer call() {
        Output out = output.output(surroundings);
        return out.of(() -> listen(out));
    }

    private int listen(Output out)
            throws IOException, InterruptedException, ConfigurationException, WrongUsage {
        Duration time = timeout == null ? FOREVER : Units.duration(timeout);
        if (time == null) {
            throw new WrongUsage("--timeout must be a time such as 500ms, 30s or 2m");
        }
        if (count < 0) {
            throw new WrongUsage("--count must not be below 0");
        }
        long deadline = System.nanoTime() + time.toNanos();
        Target server = target.target(surroundings);
        HttpClient http = BackEnd.newHttp();
        try (PusherConnection connection = open(http, server)) {
            try {
                signals.accept(signal -> connection.interrupt());
            } catch (UnsupportedOperationException deaf) {
                // a signal then ends the process at once, which is fine, too
            }
            return switch (connection.greeting(BackEnd.PATIENCE)) {
                case Event first when connection.isGreeted() -> {
                    for (String channel : channels) {
                        connection.subscribe(channel, "resound-" + UUID.randomUUID());
                    }
                    yield print(connection, deadline, out);
                }
                case Event first -> out.failed("refused: " + Printable.of(first.shown()));
                case Closed closed -> out.failed(closed.shown());
                case Silence() -> out.failed("the server does not greet");
                case Interrupted() -> Main.OK;
            };
        } finally {
            http.shutdownNow();
        }
    }

    private int print(PusherConnection connection, long deadline, Output out)
            throws InterruptedException {
        long printed = 0;
        while (count == 0 || printed < count) {
            switch (connection.next(Duration.ofNanos(deadline - System.nanoTime()))) {
                case Event event -> {
                    switch (event.name()) {
                        case "pusher_internal:subscription_succeeded" -> joined(event, out);
                        case "pusher:error", "pusher:subscription_error" -> {
                            return out.failed("refused: " + Printable.of(event.shown()));
                        }
                        default -> {
                            print(event, out);
                            printed++;
                        }
                    }
                }
                case Closed closed -> {
                    return out.failed(closed.shown());
                }
                case Silence() -> {
                    return count == 0
                            ? Main.OK
                            : out.failed(printed + " of " + count + " events came in time");
                }
                case Interrupted() -> {
                    return Main.OK;
                }
            }
        }
        return Main.OK;
    }

    private static void joined(Event event, Output out) {
        if (!out.isJson()) {
            out.note("subscribed to " + Printable.of(String.valueOf(event.channel())));
        }
    }

    private static void print(Event event, Output out) {
        if (out.isJson()) {
            out.document(event.message());
        } else {
            out.text(Printable.of(event.shown()));
        }
    }

    private static PusherConnection open(HttpClient http, Target server)
            throws IOException, InterruptedException {
        try {
            return PusherConnection.open(http, server, null);
        } catch (WebSocketHandshakeException refused) {
            throw new IOException(
                    server.base()
                            + " answered "
                            + refused.getResponse().statusCode()
                            + " instead of opening a WebSocket; see: resound doctor",
                    refused);
        }
    }
}
