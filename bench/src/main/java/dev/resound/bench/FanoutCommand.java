package dev.resound.bench;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench fanout}. */
@Command(
        name = "fanout",
        description = "One message to many subscribers: cost, latency, losses.",
        sortOptions = false)
final class FanoutCommand extends LoadCommand {

    @Mixin private final PhaseOptions phaseOptions = new PhaseOptions();

    @Option(
            names = {"--subscribers", "--per-room"},
            paramLabel = "N",
            defaultValue = "1000",
            description = "Connections subscribed to each channel or room (${DEFAULT-VALUE}).")
    private int perRoom;

    @Option(
            names = "--rooms",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "Channels or rooms, each with its own subscribers, published to in turn"
                            + " (${DEFAULT-VALUE}). Not with --raw or client events.")
    private int rooms;

    @Option(
            names = "--payload",
            paramLabel = "BYTES",
            defaultValue = "128",
            description = "Size of the event's data (${DEFAULT-VALUE}).")
    private int payloadBytes;

    @Option(
            names = "--in-flight",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "Publishes sent in one go; the next ones follow when these have arrived"
                            + " everywhere (${DEFAULT-VALUE}).")
    private int inFlight;

    @Option(
            names = "--publishers",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "Connections that publish in turn; on each what is in flight is pipelined"
                            + " (${DEFAULT-VALUE}).")
    private int publishers;

    @Option(
            names = "--via",
            paramLabel = "HOW",
            defaultValue = "http",
            description =
                    "http: the signed HTTP API. client-event: events of more connections"
                            + " (${DEFAULT-VALUE}). With --raw and --socketio more connections"
                            + " send.")
    private String via = "";

    @Option(
            names = "--channel",
            paramLabel = "NAME",
            description =
                    "The channel or room (bench, or private-bench for client events). %%d in it is"
                            + " its number, and has to be there with --rooms (bench-%%d).")
    private @Nullable String channel;

    @Option(
            names = "--subscribers-at",
            paramLabel = "URL",
            description =
                    "Subscribers connect to this node, another of the same cluster; what is"
                            + " published goes to the first.")
    private @Nullable String subscribersAt;

    @Option(
            names = "--rate",
            paramLabel = "R",
            description =
                    "Measure with R publishes per second, by the clock, for honest latencies."
                            + " Default: as fast as they arrive.")
    private @Nullable Double perSecond;

    @Override
    public Integer call() {
        var target = options().target();
        var server = options().server();
        var how = via(target);
        Bounds.require("--rooms", rooms, 1, MAX_CONNECTIONS);
        if (rooms > 1 && how != Fanout.Via.HTTP && how != Fanout.Via.SOCKET_IO) {
            throw new CannotRunException("--rooms fits the HTTP API and Socket.IO only.");
        }
        var plan =
                new Fanout.Plan(
                        target,
                        subscribersAt == null ? target : target.at(subscribersAt),
                        rooms,
                        Bounds.require("--subscribers", perRoom, 1, MAX_CONNECTIONS / rooms),
                        Bounds.require("--payload", payloadBytes, Stamp.BYTES, 1 << 20),
                        Bounds.require("--in-flight", inFlight, 1, 1_024),
                        Bounds.require("--publishers", publishers, 1, Stamp.PUBLISHERS / rooms),
                        how,
                        channel(how),
                        perSecond == null ? 0 : Bounds.require("--rate", perSecond, 0.1, 1_000_000),
                        phaseOptions.phases(),
                        Duration.ofMillis(200));
        OpenFiles.require(plan.subscribers() + plan.publishers(), server);
        return run(
                loop -> new Fanout(loop, plan, server),
                Fanout.Result::report,
                Fanout.Result::isClean);
    }

    private Fanout.Via via(Target target) {
        return switch (target) {
            case Target.Raw _ -> Fanout.Via.RAW;
            case Target.SocketIo _ -> Fanout.Via.SOCKET_IO;
            case Target.Pusher _ ->
                    switch (via) {
                        case "http" -> Fanout.Via.HTTP;
                        case "client-event" -> Fanout.Via.CLIENT_EVENT;
                        default ->
                                throw new CannotRunException(
                                        "--via is http or client-event, not " + via + ".");
                    };
        };
    }

    /**
     * @throws CannotRunException several rooms would have the same name
     */
    private String channel(Fanout.Via how) {
        String name = channel;
        if (name == null) {
            name = how == Fanout.Via.CLIENT_EVENT ? "private-bench" : "bench";
            return rooms > 1 ? name + "-%d" : name;
        }
        if (rooms > 1 && !name.contains("%d")) {
            throw new CannotRunException(
                    "With --rooms, --channel needs a place for the room's number: see --help.");
        }
        return name;
    }
}
