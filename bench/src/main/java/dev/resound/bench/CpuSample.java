package dev.resound.bench;

import java.util.Map;

/**
 * Processor time of a process at one moment.
 *
 * @param userNanos in steps of 10 ms
 * @param systemNanos in steps of 10 ms
 * @param threads exact times of each thread by its id; may be empty
 */
record CpuSample(long userNanos, long systemNanos, Map<String, ThreadTime> threads) {

    /**
     * What the kernel's scheduler counts.
     *
     * @param ranNanos on a processor, user and system together
     * @param waitedNanos ready to run, but others had the processor
     * @param compiles whether it is one of a JVM's compilers
     */
    record ThreadTime(long ranNanos, long waitedNanos, boolean compiles) {
        ThreadTime(long ranNanos, long waitedNanos) {
            this(ranNanos, waitedNanos, false);
        }
    }

    CpuSample {
        threads = Map.copyOf(threads);
    }

    /** What was used since {@code earlier}. */
    CpuUse since(CpuSample earlier) {
        long user = userNanos - earlier.userNanos;
        long system = systemNanos - earlier.systemNanos;
        boolean exact =
                !earlier.threads.isEmpty()
                        && threads.keySet().containsAll(earlier.threads.keySet());
        if (!exact || user + system == 0) {
            return new CpuUse(user, system, 0, 0, CpuUse.Source.TICKS);
        }
        double total = sum().ranNanos - earlier.sum().ranNanos;
        double userShare = (double) user / (user + system);
        return new CpuUse(
                total * userShare,
                total * (1 - userShare),
                sum().waitedNanos - earlier.sum().waitedNanos,
                compilerNanos() - earlier.compilerNanos(),
                CpuUse.Source.THREADS);
    }

    private long compilerNanos() {
        return threads.values().stream()
                .filter(ThreadTime::compiles)
                .mapToLong(ThreadTime::ranNanos)
                .sum();
    }

    private ThreadTime sum() {
        long ran = 0;
        long waited = 0;
        for (ThreadTime thread : threads.values()) {
            ran += thread.ranNanos;
            waited += thread.waitedNanos;
        }
        return new ThreadTime(ran, waited);
    }
}
