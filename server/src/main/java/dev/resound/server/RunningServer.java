package dev.resound.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A server that runs on this machine, as its file tells.
 *
 * @param pid its process
 * @param started when that began; a process with the same number that began at another time is
 *     another one
 * @param port where it listens
 */
record RunningServer(long pid, Instant started, int port) {
    private static final int MAX_FILE_BYTES = 10_000;

    /** The kernel counts from the start of the machine, which it knows to a second. */
    private static final Duration TOLERANCE = Duration.ofSeconds(2);

    /** This process; empty if the system does not say when it began. */
    static Optional<RunningServer> ofThisProcess(int port) {
        ProcessHandle self = ProcessHandle.current();
        return self.info()
                .startInstant()
                .map(started -> new RunningServer(self.pid(), started, port));
    }

    String toJson() {
        return Output.object()
                .put("pid", pid)
                .put("started", started.toString())
                .put("port", port)
                .toString();
    }

    /**
     * Reads such a file. Null if it is none, or is stale: the process has ended, or belongs to
     * somebody else than the file does. So nobody can make us signal a process that is not theirs.
     */
    static @Nullable RunningServer read(Path file) {
        try {
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                    || Files.size(file) > MAX_FILE_BYTES) {
                return null;
            }
            JsonNode json = Output.parsed(Files.readString(file));
            RunningServer server =
                    new RunningServer(
                            json.path("pid").asLong(-1),
                            Instant.parse(json.path("started").asString("")),
                            json.path("port").asInt(0));
            String owner = Files.getOwner(file, LinkOption.NOFOLLOW_LINKS).getName();
            return server.process().filter(it -> isOf(it, owner)).isPresent() ? server : null;
        } catch (IOException | DateTimeParseException none) {
            return null;
        }
    }

    private static boolean isOf(ProcessHandle process, String owner) {
        return process.info().user().filter(owner::equals).isPresent();
    }

    /** The process, if it still runs. */
    Optional<ProcessHandle> process() {
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .filter(it -> it.info().startInstant().filter(this::isStart).isPresent());
    }

    private boolean isStart(Instant instant) {
        return Duration.between(instant, started).abs().compareTo(TOLERANCE) <= 0;
    }
}
