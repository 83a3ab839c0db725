package dev.resound.bench;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench devices slow}. */
@Command(
        name = "slow",
        description =
                "One device with many apps, of which one stops reading. Measured twice as long: first"
                        + " while all read, then while one does not.",
        sortOptions = false)
final class SlowAppCommand extends DeviceLoadCommand {

    @Mixin private final PhaseOptions phaseOptions = new PhaseOptions();

    @Option(
            names = "--apps",
            paramLabel = "N",
            defaultValue = "50",
            description = "Apps, the slow one included (${DEFAULT-VALUE}).")
    private int apps;

    @Option(
            names = "--rate",
            paramLabel = "R",
            defaultValue = "100",
            description = "Frames per second (${DEFAULT-VALUE}).")
    private String rate = "";

    @Option(
            names = "--payload",
            paramLabel = "BYTES",
            defaultValue = "6400",
            description =
                    "Size of a frame, even. What the slow one does not read has to be more than"
                            + " kernels keep, some MB (${DEFAULT-VALUE}).")
    private int payloadBytes;

    @Override
    public Integer call() {
        var server = options().server();
        double perSecond = perSecond(rate);
        if (perSecond == 0) {
            throw new CannotRunException("slow needs a --rate that is a number.");
        }
        var plan =
                new SlowApp.Plan(
                        options().gateway(),
                        options().webhooks(),
                        AudioCommand.traffic(payloadBytes),
                        Bounds.require("--apps", apps, 2, 1_000),
                        perSecond,
                        phaseOptions.phases());
        OpenFiles.require(1 + plan.apps(), server);
        return run(
                loop -> new SlowApp(loop, plan, server),
                SlowApp.Result::report,
                SlowApp.Result::isClean);
    }
}
