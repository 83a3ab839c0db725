package dev.resound.bench;

import java.time.Duration;
import java.util.Optional;

/**
 * How long a load warms up and is measured.
 *
 * @param warmupCpu processor time the server burns before we measure; counts if its process is
 *     known
 * @param warmupMessages messages before we measure, if it is not
 * @param measured the longest measured phase
 * @param messages the measured phase also ends after these
 * @param patience how long we wait for something that should have come
 */
record Phases(
        Duration warmupCpu,
        long warmupMessages,
        Duration measured,
        long messages,
        Duration patience) {

    /** A server that burns little takes long to burn its share: then this ends the warm-up. */
    static final Duration LONGEST_WARMUP = Duration.ofSeconds(60);

    private static final long CPU_CHECK_NANOS = 50_000_000;

    /** Longest possible sum, without opening connections. */
    Duration atMost() {
        return LONGEST_WARMUP.plus(measured).plus(patience.multipliedBy(4)).plusSeconds(10);
    }

    Progress start(Optional<ProcessView> server) {
        return new Progress(this, server);
    }

    /** Passive: the load asks at moments that suit it. <b>Thread:</b> the client's loop. */
    static final class Progress {
        private final Phases phases;
        private final Optional<ProcessView> server;
        private final long startNanos = System.nanoTime();
        private final long cpuGoalNanos;
        private long cpuCheckedNanos = startNanos;
        private long measuredSinceNanos;
        private long messagesBefore;

        private Progress(Phases phases, Optional<ProcessView> server) {
            this.phases = phases;
            this.server = server;
            this.cpuGoalNanos =
                    server.map(process -> process.cpuNanos() + phases.warmupCpu.toNanos())
                            .orElse(0L);
        }

        /**
         * @param messages all so far
         */
        boolean isWarm(long now, long messages) {
            if (now - startNanos > LONGEST_WARMUP.toNanos()) {
                return true;
            }
            if (server.isEmpty()) {
                return messages >= phases.warmupMessages;
            }
            if (now - cpuCheckedNanos < CPU_CHECK_NANOS) {
                return false;
            }
            cpuCheckedNanos = now;
            return server.get().cpuNanos() >= cpuGoalNanos;
        }

        void startMeasuring(long now, long messages) {
            measuredSinceNanos = now;
            messagesBefore = messages;
        }

        boolean isOver(long now, long messages) {
            return messages - messagesBefore >= phases.messages
                    || now - measuredSinceNanos >= phases.measured.toNanos();
        }
    }
}
