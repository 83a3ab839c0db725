package dev.resound.bench;

import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench storm}. */
@Command(
        name = "storm",
        description = "Everybody connects at once, and again after a restart of the server.",
        sortOptions = false)
final class StormCommand extends LoadCommand {

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "5000",
            description = "So many clients (${DEFAULT-VALUE}).")
    private int connections;

    @Option(
            names = "--channel",
            paramLabel = "NAME",
            defaultValue = "bench",
            description =
                    "Each client subscribes to it; %%d in it becomes the client's number"
                            + " (${DEFAULT-VALUE}).")
    private String channel = "";

    @Option(
            names = "--restart",
            description =
                    "When all are there, say so, wait until the server has gone and come back, and"
                            + " measure how all come back.")
    private boolean restart;

    @Option(
            names = "--patience",
            paramLabel = "S",
            defaultValue = "120",
            description = "Give up after so many seconds (${DEFAULT-VALUE}).")
    private double patience;

    @Override
    public Integer call() {
        if (!(options().target() instanceof Target.Pusher target)) {
            throw new CannotRunException("storm wants a Pusher server: --url.");
        }
        var plan =
                new Storm.Plan(
                        target,
                        Bounds.require("--connections", connections, 1, MAX_CONNECTIONS),
                        channel,
                        restart,
                        Duration.ofMillis(
                                (long) (Bounds.require("--patience", patience, 1, 3_600) * 1e3)));
        OpenFiles.require(plan.connections(), options().server());
        return run(
                loop -> new Storm(loop, plan, () -> say("all are there")),
                Storm.Result::report,
                Storm.Result::isClean);
    }
}
