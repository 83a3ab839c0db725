package dev.resound.bench;

import java.time.Duration;
import picocli.CommandLine.Option;

/** How long to warm up and to measure. */
final class PhaseOptions {

    private static final double LONGEST_SECONDS = 300;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "5",
            description = "Measured seconds at most, up to 300 (${DEFAULT-VALUE}).")
    private double seconds;

    @Option(
            names = "--messages",
            paramLabel = "N",
            description = "Measured publishes, round trips or requests at most (no limit).")
    private long messages = Long.MAX_VALUE;

    @Option(
            names = "--warmup-cpu",
            paramLabel = "S",
            defaultValue = "3",
            description =
                    "With --pid: warm up until the server has burnt so many seconds of processor"
                            + " time (${DEFAULT-VALUE}).")
    private double warmupCpu;

    @Option(
            names = "--warmup-messages",
            paramLabel = "N",
            defaultValue = "1000",
            description =
                    "Without --pid: warm up for so many publishes, round trips or requests"
                            + " (${DEFAULT-VALUE}).")
    private long warmupMessages;

    @Option(
            names = "--patience",
            paramLabel = "S",
            defaultValue = "5",
            description =
                    "What has not come after so many seconds counts as missing (${DEFAULT-VALUE}).")
    private double patience;

    /**
     * @throws CannotRunException out of bounds
     */
    Phases phases() {
        return new Phases(
                duration("--warmup-cpu", warmupCpu, 0, 60),
                Bounds.require("--warmup-messages", warmupMessages, 0, Long.MAX_VALUE),
                duration("--seconds", seconds, 0.1, LONGEST_SECONDS),
                Bounds.require("--messages", messages, 1, Long.MAX_VALUE),
                duration("--patience", patience, 0.1, 60));
    }

    private static Duration duration(String option, double seconds, double least, double most) {
        return Duration.ofNanos((long) (Bounds.require(option, seconds, least, most) * 1e9));
    }
}
