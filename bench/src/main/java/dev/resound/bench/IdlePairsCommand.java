package dev.resound.bench;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench devices idle}. */
@Command(
        name = "idle",
        description = "Devices with one app each that do nothing: the gateway's memory for a pair.",
        sortOptions = false)
final class IdlePairsCommand extends DeviceLoadCommand {

    @Option(
            names = "--pairs",
            paramLabel = "N,N",
            defaultValue = "5000,10000",
            split = ",",
            description =
                    "Numbers of pairs to measure at; memory is always measured at 0 too. With"
                            + " several, the marginal figure is between the last two"
                            + " (${DEFAULT-VALUE}).")
    private int[] steps = {};

    @Option(
            names = "--still",
            paramLabel = "S",
            defaultValue = "3",
            description =
                    "The gateway's memory counts when it has stood still for so many seconds"
                            + " (${DEFAULT-VALUE}).")
    private double still;

    @Option(
            names = "--settle",
            paramLabel = "S",
            defaultValue = "45",
            description =
                    "It counts after so many seconds even if it moves; pings move it, every 10 s or"
                            + " so (${DEFAULT-VALUE}).")
    private double settle;

    @Override
    public Integer call() {
        var server =
                options()
                        .server()
                        .orElseThrow(() ->
                                new CannotRunException(
                                        "idle measures the gateway's memory: --pid is missing."));
        var plan =
                new IdlePairs.Plan(
                        options().gateway(),
                        options().webhooks(),
                        rising(),
                        seconds("--still", still, 0, 300),
                        seconds("--settle", settle, 0, 300));
        OpenFiles.require(plan.sockets(), options().server());
        return run(
                loop -> new IdlePairs(loop, plan, server),
                IdlePairs.Result::report,
                IdlePairs.Result::isClean);
    }

    private List<Integer> rising() {
        var rising = new ArrayList<Integer>();
        int least = 1;
        for (int step : steps) {
            rising.add(Bounds.require("--pairs", step, least, MAX_CONNECTIONS / 2));
            least = step + 1;
        }
        return rising;
    }
}
