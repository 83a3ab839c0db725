package dev.resound.server;

import picocli.CommandLine.Option;

/** How to answer. */
final class OutputOptions {
    private boolean json;

    OutputOptions() {}

    @Option(names = "--json", description = "Answer in JSON, for programs.")
    void json(boolean wanted) {
        json = wanted;
    }

    Output output(Surroundings surroundings) {
        return new Output(surroundings, json);
    }
}
