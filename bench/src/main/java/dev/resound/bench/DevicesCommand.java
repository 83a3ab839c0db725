package dev.resound.bench;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code bench devices}. */
@Command(
        name = "devices",
        description =
                "Plays devices and their apps at a gateway of device sessions. The gateway has to"
                        + " know the apps; see bench/README.md.",
        subcommands = {
            AudioCommand.class,
            EventsCommand.class,
            IdlePairsCommand.class,
            DeviceStormCommand.class,
            SlowAppCommand.class
        },
        synopsisSubcommandLabel = "(audio | events | idle | storm | slow)")
final class DevicesCommand implements Runnable {

    @SuppressWarnings("NullAway.Init") // picocli sets it
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "Which load? audio, events, idle, storm or slow.");
    }
}
