package dev.resound.bench;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench http}. */
@Command(
        name = "http",
        description = "Signed publishes through the HTTP API, as fast as they are answered.",
        sortOptions = false)
final class HttpCommand extends LoadCommand {

    @Mixin private final PhaseOptions phaseOptions = new PhaseOptions();

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "16",
            description = "Connections, kept open if the server does (${DEFAULT-VALUE}).")
    private int connections;

    @Option(
            names = "--in-flight",
            paramLabel = "N",
            defaultValue = "1",
            description = "Requests in flight on each connection (${DEFAULT-VALUE}).")
    private int inFlight;

    @Option(
            names = "--payload",
            paramLabel = "BYTES",
            defaultValue = "128",
            description = "Size of the event's data (${DEFAULT-VALUE}).")
    private int payloadBytes;

    @Option(
            names = "--subscribers",
            paramLabel = "N",
            defaultValue = "0",
            description = "Connections subscribed to the channel (${DEFAULT-VALUE}).")
    private int subscribers;

    @Override
    public Integer call() {
        var server = options().server();
        var plan =
                new HttpLoad.Plan(
                        options().pusher(),
                        "bench",
                        Bounds.require("--payload", payloadBytes, Stamp.BYTES, 1 << 20),
                        Bounds.require("--connections", connections, 1, 10_000),
                        Bounds.require("--in-flight", inFlight, 1, 1_024),
                        Bounds.require("--subscribers", subscribers, 0, MAX_CONNECTIONS),
                        phaseOptions.phases());
        OpenFiles.require(plan.connections() + plan.subscribers(), server);
        return run(
                loop -> new HttpLoad(loop, plan, server),
                HttpLoad.Result::report,
                HttpLoad.Result::isClean);
    }
}
