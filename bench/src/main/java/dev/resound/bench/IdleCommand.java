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
        mixinStandardHelpOptions = true,
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
                    "Each connection subscribes to it; %%d in it becomes the connection's number"
                            + " (none).")
    private String channel = "";

    @Option(
            names = "--settle",
            paramLabel = "S",
            defaultValue = "15",
            description =
                    "Wait so many seconds at most until the server's memory stands still"
                            + " (${DEFAULT-VALUE}).")
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
                        Duration.ofMillis(
                                (long) (Bounds.require("--settle", settle, 0, 300) * 1e3)));
        OpenFiles.require(plan.steps().getLast(), options().server());
        return run(loop -> new Idle(loop, plan, server), Idle.Result::report, Idle.Result::isClean);
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
