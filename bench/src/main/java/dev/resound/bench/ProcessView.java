package dev.resound.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A process as {@code /proc} shows it, or several as one: processor time, memory, limits. Works for
 * processes of the same user.
 *
 * @param folders {@code /proc/PID} of each
 * @see <a href="https://man7.org/linux/man-pages/man5/proc.5.html">proc(5)</a>
 */
record ProcessView(List<Path> folders) {

    private static final Path PROC = Path.of("/proc");

    /** Linux shows times in 1/100 s to programs, whatever its own tick. */
    private static final long TICK_NANOS = 10_000_000;

    ProcessView {
        folders = List.copyOf(folders);
    }

    ProcessView(Path folder) {
        this(List.of(folder));
    }

    /**
     * @throws CannotRunException no such process, or no {@code /proc}
     */
    static ProcessView of(Collection<Long> pids) {
        if (pids.isEmpty()) {
            throw new CannotRunException("--pid names no process.");
        }
        for (long pid : pids) {
            try {
                new ProcessView(PROC.resolve(Long.toString(pid))).cpu();
            } catch (UncheckedIOException gone) {
                throw new CannotRunException(
                        "Cannot read /proc/"
                                + pid
                                + ": --pid needs a running process of this user, on Linux.");
            }
        }
        return new ProcessView(pids.stream().map(pid -> PROC.resolve(Long.toString(pid))).toList());
    }

    /** This process; empty where there is no {@code /proc}. */
    static Optional<ProcessView> self() {
        Path self = PROC.resolve("self");
        return Files.isReadable(self.resolve("stat"))
                ? Optional.of(new ProcessView(self))
                : Optional.empty();
    }

    /** Processor time used since the process began. */
    CpuSample cpu() {
        long user = 0;
        long system = 0;
        for (Path folder : folders) {
            String stat = read(folder, "stat");
            user += userNanos(stat);
            system += systemNanos(stat);
        }
        return new CpuSample(user, system, threads());
    }

    /** User and system time together, good to two ticks; cheaper than {@link #cpu}. */
    long cpuNanos() {
        return folders.stream()
                .map(folder -> read(folder, "stat"))
                .mapToLong(stat -> userNanos(stat) + systemNanos(stat))
                .sum();
    }

    Memory memory() {
        try {
            return new Memory(kilobytes("smaps_rollup", "Pss:"), Memory.Source.PSS);
        } catch (UncheckedIOException notAllowed) {
            return new Memory(kilobytes("status", "VmRSS:"), Memory.Source.RSS);
        }
    }

    private long kilobytes(String file, String label) {
        return folders.stream().mapToLong(folder -> kilobytesIn(read(folder, file), label)).sum();
    }

    /** The soft limit of the process that has the lowest. */
    long maxOpenFiles() {
        return folders.stream()
                .mapToLong(folder -> openFileLimit(read(folder, "limits")))
                .min()
                .orElseThrow();
    }

    /**
     * @param bytes how much
     * @param source how it was counted
     */
    record Memory(long bytes, Source source) {
        enum Source {
            /** Pages shared with other processes count in part: {@code smaps_rollup}. */
            PSS,
            /** Shared pages count in full: {@code VmRSS}. */
            RSS
        }
    }

    static long userNanos(String stat) {
        return field(stat, 14) * TICK_NANOS;
    }

    static long systemNanos(String stat) {
        return field(stat, 15) * TICK_NANOS;
    }

    /** Fields count from 1; the second is the program's name, which may hold anything. */
    private static long field(String stat, int number) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).trim().split(" ", -1);
        return Long.parseLong(fields[number - 3]);
    }

    static long kilobytesIn(String lines, String label) {
        for (String line : lines.split("\n", -1)) {
            if (line.startsWith(label)) {
                return Long.parseLong(line.substring(label.length()).replace("kB", "").trim())
                        << 10;
            }
        }
        throw new IllegalStateException("no line " + label);
    }

    static long openFileLimit(String limits) {
        for (String line : limits.split("\n", -1)) {
            if (line.startsWith("Max open files")) {
                String soft = line.substring("Max open files".length()).trim().split("\\s+", -1)[0];
                return soft.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(soft);
            }
        }
        throw new IllegalStateException("no line Max open files");
    }

    /** The times of all threads by id; empty where the kernel does not count them. */
    private Map<String, CpuSample.ThreadTime> threads() {
        var times = new HashMap<String, CpuSample.ThreadTime>();
        for (Path folder : folders) {
            try (var tasks = Files.newDirectoryStream(folder.resolve("task"))) {
                for (Path task : tasks) {
                    times.put(
                            task.getFileName().toString(),
                            threadTime(
                                    ProcFile.read(task.resolve("schedstat")),
                                    ProcFile.read(task.resolve("comm"))));
                }
            } catch (IOException | DirectoryIteratorException threadGone) {
                return Map.of();
            }
        }
        return times;
    }

    /**
     * @param name as the kernel keeps it, cut to 15 characters
     */
    static CpuSample.ThreadTime threadTime(String schedstat, String name) {
        String[] fields = schedstat.trim().split(" ", -1);
        return new CpuSample.ThreadTime(
                Long.parseLong(fields[0]),
                Long.parseLong(fields[1]),
                name.startsWith("C1 Compiler") || name.startsWith("C2 Compiler"));
    }

    private static String read(Path folder, String file) {
        try {
            return ProcFile.read(folder.resolve(file));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
