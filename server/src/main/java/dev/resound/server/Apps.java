package dev.resound.server;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code resound apps}: what can be done with the apps of a configuration. */
@Command(name = "apps", description = "Lists, creates, changes and imports apps.")
final class Apps implements Callable<Integer> {
    private final Surroundings surroundings;

    private Apps(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** The command with the commands below it. */
    static CommandLine command(Surroundings surroundings) {
        return new CommandLine(new Apps(surroundings))
                .addSubcommand(new AppsList(surroundings))
                .addSubcommand(new AppsCreate(surroundings))
                .addSubcommand(new AppsRotate(surroundings))
                .addSubcommand(new AppsImport(surroundings));
    }

    @Override
    public Integer call() {
        return new Output(surroundings, false)
                .of(() -> {
                    throw new WrongUsage("say which: apps list, create, rotate or import");
                });
    }
}
