package dev.resound.server;

import java.io.Console;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What a process has around it.
 *
 * @param directory the current one
 * @param out for what was asked for: the banner, the version
 * @param err for errors, the log and debugging output
 * @param terminal whether a person looks at {@code out}
 */
record Surroundings(
        Map<String, String> variables,
        Path directory,
        PrintStream out,
        PrintStream err,
        boolean terminal) {

    static Surroundings ofProcess() {
        return new Surroundings(
                System.getenv(),
                Path.of(""),
                System.out,
                System.err,
                Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent());
    }

    /** See no-color.org. */
    boolean colour() {
        String noColour = variables.getOrDefault("NO_COLOR", "");
        return terminal && noColour.isEmpty() && !"dumb".equals(variables.get("TERM"));
    }
}
