package dev.resound.bench;

import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench devices storm}. */
@Command(
        name = "storm",
        description =
                "All sockets of many sessions are cut at once and come back: how long it takes, and"
                        + " what others notice.",
        sortOptions = false)
final class DeviceStormCommand extends DeviceLoadCommand {

    @Option(
            names = "--sessions",
            paramLabel = "N",
            defaultValue = "500",
            description = "Devices that are cut (${DEFAULT-VALUE}).")
    private int sessions;

    @Option(
            names = "--apps",
            paramLabel = "N",
            defaultValue = "3",
            description = "Apps of each, which are cut, too (${DEFAULT-VALUE}).")
    private int apps;

    @Option(
            names = "--bystanders",
            paramLabel = "N",
            defaultValue = "20",
            description = "Devices that stay and ping every 20 ms (${DEFAULT-VALUE}).")
    private int bystanders;

    @Option(
            names = "--within",
            paramLabel = "S",
            defaultValue = "1",
            description =
                    "They come back evenly spread over so many seconds; 0: all at once"
                            + " (${DEFAULT-VALUE}).")
    private double within;

    @Option(
            names = "--health",
            paramLabel = "PATH",
            defaultValue = "/up",
            description =
                    "Asked for every 20 ms, must be answered 200; empty: not asked"
                            + " (${DEFAULT-VALUE}).")
    private String healthPath = "";

    @Option(
            names = "--calm",
            paramLabel = "S",
            defaultValue = "3",
            description = "Bystanders are measured so long before (${DEFAULT-VALUE}).")
    private double calm;

    @Option(
            names = "--warmup-rounds",
            paramLabel = "N",
            defaultValue = "2",
            description = "Storms before the one that is measured (${DEFAULT-VALUE}).")
    private int warmupRounds;

    @Option(
            names = "--watch",
            paramLabel = "S",
            defaultValue = "7",
            description =
                    "Afterwards look out for webhooks so long: longer than the gateway waits for"
                            + " apps to come back (${DEFAULT-VALUE}).")
    private double watch;

    @Option(
            names = "--patience",
            paramLabel = "S",
            defaultValue = "30",
            description = "Who is not back after so many seconds is missing (${DEFAULT-VALUE}).")
    private double patience;

    @Override
    public Integer call() {
        if (!healthPath.isEmpty() && !healthPath.startsWith("/")) {
            throw new CannotRunException("Not a path like /up: " + healthPath);
        }
        var server = options().server();
        var plan =
                new DeviceStorm.Plan(
                        options().gateway(),
                        options().webhooks(),
                        Bounds.require("--sessions", sessions, 1, MAX_DEVICES / 2),
                        Bounds.require("--apps", apps, 0, 1_000),
                        Bounds.require("--bystanders", bystanders, 0, 10_000),
                        seconds("--within", within, 0, 60),
                        healthPath,
                        Duration.ofMillis(20),
                        seconds("--calm", calm, 0, 60),
                        1 + Bounds.require("--warmup-rounds", warmupRounds, 0, 100),
                        seconds("--watch", watch, 1, 300),
                        seconds("--patience", patience, 1, 300));
        OpenFiles.require(plan.sockets(), server);
        return run(
                loop -> new DeviceStorm(loop, plan, server),
                DeviceStorm.Result::report,
                DeviceStorm.Result::isClean);
    }
}
