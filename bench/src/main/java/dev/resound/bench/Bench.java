package dev.resound.bench;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The command line: {@code bench fanout|echo|idle|http|storm|devices}. */
@Command(
        name = "bench",
        description = "Puts a load on a Pusher, Socket.IO or WebSocket server and measures it.",
        subcommands = {
            FanoutCommand.class,
            EchoCommand.class,
            IdleCommand.class,
            HttpCommand.class,
            StormCommand.class,
            DevicesCommand.class
        },
        synopsisSubcommandLabel = "(fanout | echo | idle | http | storm | devices)",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:everything arrived once, no errors",
            "1:messages lost or doubled, or errors",
            "2:wrong usage, or no usable server"
        })
public final class Bench {

    /** Exit code: everything arrived once, no errors. */
    static final int OK = 0;

    /** Exit code: messages lost or doubled, or errors. */
    static final int FAULTS = 1;

    /** Exit code: wrong usage, or no usable server. */
    static final int CANNOT_RUN = 2;

    @SuppressWarnings("UnusedVariable") // picocli acts on it
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help.")
    private boolean help;

    private Bench() {}

    /** Runs one load and exits with its code. */
    public static void main(String[] arguments) {
        var commands = commandLine();
        commands.setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
        commands.setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
        System.exit(commands.execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Bench())
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    if (!(failure instanceof CannotRunException)) {
                        throw failure;
                    }
                    command.getErr().println(failure.getMessage());
                    command.getErr().flush();
                    return CANNOT_RUN;
                });
    }
}
