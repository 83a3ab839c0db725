package dev.resound.bench;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench devices events}. */
@Command(
        name = "events",
        description = "JSON events of many devices, each to all apps of its session.",
        sortOptions = false)
final class EventsCommand extends RelayCommand {

    @Option(
            names = "--apps",
            paramLabel = "N",
            defaultValue = "4",
            description = "Apps of each device (${DEFAULT-VALUE}).")
    private int apps;

    @Override
    public Integer call() {
        return relay("devices events", new EventTraffic(), apps);
    }
}
