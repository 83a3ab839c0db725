package dev.resound.bench;

/**
 * Processor time used between two moments.
 *
 * @param userNanos in the program's own code
 * @param systemNanos in the kernel on its behalf
 * @param waitedNanos ready to run while others had the processor; 0 if unknown
 * @param compilerNanos of both, what a JVM's compilers took, for work that ends; 0 if unknown
 */
record CpuUse(
        double userNanos,
        double systemNanos,
        double waitedNanos,
        double compilerNanos,
        Source source) {

    enum Source {
        /** {@code /proc/PID/stat}, good to 10 ms each. */
        TICKS,
        /**
         * The total is the sum of {@code schedstat} over {@code /proc/PID/task}, exact; its split
         * into user and system is that of {@code stat}. Only if no thread ended meanwhile.
         */
        THREADS
    }

    double totalNanos() {
        return userNanos + systemNanos;
    }
}
