package dev.resound.bench;

import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Predicate;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A command that runs a load and prints what came out. */
abstract class Measuring implements Callable<Integer> {

    /** More than this is another tool's work: one client core drives them all. */
    static final int MAX_CONNECTIONS = 200_000;

    @SuppressWarnings("NullAway.Init") // picocli sets it
    @Spec
    private CommandSpec spec;

    @Option(names = "--json", description = "Print one JSON object instead of a table.")
    private boolean json;

    /** Tells whoever watches; what came out goes elsewhere. */
    final void say(String text) {
        var err = spec.commandLine().getErr();
        err.println(text);
        err.flush();
    }

    /**
     * Runs the load to its end and prints what came out.
     *
     * @return the exit code
     * @throws CannotRunException the load cannot take place
     */
    final <T> int run(
            Function<ClientLoop, Load<T>> load, Function<T, Report> report, Predicate<T> isClean) {
        T result;
        try (var loop = ClientLoop.open()) {
            result = loop.run(load.apply(loop), LiveLine.onTerminal());
        }
        var out = spec.commandLine().getOut();
        out.print(json ? report.apply(result).json() + "\n" : report.apply(result).table());
        out.flush();
        return isClean.test(result) ? Bench.OK : Bench.FAULTS;
    }
}
