package dev.resound.bench;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What {@code bench devices audio} and {@code bench devices events} have in common. */
abstract class RelayCommand extends DeviceLoadCommand {

    @Mixin private final PhaseOptions phaseOptions = new PhaseOptions();

    @Option(
            names = "--devices",
            paramLabel = "N",
            defaultValue = "200",
            description = "Devices, each of another user (${DEFAULT-VALUE}).")
    private int devices;

    @Option(
            names = "--rate",
            paramLabel = "R",
            defaultValue = "50",
            description =
                    "Messages per second of each device; latency then counts from when they were"
                            + " due. Or max: each sends the next when its apps have the last"
                            + " (${DEFAULT-VALUE}).")
    private String rate = "";

    @Option(
            names = "--in-flight",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "With --rate max and to warm up: messages of a device on their way at a time"
                            + " (${DEFAULT-VALUE}).")
    private int inFlight;

    /**
     * @param name of the load
     * @param apps of each device
     */
    final int relay(String name, Traffic traffic, int apps) {
        var server = options().server();
        var plan =
                new Relay.Plan(
                        name,
                        options().gateway(),
                        options().webhooks(),
                        traffic,
                        Bounds.require("--devices", devices, 1, MAX_DEVICES),
                        Bounds.require("--apps", apps, 1, 1_000),
                        perSecond(rate),
                        Bounds.require("--in-flight", inFlight, 1, 1_000),
                        mostPerDevice(),
                        phaseOptions.phases(),
                        SETTLE);
        OpenFiles.require(plan.sockets(), server);
        return run(
                loop -> new Relay(loop, plan, server), Relay.Result::report, Relay.Result::isClean);
    }
}
