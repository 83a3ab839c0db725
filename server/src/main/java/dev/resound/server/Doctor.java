package dev.resound.server;

import java.net.http.HttpClient;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ArrayNode;

/** {@code resound doctor}: what is wrong between a client, a back end and a server. */
@Command(
        name = "doctor",
        description = "Checks every step from here to a server and names the one that is wrong.")
final class Doctor implements Callable<Integer> {
    private final Surroundings surroundings;
    private final InstantSource clock;

    @Mixin private final TargetOptions target = new TargetOptions();
    @Mixin private final OutputOptions output = new OutputOptions();
    private @Nullable String origin;

    Doctor(Surroundings surroundings, InstantSource clock) {
        this.surroundings = surroundings;
        this.clock = clock;
    }

    @Option(
            names = "--origin",
            paramLabel = "ORIGIN",
            description = "Of the page that clients are on: https://example.com")
    void origin(String value) {
        origin = value;
    }

    @Override
    public Integer call() {
        Output out = output.output(surroundings);
        return out.of(() -> check(out));
    }

    private int check(Output out) throws InterruptedException, WrongUsage {
        HttpClient http = BackEnd.newHttp();
        try {
            Checkup checkup = new Checkup(http, clock, origin);
            Target found = find(checkup);
            if (found != null) {
                checkup.run(found);
            }
            return told(checkup.checks(), out);
        } finally {
            http.shutdownNow();
        }
    }

    private @Nullable Target find(Checkup checkup) throws WrongUsage {
        if (target.isComplete()) {
            checkup.configurationNotNeeded();
            return target.complete();
        }
        try {
            Configuration configuration = target.configuration(surroundings);
            Target found = target.target(surroundings, configuration);
            var notes = configuration.notes();
            String warnings =
                    notes.warnings().stream()
                            .map(warning -> "; warning: " + warning)
                            .collect(Collectors.joining());
            checkup.configurationRead(
                    String.join(", ", notes.sources()) + warnings, configuration.listen().path());
            return found;
        } catch (ConfigurationException wrong) {
            checkup.configurationFailed(String.join("; ", wrong.problems()));
            return null;
        }
    }

    private static int told(List<Check> checks, Output out) {
        ArrayNode document = Output.array();
        for (Check check : checks) {
            document.addObject()
                    .put("name", check.name().word())
                    .put("result", check.outcome().word())
                    .put("text", check.text());
        }
        String text =
                checks.stream()
                        .map(check ->
                                String.format(
                                        "%-8s %-14s %s",
                                        check.outcome().word(),
                                        check.name().word(),
                                        Printable.of(check.text())))
                        .collect(Collectors.joining(System.lineSeparator()));
        out.answer(document, text);
        return checks.stream().anyMatch(check -> check.outcome() == Check.Outcome.FAILED)
                ? Main.FAILED
                : Main.OK;
    }
}
