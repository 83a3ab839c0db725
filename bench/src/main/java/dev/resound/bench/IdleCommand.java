package dev.resound.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench idle}. */
@Command(
        name = "idle",
        description = "Connections that do nothing: the server's memory for each.",
        sortOptions = false)
final class IdleCommand extends LoadCommand {

    @Option(
            names = "--connections",
            paramLabel = "N,N",
            defaultValue = "10000",
            split = ",",
            description =
                    "Numbers of connections to measure at; memory is always measured at 0 too. With"
                            + " several, the marginal figure is between the last two"
                            + " (${DEFAULT-VALUE}).")
    private int[] steps = {};

    @Option(
            names = "--channel",
            paramLabel = "NAME",
            defaultValue = "",
            description =
                    "Each connection subscribes to it, or joins this Socket.IO room; %%d in it"
                            + " becomes the connection's number (none).")
    private String channel = "";

    @Option(
            names = "--still",
            paramLabel = "S",
            defaultValue = "3",
            description =
                    "The server's memory counts when it has stood still for so many seconds"
                            + " (${DEFAULT-VALUE}).")
    private double still;

    @Option(
            names = "--settle",
            paramLabel = "S",
            defaultValue = "30",
            description = "It counts after so many seconds even if it moves (${DEFAULT-VALUE}).")
    private double settle;

    @Override
    public Integer call() {
        var target = options().target();
        var server =
                options()
                        .server()
                        .orElseThrow(() ->
                                new CannotRunException(
                                        "idle measures the server's memory: --pid is"
                                                + " missing."));
        var plan =
                new Idle.Plan(
                        target,
                        rising(),
                        channel,
                        seconds(Bounds.require("--still", still, 0, 300)),
                        seconds(Bounds.require("--settle", settle, 0, 300)));
        OpenFiles.require(plan.steps().getLast(), options().server());
        return run(loop -> new Idle(loop, plan, server), Idle.Result::report, Idle.Result::isClean);
    }

    private static Duration seconds(double seconds) {
        return Duration.ofMillis((long) (seconds * 1e3));
    }

    private List<Integer> rising() {
        var rising = new ArrayList<Integer>();
        int least = 1;
        for (int step : Arrays.stream(steps).boxed().toList()) {
            rising.add(Bounds.require("--connections", step, least, MAX_CONNECTIONS));
            least = step + 1;
        }
        return rising;
    }
}
