package dev.resound.bench;

import java.util.Optional;

/**
 * What a measured phase took.
 *
 * @param nanos wall time
 * @param server processor time of the server's process, if we were told which it is
 * @param client our own
 */
record Cost(long nanos, Optional<CpuUse> server, Optional<CpuUse> client) {

    double seconds() {
        return nanos / 1e9;
    }

    double perSecond(long count) {
        return nanos == 0 ? 0 : count / seconds();
    }

    /** Reads clocks and processes now; {@link #sinceStart} reads them again. */
    static final class Meter {
        private final Optional<ProcessView> server;
        private final Optional<ProcessView> client = ProcessView.self();
        private final long startNanos;
        private final Optional<CpuSample> serverBefore;
        private final Optional<CpuSample> clientBefore;

        Meter(Optional<ProcessView> server) {
            this.server = server;
            serverBefore = server.map(ProcessView::cpu);
            clientBefore = client.map(ProcessView::cpu);
            startNanos = System.nanoTime();
        }

        Cost sinceStart() {
            long nanos = System.nanoTime() - startNanos;
            return new Cost(
                    nanos,
                    serverBefore.flatMap(
                            before -> server.map(process -> process.cpu().since(before))),
                    clientBefore.flatMap(
                            before -> client.map(process -> process.cpu().since(before))));
        }
    }
}
