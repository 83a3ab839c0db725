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
            names = "--subscribers",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Connections subscribed to the channel (${DEFAULT-VALUE}).")
    private int subscribers;

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
                    "HTTP connections the publishes are spread over; on each they are pipelined"
                            + " (${DEFAULT-VALUE}).")
    private int publishers;

    @Option(
            names = "--via",
            paramLabel = "HOW",
            defaultValue = "http",
            description =
                    "http: the signed HTTP API. client-event: events of one more connection"
                            + " (${DEFAULT-VALUE}). With --raw one more connection sends.")
    private String via = "";

    @Option(
            names = "--channel",
            paramLabel = "NAME",
            description = "The channel (bench, or private-bench for client events).")
    private @Nullable String channel;

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
        String name = how == Fanout.Via.CLIENT_EVENT ? "private-bench" : "bench";
        var plan =
                new Fanout.Plan(
                        target,
                        Bounds.require("--subscribers", subscribers, 1, MAX_CONNECTIONS),
                        Bounds.require("--payload", payloadBytes, Stamp.BYTES, 1 << 20),
                        Bounds.require("--in-flight", inFlight, 1, 1_024),
                        how == Fanout.Via.HTTP
                                ? Bounds.require("--publishers", publishers, 1, inFlight)
                                : 1,
                        how,
                        channel == null ? name : channel,
                        perSecond == null ? 0 : Bounds.require("--rate", perSecond, 0.1, 1_000_000),
                        phaseOptions.phases(),
                        Duration.ofMillis(200));
        OpenFiles.require(plan.subscribers() + plan.publishers() + 1, server);
        return run(
                loop -> new Fanout(loop, plan, server),
                Fanout.Result::report,
                Fanout.Result::isClean);
    }

    private Fanout.Via via(Target target) {
        if (target instanceof Target.Raw) {
            return Fanout.Via.RAW;
        }
        return switch (via) {
            case "http" -> Fanout.Via.HTTP;
            case "client-event" -> Fanout.Via.CLIENT_EVENT;
            default ->
                    throw new CannotRunException("--via is http or client-event, not " + via + ".");
        };
    }
}
