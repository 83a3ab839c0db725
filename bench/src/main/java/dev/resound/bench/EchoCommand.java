package dev.resound.bench;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench echo}. */
@Command(
        name = "echo",
        description =
                "Round trips on many connections, one outstanding on each: pusher:ping and pong, a"
                        + " raw server's echo, or a Socket.IO event and its acknowledgement.",
        sortOptions = false)
final class EchoCommand extends LoadCommand {

    @Mixin private final PhaseOptions phaseOptions = new PhaseOptions();

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "100",
            description = "Connections that ask at the same time (${DEFAULT-VALUE}).")
    private int connections;

    @Option(
            names = "--payload",
            paramLabel = "BYTES",
            defaultValue = "128",
            description = "Size of a message with --raw or --socketio (${DEFAULT-VALUE}).")
    private int payloadBytes;

    @Override
    public Integer call() {
        var target = options().target();
        var server = options().server();
        var plan =
                new Echo.Plan(
                        target,
                        Bounds.require("--connections", connections, 1, MAX_CONNECTIONS),
                        target instanceof Target.Pusher
                                ? 0
                                : Bounds.require("--payload", payloadBytes, Stamp.BYTES, 1 << 20),
                        phaseOptions.phases());
        OpenFiles.require(plan.connections(), server);
        return run(loop -> new Echo(loop, plan, server), Echo.Result::report, Echo.Result::isClean);
    }
}
